/**
 * What the edges remember of the keys. The documents say that it is a minute; after a document that said otherwise, or while the
 * bucket does not answer, it is more, and a key that was disclosed must not be served on.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
} from '@aws-sdk/client-cloudfront'
import { isNotFound, translateRace, undefinedIf } from '../../aws/errors.ts'
import { type Cluster, jwksKeyOf } from '../../cluster.ts'
import { DISCOVERY_KEY } from '../../oidc/discovery.ts'
import { issuerPath } from '../../oidc/issuer.ts'
import type { Hint } from '../../resource.ts'

/** `served`: of which version of the keys it is sure that no edge has an older one; undefined while they are being forgotten. */
export interface Edges {
  readonly served: string | undefined
  readonly isForgetting: boolean
}

/** An invalidation that the last `create` began counts when CloudFront says itself that it is complete, and of what. */
export async function observeEdges(
  cloudFront: CloudFrontClient,
  distributionId: string,
  cluster: Cluster,
): Promise<Edges> {
  const { known, wanted } = versionsOf(cluster)
  const { invalidationId } = cluster.hint ?? {}
  const found = { served: known, isForgetting: false }
  if (known === wanted || invalidationId === undefined) return found
  const answer = await cloudFront
    .send(new GetInvalidationCommand({ DistributionId: distributionId, Id: invalidationId }))
    .catch(undefinedIf(isNotFound, 'cloudfront:GetInvalidation'))
  const { Status, InvalidationBatch } = answer?.Invalidation ?? {}
  if (InvalidationBatch?.CallerReference !== referenceOf(cluster, wanted)) return found
  return Status === 'Completed'
    ? { served: wanted, isForgetting: false }
    : { served: undefined, isForgetting: true }
}

/** The same version again is the same invalidation, so that a lost answer costs nothing. */
export async function forgetFormerKeys(
  cloudFront: CloudFrontClient,
  distributionId: string,
  cluster: Cluster,
): Promise<Hint> {
  const { known, wanted } = versionsOf(cluster)
  if (known === wanted) return {}
  const paths = changedPaths(cluster)
  const command = new CreateInvalidationCommand({
    DistributionId: distributionId,
    InvalidationBatch: {
      CallerReference: referenceOf(cluster, wanted),
      Paths: { Quantity: paths.length, Items: paths },
    },
  })
  const { Invalidation } = await cloudFront
    .send(command)
    .catch(translateRace('cloudfront:CreateInvalidation'))
  return { invalidationId: Invalidation?.Id ?? '' }
}

/** Clusters that share a distribution could have the same version: S3 may give no ID in a bucket's first minutes. */
function referenceOf({ issuer }: Cluster, version: string | undefined): string {
  return [issuerPath(issuer).slice(1), version].filter((part) => part !== '').join('/')
}

/** In the bucket of somebody else the discovery document was another one, too. */
function changedPaths(cluster: Cluster): string[] {
  const isTakenOver = cluster.adopted?.isOpen === true
  const keys = [jwksKeyOf(cluster), ...(isTakenOver ? [DISCOVERY_KEY] : [])]
  return keys.map((key) => `${issuerPath(cluster.issuer)}/${key}`)
}

/**
 * Without a record (of a distribution that is new, or of before there were versions) what the documents say is believed; not of one that
 * has served what others wrote.
 */
function versionsOf({ adopted, outputs }: Cluster) {
  const wanted = outputs.bucket?.jwksVersion
  const believed = adopted?.isOpen === true ? undefined : wanted
  return { wanted, known: wanted && (outputs.distribution?.jwksVersion ?? believed) }
}
