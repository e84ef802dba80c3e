/** Which keys a cluster's API server has now: what a `Cluster Keys Changed` event does, and a request to the API. */
import { type Announcing, checkSpeaker, checkTime, startAccepted } from './announce.ts'
import { auditEntry } from './audit/entry.ts'
import { appendAudit } from './audit/log.ts'
import { ClusterBeingDeleted, ClusterIsCompanion, ClusterNotFound, IssuerIsExternal } from './errors.ts'
import { type ClusterKeysChanged, parseClusterKeysChanged } from './events/cluster-keys-changed.ts'
import { checkListed, withListed, withOnlyListed } from './oidc/rotation.ts'
import {
  type ClusterRecord,
  changeClusterFrom,
  keySetMembers,
  requireCluster,
} from './registry/cluster-record.ts'
import { wasSeen } from './registry/seen-events.ts'
import type { Table } from './registry/table.ts'
import { startRunOf, withNewGeneration } from './runs.ts'

export interface Changing extends Announcing {
  /** Written before anything is changed. */
  readonly audit: Table
}

/**
 * Duplicates and late events change nothing; all of them end by starting the recorded run. Throws the errors of the edge
 * (`mendedBy: 'requester'`) before anything is changed, ClusterNotFound, ClusterBeingDeleted and
 * ClusterIsCompanion.
 */
export async function changeKeys(changing: Changing, event: unknown): Promise<void> {
  const { table, now } = changing
  const { envelope, ...change } = parseClusterKeysChanged(event)
  const { cluster } = change
  checkTime(envelope, now())
  const before = await requireCluster(table, cluster)
  checkSpeaker(changing, envelope, cluster, before.desired.accountId)
  if (await wasSeen(table, envelope.id)) return startRunOf(changing, before)
  const { id, time, account } = envelope
  const asked = { ...change, id, time, who: `account:${account}`, input: 'detail' }
  await startAccepted(changing, await acceptKeys(changing, before, asked), envelope)
}

export interface KeysAsked extends Omit<ClusterKeysChanged, 'envelope'> {
  /** Of the event, or of what stands in its place. */
  readonly id: string
  /** With milliseconds: an older one than the cluster's last event changes nothing. */
  readonly time: string
  /** For the audit. */
  readonly who: string
  /** What the keys came in, for messages. */
  readonly input: string
}

/** Written down, then recorded, with a run to be started if the key set changes. Who may ask for it is the caller's to say. */
export async function acceptKeys(
  { table, audit, now }: Pick<Changing, 'table' | 'audit' | 'now'>,
  before: ClusterRecord,
  asked: KeysAsked,
): Promise<ClusterRecord> {
  const { cluster, retireNow } = asked
  if (withKeys(before, asked, now()) === before) return before
  const entry = auditEntry({
    at: asked.time,
    who: asked.who,
    what: 'KeysChanged',
    about: { cluster },
    before: { published: kidsOf(before) },
    after: { listed: kidsOf(asked), ...(retireNow !== undefined && { retireNow }) },
  })
  await appendAudit(audit, entry)
  return changeClusterFrom(table, cluster, before, (known = before) => {
    const accepted = withKeys(known, asked, now())
    return accepted === known ? known : { ...accepted, keysChangeId: entry.changeId }
  })
}

/** Pure: the record after it, or the one that was given when it comes too late. */
export function withKeys(known: ClusterRecord, asked: Omit<KeysAsked, 'who'>, now: Date): ClusterRecord {
  const { cluster, keys, id, time, retireNow, input } = asked
  if (time < known.lastEvent.time) return known
  if (known.status === 'DELETED') throw new ClusterNotFound(cluster)
  if (known.status === 'DELETING') throw new ClusterBeingDeleted(cluster)
  if (known.companionOf !== undefined) throw new ClusterIsCompanion(cluster, known.companionOf)
  if (known.desired.hosting.type === 'external') throw new IssuerIsExternal(cluster)
  checkListed(known, keys, input)
  const listing = { keys, time, now }
  const set = retireNow === undefined ? withListed(known, listing) : withOnlyListed(known, listing)
  const next = { ...known, ...keySetMembers(set), lastEvent: { id, time } }
  const isSame = kidsOf(next).join() === kidsOf(known).join()
  return isSame ? next : withNewGeneration(next)
}

function kidsOf({ keys }: Pick<KeysAsked, 'keys'>): string[] {
  return keys.map(({ kid }) => kid)
}
