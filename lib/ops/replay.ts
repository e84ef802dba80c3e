/** Replays: which clusters and roles have failed, and going on with them. */
import { RedriveExecutionCommand } from '@aws-sdk/client-sfn'
import * as z from 'zod'
import { isNamedError, undefinedIf } from '../aws/errors.ts'
import { ExecutionNotFound, ExecutionSuperseded } from '../errors.ts'
import { type RoleRuns, startRoleAgain } from '../reconcile-role.ts'
import { listClusters, readCluster, requireCluster } from '../registry/cluster-record.ts'
import { inForceOf, type RoleInForce, readRoleRequest, readRoleStatus } from '../registry/roles.ts'
import {
  describeExecution,
  executionName,
  hasSameDefinition,
  isUnderWay,
  planReplay,
  type Replay,
  type Runs,
  replayRun,
} from '../runs.ts'
import type { StepName } from '../steps.ts'
import { desiredStateIn, isSettled } from '../unsettled-roles.ts'
import { type Auditing, writeEntry } from './auditing.ts'
import {
  type ExecutionSummary,
  listExecutions,
  requireExecution,
  subjectOf,
  type Workflows,
} from './executions.ts'
import { mapSome } from './several.ts'

export interface Replaying extends Runs, RoleRuns {}

/** A cluster's run, or the execution of reconcile-role for one role. */
export type Replayable =
  | { readonly kind: 'cluster'; readonly cluster: string }
  | { readonly kind: 'role'; readonly name: string; readonly arn: string }

export interface Selection {
  /** Failed at this time or later. */
  readonly since?: Date | undefined
  readonly step?: StepName | undefined
}

/** What has failed and waits for a replay, clusters first: their runs settle the roles that wait. */
export async function selectFailed(replaying: Replaying, selection: Selection): Promise<Replayable[]> {
  return [
    ...(await selectClusters(replaying, selection)),
    ...(selection.step === undefined || selection.step === 'roles'
      ? await selectRoles(replaying, selection)
      : []),
  ]
}

async function selectClusters({ table }: Replaying, { since, step }: Selection): Promise<Replayable[]> {
  const clusters: Replayable[] = []
  for await (const { desired, run, lastError } of listClusters(table)) {
    if (run?.state !== 'FAILED') continue
    if (step !== undefined && lastError?.step !== step) continue
    if (since !== undefined && lastError !== undefined && Date.parse(lastError.at) < since.getTime()) continue
    clusters.push({ kind: 'cluster', cluster: desired.cluster })
  }
  return clusters
}

async function selectRoles(replaying: Replaying, selection: Selection): Promise<Replayable[]> {
  const executions = await unsettledRoleExecutions(replaying, selection)
  return executions.map(({ name, arn }) => ({ kind: 'role', name, arn }))
}

/** Failed executions for one role that a replay would do something about: Step Functions lists those of 90 days, mended or not. */
export async function unsettledRoleExecutions(
  replaying: Replaying,
  { since }: Pick<Selection, 'since'>,
): Promise<ExecutionSummary[]> {
  const workflows = { sfn: replaying.sfn, stateMachineArns: [replaying.reconcileRoleArn] }
  const failed = await listExecutions(workflows, { failed: true, since }, MAX_ROLES)
  const plans = await mapSome(failed, ({ arn }) => planRoleReplay(replaying, arn))
  return failed.filter((_, index) => plans[index]?.how !== 'nothing')
}

const MAX_ROLES = 1000

/** What `replay` would do now; changes nothing. Throws ClusterNotFound, ExecutionNotFound. */
export function plan(replaying: Replaying, what: Replayable): Promise<Replay> {
  return what.kind === 'cluster' ? planReplay(replaying, what.cluster) : planRoleReplay(replaying, what.arn)
}

/** What would change something is written into the audit first. Throws ClusterNotFound, ExecutionNotFound. */
export async function replay(replaying: Replaying, what: Replayable, auditing: Auditing): Promise<Replay> {
  const changeId = await recordReplay(replaying, what, auditing)
  return what.kind === 'cluster'
    ? replayRun(replaying, what.cluster, changeId)
    : replayRole(replaying, what.arn)
}

async function recordReplay(
  replaying: Replaying,
  what: Replayable,
  auditing: Auditing,
): Promise<string | undefined> {
  const { how, why, cluster, execution } = await plan(replaying, what)
  if (how === 'nothing') return undefined
  const about = { cluster, ...(execution !== undefined && { execution }) }
  return writeEntry(auditing, { what: 'ExecutionReplayed', about, after: { how, why } })
}

/** A cluster's run is replayed by its cluster, which alone knows whether another one has taken over. */
function replayableOf({ reconcileRoleArn }: RoleRuns, arn: string, cluster: string): Replayable {
  const name = arn.split(':').at(-1) ?? ''
  const isOfRole = arn.startsWith(`${reconcileRoleArn.replace(':stateMachine:', ':execution:')}:`)
  return isOfRole ? { kind: 'role', name, arn } : { kind: 'cluster', cluster }
}

/** By the name of an execution. Throws ExecutionNotFound, ClusterNotFound, and ExecutionSuperseded for a run that is not its cluster's last. */
export async function replayableNamed(replaying: Replaying & Workflows, name: string): Promise<Replayable> {
  const { executionArn = '', input } = await requireExecution(replaying, name)
  const { cluster } = subjectOf(input)
  const what = replayableOf(replaying, executionArn, cluster)
  if (what.kind === 'role') return what
  const { runs } = await requireCluster(replaying.table, cluster)
  if (name !== executionName(cluster, runs)) throw new ExecutionSuperseded(name, cluster)
  return what
}

async function planRoleReplay(replaying: Replaying, arn: string): Promise<Replay> {
  const { table, sfn, reconcileRoleArn } = replaying
  const execution = await describeExecution({ sfn }, arn)
  if (execution === undefined) throw new ExecutionNotFound(arn)
  const input = roleInputOf(execution)
  const answer = (how: Replay['how'], why: string) => ({
    cluster: input?.cluster ?? '',
    execution: execution.name,
    how,
    why,
  })
  if (input === undefined) return answer('nothing', 'It was started by somebody else, for no role.')
  const { cluster, version, ...key } = input
  if (isUnderWay(execution)) return answer('nothing', 'It is under way.')
  if (execution.status === 'SUCCEEDED') return answer('nothing', 'It has succeeded.')
  const record = await readCluster(table, cluster)
  if (record?.paused) return answer('nothing', 'Its cluster is paused: resume it.')
  const request = inForceOf<RoleInForce>(await readRoleRequest(table, cluster, key))
  if (record === undefined || request === undefined)
    return answer('nothing', 'Nobody asks for the role any more.')
  const desired = desiredStateIn(record, request, replaying.now())
  if (request.version !== version)
    return answer('nothing', 'A later version of the request has its own execution.')
  if (
    isSettled(await readRoleStatus(table, cluster, key), { version, generation: record.generation, desired })
  )
    return answer('nothing', 'The role is settled by now.')
  if (execution.redriveStatus !== 'REDRIVABLE')
    return answer('new-run', execution.redriveStatusReason ?? 'Step Functions cannot redrive it.')
  return (await hasSameDefinition({ sfn, stateMachineArn: reconcileRoleArn }, arn))
    ? answer('redrive', 'It goes on at the step that failed.')
    : answer('new-run', 'The workflow was deployed anew since it began.')
}

async function replayRole(replaying: Replaying, arn: string): Promise<Replay> {
  const planned = await planRoleReplay(replaying, arn)
  if (planned.how === 'redrive') return redriveRole(replaying, arn, planned)
  if (planned.how === 'new-run') await startRoleOf(replaying, arn)
  return planned
}

async function redriveRole(replaying: Replaying, arn: string, planned: Replay): Promise<Replay> {
  const redriven = await replaying.sfn
    .send(new RedriveExecutionCommand({ executionArn: arn }))
    .catch(undefinedIf(isNamedError('ExecutionNotRedrivable'), 'states:RedriveExecution'))
  // Another one who replays at the same time may have been faster, or our own call whose answer was lost.
  if (redriven !== undefined || isUnderWay(await describeExecution(replaying, arn))) return planned
  await startRoleOf(replaying, arn)
  return { ...planned, how: 'new-run', why: 'Step Functions refused to redrive it.' }
}

async function startRoleOf(replaying: Replaying, arn: string): Promise<void> {
  const input = roleInputOf(await describeExecution(replaying, arn))
  if (input !== undefined) await startRoleAgain(replaying, input)
}

const roleInput = z.object({
  cluster: z.string(),
  namespace: z.string(),
  serviceAccount: z.string(),
  version: z.int(),
})

function roleInputOf(execution: { readonly input?: string | undefined } | undefined) {
  return roleInput.safeParse(JSON.parse(execution?.input ?? '{}')).data
}
