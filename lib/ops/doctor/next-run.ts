/** How what was changed by hand is put right, of a cluster that stays: a run makes everything as desired, but nobody starts one for nothing. Pure. */
import type { ClusterSummary } from '../clusters.ts'

export function nextRun({ cluster, state }: ClusterSummary): string {
  if (state === 'failed') return `irsa replay ${cluster} puts it right.`
  if (state === 'provisioning')
    return `A run is under way: look again when it has ended (irsa cluster watch ${cluster}).`
  return 'The next run puts it right. Announce the cluster with a change, a tag for one: an event that changes nothing starts no run.'
}
