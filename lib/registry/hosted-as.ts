/** Whose issuer is hosted under a name: a finished migration has two records change theirs. */
import { hostedAs, readCluster } from './cluster-record.ts'
import type { Table } from './table.ts'

/**
 * Two records at a time give each other their names, so that from any of them, following what each hosts comes back to whoever hosts it. The
 * name itself when nobody does: none of its records is there, or one of them is just being given another name.
 */
export async function clusterHostedAs(table: Table, name: string): Promise<string> {
  const seen = new Set<string>()
  for (let cluster = name; !seen.has(cluster); ) {
    seen.add(cluster)
    const record = await readCluster(table, cluster)
    if (record === undefined) return name
    if (hostedAs(record) === name) return cluster
    cluster = hostedAs(record)
  }
  return name
}
