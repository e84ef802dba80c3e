/** A role that is asked for after its cluster's issuer is ready: one execution of its own for every version of the request. */
import { createHash } from 'node:crypto'
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { isNamedError, undefinedIf } from './aws/errors.ts'
import { RolesIncomplete } from './errors.ts'
import { begunAt, type RoleTask } from './execution.ts'
import { type ClusterRecord, changeCluster, readCluster } from './registry/cluster-record.ts'
import { replicasLackedBy } from './registry/replica-needs.ts'
import { listDoubted, type ReplicaKey } from './registry/replicas.ts'
import {
  type ClusterRole,
  inForceOf,
  MAX_ATTEMPTS,
  type RoleInForce,
  type RoleKey,
  type RoleStatus,
  readRoleRequest,
  readRoleStatus,
} from './registry/roles.ts'
import { listRolesBehind } from './registry/roles-behind.ts'
import { listTrustingRoles, subjectsIn } from './registry/subject-clusters.ts'
import type { Table } from './registry/table.ts'
import { describeExecution, executionArn, isUnderWay } from './runs.ts'
import { type Settling, settleRole } from './settle-role.ts'
import { desiredStateIn, isSettled, roleNameOf, unsettledRoles } from './unsettled-roles.ts'

export interface RoleRuns {
  readonly table: Table
  readonly sfn: SFNClient
  /** Of reconcile-role. */
  readonly reconcileRoleArn: string
  readonly now: () => Date
}

/**
 * Starts what the role needs now, if anything: nothing is made before the issuer is ready, and nothing is started while the cluster's own
 * run goes through the roles, or takes them away, since that run will list this one too; nothing while the cluster is paused, whose
 * resuming begins such a run; nothing when the request is settled, or waits for an approval. A status
 * without a request is of a role that may have been left behind.
 */
export async function startReconcileRole(runs: RoleRuns, cluster: string, key: RoleKey): Promise<void> {
  const record = await readCluster(runs.table, cluster)
  if (record === undefined || record.status === 'DELETING' || record.paused) return
  if (record.run?.state === 'STARTED' && record.run.listsRoles === true) return
  const request = inForceOf<RoleInForce>(await readRoleRequest(runs.table, cluster, key))
  const status = await readRoleStatus(runs.table, cluster, key)
  const version = request?.version ?? status?.version
  if (version === undefined) return
  const desired = desiredStateIn(record, request, runs.now())
  if (record.status === 'ANNOUNCED' && desired === 'present') return
  if (isSettled(status, { version, desired, generation: record.generation })) return
  await start(runs, { cluster, ...key, version })
}

/**
 * For the end of a run: what was asked for after its last list, and left to it. Whoever asks later finds no run in the way. A next
 * run lists them itself.
 */
export async function startLateRoles(runs: RoleRuns, record: ClusterRecord): Promise<void> {
  if (record.run !== undefined) return
  const { cluster } = record.desired
  const late = await unsettledRoles(runs.table, record, runs.now())
  const keys = late.map(({ namespace, serviceAccount }) => ({ cluster, namespace, serviceAccount }))
  const errors = await startEach(runs, keys)
  // As it is, for the state machine knows errors by their names.
  if (errors.length > 0) throw errors[0]
}

/**
 * For a cluster whose issuer is ready: the roles of other clusters that have waited for it, that trust it as it was before, or no longer
 * because it had gone.
 * Whether a run of their own cluster is under way does not matter: it holds them for settled.
 */
export async function startTrustingRoles(
  runs: RoleRuns,
  { desired, generation }: Pick<ClusterRecord, 'desired' | 'generation'>,
): Promise<void> {
  const subjectCluster = desired.cluster
  const waiting = new Set<string>()
  for await (const { cluster, ...key } of listTrustingRoles(runs.table, subjectCluster)) {
    const request = inForceOf<RoleInForce>(await readRoleRequest(runs.table, cluster, key))
    const status = await readRoleStatus(runs.table, cluster, key)
    const { subjects = [] } = subjectsIn(request)
    if (request === undefined || status === undefined) continue
    if (!subjects.some((subject) => subject.cluster === subjectCluster)) continue
    if (status.state !== 'WAITING' && status.trusts?.[subjectCluster] === generation) continue
    if (waiting.has(cluster)) continue
    if (await raiseIfPaused(runs, cluster)) waiting.add(cluster)
    else await start(runs, { cluster, ...key, version: request.version })
  }
}

/** Its roles are settled for a generation of their own cluster: with the next one, the run that resuming begins goes through all of them. */
async function raiseIfPaused(runs: RoleRuns, cluster: string): Promise<boolean> {
  const record = await changeCluster(runs.table, cluster, (known) =>
    known?.paused ? { ...known, generation: known.generation + 1 } : known,
  )
  return record?.paused === true
}

/** What the stream did not bring, and what has expired. */
export async function sweepRoles(runs: RoleRuns): Promise<void> {
  const errors = await startEach(runs, listRolesBehind(runs.table, runs.now()))
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} roles could not be started.`)
  if (errors.length > 0) throw errors[0]
}

/** Providers that a role has left behind: what it was cut off from telling, and what was settled by a run of a cluster. */
export async function sweepReplicas(runs: RoleRuns): Promise<void> {
  const before = new Date(runs.now().getTime() - IN_FLIGHT_MS)
  for await (const { cluster, accountId, doubt, revision } of listDoubted(runs.table, before)) {
    if (doubt === undefined) continue
    const { at: _, ...role } = doubt
    const hash = createHash('sha256').update(JSON.stringify([cluster, accountId]))
    const name = `${hash.digest('hex').slice(0, 40)}-provider-${revision}`
    const input = JSON.stringify({ ...role, replicas: [{ cluster, accountId }] })
    await runs.sfn
      .send(new StartExecutionCommand({ stateMachineArn: runs.reconcileRoleArn, name, input }))
      .catch(undefinedIf(isNamedError('ExecutionAlreadyExists'), 'states:StartExecution'))
  }
}

/** Whoever has settled the role is done by then. */
const IN_FLIGHT_MS = 10 * 60_000

/** One that cannot be started does not keep the others waiting. */
async function startEach(
  runs: RoleRuns,
  roles: Iterable<ClusterRole> | AsyncIterable<ClusterRole>,
): Promise<unknown[]> {
  const errors: unknown[] = []
  for await (const { cluster, ...key } of roles)
    await startReconcileRole(runs, cluster, key).catch((error: unknown) => errors.push(error))
  return errors
}

interface ReconcileInput extends RoleKey {
  readonly cluster: string
  readonly version: number
}

/** For an operator, where a redrive is not possible: the next attempt, whether AWS could still redrive one that failed or not. */
export async function startRoleAgain(runs: RoleRuns, asked: ReconcileInput): Promise<void> {
  await start(runs, asked, true)
}

/** One that failed is the operators' to redrive while AWS can. One that is over, and yet the role is not settled: the next attempt. */
async function start(
  { sfn, reconcileRoleArn }: RoleRuns,
  asked: ReconcileInput,
  passesRedrivable = false,
): Promise<void> {
  const { cluster, namespace, serviceAccount, version } = asked
  const input = JSON.stringify({ cluster, namespace, serviceAccount, version })
  for (let attempt = 1; attempt <= MAX_EXECUTIONS; attempt++) {
    const name = attempt === 1 ? executionNameOf(asked) : `${executionNameOf(asked)}-${attempt}`
    const started = await sfn
      .send(new StartExecutionCommand({ stateMachineArn: reconcileRoleArn, name, input }))
      .catch(undefinedIf(isNamedError('ExecutionAlreadyExists'), 'states:StartExecution'))
    if (started !== undefined) return
    const existing = await describeExecution({ sfn }, executionArn(reconcileRoleArn, name))
    if (isUnderWay(existing)) return
    if (existing?.redriveStatus === 'REDRIVABLE' && !passesRedrivable) return
  }
}

const MAX_EXECUTIONS = 100

/** Names have 80 characters, and stay taken for 90 days. */
function executionNameOf({ cluster, namespace, serviceAccount, version }: ReconcileInput): string {
  const hash = createHash('sha256').update(JSON.stringify([cluster, namespace, serviceAccount]))
  return `${hash.digest('hex').slice(0, 40)}-${version}`
}

export interface ReconcileAnswer extends ReconcileInput {
  /** `gone`: the role, its request or its cluster is no longer there. `paused`: the run that resuming begins settles it. */
  readonly status: 'settled' | 'pending' | 'gone' | 'paused'
  readonly reason?: string
  /** Providers in the role's account that it lacks, or needs no more. */
  readonly replicas?: readonly ReplicaKey[]
}

/** Throws RolesIncomplete after five passes since the start or the redrive. */
export async function reconcileRole(
  settling: Omit<Settling, 'run' | 'since'>,
  task: RoleTask,
): Promise<ReconcileAnswer> {
  const { replicas: doubted = [], ...input } = task.input
  const { cluster, namespace, serviceAccount } = input
  const replicas: ReplicaKey[] = [...doubted]
  const answer = (status: ReconcileAnswer['status'], reason?: string): ReconcileAnswer => ({
    ...input,
    status,
    ...(reason !== undefined && { reason }),
    ...(replicas.length > 0 && { replicas }),
  })
  const record = await readCluster(settling.table, cluster)
  if (record === undefined) return answer('gone')
  if (record.paused) return answer('paused')
  const window = { run: record.runs, since: begunAt(task) }
  const onRelease = (replica: ReplicaKey) => void replicas.push(replica)
  const role = { namespace, serviceAccount }
  const status = await settleRole({ ...settling, ...window, onRelease }, cluster, role, record)
  if (status === undefined) return answer('gone')
  replicas.push(...replicasLackedBy(status))
  if (status.state !== 'RETRY') return answer('settled')
  const reason = reasonOf(status)
  if (status.attempts >= MAX_ATTEMPTS) throw new RolesIncomplete(1, reason)
  return answer('pending', reason)
}

function reasonOf(status: RoleStatus): string {
  return `${roleNameOf(status)}: ${status.error}: ${status.message}`
}
