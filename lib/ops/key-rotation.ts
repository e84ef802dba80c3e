/** Says which keys a cluster has now, as an operator does: on the stack's bus, and looks until that is accepted, or refused. */
import { ClusterBeingDeleted } from '../errors.ts'
import { CLUSTER_KEYS_CHANGED, parseClusterKeys } from '../events/cluster-keys-changed.ts'
import { isGoing, requireCluster } from '../registry/cluster-record.ts'
import { type Reason, type Saying, sayOf } from './speak.ts'

/** As in the event: `serviceAccountKeys` or `jwks`, and the reason if others go at once. */
export interface KeysDetail {
  readonly serviceAccountKeys?: readonly string[]
  readonly jwks?: unknown
  readonly retireNow?: string
}

/**
 * Undefined: it is accepted, and a run publishes what is new. Else the reason why it is not. Throws InvalidInput, PrivateKeyInInput,
 * ClusterNotFound, ClusterBeingDeleted and AwsUnavailable, and nothing was sent then.
 */
export async function rotateKeys(
  saying: Saying,
  cluster: string,
  keys: KeysDetail,
): Promise<Reason | undefined> {
  parseClusterKeys(keys, 'keys')
  if (isGoing(await requireCluster(saying.table, cluster))) throw new ClusterBeingDeleted(cluster)
  return sayOf(saying, cluster, CLUSTER_KEYS_CHANGED, { cluster, ...keys })
}
