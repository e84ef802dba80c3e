/** The writes to CloudFront: make it ours, bring it back, switch it off. Each change of a configuration has the ETag that was read. */
import {
  type CloudFrontClient,
  CreateDistributionWithTagsCommand,
  type DistributionConfig,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront'
import {
  type Distribution,
  findDistribution,
  findDistributions,
  parseDistribution,
} from '../../aws/distributions.ts'
import {
  isAliasTaken,
  isAlreadyExists,
  isCertificateRefused,
  messageOf,
  translateRace,
} from '../../aws/errors.ts'
import { callerReference } from '../../aws/names.ts'
import type { Stack } from '../../aws/stack.ts'
import { desiredTags, tagChanges, tagList } from '../../aws/tags.ts'
import type { Cluster } from '../../cluster.ts'
import { AliasHeldElsewhere, AwsUnavailable, ConcurrentChange } from '../../errors.ts'
import { issuerHost } from '../../oidc/issuer.ts'
import { configDifferences, ownedConfig, restoredConfig } from './config.ts'

/** Makes it, or takes the one that this same call made when its answer was lost. Throws AliasHeldElsewhere. */
export async function claimDistribution(
  cloudFront: CloudFrontClient,
  stack: Stack,
  cluster: Cluster,
): Promise<Distribution> {
  const tags = desiredTags(stack, cluster)
  const DistributionConfig = { CallerReference: referenceOf(stack, cluster), ...ownedConfig(stack, cluster) }
  const DistributionConfigWithTags = { DistributionConfig, Tags: { Items: tagList(tags) } }
  try {
    const command = new CreateDistributionWithTagsCommand({ DistributionConfigWithTags })
    return parseDistribution(await cloudFront.send(command), tags)
  } catch (error) {
    if (isAlreadyExists(error) || isAliasTaken(error)) return findClaimed(cloudFront, stack, cluster, error)
    return refuse(CREATE, cluster)(error)
  }
}

const CREATE = 'cloudfront:CreateDistributionWithTags'
const UPDATE = 'cloudfront:UpdateDistribution'

function referenceOf(stack: Stack, { cluster, outputs }: Cluster): string {
  if (outputs.certificate === undefined)
    throw new TypeError(`The distribution of ${cluster} needs the certificate that the step before records.`)
  const replaced = outputs.distribution?.distributionId ?? ''
  return callerReference(stack, cluster, outputs.certificate.certificateArn, replaced)
}

/** Who was in the way. A list shows a new distribution some seconds late, but the refusal names it, so that it can be read. */
async function findClaimed(
  cloudFront: CloudFrontClient,
  stack: Stack,
  cluster: Cluster,
  cause: unknown,
): Promise<Distribution> {
  const alias = issuerHost(cluster.issuer)
  const ids = /Already exists: (E[0-9A-Z]+)/.exec(messageOf(cause))?.slice(1) ?? []
  const found = await findDistribution(cloudFront, stack, { cluster: cluster.cluster, alias, ids })
  if (found !== undefined) return restoreDistribution(cloudFront, stack, cluster, found)
  if (!isAliasTaken(cause)) throw new ConcurrentChange(`${CREATE}: ${messageOf(cause)}`, { cause })
  const { other } = await findDistributions(cloudFront, stack, cluster.cluster, alias)
  throw new AliasHeldElsewhere(alias, other ?? clauseOf(cause), { cause })
}

/** Configuration and tags as desired; what is not ours to decide stays. */
export async function restoreDistribution(
  cloudFront: CloudFrontClient,
  stack: Stack,
  cluster: Cluster,
  distribution: Distribution,
): Promise<Distribution> {
  const owned = ownedConfig(stack, cluster)
  if (configDifferences(owned, distribution.config).length > 0)
    await updateDistribution(cloudFront, distribution, restoredConfig(owned, distribution.config)).catch(
      refuse(UPDATE, cluster),
    )
  await restoreTags(cloudFront, stack, cluster, distribution)
  return distribution
}

async function restoreTags(
  cloudFront: CloudFrontClient,
  stack: Stack,
  cluster: Cluster,
  { arn: Resource, tags }: Distribution,
): Promise<void> {
  const { set, removed } = tagChanges(desiredTags(stack, cluster), tags)
  if (Object.keys(set).length > 0)
    await cloudFront
      .send(new TagResourceCommand({ Resource, Tags: { Items: tagList(set) } }))
      .catch(translateRace('cloudfront:TagResource'))
  if (removed.length > 0)
    await cloudFront
      .send(new UntagResourceCommand({ Resource, TagKeys: { Items: [...removed] } }))
      .catch(translateRace('cloudfront:UntagResource'))
}

export async function disableDistribution(
  cloudFront: CloudFrontClient,
  distribution: Distribution,
): Promise<void> {
  const config = { ...distribution.config, Enabled: false }
  await updateDistribution(cloudFront, distribution, config).catch(translateRace(UPDATE))
}

async function updateDistribution(
  cloudFront: CloudFrontClient,
  { id: Id, etag: IfMatch }: Distribution,
  config: DistributionConfig,
): Promise<void> {
  await cloudFront.send(new UpdateDistributionCommand({ Id, IfMatch, DistributionConfig: config }))
}

function refuse(operation: string, { issuer }: Cluster): (cause: unknown) => never {
  return (cause) => {
    if (isAliasTaken(cause)) throw new AliasHeldElsewhere(issuerHost(issuer), clauseOf(cause), { cause })
    // It sees a certificate that ACM has just issued some time later.
    if (isCertificateRefused(cause)) throw new AwsUnavailable(`${operation}: ${messageOf(cause)}`, { cause })
    return translateRace(operation)(cause)
  }
}

/** AWS's message as a part of a sentence of ours. */
function clauseOf(cause: unknown): string {
  return messageOf(cause).replace(/\.$/, '')
}
