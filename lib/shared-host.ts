/**
 * The host that clusters with shared hosting have in common: bucket, certificate, distribution and alias. The first of them has it
 * recorded, as an item beside the clusters, and the workflow of clusters makes it.
 */
import { SHARED_HOST } from './aws/names.ts'
import type { Stack } from './aws/stack.ts'
import { SHARED_HOST_TYPE } from './cluster.ts'
import { SharedHostChanged } from './errors.ts'
import type { Envelope } from './events/envelope.ts'
import { claimIssuer } from './registry/claims.ts'
import { type ClusterRecord, changeCluster } from './registry/cluster-record.ts'
import { type Runs, replayRun, startRun, withNewGeneration, withNewRun } from './runs.ts'

/**
 * Before a cluster that needs it: however many come at once, it is recorded and started once. One whose run has failed is replayed. Throws
 * SharedHostChanged, and IssuerTaken when a cluster has its name.
 */
export async function announceSharedHost(
  { stack, ...runs }: Runs & { readonly stack: Stack },
  { id, time }: Pick<Envelope, 'id' | 'time'>,
): Promise<void> {
  const desired = sharedHost(stack)
  await claimIssuer(runs.table, desired)
  const record = await changeCluster(runs.table, SHARED_HOST, (known) =>
    wanted(known, { desired, lastEvent: { id, time } }),
  )
  if (record.run?.state === 'FAILED') await replayRun(runs, SHARED_HOST)
  await startRun(runs, SHARED_HOST)
}

/** Of the stack's own account: whoever is not there cannot speak for it. */
function sharedHost({ accountId, region, sharedHost: host, partition }: Stack): ClusterRecord['desired'] {
  return {
    cluster: SHARED_HOST,
    accountId,
    region,
    hosting: { type: SHARED_HOST_TYPE },
    issuer: `https://${host}`,
    audiences: [partition.audience],
    tags: {},
  }
}

/** Pure: the record once a cluster needs the host. */
function wanted(
  known: ClusterRecord | undefined,
  asked: Pick<ClusterRecord, 'desired' | 'lastEvent'>,
): ClusterRecord {
  const fresh = { ...asked, keys: [], status: 'ANNOUNCED', outputs: {}, hints: {} } as const
  if (known === undefined) return withNewRun({ ...fresh, keys: [], generation: 1, runs: 0, revision: 0 })
  const { generation, runs, revision, removal, lastError, ...rest } = known
  if (known.status === 'DELETED')
    return withNewRun({ ...fresh, keys: [], generation: generation + 1, runs, revision })
  if (known.desired.issuer !== asked.desired.issuer)
    throw new SharedHostChanged(known.desired.issuer, asked.desired.issuer)
  if (removal === undefined) return known
  const staying = { ...rest, generation, runs, revision }
  // Nothing was taken away yet: it serves those that use it, and goes on to.
  return lastError?.error === 'SharedHostInUse' && known.run?.state === 'FAILED'
    ? withNewGeneration({ ...staying, status: 'READY' })
    : withNewGeneration(staying)
}
