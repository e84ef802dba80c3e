/** Our distribution of an issuer's host, found by its recorded ID or again without any record of it. */
import {
  type CloudFrontClient,
  type DistributionConfig,
  type DistributionSummary,
  GetDistributionCommand,
  type GetDistributionResult,
  ListTagsForResourceCommand,
  paginateListDistributions,
} from '@aws-sdk/client-cloudfront'
import { isNotFound, undefinedIf } from './errors.ts'
import { distributionComment } from './names.ts'
import { allItems } from './pages.ts'
import type { Stack } from './stack.ts'
import { isOurs, readTags, type Tags } from './tags.ts'

/** A distribution as it is now, with what the next write needs. */
export interface Distribution extends ListedDistribution {
  readonly config: DistributionConfig
  /** `Deployed`: every edge serves `config`. */
  readonly isDeployed: boolean
  readonly etag: string
  readonly tags: Tags
}

export interface Sought {
  readonly cluster: string
  /** The issuer's host. */
  readonly alias: string
  /** Where to look first: IDs that were recorded, or that the last `create` returned. */
  readonly ids: readonly string[]
}

/** By ID if one is there and has our tags, else by search. */
export async function findDistribution(
  cloudFront: CloudFrontClient,
  stack: Stack,
  { cluster, alias, ids }: Sought,
): Promise<Distribution | undefined> {
  for (const id of ids) {
    const distribution = await readDistribution(cloudFront, id)
    if (distribution && isOurs(distribution.tags, stack, cluster)) return distribution
  }
  const { ours } = await findDistributions(cloudFront, stack, cluster, alias)
  return ours[0] && readDistribution(cloudFront, ours[0].id)
}

export async function readDistribution(
  cloudFront: CloudFrontClient,
  id: string,
): Promise<Distribution | undefined> {
  const answer = await cloudFront
    .send(new GetDistributionCommand({ Id: id }))
    .catch(undefinedIf(isNotFound, 'cloudfront:GetDistribution'))
  if (answer?.Distribution === undefined) return undefined
  return parseDistribution(answer, await distributionTags(cloudFront, answer.Distribution.ARN ?? ''))
}

/** As GetDistribution, CreateDistributionWithTags and UpdateDistribution answer. */
export function parseDistribution({ Distribution, ETag }: GetDistributionResult, tags: Tags): Distribution {
  const { Id = '', ARN = '', DomainName = '', Status, DistributionConfig: config } = Distribution ?? {}
  if (config === undefined) throw new TypeError(`CloudFront answered without the configuration of ${Id}.`)
  const isDeployed = Status === 'Deployed'
  return { id: Id, arn: ARN, domainName: DomainName, config, isDeployed, etag: ETag ?? '', tags }
}

export interface FoundDistributions {
  /** Those with our tags; the one that has the alias first. More than one only after a fault. */
  readonly ours: readonly ListedDistribution[]
  /** One of the account that has the alias and not our tags. */
  readonly other: string | undefined
}

export interface ListedDistribution {
  readonly id: string
  readonly arn: string
  readonly domainName: string
}

/**
 * By alias, or by comment in case somebody took the alias off; whose it is say its tags. CloudFront has no search,
 * so this reads every page.
 */
export async function findDistributions(
  cloudFront: CloudFrontClient,
  stack: Stack,
  cluster: string,
  alias: string,
): Promise<FoundDistributions> {
  const summaries = await listDistributions(cloudFront)
  const comment = distributionComment(stack, cluster)
  const holders = summaries.filter((one) => hasAlias(one, alias))
  const commented = summaries.filter((one) => one.Comment === comment && !hasAlias(one, alias))
  const candidates = [...holders, ...commented].map(listed)
  const ours = await Promise.all(candidates.map((one) => isOurDistribution(cloudFront, stack, cluster, one)))
  const [other] = holders.map(listed).filter((_, index) => !ours[index])
  return { ours: candidates.filter((_, index) => ours[index]), other: other?.id }
}

/** Of this account, whoever's it is. */
export async function findDistributionOfAlias(
  cloudFront: CloudFrontClient,
  alias: string,
): Promise<Distribution | undefined> {
  const holder = (await listDistributions(cloudFront)).find((one) => hasAlias(one, alias))
  return holder && readDistribution(cloudFront, listed(holder).id)
}

/** IDs of all that have it as an origin. */
export async function distributionsInFrontOf(
  cloudFront: CloudFrontClient,
  domainNames: ReadonlySet<string>,
): Promise<string[]> {
  const listed = await listDistributions(cloudFront)
  return listed
    .filter(({ Origins }) => Origins?.Items?.some(({ DomainName = '' }) => domainNames.has(DomainName)))
    .map(({ Id = '' }) => Id)
}

export function listDistributions(cloudFront: CloudFrontClient): Promise<DistributionSummary[]> {
  return allItems(
    'cloudfront:ListDistributions',
    paginateListDistributions({ client: cloudFront }, {}),
    (page) => page.DistributionList?.Items,
  )
}

/** The stack's origin access control is nobody else's: what it is on is ours. */
export function hasOriginAccessControl(
  { Origins }: DistributionSummary,
  { originAccessControlId }: Pick<Stack, 'originAccessControlId'>,
): boolean {
  return Origins?.Items?.some((origin) => origin.OriginAccessControlId === originAccessControlId) ?? false
}

export async function distributionTags(cloudFront: CloudFrontClient, arn: string): Promise<Tags> {
  const answer = await cloudFront
    .send(new ListTagsForResourceCommand({ Resource: arn }))
    .catch(undefinedIf(isNotFound, 'cloudfront:ListTagsForResource'))
  return readTags(answer?.Tags?.Items)
}

async function isOurDistribution(
  cloudFront: CloudFrontClient,
  stack: Stack,
  cluster: string,
  { arn }: ListedDistribution,
): Promise<boolean> {
  return isOurs(await distributionTags(cloudFront, arn), stack, cluster)
}

function hasAlias({ Aliases }: DistributionSummary, alias: string): boolean {
  return Aliases?.Items?.includes(alias) ?? false
}

function listed({ Id = '', ARN = '', DomainName = '' }: DistributionSummary): ListedDistribution {
  return { id: Id, arn: ARN, domainName: DomainName }
}
