/** Inbound `Cluster Deleted`: take away everything that was made for the cluster. */
import * as z from 'zod'
import { refusePrivateKeys } from '../oidc/private-key.ts'
import { parse } from '../parse.ts'
import { anyClusterName } from './cluster-name.ts'
import { type Envelope, openEnvelope } from './envelope.ts'

export const CLUSTER_DELETED = 'Cluster Deleted'

export interface ClusterDeleted {
  readonly envelope: Envelope
  readonly cluster: string
  readonly force: boolean
}

export const clusterDeletedDetail = z.strictObject({
  cluster: anyClusterName,
  force: z
    .boolean()
    .default(false)
    .describe(
      'Even if the cluster is protected; take off what others attached to its roles; pass over what has its names and is not ours.',
    ),
})

/** Throws InvalidInput or PrivateKeyInInput. */
export function parseClusterDeleted(event: unknown): ClusterDeleted {
  const { envelope, detail } = openEnvelope(event)
  refusePrivateKeys(detail, 'detail')
  return { envelope, ...parse(clusterDeletedDetail, detail, 'detail') }
}
