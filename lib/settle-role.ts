/** Settles one role: makes or removes it in IAM as the request says, and writes down how it went. */
import { isDeepStrictEqual } from 'node:util'
import { type AttemptedRole, type Attempting, attemptRole } from './attempt-role.ts'
import { saysAccountIsFull } from './aws/errors.ts'
import { roleName } from './aws/names.ts'
import { type Publisher, publish } from './events/publish.ts'
import { roleAccountOf } from './policy/request.ts'
import { releaseRoleName, roleHolder } from './registry/claims.ts'
import { type ClusterRecord, isGoing, readCluster } from './registry/cluster-record.ts'
import { markFull } from './registry/full-accounts.ts'
import { accountOfRole, lackingProviders } from './registry/replica-needs.ts'
import { doubtReplica, type ReplicaKey } from './registry/replicas.ts'
import { giveBackPlace } from './registry/role-places.ts'
import {
  deleteRoleRequest,
  deleteRoleStatus,
  inForceOf,
  putRoleRequest,
  putRoleStatus,
  type RoleInForce,
  type RoleKey,
  type RoleRequestRecord,
  type RoleStatus,
  readRoleRequest,
  readRoleStatus,
} from './registry/roles.ts'
import { putTrust, readTrusted, subjectsIn, type Trusted } from './registry/subject-clusters.ts'
import type { Table } from './registry/table.ts'
import { isLeftBehind } from './unsettled-roles.ts'

export interface Settling extends Attempting {
  readonly table: Table
  readonly publisher: Publisher
  /** Hears the name of the error of every attempt that is to be repeated. */
  readonly onRetry?: (error: string) => void
  /** Hears of every provider that this role needs no more. */
  readonly onRelease?: (replica: ReplicaKey) => void
}

/**
 * What fails is the role's status, never an error of this function, so that one role does not stop the others; only the registry's and
 * EventBridge's own failures are thrown. Undefined when there is no such role any more: removed, and its request with it. `read`: the record of
 * the cluster, if the caller has just read it.
 */
export async function settleRole(
  settling: Settling,
  cluster: string,
  key: RoleKey,
  read?: ClusterRecord,
): Promise<RoleStatus | undefined> {
  let record = read ?? (await readCluster(settling.table, cluster))
  while (record !== undefined) {
    const asked = await readRoleRequest(settling.table, cluster, key)
    const request = inForceOf<RoleInForce>(asked)
    const previous = await readRoleStatus(settling.table, cluster, key)
    const isKept = asked !== undefined && request !== asked && !isGoing(record)
    // It waits for an approval, and nothing was ever made of it.
    if (isKept && request === undefined && previous === undefined) return undefined
    const version = request?.version ?? previous?.version ?? 0
    const trust = await readTrusted(settling.table, record, key, subjectsIn(request))
    const { records: trusted, companions } = trust
    // What is asked for says nothing of them: before one of them goes, its run finds the role by this.
    for (const companion of new Set(companions.map((subject) => subject.cluster ?? cluster)))
      await putTrust(settling.table, companion, { cluster, ...key })
    const accountId = accountOf(record, asked, previous)
    const lacking = await lackingProviders(settling.table, accountId, [record, ...trusted.values()])
    const attempted = { ...key, version, record, request, previous, trusted, companions, accountId, lacking }
    const status = await attemptRole(settling, attempted)
    const released = await doubtReleased(settling, attempted, status)
    const isOver = !isKept && (status === undefined || isLeftBehind(status))
    if (status === undefined) {
      await deleteRoleStatus(settling.table, cluster, { ...key, version })
      if (isKept) await keepWaiting(settling.table, asked)
      else
        await forgetRole(settling, record, {
          ...key,
          version: asked?.version ?? version,
          tenant: asked?.tenant,
          accountId,
        })
    } else {
      if (saysAccountIsFull(status)) await markFull(settling.table, accountId, settling.now())
      if (status.state === 'RETRY') settling.onRetry?.(status.error ?? 'Error')
      // Before it is written down: an event that was lost with our answer is sent again.
      await announceOutcome(settling, record, status, previous)
      await putRoleStatus(settling.table, cluster, status)
      // Its status says what is left, and keeps its name.
      if (isOver && asked !== undefined) await forgetRequest(settling, asked)
    }
    for (const replica of released) settling.onRelease?.(replica)
    // Slower than another change, it has made IAM as it was before that one.
    const latestRecord: ClusterRecord | undefined = await readCluster(settling.table, cluster)
    const latest = await readRoleRequest(settling.table, cluster, key)
    const left = isOver ? undefined : asked?.version
    const isSame = latest?.version === left && latestRecord?.generation === record.generation
    const stays = inForceOf<RoleInForce>(latest)
    if (isSame && (await areAsBefore(settling.table, record, stays, trust))) return status
    record = latestRecord
  }
  return undefined
}

/** Where it is, or was: that never changes. */
function accountOf(
  { desired }: ClusterRecord,
  asked: RoleRequestRecord | undefined,
  previous: RoleStatus | undefined,
): string {
  if (asked !== undefined) return roleAccountOf(desired, asked.content)
  return accountOfRole(previous) || desired.accountId
}

/**
 * Before its status, which says what it trusted, is written: if we are cut off here, the sweep has them looked at all the same. Of the
 * cluster's own only once there is no role.
 */
async function doubtReleased(
  { table, now }: Settling,
  { record, previous, accountId, namespace, serviceAccount, version }: AttemptedRole,
  status: RoleStatus | undefined,
): Promise<ReplicaKey[]> {
  const { cluster } = record.desired
  const hadOwn = status === undefined && accountId !== record.desired.accountId
  const former = [...(hadOwn ? [cluster] : []), ...Object.keys(previous?.trusts ?? {})]
  const released: ReplicaKey[] = []
  for (const name of former.filter((name) => status?.trusts?.[name] === undefined)) {
    const replica = { cluster: name, accountId }
    const doubt = { at: now().toISOString(), cluster, namespace, serviceAccount, version }
    if (await doubtReplica(table, replica, doubt)) released.push(replica)
  }
  return released
}

/** What another cluster became meanwhile it has told those roles only whose status was there. */
async function areAsBefore(
  table: Table,
  record: ClusterRecord,
  request: RoleInForce | undefined,
  before: Trusted,
): Promise<boolean> {
  if (request === undefined) return true
  const now = await readTrusted(table, record, request, subjectsIn(request))
  const marks = ({ records, companions }: Trusted) => [
    companions.length,
    ...[...records].map(([name, { generation, status }]) => [
      name,
      generation,
      status === 'ANNOUNCED',
      status === 'DELETED',
    ]),
  ]
  return isDeepStrictEqual(marks(now), marks(before))
}

/** What is asked for instead still waits, or was rejected; nothing is in force any more. */
async function keepWaiting(table: Table, asked: RoleRequestRecord): Promise<void> {
  const { inForce, ...waiting } = asked
  if (inForce !== undefined) await putRoleRequest(table, waiting, asked.version)
}

async function forgetRole(
  settling: Settling,
  { desired: { cluster } }: ClusterRecord,
  role: AskedRole & { readonly accountId: string },
): Promise<void> {
  const { table, stack, now } = settling
  const { namespace, serviceAccount, version, accountId } = role
  const name = { accountId, roleName: roleName(stack, { cluster, namespace, serviceAccount }) }
  await releaseRoleName(table, name, roleHolder(cluster, role), { version, now: now() })
  await forgetRequest(settling, { ...role, cluster })
}

type AskedRole = RoleKey & { readonly version: number; readonly tenant?: string | undefined }

/** The request last: as long as it is there, somebody comes back for the rest. */
async function forgetRequest(
  { table }: Settling,
  { cluster, namespace, serviceAccount, version, tenant }: AskedRole & { readonly cluster: string },
): Promise<void> {
  const role = { cluster, namespace, serviceAccount }
  if (tenant !== undefined) await giveBackPlace(table, { tenant, role, version })
  await deleteRoleRequest(table, cluster, { namespace, serviceAccount, version })
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
