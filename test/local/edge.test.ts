import type {
  CreateDistributionResult,
  CreateOriginAccessControlResult,
  DistributionConfig,
  UpdateDistributionResult,
} from '@aws-sdk/client-cloudfront'
import { describe, expect, test } from 'vitest'
import { EdgeError, type EdgeResponse } from '../../local/world.ts'
import {
  aliasFor,
  CACHING_OPTIMIZED,
  callOf,
  cloudFrontAlias,
  DAY,
  distributionConfig,
  hostingFixture,
  MINUTE,
  OTHER_ACCOUNT,
  REGION,
  SECOND,
  upsert,
} from './hosting.ts'

const host = 'irsa.example.com'
const Bucket = 'documents'
const arn = `arn:aws:s3:::${Bucket}`
const jwks = new URL(`https://${host}/openid/v1/jwks`)
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'

const text = ({ body }: EdgeResponse) => Buffer.from(body).toString()

/** A private bucket behind a distribution with an alias, certificate and origin access control, all of it deployed. */
async function siteFixture(config: Partial<DistributionConfig> = {}) {
  const fixture = hostingFixture()
  const { run, clock, edge, createZone, issueCertificate, createDistribution, changeRecords } = fixture
  const zone = await createZone('example.com')
  const certificate = await issueCertificate(zone, { DomainName: host })
  await run('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } })
  const { OriginAccessControl: control } = await run<CreateOriginAccessControlResult>(
    'cloudfront',
    'CreateOriginAccessControl',
    {
      OriginAccessControlConfig: {
        Name: 'stack',
        SigningProtocol: 'sigv4',
        SigningBehavior: 'always',
        OriginAccessControlOriginType: 's3',
      },
    },
  )
  const origin = {
    Id: 'bucket',
    DomainName: `${Bucket}.s3.${REGION}.amazonaws.com`,
    OriginAccessControlId: control?.Id ?? '',
    S3OriginConfig: { OriginAccessIdentity: '' },
  }
  const complete = distributionConfig({
    ...aliasFor([host], certificate),
    Origins: { Quantity: 1, Items: [origin] },
    ...config,
  })
  const created = await createDistribution(complete)
  await changeRecords(zone, [cloudFrontAlias('CREATE', host, created.Distribution?.DomainName ?? '')])

  const allow = (...Statement: object[]) =>
    run('s3', 'PutBucketPolicy', { Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
  const readByDistribution = {
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: 's3:GetObject',
    Resource: `${arn}/*`,
    Condition: { StringEquals: { 'AWS:SourceArn': created.Distribution?.ARN } },
  }
  await allow(readByDistribution)
  const put = (Body: string, input: object = {}) =>
    run('s3', 'PutObject', { Bucket, Key: 'openid/v1/jwks', Body: Buffer.from(Body), ...input })
  const update = (
    { Distribution, ETag }: CreateDistributionResult | UpdateDistributionResult,
    change: Partial<DistributionConfig>,
  ) =>
    run<UpdateDistributionResult>('cloudfront', 'UpdateDistribution', {
      Id: Distribution?.Id,
      IfMatch: ETag,
      DistributionConfig: { ...complete, ...change },
    })
  return {
    ...fixture,
    zone,
    certificate,
    created,
    origin,
    readByDistribution,
    allow,
    put,
    update,
    fetch: (url = jwks) => edge.fetch(url),
    deploy: () => clock.advance(5 * MINUTE),
  }
}

describe('a host behind a distribution', () => {
  test('is not there before its record is INSYNC and the distribution deployed', async () => {
    const { clock, edge, fetch, put } = await siteFixture()
    await put('keys')

    expect(edge.serves(host)).toBe(false)
    await expect(fetch()).rejects.toBeInstanceOf(EdgeError)
    clock.advance(MINUTE)
    expect(edge.serves(host)).toBe(true)
    await expect(fetch()).rejects.toBeInstanceOf(EdgeError)
    clock.advance(2 * MINUTE)

    expect(await fetch()).toMatchObject({ status: 200 })
  })

  test('answers the object with the headers of S3 and CloudFront', async () => {
    const { fetch, put, deploy } = await siteFixture()
    await put('keys', { ContentType: 'application/json', CacheControl: 'max-age=300' })
    deploy()

    const answer = await fetch()

    expect(text(answer)).toBe('keys')
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'application/json',
        'content-length': '4',
        'cache-control': 'max-age=300',
        etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
        'x-cache': 'Miss from cloudfront',
        via: expect.stringMatching(/^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/),
      },
    })
    expect((await fetch()).headers).toMatchObject({ 'x-cache': 'Hit from cloudfront', age: '0' })
  })

  test('also answers under the domain name of the distribution', async () => {
    const { fetch, put, deploy, created, edge } = await siteFixture()
    await put('keys')
    deploy()
    const domainName = created.Distribution?.DomainName ?? ''

    expect(edge.serves(domainName)).toBe(true)
    expect(text(await fetch(new URL(`https://${domainName}/openid/v1/jwks`)))).toBe('keys')
  })

  test('answers / with the root object', async () => {
    const { fetch, put, deploy } = await siteFixture({ DefaultRootObject: 'index.html' })
    await put('welcome', { Key: 'index.html' })
    deploy()
    expect(text(await fetch(new URL(`https://${host}/`)))).toBe('welcome')
  })

  test('decodes the path, and refuses one that cannot be decoded', async () => {
    const { fetch, put, deploy } = await siteFixture()
    await put('found', { Key: 'a b/ü' })
    deploy()
    expect(text(await fetch(new URL(`https://${host}/a%20b/%C3%BC`)))).toBe('found')
    expect(await fetch(new URL(`https://${host}/%E0%A4%A`))).toMatchObject({ status: 400 })
  })

  test('redirects plain HTTP or refuses it', async () => {
    const { clock, fetch, put, deploy, created, update } = await siteFixture()
    await put('keys')
    deploy()
    const plain = new URL(jwks.href.replace('https:', 'http:'))

    expect(await fetch(plain)).toMatchObject({ status: 301, headers: { location: jwks.href } })

    const behavior = distributionConfig().DefaultCacheBehavior
    await update(created, {
      DefaultCacheBehavior: {
        TargetOriginId: 'bucket',
        CachePolicyId: behavior?.CachePolicyId,
        ViewerProtocolPolicy: 'https-only',
      },
    })
    clock.advance(5 * MINUTE)
    expect(await fetch(plain)).toMatchObject({ status: 403 })
  })

  test('goes on being served as before while an update is in progress', async () => {
    const { clock, fetch, put, deploy, created, update } = await siteFixture()
    await put('keys')
    deploy()
    await update(created, { Enabled: false })

    clock.advance(2 * MINUTE)
    expect(await fetch()).toMatchObject({ status: 200 })
    clock.advance(MINUTE)
    await expect(fetch()).rejects.toBeInstanceOf(EdgeError)
  })
})

describe('the method of a request', () => {
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])(
    '%s is refused, in the words of CloudFront',
    async (method) => {
      const { deploy, edge, put } = await siteFixture()
      await put('keys')
      deploy()

      const refused = await edge.fetch(jwks, method)

      expect(refused).toMatchObject({
        status: 403,
        headers: { 'content-type': 'text/html', 'x-cache': 'Error from cloudfront' },
      })
      expect(text(refused)).toContain('This distribution is not configured to allow the HTTP request method')
      expect(text(await edge.fetch(jwks))).toBe('keys')
    },
  )

  test.each([
    ['HEAD', undefined],
    ['OPTIONS', ['GET', 'HEAD', 'OPTIONS'] as const],
  ])('%s passes where the distribution allows it', async (method, allowed) => {
    const { created, deploy, edge, put, update } = await siteFixture()
    const behavior = created.Distribution?.DistributionConfig?.DefaultCacheBehavior
    await put('keys')
    if (allowed && behavior) {
      const AllowedMethods = { Quantity: allowed.length, Items: [...allowed] }
      await update(created, { DefaultCacheBehavior: { ...behavior, AllowedMethods } })
    }
    deploy()

    expect(await edge.fetch(jwks, method)).toMatchObject({ status: 200 })
  })
})

describe('what a viewer cannot reach', () => {
  test('a host without a record, or with one that leads elsewhere', async () => {
    const { zone, changeRecords, deploy, fetch, edge } = await siteFixture()
    await changeRecords(zone, [upsert('A', 'elsewhere.example.com', '192.0.2.1')])
    deploy()
    await expect(fetch(new URL('https://missing.example.com/'))).rejects.toThrow(/no address/)
    await expect(fetch(new URL('https://elsewhere.example.com/'))).rejects.toThrow(/192\.0\.2\.1/)
    expect(edge.serves('missing.example.com')).toBe(false)
  })

  test('a host that points to a distribution without holding it as alias', async () => {
    const { zone, changeRecords, created, deploy, fetch } = await siteFixture()
    const domainName = created.Distribution?.DomainName ?? ''
    await changeRecords(zone, [upsert('CNAME', 'other.example.com', domainName)])
    deploy()
    await expect(fetch(new URL('https://other.example.com/'))).rejects.toThrow(/certificate/)
  })

  test('a host whose certificate has expired', async () => {
    const { clock, zone, describeCertificate, certificate, changeRecords, put, deploy, fetch } =
      await siteFixture()
    await put('keys')
    deploy()
    const [option] = (await describeCertificate(certificate)).DomainValidationOptions ?? []
    const record = upsert('CNAME', option?.ResourceRecord?.Name, option?.ResourceRecord?.Value)
    await changeRecords(zone, [{ ...record, Action: 'DELETE' }])
    clock.advance(200 * DAY)

    await expect(fetch()).rejects.toThrow(/EXPIRED/)
  })
})

describe('two distributions', () => {
  test('the more specific alias answers, whichever the record points to', async () => {
    const {
      zone,
      run,
      issueCertificate,
      createDistribution,
      origin,
      readByDistribution,
      allow,
      put,
      deploy,
      fetch,
    } = await siteFixture()
    await run('s3', 'CreateBucket', {
      Bucket: 'wild',
      CreateBucketConfiguration: { LocationConstraint: REGION },
    })
    const wildcard = await issueCertificate(zone, { DomainName: '*.example.com' })
    const { Distribution } = await createDistribution({
      ...aliasFor(['*.example.com'], wildcard),
      CallerReference: 'wild',
      Origins: { Quantity: 1, Items: [{ ...origin, OriginPath: '/wild' }] },
    })
    const condition = { StringEquals: { 'AWS:SourceArn': Distribution?.ARN } }
    await allow(readByDistribution, { ...readByDistribution, Condition: condition })
    await put('specific')
    await put('wild', { Key: 'wild/openid/v1/jwks' })
    deploy()

    expect(text(await fetch())).toBe('specific')
    expect(text(await fetch(new URL(`https://${Distribution?.DomainName}/openid/v1/jwks`)))).toBe('wild')
  })
})

describe('the private bucket', () => {
  test('lets in only the distribution that its policy names', async () => {
    const { clock, fetch, put, allow, deploy, readByDistribution } = await siteFixture()
    await put('keys')
    deploy()
    const condition = {
      StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::000000000000:distribution/E0' },
    }

    await allow({ ...readByDistribution, Condition: condition })
    expect(await fetch()).toMatchObject({ status: 403, headers: { 'x-cache': 'Error from cloudfront' } })
    await allow(readByDistribution)
    clock.advance(10 * SECOND)
    expect(await fetch()).toMatchObject({ status: 200 })
  })

  test('can name the account of the distribution, and deny plain HTTP', async () => {
    const { fetch, put, allow, deploy, readByDistribution } = await siteFixture()
    await put('keys')
    deploy()
    await allow(
      { ...readByDistribution, Condition: { StringEquals: { 'AWS:SourceAccount': '000000000000' } } },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    )
    expect(await fetch()).toMatchObject({ status: 200 })
  })

  test('denies what an explicit Deny covers', async () => {
    const { fetch, put, allow, deploy, readByDistribution } = await siteFixture()
    await put('keys')
    deploy()
    await allow(readByDistribution, {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: `${arn}/openid/*`,
    })
    expect(await fetch()).toMatchObject({ status: 403 })
  })

  test('does not tell that an object is missing unless the policy lets it list', async () => {
    const { clock, fetch, allow, deploy, readByDistribution } = await siteFixture()
    deploy()
    expect(await fetch()).toMatchObject({ status: 403 })

    await allow(readByDistribution, { ...readByDistribution, Action: 's3:ListBucket', Resource: arn })
    clock.advance(10 * SECOND)
    expect(await fetch()).toMatchObject({ status: 404 })
  })

  test('is closed to a distribution without origin access control', async () => {
    const { clock, fetch, put, created, update, origin, deploy } = await siteFixture()
    await put('keys')
    deploy()
    await update(created, {
      Origins: { Quantity: 1, Items: [{ ...origin, OriginAccessControlId: '' }] },
    })
    clock.advance(5 * MINUTE)
    expect(await fetch()).toMatchObject({ status: 403 })
  })

  test('that is gone is a missing bucket', async () => {
    const { run, fetch, deploy } = await siteFixture()
    deploy()
    await run('s3', 'DeleteBucket', { Bucket })
    expect(await fetch()).toMatchObject({ status: 404 })
  })

  test('is not found in another region, and only redirected to from the global name', async () => {
    const { clock, fetch, created, update, origin, deploy } = await siteFixture()
    deploy()
    const elsewhere = (DomainName: string): Partial<DistributionConfig> => ({
      Origins: { Quantity: 1, Items: [{ ...origin, DomainName }] },
    })
    const updated = await update(created, elsewhere(`${Bucket}.s3.eu-west-1.amazonaws.com`))
    clock.advance(5 * MINUTE)
    expect(await fetch()).toMatchObject({ status: 301 })

    await update(updated, elsewhere(`${Bucket}.s3.amazonaws.com`))
    clock.advance(2 * DAY)
    expect(await fetch()).toMatchObject({ status: 307 })
  })
})

describe('the cache', () => {
  async function change(CacheControl?: string, CachePolicyId = CACHING_OPTIMIZED) {
    const site = await siteFixture({
      DefaultCacheBehavior: {
        TargetOriginId: 'bucket',
        ViewerProtocolPolicy: 'https-only',
        CachePolicyId,
      },
    })
    await site.put('old', { CacheControl })
    site.deploy()
    await site.fetch()
    await site.put('new', { CacheControl })
    const seenAfter = async (milliseconds: number) => {
      site.clock.advance(milliseconds)
      return text(await site.fetch())
    }
    return { ...site, seenAfter }
  }

  test('keeps an answer for its max-age', async () => {
    const { seenAfter } = await change('public, max-age=300')
    expect(await seenAfter(300 * SECOND - 1)).toBe('old')
    expect(await seenAfter(1)).toBe('new')
  })

  test('prefers s-maxage to max-age', async () => {
    const { seenAfter } = await change('max-age=300, s-maxage=60')
    expect(await seenAfter(MINUTE - 1)).toBe('old')
    expect(await seenAfter(1)).toBe('new')
  })

  test('keeps an answer without Cache-Control for a day: the default of CachingOptimized', async () => {
    const { seenAfter } = await change()
    expect(await seenAfter(DAY - SECOND)).toBe('old')
    expect(await seenAfter(SECOND)).toBe('new')
  })

  test('keeps even what must not be stored for the minimum of the policy', async () => {
    const { seenAfter } = await change('no-store')
    expect(await seenAfter(SECOND - 1)).toBe('old')
    expect(await seenAfter(1)).toBe('new')
  })

  test('keeps nothing under CachingDisabled', async () => {
    const { seenAfter } = await change('max-age=300', CACHING_DISABLED)
    expect(await seenAfter(0)).toBe('new')
  })

  test('forgets a path when its invalidation is completed', async () => {
    const { run, created, seenAfter } = await change('max-age=86400')
    const invalidate = (CallerReference: string, path: string) =>
      run('cloudfront', 'CreateInvalidation', {
        DistributionId: created.Distribution?.Id,
        InvalidationBatch: { CallerReference, Paths: { Quantity: 1, Items: [path] } },
      })
    await invalidate('other', '/.well-known/*')
    expect(await seenAfter(MINUTE)).toBe('old')
    await invalidate('jwks', '/openid/*')
    expect(await seenAfter(MINUTE - SECOND)).toBe('old')
    expect(await seenAfter(SECOND)).toBe('new')
  })

  test('keeps an error for ten seconds', async () => {
    const { clock, fetch, put, deploy } = await siteFixture()
    deploy()
    expect(await fetch()).toMatchObject({ status: 403 })
    await put('keys')

    clock.advance(10 * SECOND - 1)
    expect(await fetch()).toMatchObject({ status: 403 })
    clock.advance(1)
    expect(await fetch()).toMatchObject({ status: 200 })
  })

  test('does not tell answers apart by query string', async () => {
    const { fetch, put, deploy } = await siteFixture()
    await put('keys')
    deploy()
    await fetch()
    const answer = await fetch(new URL(`${jwks.href}?v=2`))
    expect(answer.headers).toMatchObject({ 'x-cache': 'Hit from cloudfront' })
  })
})

describe("S3's public endpoint", () => {
  const inPath = new URL(`https://s3.${REGION}.amazonaws.com/${Bucket}/openid/v1/jwks`)
  const inHost = new URL(`https://${Bucket}.s3.${REGION}.amazonaws.com/openid/v1/jwks`)
  const everyone = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${arn}/*` }

  test('answers nobody without a public policy', async () => {
    const { fetch, put } = await siteFixture()
    await put('keys')
    for (const url of [inPath, inHost]) expect(await fetch(url)).toMatchObject({ status: 403 })
  })

  test('answers everybody under a public policy, until public access is restricted', async () => {
    const { run, fetch, put, allow } = await siteFixture()
    await put('keys', { CacheControl: 'max-age=300' })
    const block = (RestrictPublicBuckets: boolean) =>
      run('s3', 'PutPublicAccessBlock', {
        Bucket,
        PublicAccessBlockConfiguration: { RestrictPublicBuckets },
      })
    await block(false)
    await allow(everyone)
    for (const url of [inPath, inHost]) {
      const answer = await fetch(url)
      expect(text(answer)).toBe('keys')
      expect(answer.headers).toMatchObject({ server: 'AmazonS3', 'cache-control': 'max-age=300' })
      expect(answer.headers).not.toHaveProperty('x-cache')
    }

    await block(true)
    expect(await fetch(inPath)).toMatchObject({ status: 403 })
  })

  test('knows the regions of buckets, and which there are', async () => {
    const { edge, fetch } = await siteFixture()
    expect(edge.serves(inPath.hostname)).toBe(true)
    expect(await fetch(new URL(`https://s3.eu-west-1.amazonaws.com/${Bucket}/a`))).toMatchObject({
      status: 301,
      headers: { location: `https://${Bucket}.s3.${REGION}.amazonaws.com/a` },
    })
    expect(await fetch(new URL(`https://s3.${REGION}.amazonaws.com/other/a`))).toMatchObject({ status: 404 })
    expect(await fetch(new URL(`https://s3.${REGION}.amazonaws.com/${Bucket}`))).toMatchObject({
      status: 403,
    })
  })
})

describe('a distribution of another account', () => {
  test('reads the bucket if the policy names it', async () => {
    const site = await siteFixture()
    const { run, put, allow, readByDistribution, deploy, fetch } = site
    const foreign = callOf(OTHER_ACCOUNT, REGION)
    const { OriginAccessControl: control } = await run<CreateOriginAccessControlResult>(
      'cloudfront',
      'CreateOriginAccessControl',
      {
        OriginAccessControlConfig: {
          Name: 'theirs',
          SigningProtocol: 'sigv4',
          SigningBehavior: 'always',
          OriginAccessControlOriginType: 's3',
        },
      },
      foreign,
    )
    const { Distribution } = await site.createDistribution(
      {
        Origins: {
          Quantity: 1,
          Items: [{ ...site.origin, OriginAccessControlId: control?.Id ?? '' }],
        },
      },
      foreign,
    )
    await put('keys')
    deploy()
    const url = new URL(`https://${Distribution?.DomainName}/openid/v1/jwks`)
    expect(await fetch(url)).toMatchObject({ status: 403 })

    await allow({
      ...readByDistribution,
      Condition: { StringEquals: { 'AWS:SourceArn': Distribution?.ARN } },
    })
    site.clock.advance(10 * SECOND)
    expect(await fetch(url)).toMatchObject({ status: 200 })
  })
})
