/** A step of a cluster with shared hosting, and the host that it needs for it: which is there, is on its way, or is not coming. */

import { SHARED_HOST } from './aws/names.ts'
import type { Cluster } from './cluster.ts'
import { SharedHostFailed } from './errors.ts'
import { type ClusterRecord, isGoing, readCluster } from './registry/cluster-record.ts'
import { forgetUse, recordUse } from './registry/sharing-clusters.ts'
import type { Table } from './registry/table.ts'
import type { ResourceStep } from './steps.ts'

export type SharedHostFound =
  | { readonly status: 'ready'; readonly outputs: Cluster['outputs'] }
  | { readonly status: 'pending'; readonly reason: string }

/**
 * The bucket of the host is enough for the cluster's documents; what comes after them needs all of it. Throws SharedHostFailed with what
 * stopped it.
 */
export async function findSharedHost(
  table: Table,
  step: ResourceStep,
  use: { readonly cluster: string; readonly run: number },
): Promise<SharedHostFound> {
  // First: whoever takes the host away looks for uses after having said so.
  if (step === 'bucket') await recordUse(table, use)
  const record = await readCluster(table, SHARED_HOST)
  if (record === undefined || record.status === 'DELETED')
    throw new SharedHostFailed('nothing is recorded of it.')
  if (isUsable(record, step)) return { status: 'ready', outputs: record.outputs }
  const { desired, lastError, paused, run } = record
  if (run?.state === 'FAILED')
    throw new SharedHostFailed(
      `${desired.issuer} stopped at ${lastError?.step}: ${lastError?.error}: ${lastError?.message}`,
    )
  const why = paused ? 'it is paused' : isGoing(record) ? 'it is being removed' : 'it is being made'
  return {
    status: 'pending',
    reason: `waits for the shared host ${desired.issuer}: ${why} (irsa cluster show ${SHARED_HOST})`,
  }
}

/** What it once was it is, whatever its run works on now. */
function isUsable(record: ClusterRecord, step: ResourceStep): boolean {
  if (isGoing(record)) return false
  return step === 'bucket' ? record.outputs.bucket !== undefined : record.status !== 'ANNOUNCED'
}

/** The cluster with the distribution that is the host's now, and its own word on what the edges serve. */
export function onSharedHost(cluster: Cluster, { distribution }: Cluster['outputs']): Cluster {
  if (distribution === undefined) return cluster
  const { jwksVersion: _, ...found } = distribution
  return {
    ...cluster,
    outputs: { ...cluster.outputs, distribution: { ...cluster.outputs.distribution, ...found } },
  }
}

/** Once its documents are gone. */
export const leaveSharedHost = forgetUse
