/** Between the provider and the fan-out: the issuer is ready, whatever becomes of single roles. */
import { isDeepStrictEqual } from 'node:util'
import { SHARED_HOST_TYPE } from './cluster.ts'
import { type Publisher, publish } from './events/publish.ts'
import { withPublished } from './oidc/rotation.ts'
import { changeCluster, isOwnRun, type RunningCluster, readCluster } from './registry/cluster-record.ts'
import type { Table } from './registry/table.ts'

export interface IssuerReadyAnswer {
  readonly cluster: string
  readonly run: number
  readonly status: 'ready' | 'superseded'
}

export interface Recording {
  readonly table: Table
  readonly publisher: Publisher
  readonly now: () => Date
}

/**
 * Recorded before the fan-out lists the roles: a request that read an earlier state was written before the list. Answers whether
 * the run is still the cluster's own.
 */
export async function recordIssuerReady(
  { table, publisher, now }: Recording,
  cluster: string,
  run: number,
): Promise<IssuerReadyAnswer> {
  const record = await readCluster(table, cluster)
  if (!isOwnRun(record, run)) return { cluster, run, status: 'superseded' }
  if (record.desired.hosting.type === SHARED_HOST_TYPE) return { cluster, run, status: 'ready' }
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
  await changeCluster(table, cluster, (known) =>
    isOwnRun(known, run) ? withIssuerReady(known, kids, at) : known,
  )
  return { cluster, run, status: 'ready' }
}

function withIssuerReady(record: RunningCluster, kids: string[], at: Date): RunningCluster {
  const status = record.status === 'ANNOUNCED' ? 'ISSUER_READY' : record.status
  const keyTimes = [...withPublished(record, kids, at)]
  return { ...record, status, keyTimes, publishedKids: kids, run: { ...record.run, listsRoles: true } }
}
