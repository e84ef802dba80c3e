/** What a `Cluster Created` event does: the cluster is recorded, its names are claimed, its run is started. */
import { isDeepStrictEqual } from 'node:util'
import { mayCover, zonesUsedBy } from './aws/allowed-zones.ts'
import type { Stack } from './aws/stack.ts'
import type { DesiredCluster } from './cluster.ts'
import {
  AccountMayNotSpeak,
  BaseDomainNotAllowed,
  ClusterChangeRefused,
  ClusterIsCompanion,
  EventFromTheFuture,
} from './errors.ts'
import { type ClusterCreated, parseClusterCreated } from './events/cluster-created.ts'
import type { Envelope } from './events/envelope.ts'
import { issuerOf } from './events/hosting.ts'
import { shareKeys } from './migrate.ts'
import { checkListed, withListed } from './oidc/rotation.ts'
import { claimIssuer, isNamedAfterHost, issuerClaim, releaseIssuer } from './registry/claims.ts'
import {
  type ClusterRecord,
  changeClusterFrom,
  hostedAs,
  isGoing,
  keepsHost,
  keySetMembers,
  readCluster,
} from './registry/cluster-record.ts'
import { markSeen, wasSeen } from './registry/seen-events.ts'
import type { Table } from './registry/table.ts'
import { readWithdrawal } from './registry/withdrawals.ts'
import { type Runs, replayRunOf, startRunOf, withNewGeneration, withNewRun } from './runs.ts'
import { announceSharedHost } from './shared-host.ts'
import { withdrawn } from './withdrawn.ts'

export interface Announcing extends Runs {
  readonly stack: Stack
  /** Accounts that may speak for clusters of others. */
  readonly operatorAccounts: readonly string[]
  readonly now: () => Date
}

/**
 * Duplicates and late events change nothing; all of them end by starting the recorded run. Throws the errors of the edge
 * (`mendedBy: 'requester'`) before anything is changed.
 */
export async function announceCluster(announcing: Announcing, event: unknown): Promise<void> {
  const { table, stack } = announcing
  const said = parseClusterCreated(event, stack)
  checkTime(said.envelope, announcing.now())
  const before = await readCluster(table, said.desired.cluster)
  const created = hostedLike(stack, before, said)
  const { envelope, desired } = created
  const owner = before?.desired.accountId ?? desired.accountId
  checkSpeaker(announcing, envelope, desired.cluster, owner)
  checkPlace(stack, desired)
  if (before !== undefined && (await wasSeen(table, envelope.id))) return startRunOf(announcing, before)
  if (desired.hosting.type === 'shared') await prepareSharedHost(announcing, before, created)
  const accepted = await acceptEvent(table, before, created, announcing.now())
  const record = await obeyWithdrawal(announcing, accepted)
  await startAccepted(announcing, record, envelope)
}

/** The end of every event. One that is accepted anew replays a run that has failed. */
export async function startAccepted(
  announcing: Announcing,
  record: ClusterRecord,
  { id }: Pick<Envelope, 'id'>,
): Promise<void> {
  if (record.migration !== undefined) await shareKeys(announcing, record.desired.cluster)
  if (record.run?.state === 'FAILED' && record.lastEvent.id === id) await replayRunOf(announcing, record)
  else await startRunOf(announcing, record)
  await markSeen(announcing.table, id, announcing.now())
}

/** Where the name is in the issuer, it is the one that the issuer is hosted under: a migration has brought it with it. */
export function hostedLike<Created extends Pick<ClusterCreated, 'desired'>>(
  stack: Stack,
  known: ClusterRecord | undefined,
  created: Created,
): Created {
  const { desired } = created
  const { type } = desired.hosting
  if (known?.hostedAs === undefined || !isNamedAfterHost(type)) return created
  const issuer = issuerOf(stack, { cluster: known.hostedAs, hosting: { type } })
  return { ...created, desired: { ...desired, issuer } }
}

/** Not for an event that is refused, or comes too late to change anything. */
async function prepareSharedHost(
  announcing: Announcing,
  known: ClusterRecord | undefined,
  created: ClusterCreated,
): Promise<void> {
  const { envelope } = created
  checkChange(known, created)
  if (known === undefined || envelope.time >= known.lastEvent.time)
    await announceSharedHost(announcing, envelope)
}

/**
 * `known` was just read. The first of two events with different issuers wins, and the other one keeps no claim, however often it comes. `then`, pure, changes the
 * record in the same write.
 */
export async function acceptEvent(
  table: Table,
  known: ClusterRecord | undefined,
  created: ClusterCreated,
  now: Date,
  then: (record: ClusterRecord) => ClusterRecord = (record) => record,
): Promise<ClusterRecord> {
  const { desired } = created
  try {
    checkChange(known, created)
    // What a record has is claimed already; by the other one, for a moment, when a migration has just been finished.
    if (known?.desired.issuer !== desired.issuer) await claimIssuer(table, claimOf(known, desired))
    return await changeClusterFrom(table, desired.cluster, known, (latest) =>
      then(announced(latest, created, now)),
    )
  } catch (error) {
    if (error instanceof ClusterChangeRefused) await releaseUnlessOwn(table, desired)
    throw error
  }
}

/**
 * A `Cluster Deleted` that came before this, the first `Cluster Created`, and was sent after it: what has just been recorded goes.
 */
async function obeyWithdrawal(
  { table, operatorAccounts }: Announcing,
  accepted: ClusterRecord,
): Promise<ClusterRecord> {
  let record = accepted
  const { desired, generation, lastEvent } = accepted
  if (generation !== 1) return record
  const { cluster } = desired
  for (const accountId of new Set([desired.accountId, ...operatorAccounts])) {
    const withdrawal = await readWithdrawal(table, { cluster, accountId })
    if (withdrawal !== undefined && withdrawal.time >= lastEvent.time)
      record = await changeClusterFrom(table, cluster, record, (known = accepted) =>
        withdrawn(known, withdrawal),
      )
  }
  return record
}

/** Nor one that goes, and is trusted until then. */
async function releaseUnlessOwn(table: Table, desired: DesiredCluster): Promise<void> {
  const known = await readCluster(table, desired.cluster)
  const own = [known?.desired.issuer, known?.migration?.former?.place.issuer]
  if (known !== undefined && !own.includes(desired.issuer))
    await releaseIssuer(table, claimOf(known, desired))
}

function claimOf(known: ClusterRecord | undefined, desired: DesiredCluster) {
  return issuerClaim(desired, known === undefined ? desired.cluster : hostedAs(known))
}

const MAX_AHEAD_MILLISECONDS = 5 * 60_000

export function checkTime({ time }: Envelope, now: Date): void {
  if (Date.parse(time) > now.getTime() + MAX_AHEAD_MILLISECONDS)
    throw new EventFromTheFuture(time, now.toISOString())
}

/** An account speaks for its own clusters; once a cluster is known, its owner is who it was recorded with. */
export function checkSpeaker(
  { operatorAccounts }: Announcing,
  { account }: Envelope,
  cluster: string,
  owner: string,
): void {
  if (account !== owner && !operatorAccounts.includes(account))
    throw new AccountMayNotSpeak(account, cluster, owner)
}

/** Throws BaseDomainNotAllowed. */
export function checkPlace(stack: Stack, { baseDomain, accountId }: DesiredCluster): void {
  if (baseDomain === undefined) return
  const allowed = zonesUsedBy(stack, accountId)
  if (allowed.some((zone) => mayCover(zone, baseDomain))) return
  throw new BaseDomainNotAllowed(
    baseDomain,
    accountId,
    allowed.flatMap(({ name }) => name ?? []),
  )
}

/** Changing these would cut off every running pod. Of a cluster that is gone only its account stays, unless its issuer is trusted still. */
const FIXED = {
  accountId: ({ accountId }: DesiredCluster) => accountId,
  region: ({ region }: DesiredCluster) => region,
  hosting: ({ hosting }: DesiredCluster) => hosting.type,
  baseDomain: ({ baseDomain }: DesiredCluster) => baseDomain,
  issuer: ({ issuer }: DesiredCluster) => issuer,
}
const FIXED_IN_DEATH = { accountId: FIXED.accountId }

function checkChange(
  known: ClusterRecord | undefined,
  { desired, keys }: Pick<ClusterCreated, 'desired' | 'keys'>,
): void {
  if (known === undefined) return
  const isFree = known.status === 'DELETED' && !keepsHost(known)
  for (const [field, read] of Object.entries(isFree ? FIXED_IN_DEATH : FIXED)) {
    const [recorded, wanted] = [read(known.desired), read(desired)]
    if (recorded !== wanted)
      throw new ClusterChangeRefused(desired.cluster, field, String(recorded), String(wanted))
  }
  // Its keys go with it: those of the event take their place.
  if (isGoing(known)) return
  checkListed(known, keys, 'detail')
}

/** Pure: the record after the event. Throws ClusterChangeRefused, and InvalidInput for keys that cannot be published together. */
export function announced(
  known: ClusterRecord | undefined,
  { envelope, desired, keys }: ClusterCreated,
  now: Date,
): ClusterRecord {
  const lastEvent = { id: envelope.id, time: envelope.time }
  const listing = { keys, time: envelope.time, now }
  const asSaid = {
    desired: mutable(desired),
    ...keySetMembers(withListed({ keys: [] }, listing)),
    lastEvent,
  }
  const fresh = { ...asSaid, status: 'ANNOUNCED', outputs: {}, hints: {} } as const
  if (known === undefined) return withNewRun({ ...fresh, generation: 1, runs: 0, revision: 0 })
  checkChange(known, { desired, keys })
  if (envelope.time < known.lastEvent.time) return known
  const { generation, runs, revision, removal, ...rest } = known
  if (known.status === 'DELETED') {
    const { outputs, adopted, hostedAs: name } = known
    const host = { outputs, ...(adopted && { adopted }), ...(name !== undefined && { hostedAs: name }) }
    return withNewRun({ ...fresh, ...host, generation: generation + 1, runs, revision })
  }
  const next = isGoing(known)
    ? { ...rest, ...asSaid, generation, runs, revision }
    : { ...known, ...asSaid, ...keySetMembers(withListed(known, listing)) }
  const isSame =
    removal === undefined &&
    isDeepStrictEqual(next.desired, known.desired) &&
    isDeepStrictEqual(next.keys, known.keys)
  if (!isSame && !isGoing(known) && known.companionOf !== undefined)
    throw new ClusterIsCompanion(desired.cluster, known.companionOf)
  return isSame ? next : withNewGeneration(next)
}

function mutable(desired: DesiredCluster): ClusterRecord['desired'] {
  return { ...desired, audiences: [...desired.audiences], tags: { ...desired.tags } }
}
