/** What keeps a cluster from being deleted, for as long as nothing of it has gone. */
import { SHARED_HOST } from '../aws/names.ts'
import { ClusterIsCompanion, ClusterProtected } from '../errors.ts'
import { type ClusterRecord, isGoing, readCluster } from './cluster-record.ts'
import { checkUnused } from './sharing-clusters.ts'
import type { Table } from './table.ts'

/** Of what other records say; no force takes that away. Throws SharedHostInUse, ClusterIsCompanion. */
export async function checkNotNeeded(table: Table, record: ClusterRecord): Promise<void> {
  if (record.desired.cluster === SHARED_HOST && !isGoing(record)) await checkUnused(table)
  await checkNoCompanion(table, record)
}

/** It goes with the migration, or with the cluster that it is there for. One whose migration never began is like any other. */
async function checkNoCompanion(table: Table, { desired, companionOf }: ClusterRecord): Promise<void> {
  if (companionOf === undefined) return
  const home = await readCluster(table, companionOf)
  if (home?.migration?.to === desired.cluster) throw new ClusterIsCompanion(desired.cluster, companionOf)
}

/** What goes already needs no protection any more. Throws ClusterProtected. */
export function checkProtection(
  { desired, protected: isProtected, status }: ClusterRecord,
  { force }: { readonly force: boolean },
): void {
  if (isProtected === true && !force && status !== 'DELETING') throw new ClusterProtected(desired.cluster)
}
