/** The end of a run that deprovisions: nothing of the cluster is left. */
import { type Publisher, publish } from './events/publish.ts'
import { isOwnRun, readCluster } from './registry/cluster-record.ts'
import type { Table } from './registry/table.ts'

/** Before the run's end is written down: an event that was lost with our answer is sent again. Nothing for other runs. */
export async function announceDeprovisioned(
  { table, publisher }: { readonly table: Table; readonly publisher: Publisher },
  cluster: string,
  run: number,
): Promise<void> {
  const record = await readCluster(table, cluster)
  if (!isOwnRun(record, run) || record.run.workflow !== 'deprovision') return
  const { desired, generation } = record
  const { accountId, issuer } = desired
  await publish(publisher, 'Cluster Deprovisioned', { cluster, accountId, issuer, generation, run })
}
