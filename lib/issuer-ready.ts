/** Between the provider and the fan-out: the issuer is ready, whatever becomes of single roles. */
import { isDeepStrictEqual } from 'node:util'
import { SHARED_HOST_TYPE } from './cluster.ts'
import { type Publisher, publish } from './events/publish.ts'
import { withPublished } from './oidc/rotation.ts'
import {
  type ClusterRecord,
  changeClusterFrom,
  isOwnRun,
  type RunningCluster,
  readCluster,
} from './registry/cluster-record.ts'
import type { Table } from './registry/table.ts'

export interface Recording {
  readonly table: Table
  readonly publisher: Publisher
  readonly now: () => Date
}

/**
 * Recorded before the fan-out lists the roles: a request that read an earlier state was written before the list. Returns the record
 * as it is then; undefined when the run is not the cluster's own any more.
 */
export async function recordIssuerReady(
  { table, publisher, now }: Recording,
  cluster: string,
  run: number,
): Promise<ClusterRecord | undefined> {
  const record = await readCluster(table, cluster)
  if (!isOwnRun(record, run)) return undefined
  if (record.desired.hosting.type === SHARED_HOST_TYPE) return record
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
  const kids = [...(outputs['issuer-check']?.kids ?? [])]
  if (!isDeepStrictEqual(new Set(kids), new Set(record.publishedKids)))
    await publish(publisher, 'Keys Published', { cluster, accountId, issuer, generation, run, kids })
  const at = now()
  return changeClusterFrom(table, cluster, record, (known) =>
    isOwnRun(known, run) ? withIssuerReady(known, kids, at) : known,
  )
}

function withIssuerReady(record: RunningCluster, kids: string[], at: Date): RunningCluster {
  const status = record.status === 'ANNOUNCED' ? 'ISSUER_READY' : record.status
  const keyTimes = [...withPublished(record, kids, at)]
  return { ...record, status, keyTimes, publishedKids: kids, run: { ...record.run, listsRoles: true } }
}
