/** The end of a run that deprovisions: nothing of the cluster is left, or what an operator left behind. */
import { type Publisher, publish } from './events/publish.ts'
import { isOwnRun, keepsHost, readCluster } from './registry/cluster-record.ts'
import type { Table } from './registry/table.ts'

/** Before the run's end is written down: an event that was lost with our answer is sent again. Nothing for other runs. */
export async function announceDeprovisioned(
  { table, publisher }: { readonly table: Table; readonly publisher: Publisher },
  cluster: string,
  run: number,
): Promise<void> {
  const record = await readCluster(table, cluster)
  if (!isOwnRun(record, run) || record.run.workflow !== 'deprovision') return
  const { desired, generation, abandoned } = record
  const { accountId, issuer } = desired
  const members = { cluster, accountId, issuer, generation, run }
  const left = keepsHost(record) && abandoned && { reason: abandoned.reason, accounts: abandoned.accounts }
  await publish(publisher, 'Cluster Deprovisioned', { ...members, ...(left && { abandoned: left }) })
}
