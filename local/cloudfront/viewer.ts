/** What a viewer gets from a distribution: its cache first, then the origin, and how long the answer is kept. */
import { createHash } from 'node:crypto'
import { parseS3Host } from '../s3/host.ts'
import type { S3 } from '../s3/service.ts'
import { EdgeError, type EdgeResponse, type World } from '../world.ts'
import { managedCachePolicy, type TimesToLive } from './cache-policies.ts'
import type { CompleteConfig, Distribution } from './distribution.ts'
import type { Cached, EdgeCache } from './edge-cache.ts'

interface Behind {
  readonly cache: EdgeCache<EdgeResponse>
  readonly read: S3['read']
}

/** Answers a GET. A distribution answers by the configuration that is deployed, never by the one written last. */
export function createViewer(
  { clock }: Pick<World, 'clock'>,
  { cache, read }: Behind,
): (distribution: Distribution, url: URL) => EdgeResponse {
  return (distribution, url) => {
    const { id, serving: config } = distribution
    if (!config) throw new EdgeError(`the distribution ${id} is not deployed yet`)
    if (url.protocol === 'http:') {
      const refused = answerToHttp(config, url)
      if (refused) return refused
    }
    const path = url.pathname === '/' ? `/${config.DefaultRootObject}` : url.pathname
    const cached = cache.get(id, path)
    if (cached) return seen(distribution, cached.answer, hit(cached, clock.now()))
    const answer = readOrigin(distribution, config, path, read)
    cache.keep(id, path, answer, secondsToKeep(config, answer))
    const result = answer.status < 400 ? 'Miss from cloudfront' : 'Error from cloudfront'
    return seen(distribution, answer, { 'x-cache': result })
  }
}

function answerToHttp(config: CompleteConfig, url: URL): EdgeResponse | undefined {
  const policy = config.DefaultCacheBehavior.ViewerProtocolPolicy
  if (policy === 'allow-all') return undefined
  if (policy === 'https-only') return { status: 403, headers: {}, body: new Uint8Array() }
  const location = url.href.replace(/^http:/, 'https:')
  return { status: 301, headers: { location }, body: new Uint8Array() }
}

function hit({ answer, since }: Cached<EdgeResponse>, now: Date): Record<string, string> {
  const result = answer.status < 400 ? 'Hit from cloudfront' : 'Error from cloudfront'
  const age = Math.floor((now.getTime() - since.getTime()) / 1000)
  return { 'x-cache': result, age: String(age) }
}

function seen(
  { domainName }: Distribution,
  { status, headers, body }: EdgeResponse,
  own: Readonly<Record<string, string>>,
): EdgeResponse {
  const node = createHash('md5').update(domainName).digest('hex')
  return {
    status,
    headers: { ...headers, ...own, via: `1.1 ${node}.cloudfront.net (CloudFront)` },
    body,
  }
}

function readOrigin(
  { arn, account }: Distribution,
  config: CompleteConfig,
  path: string,
  read: S3['read'],
): EdgeResponse {
  const id = config.DefaultCacheBehavior.TargetOriginId
  const origin = config.Origins.Items.find((one) => one.Id === id)
  const host = parseS3Host(origin?.DomainName ?? '')
  if (!origin || !host) throw new EdgeError(`the origin ${id} is not an S3 bucket`)
  // Only with an origin access control does CloudFront sign what it asks of the bucket.
  const signs = origin.OriginAccessControlId !== ''
  return read({
    ...host.object(`${origin.OriginPath}${path}`.slice(1)),
    reader: signs ? { distributionArn: arn, account } : 'anyone',
  })
}

/** Errors are kept for 10 seconds unless the distribution says otherwise. */
const ERROR_SECONDS = 10

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
function secondsToKeep(config: CompleteConfig, { status, headers }: EdgeResponse): number {
  const policy = managedCachePolicy(config.DefaultCacheBehavior.CachePolicyId)
  if (status >= 400) return ERROR_SECONDS
  return policy ? secondsByPolicy(policy, headers['cache-control']) : 0
}

function secondsByPolicy(policy: TimesToLive, cacheControl: string | undefined): number {
  if (cacheControl === undefined) return policy.default
  const directives = cacheControl.toLowerCase().split(/\s*,\s*/)
  if (directives.some((one) => /^(no-cache|no-store|private)\b/.test(one))) return policy.minimum
  const age = /^\d+$/.exec(
    directiveValue(directives, 's-maxage') ?? directiveValue(directives, 'max-age') ?? '',
  )
  if (!age) return policy.default
  return Math.min(Math.max(Number(age[0]), policy.minimum), policy.maximum)
}

function directiveValue(directives: readonly string[], name: string): string | undefined {
  return directives.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
}
