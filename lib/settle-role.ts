/** Settles one role: makes IAM as the request says, and writes down how it went. */
import { isDeepStrictEqual } from 'node:util'
import { roleArn } from './aws/names.ts'
import type { Stack } from './aws/stack.ts'
import { IrsaError } from './errors.ts'
import { type Publisher, publish } from './events/publish.ts'
import { parseRoleContent, type RoleContent, roleContentSchema } from './policy/request.ts'
import { createStep } from './reconcile.ts'
import { type ClusterRecord, readCluster } from './registry/cluster-record.ts'
import {
  putRoleStatus,
  type RoleKey,
  type RoleRequestRecord,
  type RoleStatus,
  readRoleRequest,
  readRoleStatus,
} from './registry/roles.ts'
import { desiredOf, readSubjectClusters } from './registry/subject-clusters.ts'
import type { Table } from './registry/table.ts'
import type { Resource } from './resource.ts'
import type { DesiredRole, RoleOutputs } from './role.ts'
import { desiredRole } from './role-compile.ts'
import { attemptsIn, type Window } from './unsettled-roles.ts'

export interface Settling extends Window {
  readonly table: Table
  readonly stack: Stack
  readonly publisher: Publisher
  readonly roles: Resource<DesiredRole, RoleOutputs>
  /** Hears the name of the error of every attempt that is to be repeated. */
  readonly onRetry?: (error: string) => void
  readonly now: () => Date
}

/**
 * What fails is the role's status, never an error of this function, so that one role does not stop the others; only the registry's and
 * EventBridge's own failures are thrown. Undefined when there is nothing to settle any more.
 */
export async function settleRole(
  settling: Settling,
  cluster: string,
  key: RoleKey,
): Promise<RoleStatus | undefined> {
  for (;;) {
    const record = await readCluster(settling.table, cluster)
    const request = await readRoleRequest(settling.table, cluster, key)
    if (record === undefined || request === undefined) return undefined
    const previous = await readRoleStatus(settling.table, cluster, key)
    const trusted = await readSubjectClusters(settling.table, cluster, subjectsIn(request))
    const status = await attempt(settling, record, request, { previous, trusted })
    if (status.state === 'RETRY') settling.onRetry?.(status.error ?? 'Error')
    // Before it is written down: an event that was lost with our answer is sent again.
    await announceOutcome(settling, record, status, previous)
    await putRoleStatus(settling.table, cluster, status)
    // Slower than another change, it has made IAM as it was before that one.
    const latestRecord = await readCluster(settling.table, cluster)
    const latest = await readRoleRequest(settling.table, cluster, key)
    const isSame = latest?.version === request.version && latestRecord?.generation === record.generation
    if (isSame && (await areAsBefore(settling.table, cluster, request, trusted))) return status
  }
}

async function attempt(
  { stack, roles, now, run, since }: Settling,
  record: ClusterRecord,
  request: RoleRequestRecord,
  { previous, trusted }: { readonly previous: RoleStatus | undefined; readonly trusted: SubjectClusters },
): Promise<RoleStatus> {
  const { namespace, serviceAccount, version } = request
  const base = {
    namespace,
    serviceAccount,
    version,
    generation: record.generation,
    run,
    attempts: attemptsIn({ run, since }, previous, version) + 1,
    ...(trusted.size > 0 && { trusts: generationsOf(trusted) }),
  }
  let arn = ''
  try {
    const content = parseRoleContent(request.content)
    const wish = { namespace, serviceAccount, content }
    const desired = desiredRole(stack, record.desired, wish, desiredOf(trusted))
    arn = roleArn(stack.partition.name, desired.accountId, desired.path, desired.roleName)
    const unready = [...trusted.values()].find(({ status }) => status === 'ANNOUNCED')
    if (unready !== undefined)
      return { ...base, state: 'WAITING', roleArn: arn, ...waitingFor(unready), at: now().toISOString() }
    const progress = await createStep(roles, desired)
    const at = now().toISOString()
    if (progress.status === 'ready') return { ...base, state: 'READY', ...progress.outputs, at }
    return { ...base, state: 'RETRY', roleArn: arn, ...PENDING, message: progress.reason, at }
  } catch (error) {
    return { ...base, ...failureOf(error), roleArn: arn, at: now().toISOString() }
  }
}

function waitingFor({
  desired: { cluster },
}: ClusterRecord): Pick<RoleStatus, 'error' | 'message' | 'remedy'> {
  return {
    error: 'SubjectClusterPending',
    message: `The issuer of cluster ${cluster}, which a subject is on, is not ready yet.`,
    remedy: `Wait; the role is made once ${cluster} is ready.`,
  }
}

type SubjectClusters = Awaited<ReturnType<typeof readSubjectClusters>>

/** Of a request that is not understood, none: what is wrong with it is found when it is compiled. */
function subjectsIn({ content }: RoleRequestRecord): Pick<RoleContent, 'subjects'> {
  return roleContentSchema.pick({ subjects: true }).strip().safeParse(content).data ?? {}
}

function generationsOf(trusted: SubjectClusters): Record<string, number> {
  return Object.fromEntries([...trusted].map(([name, { generation }]) => [name, generation]))
}

/** What another cluster became meanwhile it has told those roles only whose status was there. */
async function areAsBefore(
  table: Table,
  cluster: string,
  request: RoleRequestRecord,
  before: SubjectClusters,
): Promise<boolean> {
  const now = await readSubjectClusters(table, cluster, subjectsIn(request))
  const marks = (clusters: SubjectClusters) =>
    [...clusters].map(([name, { generation, status }]) => [name, generation, status === 'ANNOUNCED'])
  return isDeepStrictEqual(marks(now), marks(before))
}

const PENDING = { error: 'RolePending', remedy: 'Wait; it is looked at again.' }

/** What is not one of ours is a fault of ours: no reason to leave the other roles undone. */
function failureOf(error: unknown): Pick<RoleStatus, 'state' | 'error' | 'message' | 'remedy'> {
  if (!(error instanceof IrsaError))
    return {
      state: 'RETRY',
      error: error instanceof Error ? error.name : 'Error',
      message: error instanceof Error ? error.message : String(error),
      remedy: 'Report it with the log of the function settle-roles.',
    }
  const { mendedBy, remedy } = error
  return {
    state: mendedBy === 'requester' ? 'FAILED' : 'RETRY',
    error: error.name,
    message: error.message,
    remedy,
  }
}

async function announceOutcome(
  { publisher, run }: Settling,
  { desired, generation }: ClusterRecord,
  status: RoleStatus,
  previous: RoleStatus | undefined,
): Promise<void> {
  const isKnown =
    previous?.version === status.version &&
    previous.state === status.state &&
    previous.roleArn === status.roleArn &&
    previous.message === status.message
  if (isKnown || status.state === 'RETRY' || status.state === 'WAITING') return
  const { cluster, accountId, issuer } = desired
  const { namespace, serviceAccount, roleArn, error = '', message = '', remedy = '' } = status
  const members = { cluster, accountId, issuer, generation, run, namespace, serviceAccount, roleArn }
  if (status.state === 'READY') return publish(publisher, 'Role Ready', members)
  await publish(publisher, 'Role Failed', { ...members, error: `${error}: ${message}`, remedy })
}
