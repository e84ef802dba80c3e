/**
 * The CloudFront distribution that serves an issuer's documents, the bucket policy that lets it read them, and what its edges
 * remember of them. Every write takes minutes to reach the edges, and only a disabled distribution can be deleted. Of a cluster with
 * shared hosting only what the edges remember is its own (distribution/shared.ts).
 */
import { type CloudFrontClient, DeleteDistributionCommand } from '@aws-sdk/client-cloudfront'
import type { S3Client } from '@aws-sdk/client-s3'
import { readBucketPolicy, writeBucketPolicy } from '../aws/bucket-policies.ts'
import { bucketAddress, findBucket } from '../aws/buckets.ts'
import {
  type Distribution,
  findDistribution,
  findDistributions,
  readDistribution,
  type Sought,
} from '../aws/distributions.ts'
import { isInUse, isNotFound, undefinedIf } from '../aws/errors.ts'
import { canonicalPolicy } from '../aws/policy.ts'
import type { Stack } from '../aws/stack.ts'
import { desiredTags, isOurs } from '../aws/tags.ts'
import { type Cluster, jwksKeyOf, type StepOutputs } from '../cluster.ts'
import { differencesBetween } from '../difference.ts'
import { ConcurrentChange } from '../errors.ts'
import { issuerHost } from '../oidc/issuer.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { Hint, Observed, Resource } from '../resource.ts'
import { bucketPolicy, removeBucketPolicy, withReader } from './distribution/bucket-policy.ts'
import { claimDistribution, disableDistribution, restoreDistribution } from './distribution/changes.ts'
import { configDifferences, ownedConfig } from './distribution/config.ts'
import { forgetFormerKeys, observeEdges } from './distribution/invalidation.ts'
import { sharedEdges } from './distribution/shared.ts'

type Outputs = StepOutputs['distribution']

export interface DistributionClients {
  readonly cloudFront: CloudFrontClient
  /** Of the stack's region. */
  readonly s3: S3Client
}

/** `create` throws AliasHeldElsewhere when another distribution, of any account, has the issuer's host. */
export function distributionResource(clients: DistributionClients, stack: Stack): Resource<Cluster, Outputs> {
  const shared = sharedEdges(clients.cloudFront, stack)
  const own = {
    observe: (cluster: Cluster) => observeDistribution(clients, stack, cluster),
    create: (cluster: Cluster) => createDistribution(clients, stack, cluster),
    delete: (cluster: Cluster) => deleteDistribution(clients, stack, cluster),
  }
  const resourceOf = ({ hosting }: Cluster) => (hosting.type === 'shared' ? shared : own)
  return {
    observe: (cluster) => resourceOf(cluster).observe(cluster),
    create: (cluster) => resourceOf(cluster).create(cluster),
    delete: (cluster) => resourceOf(cluster).delete(cluster),
  }
}

async function observeDistribution(
  { cloudFront, s3 }: DistributionClients,
  stack: Stack,
  cluster: Cluster,
): Promise<Observed<Outputs>> {
  const found = await findDistribution(cloudFront, stack, soughtBy(cluster))
  if (found === undefined) return { status: 'absent' }
  if (!found.isDeployed) {
    const change = found.config.Enabled ? 'deploying' : 'switching off'
    return { status: 'pending', reason: `CloudFront is ${change} the distribution ${found.id}` }
  }
  const edges = await observeEdges(cloudFront, found.id, cluster)
  if (edges.isForgetting)
    return { status: 'pending', reason: `the edges of ${found.id} are forgetting the former keys` }
  const observedPolicy = await readBucketPolicy(s3, bucketAddress(stack, cluster))
  const policy = canonicalPolicy(policyFor(stack, cluster, found, observedPolicy))
  return {
    status: 'ready',
    outputs: {
      distributionId: found.id,
      distributionArn: found.arn,
      domainName: found.domainName,
      ...(edges.served !== undefined && { jwksVersion: edges.served }),
    },
    differences: [
      ...differencesBetween(cluster.outputs.bucket?.jwksVersion, edges.served, 'Invalidation'),
      ...configDifferences(ownedConfig(stack, cluster), found.config),
      ...differencesBetween(desiredTags(stack, cluster), found.tags, 'Tags'),
      ...differencesBetween(policy, observedPolicy, 'BucketPolicy'),
    ],
  }
}

/** Of a bucket that is taken over, at first what was there with what we need of it: the distribution may still read as others had it. */
function policyFor(stack: Stack, cluster: Cluster, distribution: Distribution, observed: unknown): object {
  const own = ownPolicyFor(stack, cluster, distribution)
  return cluster.adopted?.isOpen ? withReader(observed, own) : own
}

/** Of the shared host: the documents of whichever cluster. */
function ownPolicyFor(stack: Stack, cluster: Cluster, { arn }: Distribution): PolicyDocument {
  const documents = {
    bucket: bucketAddress(stack, cluster).Bucket,
    prefix: cluster.hosting.type === 'shared-host' ? '*/' : '',
    jwksKey: jwksKeyOf(cluster),
  }
  return bucketPolicy(stack.partition.name, documents, arn)
}

/** The ID of the last `create` first: lists show a new distribution some seconds later. */
function soughtBy({ cluster, issuer, outputs, hint }: Cluster): Sought {
  const ids = [hint?.distributionId, outputs.distribution?.distributionId]
  return {
    cluster,
    alias: issuerHost(issuer),
    ids: [...new Set(ids.filter((id) => id !== undefined))],
  }
}

async function createDistribution(
  { cloudFront, s3 }: DistributionClients,
  stack: Stack,
  cluster: Cluster,
): Promise<Hint> {
  const found = await findDistribution(cloudFront, stack, soughtBy(cluster))
  const distribution = found ?? (await claimDistribution(cloudFront, stack, cluster))
  // Not when it is deployed, and before one that serves reads in another way: no answer of an edge should be a refusal.
  await letRead(s3, stack, cluster, distribution)
  if (found !== undefined) await restoreDistribution(cloudFront, stack, cluster, found)
  return {
    distributionId: distribution.id,
    ...(await forgetFormerKeys(cloudFront, distribution.id, cluster)),
  }
}

async function letRead(
  s3: S3Client,
  stack: Stack,
  cluster: Cluster,
  distribution: Distribution,
): Promise<void> {
  if ((await findBucket(s3, stack, cluster)) === undefined)
    throw new ConcurrentChange('The bucket of the documents went away after the step before made it.')
  const address = bucketAddress(stack, cluster)
  const other = cluster.adopted?.isOpen ? await readBucketPolicy(s3, address) : undefined
  await writeBucketPolicy(s3, address, policyFor(stack, cluster, distribution, other))
}

/** Every one of ours, more than one after a fault included; each makes the next legal move. */
async function deleteDistribution(
  clients: DistributionClients,
  stack: Stack,
  cluster: Cluster,
): Promise<void> {
  const { alias, ids } = soughtBy(cluster)
  const { ours } = await findDistributions(clients.cloudFront, stack, cluster.cluster, alias)
  for (const id of new Set([...ids, ...ours.map((listed) => listed.id)])) {
    const distribution = await readDistribution(clients.cloudFront, id)
    if (distribution && isOurs(distribution.tags, stack, cluster.cluster))
      await retire(clients, stack, cluster, distribution)
  }
}

async function retire(
  { cloudFront, s3 }: DistributionClients,
  stack: Stack,
  cluster: Cluster,
  distribution: Distribution,
): Promise<void> {
  if (distribution.config.Enabled) return disableDistribution(cloudFront, distribution)
  if (!distribution.isDeployed) return
  // First, because nothing knows its ARN afterwards.
  const address = bucketAddress(stack, cluster)
  await removeBucketPolicy(s3, address, ownPolicyFor(stack, cluster, distribution))
  await cloudFront
    .send(new DeleteDistributionCommand({ Id: distribution.id, IfMatch: distribution.etag }))
    .catch(undefinedIf((error) => isNotFound(error) || isInUse(error), 'cloudfront:DeleteDistribution'))
}
