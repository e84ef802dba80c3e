/** The fan-out's list: which roles of a cluster are to be settled next, when to wait, and when it is enough. */
import { SHARED_HOST } from './aws/names.ts'
import { ProviderAccountUnreachable, RolesIncomplete, RolesLeft, RolesTrusting } from './errors.ts'
import { begunAt, type TaskInput } from './execution.ts'
import { type ClusterRecord, isGoing, isOwnRun, readCluster } from './registry/cluster-record.ts'
import { accountOfRole, replicasLackedBy } from './registry/replica-needs.ts'
import type { ReplicaKey } from './registry/replicas.ts'
import { MAX_ATTEMPTS, type RoleKey, type RoleStatus } from './registry/roles.ts'
import { checkUnused } from './registry/sharing-clusters.ts'
import type { Table } from './registry/table.ts'
import { rolesTrusting, type StillTrusting } from './trusting-roles.ts'
import {
  attemptsIn,
  isLeftBehind,
  isOutOfReach,
  roleNameOf,
  type UnsettledRole,
  unsettledRoles,
  type Window,
} from './unsettled-roles.ts'

export interface RoleList {
  readonly cluster: string
  readonly run: number
  readonly step: 'roles'
  /**
   * `settle`: the batches. `wait`: what is left failed through nobody's fault, and is tried again later. `replicate`: the same, once the
   * providers are made that it lacks.
   */
  readonly status: 'settle' | 'wait' | 'replicate' | 'done' | 'superseded'
  /** How often the roles in the batches were tried. */
  readonly pass: number
  readonly batches: readonly (readonly ListedKey[])[]
  readonly replicas?: readonly ReplicaKey[]
}

interface ListedKey extends RoleKey {
  /** Of a role of another cluster. */
  readonly cluster?: string
}

/** A key has at most 427 bytes as JSON: some 170 KB of the payload's 256. */
const MAX_KEYS = 400
const BATCH_SIZE = 20
/** Made side by side in one invocation. */
const MAX_REPLICAS = 100

/**
 * Throws RolesIncomplete when only roles are left that were tried five times since the start or the redrive; RolesLeft, of a cluster
 * that is being deleted, when they were, or when only their requester or force can have them go; RolesTrusting the same of roles of other clusters;
 * ProviderAccountUnreachable when it is their account that keeps all of them; SharedHostInUse.
 */
export async function listRoles(
  { table, now }: { readonly table: Table; readonly now: () => Date },
  task: TaskInput,
): Promise<RoleList> {
  const { cluster, run, status, pass: lastPass = 0 } = task.input
  const answer = { cluster, run, step: 'roles', batches: [] } as const
  const record = await readCluster(table, cluster)
  if (!isOwnRun(record, run)) return { ...answer, status: 'superseded', pass: lastPass }
  if (cluster === SHARED_HOST && record.removal !== undefined) await checkUnused(table)
  const window = { run, since: begunAt(task) }
  const all = await toSettle(table, record, window, now())
  if (all.length === 0) return { ...answer, status: 'done', pass: lastPass }
  const left = all.filter(({ attempts }) => attempts < MAX_ATTEMPTS)
  if (left.length === 0) throw incomplete(record, all)
  const pass = Math.min(...left.map(({ attempts }) => attempts))
  if (pass > lastPass && status !== 'wait' && status !== 'pending') {
    const replicas = isGoing(record) ? [] : lackedBy(left)
    if (replicas.length > 0) return { ...answer, status: 'replicate', pass: lastPass, replicas }
    return { ...answer, status: 'wait', pass: lastPass }
  }
  const due = left.filter(({ attempts }) => attempts === pass).slice(0, MAX_KEYS)
  return { ...answer, status: 'settle', pass, batches: batchesOf(due) }
}

/** Each once. */
function lackedBy(roles: readonly ToSettle[]): ReplicaKey[] {
  const lacked = roles.flatMap(({ status }) => (status === undefined ? [] : replicasLackedBy(status)))
  const byName = new Map(lacked.map((replica) => [`${replica.cluster}/${replica.accountId}`, replica]))
  return [...byName.values()].slice(0, MAX_REPLICAS)
}

interface ToSettle extends ListedKey {
  readonly status: RoleStatus | undefined
  readonly attempts: number
}

/** Of a cluster that goes first its own roles, and once they are gone those of other clusters that trust it. */
async function toSettle(
  table: Table,
  record: ClusterRecord,
  window: Window,
  now: Date,
): Promise<readonly ToSettle[]> {
  const unsettled = (await unsettledRoles(table, record, now)).map((role) => ({
    ...role,
    attempts: isGoing(record) ? removalsIn(window, role) : attemptsIn(window, role.status, role.version),
  }))
  const own = isAbandoned(record) ? unsettled.filter((role) => !isLeft(role)) : unsettled
  if (own.length > 0 || !isGoing(record)) return own
  const trusting = (await rolesTrusting(table, record.desired.cluster)).map((role) => ({
    ...role,
    attempts: recompilationsIn(window, role),
  }))
  return trusting.filter(
    (role) =>
      !(record.removal?.force && role.attempts >= MAX_ATTEMPTS) &&
      !(isAbandoned(record) && role.attempts > 0 && isOutOfReach(role.status)),
  )
}

function isAbandoned({ status, abandoned }: ClusterRecord): boolean {
  return isGoing({ status }) && abandoned !== undefined
}

/** It was tried in this run, or since its redrive. */
function isLeft({ status, attempts }: ToSettle): boolean {
  return isLeftBehind(status) && attempts > 0
}

function incomplete({ desired: { cluster }, status }: ClusterRecord, left: readonly ToSettle[]): Error {
  if (!isGoing({ status })) return new RolesIncomplete(left.length, exampleOf(left))
  if (left.every((role) => isOutOfReach(role.status))) {
    const accounts = new Set(left.map((role) => accountOfRole(role.status) ?? ''))
    return new ProviderAccountUnreachable([...accounts].toSorted(), exampleOf(left))
  }
  if (left.every((role) => role.cluster !== undefined))
    return new RolesTrusting(cluster, left.length, exampleOf(left))
  return new RolesLeft(left.length, exampleOf(left))
}

/** A removal that failed is not tried again before a redrive, or another run. */
function removalsIn(window: Window, { status, version }: UnsettledRole): number {
  const hasFailed = status?.state === 'FAILED' && status.desired === 'removed'
  if (!hasFailed) return attemptsIn(window, status, version)
  return isOf(window, status) ? MAX_ATTEMPTS : 0
}

/** What only its requester can mend, or its cluster's operator by resuming it, is not tried again either. */
function recompilationsIn(window: Window, { status, version, isPaused }: StillTrusting): number {
  if (isPaused) return MAX_ATTEMPTS
  if (status.state !== 'FAILED') return attemptsIn(window, status, version)
  return isOf(window, status) ? MAX_ATTEMPTS : 0
}

function isOf(window: Window, { run, at }: RoleStatus): boolean {
  return run === window.run && Date.parse(at) >= Date.parse(window.since)
}

function exampleOf([first]: readonly ToSettle[]): string {
  if (first === undefined) return ''
  const name = [...(first.cluster === undefined ? [] : [first.cluster]), roleNameOf(first)].join(' ')
  const { error, message } = first.status ?? {}
  return error === undefined ? `${name}, whose cluster is paused.` : `${name}: ${error}: ${message}`
}

function batchesOf(roles: readonly ListedKey[]): ListedKey[][] {
  const keys = roles.map(({ cluster, namespace, serviceAccount }) => ({
    ...(cluster !== undefined && { cluster }),
    namespace,
    serviceAccount,
  }))
  return Array.from({ length: Math.ceil(keys.length / BATCH_SIZE) }, (_, index) =>
    keys.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  )
}
