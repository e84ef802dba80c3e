/** Between the provider and the fan-out: the issuer is ready, whatever becomes of single roles. */
import { type Publisher, publish } from './events/publish.ts'
import { changeCluster, isOwnRun, type RunningCluster, readCluster } from './registry/cluster-record.ts'
import type { Table } from './registry/table.ts'

export interface IssuerReadyAnswer {
  readonly cluster: string
  readonly run: number
  readonly status: 'ready' | 'superseded'
}

/**
 * Recorded before the fan-out lists the roles: a request that read an earlier state was written before the list. Answers whether
 * the run is still the cluster's own.
 */
export async function recordIssuerReady(
  { table, publisher }: { readonly table: Table; readonly publisher: Publisher },
  cluster: string,
  run: number,
): Promise<IssuerReadyAnswer> {
  const record = await readCluster(table, cluster)
  if (!isOwnRun(record, run)) return { cluster, run, status: 'superseded' }
  const { desired, outputs, generation } = record
  const { accountId, issuer, audiences } = desired
  const { providerArn = '' } = outputs.provider ?? {}
  await publish(publisher, 'Issuer Ready', {
    cluster,
    accountId,
    issuer,
    generation,
    run,
    providerArn,
    audiences: [...audiences],
  })
  await changeCluster(table, cluster, (known) => (isOwnRun(known, run) ? withIssuerReady(known) : known))
  return { cluster, run, status: 'ready' }
}

function withIssuerReady(record: RunningCluster): RunningCluster {
  const status = record.status === 'ANNOUNCED' ? 'ISSUER_READY' : record.status
  return { ...record, status, run: { ...record.run, listsRoles: true } }
}
