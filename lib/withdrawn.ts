/** What the last word that a cluster shall go makes of its record. Pure. */
import { type ClusterRecord, keepsHost } from './registry/cluster-record.ts'
import type { Withdrawal } from './registry/withdrawals.ts'
import { withNewRun } from './runs.ts'

/**
 * An older word than the last one changes nothing. Whatever run is under way is taken over at once; one that deletes already goes on.
 * What is not there any more stays gone, and remembers when that was said; what was left behind is gone after once more.
 */
export function withdrawn(known: ClusterRecord, { id, time, force }: Withdrawal): ClusterRecord {
  if (time < known.lastEvent.time) return known
  const lastEvent = { id, time }
  if (known.status === 'DELETED') {
    if (!keepsHost(known)) return { ...known, lastEvent }
    const { abandoned: _, ...left } = known
    const generation = known.generation + 1
    return withNewRun({ ...left, lastEvent, generation, removal: { force }, status: 'DELETING' })
  }
  const removal = { force: force || known.removal?.force === true }
  const next = { ...known, lastEvent, removal, status: 'DELETING' } as const
  const isSame = known.removal?.force === removal.force
  if (isSame) return next
  const changed = { ...next, generation: known.generation + 1 }
  const isUnderWay = known.status === 'DELETING' && known.run !== undefined && known.run.state !== 'FAILED'
  return isUnderWay ? changed : withNewRun(changed)
}
