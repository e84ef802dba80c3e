import type {
  CreateDistributionResult,
  DistributionConfig,
  GetDistributionConfigResult,
  GetDistributionResult,
  UpdateDistributionResult,
} from '@aws-sdk/client-cloudfront'
import { describe, expect, test } from 'vitest'
import {
  ACCOUNT,
  CACHING_OPTIMIZED,
  distributionConfig,
  type HostingFixture,
  hostingFixture,
  MINUTE,
  SECOND,
  stranger,
} from '../hosting.ts'

const get = ({ run }: HostingFixture, Id: string | undefined) =>
  run<GetDistributionResult>('cloudfront', 'GetDistribution', { Id })

const update = (
  { run }: HostingFixture,
  { Distribution, ETag }: CreateDistributionResult | UpdateDistributionResult,
  config: Partial<DistributionConfig>,
) =>
  run<UpdateDistributionResult>('cloudfront', 'UpdateDistribution', {
    Id: Distribution?.Id,
    IfMatch: ETag,
    DistributionConfig: distributionConfig(config),
  })

const remove = (
  { run }: HostingFixture,
  { Distribution, ETag }: CreateDistributionResult | UpdateDistributionResult,
) => run('cloudfront', 'DeleteDistribution', { Id: Distribution?.Id, IfMatch: ETag })

describe('CreateDistribution', () => {
  test('answers with every default filled in', async () => {
    const { createDistribution } = hostingFixture()

    const { Distribution, ETag, Location } = await createDistribution({})

    expect(ETag).toMatch(/^E[0-9A-Z]{13}$/)
    expect(Distribution?.Id).toMatch(/^E[0-9A-Z]{13}$/)
    expect(Location).toBe(`https://cloudfront.amazonaws.com/2020-05-31/distribution/${Distribution?.Id}`)
    expect(Distribution).toMatchObject({
      ARN: `arn:aws:cloudfront::${ACCOUNT}:distribution/${Distribution?.Id}`,
      Status: 'InProgress',
      DomainName: expect.stringMatching(/^d[0-9a-z]{13}\.cloudfront\.net$/),
      InProgressInvalidationBatches: 0,
      ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
    })
    expect(Distribution?.DistributionConfig).toEqual({
      CallerReference: 'reference',
      Aliases: { Quantity: 0 },
      DefaultRootObject: '',
      Origins: {
        Quantity: 1,
        Items: [
          {
            Id: 'bucket',
            DomainName: 'documents.s3.eu-central-1.amazonaws.com',
            OriginPath: '',
            CustomHeaders: { Quantity: 0 },
            S3OriginConfig: { OriginAccessIdentity: '', OriginReadTimeout: 30 },
            ConnectionAttempts: 3,
            ConnectionTimeout: 10,
            OriginShield: { Enabled: false },
            OriginAccessControlId: '',
          },
        ],
      },
      OriginGroups: { Quantity: 0 },
      DefaultCacheBehavior: {
        TargetOriginId: 'bucket',
        TrustedSigners: { Enabled: false, Quantity: 0 },
        TrustedKeyGroups: { Enabled: false, Quantity: 0 },
        ViewerProtocolPolicy: 'redirect-to-https',
        AllowedMethods: {
          Quantity: 2,
          Items: ['HEAD', 'GET'],
          CachedMethods: { Quantity: 2, Items: ['HEAD', 'GET'] },
        },
        SmoothStreaming: false,
        Compress: false,
        LambdaFunctionAssociations: { Quantity: 0 },
        FunctionAssociations: { Quantity: 0 },
        FieldLevelEncryptionId: '',
        CachePolicyId: CACHING_OPTIMIZED,
        GrpcConfig: { Enabled: false },
      },
      CacheBehaviors: { Quantity: 0 },
      CustomErrorResponses: { Quantity: 0 },
      Comment: '',
      Logging: { Enabled: false, IncludeCookies: false, Bucket: '', Prefix: '' },
      PriceClass: 'PriceClass_All',
      Enabled: true,
      ViewerCertificate: {
        CloudFrontDefaultCertificate: true,
        SSLSupportMethod: 'vip',
        MinimumProtocolVersion: 'TLSv1',
        CertificateSource: 'cloudfront',
      },
      Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
      WebACLId: '',
      HttpVersion: 'http2',
      IsIPV6Enabled: false,
      ContinuousDeploymentPolicyId: '',
      Staging: false,
    })
  })

  test('gives back what GetDistributionConfig answered, so that it can be written again', async () => {
    const fixture = hostingFixture()
    const created = await fixture.createDistribution({})
    const { DistributionConfig: config } = await fixture.run<GetDistributionConfigResult>(
      'cloudfront',
      'GetDistributionConfig',
      { Id: created.Distribution?.Id },
    )

    const { Distribution } = await update(fixture, created, config ?? {})

    expect(Distribution?.DistributionConfig).toEqual(config)
  })

  test('refuses a caller reference that it has seen in the account, even with the same configuration', async () => {
    const { createDistribution } = hostingFixture()
    const { Distribution } = await createDistribution({})

    await expect(createDistribution({})).rejects.toMatchObject({
      code: 'DistributionAlreadyExists',
      status: 409,
      message: expect.stringContaining(`Already exists: ${Distribution?.Id}`),
    })
    await createDistribution({}, stranger)
  })

  test('stops at the quota', async () => {
    const { createDistribution } = hostingFixture({ quotas: { 'cloudfront:distributions': 1 } })
    await createDistribution({})
    await expect(createDistribution({ CallerReference: 'two' })).rejects.toMatchObject({
      code: 'TooManyDistributions',
    })
  })

  test('with tags asks IAM for the right to tag as well', () => {
    const { asks } = hostingFixture()
    const resource = `arn:aws:cloudfront::${ACCOUNT}:distribution/*`
    const context = { 'aws:RequestTag/team': 'a', 'aws:TagKeys': ['team'] }
    const DistributionConfigWithTags = {
      DistributionConfig: distributionConfig(),
      Tags: { Items: [{ Key: 'team', Value: 'a' }] },
    }
    expect(asks('cloudfront', 'CreateDistributionWithTags', { DistributionConfigWithTags })).toEqual([
      { action: 'cloudfront:CreateDistribution', resource, context },
      { action: 'cloudfront:TagResource', resource, context },
    ])
  })
})

describe('what CloudFront refuses', () => {
  const behavior = distributionConfig().DefaultCacheBehavior
  const origin = { Id: 'bucket', DomainName: 'documents.s3.eu-central-1.amazonaws.com' }
  const refused: readonly (readonly [string, object, string])[] = [
    [
      'a Quantity that is not the number of items',
      { Aliases: { Quantity: 2, Items: ['a.example.com'] } },
      'InconsistentQuantities',
    ],
    ['a list without its items', { Aliases: { Quantity: 1 } }, 'InconsistentQuantities'],
    ['a comment of 129 characters', { Comment: 'a'.repeat(129) }, 'InvalidArgument'],
    ['a configuration without comment', { Comment: undefined }, 'InvalidArgument'],
    ['a root object with a slash', { DefaultRootObject: '/index.html' }, 'InvalidDefaultRootObject'],
    [
      'a target that is no origin',
      { DefaultCacheBehavior: { ...behavior, TargetOriginId: 'x' } },
      'NoSuchOrigin',
    ],
    [
      'an unknown cache policy',
      { DefaultCacheBehavior: { ...behavior, CachePolicyId: 'x' } },
      'NoSuchCachePolicy',
    ],
    [
      'neither cache policy nor forwarded values',
      { DefaultCacheBehavior: { ...behavior, CachePolicyId: undefined } },
      'InvalidArgument',
    ],
    [
      'methods that do not go together',
      { DefaultCacheBehavior: { ...behavior, AllowedMethods: { Quantity: 1, Items: ['GET'] } } },
      'InvalidArgument',
    ],
    [
      'an origin that is no bucket',
      { Origins: { Quantity: 1, Items: [{ ...origin, DomainName: 'example.com' }] } },
      'InvalidArgument',
    ],
    [
      'an origin path without slash',
      { Origins: { Quantity: 1, Items: [{ ...origin, OriginPath: 'a' }] } },
      'InvalidArgument',
    ],
    [
      'an origin access control that does not exist',
      { Origins: { Quantity: 1, Items: [{ ...origin, OriginAccessControlId: 'E1' }] } },
      'InvalidOriginAccessControl',
    ],
    ['two origins of one ID', { Origins: { Quantity: 2, Items: [origin, origin] } }, 'InvalidArgument'],
  ]
  test.each(refused)('%s', async (_, config, code) => {
    const { createDistribution } = hostingFixture()
    await expect(createDistribution(config)).rejects.toMatchObject({ code })
  })

  test.each([
    ['a web ACL', { WebACLId: 'arn:aws:wafv2:us-east-1:000000000000:global/webacl/a/b' }],
    ['access logs', { Logging: { Enabled: true, IncludeCookies: false, Bucket: 'b', Prefix: '' } }],
    ['a custom origin', { Origins: { Quantity: 1, Items: [{ ...origin, CustomOriginConfig: {} }] } }],
    ['a response headers policy', { DefaultCacheBehavior: { ...behavior, ResponseHeadersPolicyId: 'x' } }],
  ])('%s, because local mode would ignore it', async (_, config) => {
    const { createDistribution } = hostingFixture()
    await expect(createDistribution(config as Partial<DistributionConfig>)).rejects.toMatchObject({
      code: 'NotInLocalMode',
    })
  })
})

describe('deployment', () => {
  test('takes minutes, for a new distribution and for every update', async () => {
    const fixture = hostingFixture()
    const created = await fixture.createDistribution({})
    const status = async () => (await get(fixture, created.Distribution?.Id)).Distribution?.Status

    fixture.clock.advance(3 * MINUTE - SECOND)
    expect(await status()).toBe('InProgress')
    fixture.clock.advance(SECOND)
    expect(await status()).toBe('Deployed')

    const updated = await update(fixture, created, { Comment: 'one' })
    expect(updated.Distribution?.Status).toBe('InProgress')
    fixture.clock.advance(MINUTE)
    await update(fixture, updated, { Comment: 'two' })
    fixture.clock.advance(2 * MINUTE)
    expect(await status()).toBe('InProgress')
    fixture.clock.advance(MINUTE)
    expect(await status()).toBe('Deployed')
  })
})

describe('UpdateDistribution', () => {
  test('needs the present ETag and answers a new one', async () => {
    const fixture = hostingFixture()
    const created = await fixture.createDistribution({})

    const updated = await update(fixture, created, { Comment: 'one' })

    expect(updated.ETag).not.toBe(created.ETag)
    await expect(update(fixture, created, { Comment: 'two' })).rejects.toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
    })
    for (const ETag of [undefined, 'E0'])
      await expect(update(fixture, { Distribution: created.Distribution, ETag }, {})).rejects.toMatchObject({
        code: 'InvalidIfMatchVersion',
      })
    expect((await get(fixture, created.Distribution?.Id)).ETag).toBe(updated.ETag)
  })

  test('cannot change the caller reference', async () => {
    const fixture = hostingFixture()
    const created = await fixture.createDistribution({})
    await expect(update(fixture, created, { CallerReference: 'other' })).rejects.toMatchObject({
      code: 'IllegalUpdate',
    })
  })

  test("does not find another account's distribution, and asks IAM about its owner", async () => {
    const fixture = hostingFixture()
    const { Distribution } = await fixture.createDistribution({}, stranger)
    await expect(get(fixture, Distribution?.Id)).rejects.toMatchObject({ code: 'NoSuchDistribution' })
    expect(fixture.asks('cloudfront', 'UpdateDistribution', { Id: Distribution?.Id })).toEqual([
      {
        action: 'cloudfront:UpdateDistribution',
        resource: Distribution?.ARN,
        context: {},
        owner: '111111111111',
      },
    ])
  })
})

describe('DeleteDistribution', () => {
  test('wants the distribution disabled and that deployed', async () => {
    const fixture = hostingFixture()
    const created = await fixture.createDistribution({})
    fixture.clock.advance(5 * MINUTE)
    const refused = { code: 'DistributionNotDisabled', status: 409 }
    await expect(remove(fixture, created)).rejects.toMatchObject(refused)

    const disabled = await update(fixture, created, { Enabled: false })
    await expect(remove(fixture, disabled)).rejects.toMatchObject(refused)
    fixture.clock.advance(5 * MINUTE)
    await expect(remove(fixture, created)).rejects.toMatchObject({ code: 'PreconditionFailed' })
    await remove(fixture, disabled)

    await expect(remove(fixture, disabled)).rejects.toMatchObject({
      code: 'NoSuchDistribution',
      status: 404,
    })
  })
})
