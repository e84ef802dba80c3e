/** The fan-out's list: which roles of a cluster are to be settled next, when to wait, and when it is enough. */
import { RolesIncomplete, RolesLeft } from './errors.ts'
import { begunAt, type TaskInput } from './execution.ts'
import { isGoing, isOwnRun, readCluster } from './registry/cluster-record.ts'
import { MAX_ATTEMPTS, type RoleKey } from './registry/roles.ts'
import type { Table } from './registry/table.ts'
import { attemptsIn, roleNameOf, type UnsettledRole, unsettledRoles, type Window } from './unsettled-roles.ts'

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

/** A key has at most 352 bytes as JSON: some 140 KB of the payload's 256. */
const MAX_KEYS = 400
const BATCH_SIZE = 20

/**
 * Throws RolesIncomplete when only roles are left that were tried five times since the start or the redrive; RolesLeft, of a cluster
 * that is being deleted, when they were, or when only their requester or force can have them go.
 */
export async function listRoles(
  { table, now }: { readonly table: Table; readonly now: () => Date },
  task: TaskInput,
): Promise<RoleList> {
  const { cluster, run, status, pass: lastPass = 0 } = task.input
  const answer = { cluster, run, step: 'roles', batches: [] } as const
  const record = await readCluster(table, cluster)
  if (!isOwnRun(record, run)) return { ...answer, status: 'superseded', pass: lastPass }
  const window = { run, since: begunAt(task) }
  const unsettled = (await unsettledRoles(table, record, now())).map((role) => ({
    ...role,
    attempts: isGoing(record) ? removalsIn(window, role) : attemptsIn(window, role.status, role.version),
  }))
  if (unsettled.length === 0) return { ...answer, status: 'done', pass: lastPass }
  const left = unsettled.filter(({ attempts }) => attempts < MAX_ATTEMPTS)
  if (left.length === 0)
    throw isGoing(record)
      ? new RolesLeft(unsettled.length, exampleOf(unsettled))
      : new RolesIncomplete(unsettled.length, exampleOf(unsettled))
  const pass = Math.min(...left.map(({ attempts }) => attempts))
  if (pass > lastPass && status !== 'wait') return { ...answer, status: 'wait', pass: lastPass }
  const due = left.filter(({ attempts }) => attempts === pass).slice(0, MAX_KEYS)
  return { ...answer, status: 'settle', pass, batches: batchesOf(due) }
}

/** A removal that failed is not tried again before a redrive, or another run. */
function removalsIn(window: Window, { status, version }: UnsettledRole): number {
  const hasFailed = status?.state === 'FAILED' && status.desired === 'removed'
  if (!hasFailed) return attemptsIn(window, status, version)
  return status.run === window.run && Date.parse(status.at) >= Date.parse(window.since) ? MAX_ATTEMPTS : 0
}

function exampleOf([first]: readonly UnsettledRole[]): string {
  return first === undefined ? '' : `${roleNameOf(first)}: ${first.status?.error}: ${first.status?.message}`
}

function batchesOf(roles: readonly RoleKey[]): RoleKey[][] {
  const keys = roles.map(({ namespace, serviceAccount }) => ({ namespace, serviceAccount }))
  return Array.from({ length: Math.ceil(keys.length / BATCH_SIZE) }, (_, index) =>
    keys.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  )
}
