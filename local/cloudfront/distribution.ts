/** What CloudFront keeps of a distribution: the configuration as last written, and the one the edges serve. */
import { randomBytes } from 'node:crypto'
import type { DistributionConfig, Origin } from '@aws-sdk/client-cloudfront'
import { globalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { Ask, Call } from '../service.ts'
import { resourceTagContext, type Tags } from '../tags.ts'

export interface Distribution {
  readonly id: string
  readonly arn: string
  readonly account: string
  /** d….cloudfront.net */
  readonly domainName: string
  config: CompleteConfig
  /** undefined until it was deployed once; behind `config` while an update is InProgress. */
  serving: CompleteConfig | undefined
  /** Every ETag it had; the last is the present one. */
  etags: readonly string[]
  status: 'InProgress' | 'Deployed'
  lastModified: Date
  listed: boolean
  tags: Tags
}

/** A configuration with AWS's defaults filled in: what the checks and the edge rely on. */
export interface CompleteConfig extends DistributionConfig {
  readonly CallerReference: string
  readonly Comment: string
  readonly Enabled: boolean
  readonly Aliases: { Quantity: number; Items?: string[] }
  readonly Origins: { Quantity: number; Items: CompleteOrigin[] }
  readonly DefaultCacheBehavior: CompleteCacheBehavior
  readonly DefaultRootObject: string
}

export interface CompleteOrigin extends Origin {
  readonly Id: string
  readonly DomainName: string
  readonly OriginPath: string
  readonly OriginAccessControlId: string
}

type CacheBehavior = NonNullable<DistributionConfig['DefaultCacheBehavior']>

export interface CompleteCacheBehavior extends CacheBehavior {
  readonly TargetOriginId: string
  readonly CachePolicyId: string
}

/** By ID. */
export type Distributions = Map<string, Distribution>

/** Throws `NoSuchDistribution`, also for one of another account. */
export function findDistribution(
  distributions: Distributions,
  id: string | undefined,
  call: Call,
): Distribution {
  const distribution = distributions.get(id ?? '')
  if (distribution?.account !== call.principal.account)
    throw new AwsError('NoSuchDistribution', 'The specified distribution does not exist.', 404)
  return distribution
}

export function distributionAsk(
  distributions: Distributions,
  action: string,
  id: string | undefined,
  call: Call,
): Ask {
  const distribution = distributions.get(id ?? '')
  return {
    action,
    resource:
      distribution?.arn ?? globalArn('cloudfront', call.region, call.principal.account, `distribution/${id}`),
    context: resourceTagContext(distribution?.tags),
    ...(distribution && { owner: distribution.account }),
  }
}

export function etagOf(distribution: Distribution): string {
  return distribution.etags.at(-1) ?? ''
}

/**
 * Throws `InvalidIfMatchVersion` for an ETag the thing never had, `PreconditionFailed` for one it had before.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html
 */
export function checkIfMatch(ifMatch: string | undefined, etags: readonly string[]): void {
  if (ifMatch === undefined || !etags.includes(ifMatch))
    throw new AwsError(
      'InvalidIfMatchVersion',
      'The If-Match version is missing or not valid for the resource.',
    )
  if (ifMatch !== etags.at(-1))
    throw new AwsError(
      'PreconditionFailed',
      "The request failed because it didn't meet the preconditions in one or more request-header fields.",
      412,
    )
}

/** Aliases it holds: those still served as well as those written. */
export function aliasesOf({ config, serving }: Distribution): string[] {
  return [...new Set([...(config.Aliases.Items ?? []), ...(serving?.Aliases.Items ?? [])])]
}

/** `E` and 13 capital letters and digits: IDs and ETags alike. */
export function randomCloudFrontId(): string {
  return `E${[...randomBytes(13)]
    .map((byte) => (byte % 36).toString(36))
    .join('')
    .toUpperCase()}`
}
