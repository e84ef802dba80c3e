/** What one cluster needs of the distribution that the shared host owns: that its edges forget the cluster's former keys. */
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront'
import { type Distribution, findDistribution } from '../../aws/distributions.ts'
import { SHARED_HOST } from '../../aws/names.ts'
import type { Stack } from '../../aws/stack.ts'
import type { Cluster, StepOutputs } from '../../cluster.ts'
import { differencesBetween } from '../../difference.ts'
import { ConcurrentChange } from '../../errors.ts'
import { issuerHost } from '../../oidc/issuer.ts'
import type { Observed, Resource } from '../../resource.ts'
import { forgetFormerKeys, observeEdges } from './invalidation.ts'

/** `delete` takes nothing away: others use it. */
export function sharedEdges(
  cloudFront: CloudFrontClient,
  stack: Stack,
): Resource<Cluster, StepOutputs['distribution']> {
  return {
    observe: (cluster) => observeShared(cloudFront, stack, cluster),
    async create(cluster) {
      const found = await findShared(cloudFront, stack, cluster)
      if (found === undefined)
        throw new ConcurrentChange('The distribution of the shared host went away after it was made.')
      return forgetFormerKeys(cloudFront, found.id, cluster)
    },
    delete: async () => undefined,
  }
}

async function observeShared(
  cloudFront: CloudFrontClient,
  stack: Stack,
  cluster: Cluster,
): Promise<Observed<StepOutputs['distribution']>> {
  const found = await findShared(cloudFront, stack, cluster)
  if (found === undefined)
    return { status: 'pending', reason: 'the distribution of the shared host is not there yet' }
  const edges = await observeEdges(cloudFront, found.id, cluster)
  if (edges.isForgetting)
    return { status: 'pending', reason: `the edges of ${found.id} are forgetting the former keys` }
  return {
    status: 'ready',
    outputs: {
      distributionId: found.id,
      distributionArn: found.arn,
      domainName: found.domainName,
      ...(edges.served !== undefined && { jwksVersion: edges.served }),
    },
    differences: differencesBetween(cluster.outputs.bucket?.jwksVersion, edges.served, 'Invalidation'),
  }
}

function findShared(
  cloudFront: CloudFrontClient,
  stack: Stack,
  { issuer, outputs }: Cluster,
): Promise<Distribution | undefined> {
  const ids = outputs.distribution === undefined ? [] : [outputs.distribution.distributionId]
  return findDistribution(cloudFront, stack, { cluster: SHARED_HOST, alias: issuerHost(issuer), ids })
}
