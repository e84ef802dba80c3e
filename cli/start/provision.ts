/** The main job from packaging to proof: what the lifecycle hook, the teams and the API server would do, in turn. */
import { sfnClient } from '../../lib/aws/clients.ts'
import type { DesiredCluster } from '../../lib/cluster.ts'
import { type ClusterRecord, requireCluster } from '../../lib/registry/cluster-record.ts'
import type { RoleStatus } from '../../lib/registry/roles.ts'
import { describeExecution, executionArn, executionName } from '../../lib/runs.ts'
import { RESOURCE_STEPS, type StepName } from '../../lib/steps.ts'
import { readCaller } from '../caller.ts'
import { type DeployedStack, readDeployedStack } from '../deployed-stack.ts'
import { executionEvents } from '../execution-events.ts'
import { localEnvironment } from '../local-environment.ts'
import { type LocalStack, startLocalStack } from '../local-stack.ts'
import { EXAMPLE_EVENT } from '../options.ts'
import { packageStack, REGION, STAGE } from '../package-stack.ts'
import type { Reporter } from '../reporter.ts'
import { type Announced, announce } from './announce.ts'
import { type Announcement, exampleAnnouncement, givenAnnouncement } from './announcement.ts'
import type { StartArguments } from './arguments.ts'
import { serveExternalIssuer } from './external-issuer.ts'
import { type Proof, proofOf } from './proof.ts'
import { type AcceptedRole, type RefusedRole, readRoleRequests, requestRoles } from './role-requests.ts'
import { followRoles, nameOf, type RolesCount } from './roles-progress.ts'
import { type RunProgress, trackRun } from './run-progress.ts'
import { prepareSurroundings } from './surroundings.ts'

/** What is there at the end. */
export interface Provisioned {
  readonly desired: DesiredCluster
  readonly outputs: ClusterRecord['outputs']
  readonly execution: { readonly arn: string; readonly name: string; readonly status: string }
  readonly roles: readonly ProvisionedRole[]
  readonly refused: readonly RefusedRole[]
  readonly proof: Proof
  readonly durations: Readonly<Partial<Record<StepName, number>>>
}

export interface ProvisionedRole extends RoleStatus {
  readonly audience: string
}

/**
 * Rejects with PackagingFailed, EventRefused, RunFailed, and UnusableInput for files that cannot be used. The embedded AWS is
 * gone afterwards, whatever happens.
 */
export async function provision(given: StartArguments, reporter: Reporter): Promise<Provisioned> {
  const order = readOrder(given)
  const stackPackage = await reporter.task('Package the service', packageStack)
  const local = await reporter.task('Start the embedded AWS and deploy the stack', () =>
    startLocalStack(stackPackage, { speed: given.speed, quotas: given.quotas }),
  )
  try {
    return await provisionIn(local, order, reporter)
  } finally {
    await local.stop()
  }
}

/** What the files say. */
export interface Order {
  readonly announcement: Announcement
  readonly requests: readonly unknown[]
}

/** Whose access key the environment has. */
const ACCOUNT = '000000000000'

/** Throws UnusableInput. */
export function readOrder({ rolesFile, eventFile, signingKeyFile }: StartArguments): Order {
  const requests = readRoleRequests(rolesFile)
  const announcement =
    eventFile === undefined
      ? exampleAnnouncement(EXAMPLE_EVENT, ACCOUNT, REGION)
      : givenAnnouncement(eventFile, signingKeyFile, ACCOUNT, REGION)
  return { announcement, requests }
}

/** Rejects with EventRefused and RunFailed. */
export async function provisionIn(
  { aws, outputs }: LocalStack,
  { announcement, requests }: Order,
  reporter: Reporter,
): Promise<Provisioned> {
  Object.assign(process.env, localEnvironment(aws.endpoint))
  const deployed = await readDeployedStack(STAGE, REGION)
  if (announcement.desired !== undefined)
    await prepareSurroundings(announcement.desired, requests, ACCOUNT, reporter)
  if (announcement.externalKey !== undefined && announcement.desired !== undefined)
    serveExternalIssuer(aws.sites, announcement.desired.issuer, announcement.externalKey)
  const { desired, run } = await reporter.task('Put Cluster Created on the bus', () =>
    announce(announcedThrough(deployed, outputs), announcement),
  )
  const name = executionName(desired.cluster, run)
  const arn = executionArn(deployed.stateMachineArn, name)
  const progress = trackRun(executionEvents(sfnClient(REGION), arn))
  const requestedBy = await readCaller(REGION)
  const { accepted, refused } = await reporter.task(`Request ${requests.length} roles`, () =>
    requestRoles({ ...deployed, requestedBy }, desired.cluster, requests),
  )
  for (const step of RESOURCE_STEPS) await reporter.task(step, (tell) => progress.follow(step, tell))
  const roles = await reporter.task('roles', (tell) => settled(deployed, desired, accepted, progress, tell))
  const proof = await reporter.task('Prove it at STS', () =>
    proofOf(announcement.signer, desired.issuer, roles, REGION),
  )
  const record = await requireCluster(deployed.table, desired.cluster)
  const execution = await describeExecution(deployed, arn)
  return {
    desired,
    outputs: record.outputs,
    execution: { arn, name, status: execution?.status ?? '' },
    roles,
    refused,
    proof,
    durations: progress.durations(),
  }
}

function announcedThrough({ table }: DeployedStack, outputs: LocalStack['outputs']): Announced {
  const { EventBusName = '', DeadLettersUrl = '', UndeliveredEventsUrl = '' } = outputs
  return {
    region: REGION,
    eventBusName: EventBusName,
    queueUrls: [DeadLettersUrl, UndeliveredEventsUrl],
    table,
  }
}

/** The run ends well, and every role that was accepted is ready or has failed. */
async function settled(
  { table }: DeployedStack,
  { cluster, audiences }: DesiredCluster,
  roles: readonly AcceptedRole[],
  progress: RunProgress,
  tell: (text: string) => void,
): Promise<readonly ProvisionedRole[]> {
  const show = ({ ready, failed, total }: RolesCount) =>
    tell(`${ready} of ${total} ready${failed === 0 ? '' : `, ${failed} failed`}`)
  const [statuses] = await Promise.all([
    followRoles(table, cluster, roles, show),
    progress.follow('roles', () => undefined),
  ])
  return roles.flatMap((role) => {
    const status = statuses.get(nameOf(role))
    return status === undefined ? [] : { ...status, audience: role.audience ?? audiences[0] ?? '' }
  })
}
