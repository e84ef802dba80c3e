/** The end of a run that deprovisions: nothing of the cluster is left, or what an operator left behind. */
import { type Publisher, publish } from './events/publish.ts'
import { type ClusterRecord, isOwnRun, keepsHost } from './registry/cluster-record.ts'

/** Before the run's end is written down: an event that was lost with our answer is sent again. Nothing for other runs. */
export async function announceDeprovisioned(
  publisher: Publisher,
  record: ClusterRecord,
  run: number,
): Promise<void> {
  if (!isOwnRun(record, run) || record.run.workflow !== 'deprovision') return
  const { desired, generation, abandoned } = record
  const { cluster, accountId, issuer } = desired
  const members = { cluster, accountId, issuer, generation, run }
  const left = keepsHost(record) && abandoned && { reason: abandoned.reason, accounts: abandoned.accounts }
  await publish(publisher, 'Cluster Deprovisioned', { ...members, ...(left && { abandoned: left }) })
}
