/** Protection of a cluster from `Cluster Deleted` events: only force deletes one that is protected. */
import { changeCluster, requireCluster } from './cluster-record.ts'
import type { Table } from './table.ts'

/** Throws ClusterNotFound. Changes nothing of what is desired: no run begins. */
export async function protectCluster(table: Table, cluster: string, isProtected: boolean): Promise<void> {
  await requireCluster(table, cluster)
  await changeCluster(table, cluster, (record) => {
    if (record === undefined || (record.protected === true) === isProtected) return record
    const { protected: _, ...unprotected } = record
    return isProtected ? { ...unprotected, protected: true } : unprotected
  })
}
