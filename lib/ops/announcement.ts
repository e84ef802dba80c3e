/** Announces a cluster, as an operator does: on the stack's bus, and looks until that is accepted, or refused. */
import type { Stack } from '../aws/stack.ts'
import { CLUSTER_CREATED, parseClusterCreatedDetail } from '../events/cluster-created.ts'
import { type Reason, type Saying, sayOf } from './speak.ts'

export interface Announced {
  readonly cluster: string
  /** Undefined: it is accepted, and a run makes what is not there. Else the reason why it is not. */
  readonly refused?: Reason
}

/** Throws InvalidInput, PrivateKeyInInput and AwsUnavailable, and nothing was sent then. */
export async function announceCluster(
  saying: Saying & { readonly stack: Stack },
  detail: object,
): Promise<Announced> {
  const { stack } = saying
  const { cluster } = parseClusterCreatedDetail(detail, stack.accountId, stack).desired
  const refused = await sayOf(saying, cluster, CLUSTER_CREATED, detail)
  return { cluster, ...(refused && { refused }) }
}
