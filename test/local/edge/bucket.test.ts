/** Whom the bucket lets in: the distributions that its policy names, or everybody. */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront'
import { describe, expect, test } from 'vitest'
import { callOf, DAY, MINUTE, OTHER_ACCOUNT, REGION, SECOND } from '../hosting.ts'
import { arn, Bucket, jwks, siteFixture, text } from './fixture.ts'

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

  test('lets in every distribution of an account that its policy names, and of no other', async () => {
    const { clock, fetch, put, allow, deploy, readByDistribution } = await siteFixture()
    const ofAccount = (account: string) => ({
      ...readByDistribution,
      Condition: { StringEquals: { 'AWS:SourceAccount': account } },
    })
    await put('keys')
    deploy()

    await allow(ofAccount(OTHER_ACCOUNT))
    expect(await fetch()).toMatchObject({ status: 403 })
    await allow(ofAccount('000000000000'))
    clock.advance(10 * SECOND)
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

describe('a distribution of another account', () => {
  test('reads the bucket if the policy names it', async () => {
    const site = await siteFixture()
    const { put, allow, readByDistribution, deploy, fetch } = site
    const foreign = callOf(OTHER_ACCOUNT, REGION)
    const { OriginAccessControl: control } = await site.createOriginAccessControl('theirs', foreign)
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

  test('answers nobody over plain HTTP where the policy denies that, and CloudFront still', async () => {
    const { run, fetch, put, allow, deploy, readByDistribution } = await siteFixture()
    const noTls = { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }
    const plain = [inPath, inHost].map(({ href }) => new URL(href.replace('https:', 'http:')))
    const PublicAccessBlockConfiguration = { RestrictPublicBuckets: false }
    await run('s3', 'PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration })
    await put('keys')
    deploy()

    await allow(everyone, readByDistribution)
    for (const url of plain) expect(await fetch(url)).toMatchObject({ status: 200 })
    await allow(everyone, readByDistribution, { ...everyone, ...noTls, Effect: 'Deny' })
    for (const url of plain) expect(await fetch(url)).toMatchObject({ status: 403 })
    for (const url of [inPath, inHost, jwks]) expect(await fetch(url)).toMatchObject({ status: 200 })
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
