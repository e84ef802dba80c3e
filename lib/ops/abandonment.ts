/** An operator gives up what cannot be reached of a cluster: its removal goes on past it. */
import { ClusterNotAbandonable, ClusterNotFound } from '../errors.ts'
import { reason as reasonSchema } from '../events/reason.ts'
import { parse } from '../parse.ts'
import { type ClusterRecord, changeCluster, requireCluster } from '../registry/cluster-record.ts'
import { type Runs, replayRun } from '../runs.ts'
import { writeEntry } from './auditing.ts'
import type { Switching } from './switches.ts'

/**
 * The run that stopped goes on, and passes over accounts that it still cannot reach. One that is abandoned already has its run go on, if that
 * stopped elsewhere. Returns the record as it was before. Throws InvalidInput for the reason, ClusterNotFound, and ClusterNotAbandonable
 * unless a removal has stopped.
 */
export async function abandonCluster(
  switching: Switching & Runs,
  cluster: string,
  reason: string,
): Promise<ClusterRecord> {
  const { table, now } = switching
  parse(reasonSchema, reason, 'reason')
  const before = await requireCluster(table, cluster)
  if (before.abandoned === undefined) {
    checkStopped(before)
    const { changeId: last, lastError } = before
    const changeId = await writeEntry(switching, {
      what: 'ClusterAbandoned',
      about: { cluster },
      before: { ...(lastError && { error: lastError.error }), ...(last !== undefined && { changeId: last }) },
      after: { reason },
    })
    const abandoned = { reason, at: now().toISOString(), accounts: [] }
    await changeCluster(table, cluster, (known) => {
      if (known === undefined) throw new ClusterNotFound(cluster)
      if (known.abandoned !== undefined) return known
      checkStopped(known)
      return { ...known, abandoned, changeId }
    })
  }
  await replayRun(switching, cluster)
  return before
}

function checkStopped({ desired, status, run }: ClusterRecord): void {
  if (status !== 'DELETING' || run?.state !== 'FAILED') throw new ClusterNotAbandonable(desired.cluster)
}
