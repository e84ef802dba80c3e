/** What a `Cluster Deleted` event does: the run is taken over, and everything that was made for the cluster goes. */
import { type Announcing, checkSpeaker, checkTime, startAccepted } from './announce.ts'
import { ClusterNotFound } from './errors.ts'
import { type ClusterDeleted, parseClusterDeleted } from './events/cluster-deleted.ts'
import { type ClusterRecord, changeClusterFrom, readCluster } from './registry/cluster-record.ts'
import { checkNotNeeded, checkProtection } from './registry/removable.ts'
import { wasSeen } from './registry/seen-events.ts'
import { putWithdrawal, type Withdrawal } from './registry/withdrawals.ts'
import { startRunOf } from './runs.ts'
import { withdrawn } from './withdrawn.ts'

/**
 * Duplicates and late events change nothing; all of them end by starting the recorded run. Throws the errors of the edge
 * (`mendedBy: 'requester'`) before anything is changed, ClusterProtected unless forced, SharedHostInUse, ClusterIsCompanion, and ClusterNotFound: what was said of a
 * cluster that is not known is remembered all the same.
 */
export async function withdrawCluster(announcing: Announcing, event: unknown): Promise<void> {
  const { table, now } = announcing
  const deleted = parseClusterDeleted(event)
  const { envelope, cluster } = deleted
  checkTime(envelope, now())
  const known = await knownCluster(announcing, deleted)
  checkSpeaker(announcing, envelope, cluster, known.desired.accountId)
  if (await wasSeen(table, envelope.id)) return startRunOf(announcing, known)
  await checkNotNeeded(table, known)
  const record = await changeClusterFrom(table, cluster, known, (latest = known) => {
    checkProtection(latest, deleted)
    return withdrawn(latest, withdrawalOf(deleted))
  })
  await startAccepted(announcing, record, envelope)
}

/** Written down before the second look: either this sees the first `Cluster Created`, or that sees this. */
async function knownCluster({ table, now }: Announcing, deleted: ClusterDeleted): Promise<ClusterRecord> {
  const { cluster, envelope } = deleted
  const known = await readCluster(table, cluster)
  if (known !== undefined) return known
  await putWithdrawal(table, { cluster, accountId: envelope.account }, withdrawalOf(deleted), now())
  const latest = await readCluster(table, cluster)
  if (latest === undefined) throw new ClusterNotFound(cluster)
  return latest
}

function withdrawalOf({ envelope: { id, time }, force }: ClusterDeleted): Withdrawal {
  return { id, time, force }
}
