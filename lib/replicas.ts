/**
 * A cluster's OIDC provider in accounts other than its own, where roles trust it: made before the first of them, by the same
 * resource, and gone after the last, or with the cluster.
 */
import type { Cluster, StepOutputs } from './cluster.ts'
import { ConcurrentChange, IrsaError, ProviderNotOurs, ProvisionerRoleDenied } from './errors.ts'
import type { ReplicasTask, TaskInput } from './execution.ts'
import { leaveBehind } from './leave-behind.ts'
import { createStep, deleteStep } from './reconcile.ts'
import { type ClusterRecord, clusterOf, isGoing, readCluster } from './registry/cluster-record.ts'
import { isTrustedFrom } from './registry/replica-needs.ts'
import {
  changeReplica,
  deleteReplica,
  listReplicas,
  type ReplicaKey,
  type ReplicaRecord,
} from './registry/replicas.ts'
import type { Table } from './registry/table.ts'
import type { Resource } from './resource.ts'
import { runResourceStep, type StepAnswer } from './resource-step.ts'

export interface Replicating {
  readonly table: Table
  readonly provider: Resource<Cluster, StepOutputs['provider']>
  readonly now: () => Date
}

/** After every change that was made in it, whatever looks for it can believe: functions have ended by then. */
const DOUBT_MS = 10 * 60_000
/** Longer than whoever deletes it can still be at work. */
const LEAVING_MS = 2 * 60_000

/**
 * Makes it so, from any starting point: there when a role needs it, else not. May be repeated and raced: whoever deletes it says so
 * first and looks for needs afterwards, a role says that it needs it before it asks for it. Whether it is as it shall be; what keeps it
 * from that is in its item.
 */
export async function settleReplica(replicating: Replicating, key: ReplicaKey): Promise<boolean> {
  const record = await readCluster(replicating.table, key.cluster)
  if (record === undefined) return false
  if (await isNeeded(replicating.table, record, key)) return make(replicating, record, key)
  // By the time that no role trusts a companion, its issuer may be another cluster's: what it has goes with it.
  if (record.companionOf !== undefined && !isGoing(record)) return true
  let isGone = false
  const error = await attempt(async () => {
    isGone = await remove(replicating, record, key)
  })
  if (error !== undefined)
    await changeReplica(replicating.table, key, (known) => known && { ...known, error })
  return isGone
}

/** The step of a run: the cluster's own provider, then those in other accounts; in the opposite order when they go. */
export async function runProviderStep(replicating: Replicating, task: TaskInput): Promise<StepAnswer> {
  const { table, provider } = replicating
  const { cluster } = task.input
  let isLeft = false
  const everywhere: Replicating['provider'] = {
    ...provider,
    async delete(desired) {
      const unreachable = await removeReplicas(replicating, cluster)
      const failure = await failureOf(provider.delete(desired))
      isLeft = failure instanceof ProvisionerRoleDenied
      await leaveBehind(replicating, task, [...unreachable, ...(isLeft ? [desired.accountId] : [])])
      if (failure !== undefined && !isLeft) throw failure
    },
    observe: async (desired) => (isLeft ? { status: 'absent' } : provider.observe(desired)),
  }
  const answer = await runResourceStep(replicating, 'provider', everywhere, task)
  if (answer.status === 'ready')
    await Promise.all(
      (await listReplicas(table, cluster)).map((replica) => settleReplica(replicating, replica)),
    )
  return answer
}

/**
 * The accounts that cannot be reached. Throws what else keeps one from going; by force, what has its name and is not ours is left alone.
 */
async function removeReplicas(replicating: Replicating, cluster: string): Promise<string[]> {
  const { table } = replicating
  const record = await readCluster(table, cluster)
  if (record === undefined || !isGoing(record)) return []
  const unreachable: string[] = []
  for (const { accountId } of await listReplicas(table, cluster)) {
    let isGone = false
    const failure = await failureOf(
      remove(replicating, record, { cluster, accountId }).then((gone) => {
        isGone = gone
      }),
    )
    if (failure instanceof ProvisionerRoleDenied) unreachable.push(accountId)
    else if (failure !== undefined) throw failure
    else if (!isGone) throw new ConcurrentChange(`The provider in account ${accountId} is still there.`)
  }
  return unreachable
}

async function failureOf(work: Promise<void>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

async function isNeeded(table: Table, record: ClusterRecord, { accountId }: ReplicaKey): Promise<boolean> {
  const isUsable = !isGoing(record) && record.status !== 'ANNOUNCED'
  return isUsable && record.desired.accountId !== accountId && isTrustedFrom(table, record, accountId)
}

async function make(replicating: Replicating, record: ClusterRecord, key: ReplicaKey): Promise<boolean> {
  const { table, provider, now } = replicating
  const { generation } = record
  const wanted = await changeReplica(table, key, (known) => {
    if (known?.state === 'READY') return known
    if (known?.state === 'LEAVING' && !isOlder(known.at, LEAVING_MS, now())) return known
    return { ...key, generation: 0, ...known, state: 'WANTED', at: now().toISOString() }
  })
  if (wanted?.state === 'LEAVING') return false
  const outcome = await attempt(async () => {
    const progress = await createStep(provider, providerOf(record, key))
    if (progress.status === 'pending') throw new ConcurrentChange(progress.reason)
  })
  const made = await changeReplica(table, key, (known) => {
    if (known === undefined || known.state === 'LEAVING') return known
    const { error: _, doubt, ...rest } = known
    const isDoubted = doubt !== undefined && !isOlder(doubt.at, DOUBT_MS, now())
    const isSame =
      known.state === 'READY' && known.generation === generation && isDoubted === (doubt !== undefined)
    if (outcome === undefined && isSame) return known
    const kept = { ...rest, ...(isDoubted && { doubt }), at: now().toISOString() }
    if (outcome !== undefined) return { ...kept, state: 'FAILED', error: outcome }
    return { ...kept, state: 'READY', generation }
  })
  return made?.state === 'READY'
}

/** Whoever needs it from now on waits for its end, and makes it anew. */
async function remove(replicating: Replicating, record: ClusterRecord, key: ReplicaKey): Promise<boolean> {
  const { table, provider, now } = replicating
  const leaving = await changeReplica(
    table,
    key,
    (known) => known && { ...known, state: 'LEAVING', at: now().toISOString() },
  )
  if (leaving === undefined) return true
  const latest = (await readCluster(table, key.cluster)) ?? record
  if (await isNeeded(table, latest, key)) {
    await changeReplica(
      table,
      key,
      (known) => known && { ...known, state: 'WANTED', at: now().toISOString() },
    )
    return make(replicating, latest, key)
  }
  const isGone = await withdraw(provider, providerOf(record, key), record.removal?.force === true)
  return isGone && (await deleteReplica(table, leaving))
}

async function withdraw(
  provider: Replicating['provider'],
  desired: Cluster,
  force: boolean,
): Promise<boolean> {
  try {
    return (await deleteStep(provider, desired)).status === 'absent'
  } catch (error) {
    if (force && error instanceof ProviderNotOurs) return true
    throw error
  }
}

/** What failed, for the roles that need it to tell. */
async function attempt(work: () => Promise<void>): Promise<ReplicaRecord['error'] | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (!(error instanceof IrsaError)) throw error
    return { error: error.name, message: error.message, remedy: error.remedy }
  }
}

function providerOf(record: ClusterRecord, { accountId }: ReplicaKey): Cluster {
  return { ...clusterOf(record, 'provider', record.lastEvent.time), accountId }
}

function isOlder(time: string, milliseconds: number, now: Date): boolean {
  return now.getTime() - Date.parse(time) > milliseconds
}

export interface ReplicasAnswer {
  readonly status: string
  readonly [other: string]: unknown
}

/**
 * What roles lack is made, what they need no more goes. `again`, or `wait` as the fan-out says it: the roles can be settled now; `pending`: later.
 */
export async function runReplicas(replicating: Replicating, task: ReplicasTask): Promise<ReplicasAnswer> {
  const { replicas, status, reason: _, ...rest } = task.input
  const settled = await Promise.all(replicas.map((replica) => settleReplica(replicating, replica)))
  const isLacking = status === 'pending' || status === 'replicate'
  if (!isLacking) return { ...rest, status }
  if (!settled.every(Boolean)) return { ...rest, status: 'pending' }
  return { ...rest, status: status === 'replicate' ? 'wait' : 'again' }
}
