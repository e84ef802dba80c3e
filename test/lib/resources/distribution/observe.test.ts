import {
  type DistributionConfig,
  GetDistributionCommand,
  ListDistributionsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudfront'
import { GetBucketPolicyCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { refusal, sent } from '../../aws/sdk.ts'
import { golem, HOST, TAG_LIST, TAGS_OF_OTHERS } from '../golem.ts'
import {
  ANSWERED,
  answer,
  CONFIG,
  NEW,
  NO_DISTRIBUTION,
  ORIGIN,
  OUTPUTS,
  POLICY,
  page,
  READ,
  READ_POLICY,
  RECORDED,
  SUMMARY,
  theDistribution,
} from './fixture.ts'

describe('observe', () => {
  test('reads the recorded distribution and finds no difference in CloudFront’s spelling', async () => {
    const { cloudFront, s3, distribution } = theDistribution()

    expect(await distribution.observe(RECORDED)).toEqual({
      status: 'ready',
      outputs: OUTPUTS,
      differences: [],
    })
    expect(sent(cloudFront, s3)).toEqual([...READ, READ_POLICY])
  })

  test('looks first at the ID that the last create returned', async () => {
    const { cloudFront, distribution } = theDistribution()

    await distribution.observe({ ...NEW, hint: { distributionId: 'E1' } })

    expect(sent(cloudFront)).toEqual(READ)
  })

  test('says absent when neither the record nor a search finds one', async () => {
    const { cloudFront, s3, distribution } = theDistribution()
    cloudFront.on(GetDistributionCommand).rejects(NO_DISTRIBUTION)

    expect(await distribution.observe(RECORDED)).toEqual({ status: 'absent' })
    expect(sent(cloudFront, s3)).toEqual([
      ['GetDistribution', { Id: 'E1' }],
      ['ListDistributions', {}],
    ])
  })

  test('finds it on a later page when the record is lost', async () => {
    const { cloudFront, distribution } = theDistribution()
    const first = page({ ...SUMMARY, Id: 'E9', Aliases: { Quantity: 0 }, Comment: 'a shop' })
    const { DistributionList } = first
    cloudFront
      .on(ListDistributionsCommand, {})
      .resolves({ DistributionList: { ...DistributionList, IsTruncated: true, NextMarker: 'E9' } })
      .on(ListDistributionsCommand, { Marker: 'E9' })
      .resolves(page(SUMMARY))

    expect(await distribution.observe(NEW)).toMatchObject({ status: 'ready', outputs: OUTPUTS })
  })

  test('finds it by its comment when somebody took the alias off, and says so', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(ListDistributionsCommand).resolves(page({ ...SUMMARY, Aliases: { Quantity: 0 } }))
    cloudFront
      .on(GetDistributionCommand, { Id: 'E1' })
      .resolves(answer({ ...ANSWERED, Aliases: { Quantity: 0 } }))

    expect(await distribution.observe(NEW)).toMatchObject({
      status: 'ready',
      differences: [
        { field: 'DistributionConfig.Aliases.Items', desired: [HOST], observed: undefined },
        { field: 'DistributionConfig.Aliases.Quantity', desired: 1, observed: 0 },
      ],
    })
  })

  test.each([['without tags', []], ...TAGS_OF_OTHERS])('does not take one %s for ours', async (_, Items) => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(ListDistributionsCommand).resolves(page(SUMMARY))
    cloudFront.on(ListTagsForResourceCommand).resolves({ Tags: { Items } })

    expect(await distribution.observe(RECORDED)).toEqual({ status: 'absent' })
  })

  test.each([
    [true, 'CloudFront is deploying the distribution E1'],
    [false, 'CloudFront is switching off the distribution E1'],
  ])('is pending until the edges have it (enabled: %s)', async (Enabled, reason) => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront
      .on(GetDistributionCommand, { Id: 'E1' })
      .resolves(answer({ ...ANSWERED, Enabled }, 'InProgress'))

    expect(await distribution.observe(RECORDED)).toEqual({ status: 'pending', reason })
  })

  test.each<[string, Partial<DistributionConfig>, object[]]>([
    [
      'another certificate',
      { ViewerCertificate: { ...CONFIG.ViewerCertificate, ACMCertificateArn: 'arn:other' } },
      [{ field: 'DistributionConfig.ViewerCertificate.ACMCertificateArn', observed: 'arn:other' }],
    ],
    ['being disabled', { Enabled: false }, [{ field: 'DistributionConfig.Enabled', observed: false }]],
    [
      'a further behaviour, which could serve other keys',
      {
        CacheBehaviors: {
          Quantity: 1,
          Items: [{ ...CONFIG.DefaultCacheBehavior, PathPattern: 'openid/*' }],
        },
      },
      [{ field: 'DistributionConfig.CacheBehaviors.Quantity', observed: 1 }],
    ],
    [
      'code at the edge',
      {
        DefaultCacheBehavior: {
          ...CONFIG.DefaultCacheBehavior,
          FunctionAssociations: {
            Quantity: 1,
            Items: [{ FunctionARN: 'arn:function', EventType: 'viewer-response' }],
          },
        },
      },
      [{ field: 'DistributionConfig.DefaultCacheBehavior.FunctionAssociations.Quantity', observed: 1 }],
    ],
    [
      'an origin request policy',
      { DefaultCacheBehavior: { ...CONFIG.DefaultCacheBehavior, OriginRequestPolicyId: 'all-viewer' } },
      [{ field: 'DistributionConfig.DefaultCacheBehavior.OriginRequestPolicyId', observed: 'all-viewer' }],
    ],
    [
      'a country list',
      { Restrictions: { GeoRestriction: { RestrictionType: 'whitelist', Quantity: 1, Items: ['DE'] } } },
      [
        { field: 'DistributionConfig.Restrictions.GeoRestriction.Quantity', observed: 1 },
        { field: 'DistributionConfig.Restrictions.GeoRestriction.RestrictionType', observed: 'whitelist' },
      ],
    ],
  ])('sees %s', async (_, change, differences) => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(GetDistributionCommand, { Id: 'E1' }).resolves(answer({ ...ANSWERED, ...change }))

    expect(await distribution.observe(RECORDED)).toMatchObject({ status: 'ready', differences })
  })

  test('sees another origin', async () => {
    const { cloudFront, distribution } = theDistribution()
    const Items = [{ ...ORIGIN, DomainName: 'evil.example.com' }]
    cloudFront
      .on(GetDistributionCommand, { Id: 'E1' })
      .resolves(answer({ ...ANSWERED, Origins: { Quantity: 1, Items } }))

    expect(await distribution.observe(RECORDED)).toMatchObject({
      differences: [
        { field: 'DistributionConfig.Origins.Items', observed: [{ DomainName: 'evil.example.com' }] },
      ],
    })
  })

  test('sees other tags', async () => {
    const { cloudFront, distribution } = theDistribution()
    const Items = [...TAG_LIST.slice(0, 2), { Key: 'cost', Value: 'b' }, { Key: 'aws:own', Value: 'c' }]
    cloudFront.on(ListTagsForResourceCommand).resolves({ Tags: { Items } })

    expect(await distribution.observe(RECORDED)).toMatchObject({
      differences: [
        { field: 'Tags.cost', desired: undefined, observed: 'b' },
        { field: 'Tags.team', desired: 'a', observed: undefined },
      ],
    })
  })

  test.each(['NoSuchBucketPolicy', 'NoSuchBucket'])(
    'sees that the bucket policy is missing (%s)',
    async (name) => {
      const { s3, distribution } = theDistribution()
      s3.on(GetBucketPolicyCommand).rejects(refusal(name, 'none', 404))

      expect(await distribution.observe(RECORDED)).toMatchObject({
        differences: [{ field: 'BucketPolicy', observed: undefined }],
      })
    },
  )

  test('sees a bucket policy that lets another distribution in', async () => {
    const { s3, distribution } = theDistribution()
    s3.on(GetBucketPolicyCommand).resolves({ Policy: JSON.stringify(POLICY).replace('/E1', '/E9') })

    expect(await distribution.observe(RECORDED)).toMatchObject({
      differences: [{ field: 'BucketPolicy.Statement' }],
    })
  })

  test('leaves the certificate open when none is recorded, as in a removal', async () => {
    const { distribution } = theDistribution()

    const observed = await distribution.observe(golem({ outputs: { distribution: OUTPUTS } }))

    expect(observed).toMatchObject({ status: 'ready', differences: [] })
  })
})
