/** The fan-out's list: which roles of a cluster are to be settled next, when to wait, and when it is enough. */
import { RolesIncomplete } from './errors.ts'
import { begunAt, type TaskInput } from './execution.ts'
import { isOwnRun, readCluster } from './registry/cluster-record.ts'
import { listRoleRequests, listRoleStatuses, type RoleKey, type RoleStatus } from './registry/roles.ts'
import type { Table } from './registry/table.ts'

export interface RoleList {
  readonly cluster: string
  readonly run: number
  readonly step: 'roles'
  /** `settle`: the batches. `wait`: what is left failed through nobody's fault, and is tried again later. */
  readonly status: 'settle' | 'wait' | 'done' | 'superseded'
  /** How often the roles in the batches were tried. */
  readonly pass: number
  readonly batches: readonly (readonly RoleKey[])[]
}

/** 400 keys are 200 KB at their longest of the payload's 256. */
const MAX_KEYS = 400
const BATCH_SIZE = 20
const MAX_PASSES = 5

/** Throws RolesIncomplete when only roles are left that were tried five times since the start or the redrive. */
export async function listRoles(table: Table, task: TaskInput): Promise<RoleList> {
  const { cluster, run, status, pass: lastPass = 0 } = task.input
  const answer = { cluster, run, step: 'roles', batches: [] } as const
  const record = await readCluster(table, cluster)
  if (!isOwnRun(record, run)) return { ...answer, status: 'superseded', pass: lastPass }
  const unsettled = await unsettledRoles(table, cluster, record.generation, { run, since: begunAt(task) })
  if (unsettled.length === 0) return { ...answer, status: 'done', pass: lastPass }
  const left = unsettled.filter(({ attempts }) => attempts < MAX_PASSES)
  if (left.length === 0) throw incomplete(unsettled)
  const pass = Math.min(...left.map(({ attempts }) => attempts))
  if (pass > lastPass && status !== 'wait') return { ...answer, status: 'wait', pass: lastPass }
  const due = left.filter(({ attempts }) => attempts === pass).slice(0, MAX_KEYS)
  return { ...answer, status: 'settle', pass, batches: batchesOf(due) }
}

interface Unsettled extends RoleKey {
  readonly attempts: number
  readonly status: RoleStatus | undefined
}

interface Window {
  readonly run: number
  readonly since: string
}

/** Requests that are not done with, and how often each was tried since `window` began. Consistent. */
export async function unsettledRoles(
  table: Table,
  cluster: string,
  generation: number,
  window: Window,
): Promise<Unsettled[]> {
  const statuses = new Map<string, RoleStatus>()
  for await (const status of listRoleStatuses(table, cluster)) statuses.set(nameOf(status), status)
  const unsettled: Unsettled[] = []
  for await (const { namespace, serviceAccount, version } of listRoleRequests(table, cluster)) {
    const status = statuses.get(nameOf({ namespace, serviceAccount }))
    if (!isSettled(status, version, generation))
      unsettled.push({ namespace, serviceAccount, attempts: attemptsIn(window, status, version), status })
  }
  return unsettled
}

/** Whether the request of this version is done with, for the cluster as it is desired now. */
export function isSettled(status: RoleStatus | undefined, version: number, generation: number): boolean {
  return status?.version === version && status.generation === generation && status.state !== 'RETRY'
}

/** A redrive, or another run, counts from nought; so does another version of the request. */
export function attemptsIn(window: Window, status: RoleStatus | undefined, version: number): number {
  const isCounted =
    status?.state === 'RETRY' &&
    status.version === version &&
    status.run === window.run &&
    status.at >= window.since
  return isCounted ? status.attempts : 0
}

function nameOf({ namespace, serviceAccount }: RoleKey): string {
  return `${namespace}/${serviceAccount}`
}

function incomplete(roles: readonly Unsettled[]): RolesIncomplete {
  const [first] = roles
  const example =
    first === undefined ? '' : `${nameOf(first)}: ${first.status?.error}: ${first.status?.message}`
  return new RolesIncomplete(roles.length, example)
}

function batchesOf(roles: readonly RoleKey[]): RoleKey[][] {
  const keys = roles.map(({ namespace, serviceAccount }) => ({ namespace, serviceAccount }))
  return Array.from({ length: Math.ceil(keys.length / BATCH_SIZE) }, (_, index) =>
    keys.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  )
}
