import {
  CreateDistributionWithTagsCommand,
  type DistributionConfig,
  GetDistributionCommand,
  ListDistributionsCommand,
  ListTagsForResourceCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront'
import { GetBucketPolicyCommand, GetBucketTaggingCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { callerReference } from '../../../../lib/aws/names.ts'
import type { Cluster } from '../../../../lib/cluster.ts'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { CERTIFICATE_ARN, DISTRIBUTION_ARN, golem, HOST, STACK, TAG_LIST } from '../golem.ts'
import {
  ADDRESS,
  ANSWERED,
  answer,
  CONFIG,
  EXISTS,
  NEW,
  NO_DISTRIBUTION,
  POLICY,
  page,
  READ,
  READ_POLICY,
  RECORDED,
  SUMMARY,
  TAKEN,
  theDistribution,
} from './fixture.ts'

describe('create', () => {
  const creation = (cluster: Cluster) => [
    'CreateDistributionWithTags',
    {
      DistributionConfigWithTags: {
        DistributionConfig: {
          CallerReference: callerReference(
            STACK,
            'golem',
            CERTIFICATE_ARN,
            cluster.outputs.distribution?.distributionId ?? '',
          ),
          ...CONFIG,
        },
        Tags: { Items: TAG_LIST },
      },
    },
  ]
  const WRITE_POLICY = ['PutBucketPolicy', { ...ADDRESS, Policy: JSON.stringify(POLICY) }]

  test('makes an absent one with its tags, then lets it into the bucket', async () => {
    const { cloudFront, s3, distribution } = theDistribution()
    s3.on(GetBucketPolicyCommand).rejects(refusal('NoSuchBucketPolicy', 'none', 404))

    expect(await distribution.create(NEW)).toEqual({ distributionId: 'E1' })

    expect(sent(cloudFront, s3)).toEqual([
      ['ListDistributions', {}],
      creation(NEW),
      ['GetBucketTagging', ADDRESS],
      READ_POLICY,
      WRITE_POLICY,
    ])
  })

  test('makes a recorded one that somebody deleted under a new reference', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(GetDistributionCommand).rejects(NO_DISTRIBUTION)

    await distribution.create(RECORDED)

    expect(sent(cloudFront).at(-1)).toEqual(creation(RECORDED))
  })

  test('changes nothing when everything is there', async () => {
    const { cloudFront, s3, distribution } = theDistribution()

    expect(await distribution.create(RECORDED)).toEqual({ distributionId: 'E1' })

    expect(sent(cloudFront, s3)).toEqual([...READ, ['GetBucketTagging', ADDRESS], READ_POLICY])
  })

  test('brings what is ours back, and keeps what the account has decided', async () => {
    const { cloudFront, s3, distribution } = theDistribution()
    const drifted: DistributionConfig = {
      ...ANSWERED,
      Enabled: false,
      CacheBehaviors: {
        Quantity: 1,
        Items: [{ ...CONFIG.DefaultCacheBehavior, PathPattern: 'openid/*' }],
      },
      DefaultCacheBehavior: {
        TargetOriginId: 'bucket',
        ViewerProtocolPolicy: 'allow-all',
        ForwardedValues: { QueryString: true, Cookies: { Forward: 'all' } },
        MinTTL: 0,
        OriginRequestPolicyId: 'all-viewer',
        RealtimeLogConfigArn: 'arn:logs',
      },
    }
    cloudFront.on(GetDistributionCommand, { Id: 'E1' }).resolves(answer(drifted))
    cloudFront
      .on(ListTagsForResourceCommand)
      .resolves({ Tags: { Items: [...TAG_LIST.slice(0, 2), { Key: 'cost', Value: 'b' }] } })
    s3.on(GetBucketPolicyCommand).resolves({ Policy: '{"Version":"2012-10-17","Statement":[]}' })

    await distribution.create(RECORDED)

    expect(sent(cloudFront, s3).slice(2)).toEqual([
      ['GetBucketTagging', ADDRESS],
      READ_POLICY,
      WRITE_POLICY,
      [
        'UpdateDistribution',
        {
          Id: 'E1',
          IfMatch: 'ETAG1',
          DistributionConfig: {
            ...CONFIG,
            CallerReference: 'irsa-1',
            DefaultCacheBehavior: { ...CONFIG.DefaultCacheBehavior, RealtimeLogConfigArn: 'arn:logs' },
            Logging: ANSWERED.Logging,
            WebACLId: ANSWERED.WebACLId,
            Staging: false,
          },
        },
      ],
      ['TagResource', { Resource: DISTRIBUTION_ARN, Tags: { Items: [{ Key: 'team', Value: 'a' }] } }],
      ['UntagResource', { Resource: DISTRIBUTION_ARN, TagKeys: { Items: ['cost'] } }],
    ])
  })

  test('finds its own by the ID in the refusal when the answer to the creating call was lost', async () => {
    const { cloudFront, s3, distribution } = theDistribution()
    cloudFront
      .on(CreateDistributionWithTagsCommand)
      .rejects(refusal('DistributionAlreadyExists', 'associated with another. Already exists: E1', 409))

    expect(await distribution.create(NEW)).toEqual({ distributionId: 'E1' })
    expect(sentNames(cloudFront, s3)).toEqual([
      'ListDistributions',
      'CreateDistributionWithTags',
      'GetDistribution',
      'ListTagsForResource',
      'GetBucketTagging',
      'GetBucketPolicy',
    ])
  })

  test.each([
    ['DistributionAlreadyExists', EXISTS],
    ['CNAMEAlreadyExists', TAKEN],
  ])('finds its own by a search after %s', async (_, error) => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(ListDistributionsCommand).resolvesOnce(page()).resolves(page(SUMMARY))
    cloudFront.on(CreateDistributionWithTagsCommand).rejects(error)

    expect(await distribution.create(NEW)).toEqual({ distributionId: 'E1' })
    expect(cloudFront.commandCalls(CreateDistributionWithTagsCommand)).toHaveLength(1)
  })

  test('throws ConcurrentChange while the one with its reference is in no list yet', async () => {
    const { cloudFront, s3, distribution } = theDistribution()
    cloudFront.on(CreateDistributionWithTagsCommand).rejects(EXISTS)

    await expect(distribution.create(NEW)).rejects.toMatchObject({ name: 'ConcurrentChange', cause: EXISTS })
    expect(sent(s3)).toEqual([])
  })

  test('throws AliasHeldElsewhere with the holder when one of this account has the alias', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(ListDistributionsCommand).resolves(page({ ...SUMMARY, Id: 'E9', ARN: 'arn:E9' }))
    cloudFront.on(CreateDistributionWithTagsCommand).rejects(TAKEN)

    await expect(distribution.create(NEW)).rejects.toMatchObject({
      name: 'AliasHeldElsewhere',
      message: `Another CloudFront distribution holds the alias ${HOST}: E9.`,
      cause: TAKEN,
    })
  })

  test('throws AliasHeldElsewhere with CloudFront’s words when another account has the alias', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(CreateDistributionWithTagsCommand).rejects(TAKEN)

    await expect(distribution.create(NEW)).rejects.toMatchObject({
      name: 'AliasHeldElsewhere',
      message: expect.stringContaining('already associated with a different resource'),
    })
  })

  test('throws AliasHeldElsewhere when the alias was taken while ours had lost it', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront
      .on(GetDistributionCommand, { Id: 'E1' })
      .resolves(answer({ ...ANSWERED, Aliases: { Quantity: 0 } }))
    cloudFront.on(UpdateDistributionCommand).rejects(TAKEN)

    await expect(distribution.create(RECORDED)).rejects.toMatchObject({
      name: 'AliasHeldElsewhere',
      cause: TAKEN,
    })
  })

  test('throws what passes by itself while CloudFront does not see the new certificate', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(CreateDistributionWithTagsCommand).rejects(refusal('InvalidViewerCertificate'))

    await expect(distribution.create(NEW)).rejects.toMatchObject({ name: 'AwsUnavailable' })
  })

  test.each([
    ['PreconditionFailed', 412],
    ['InvalidIfMatchVersion', 400],
    ['NoSuchDistribution', 404],
  ])('throws ConcurrentChange when somebody was quicker (%s)', async (name, status) => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront
      .on(GetDistributionCommand, { Id: 'E1' })
      .resolves(answer({ ...ANSWERED, IsIPV6Enabled: false }))
    cloudFront.on(UpdateDistributionCommand).rejects(refusal(name, 'no', status))

    await expect(distribution.create(RECORDED)).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })

  test('throws QuotaExceeded when the account has all that it may have', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(CreateDistributionWithTagsCommand).rejects(refusal('TooManyDistributions'))

    await expect(distribution.create(NEW)).rejects.toMatchObject({ name: 'QuotaExceeded' })
  })

  test('writes no policy into a bucket that is not ours', async () => {
    const { s3, distribution } = theDistribution()
    s3.on(GetBucketTaggingCommand).resolves({ TagSet: [] })

    await expect(distribution.create(NEW)).rejects.toMatchObject({ name: 'BucketNotOurs' })
    expect(s3.commandCalls(PutBucketPolicyCommand)).toEqual([])
  })

  test('throws ConcurrentChange when the bucket is gone', async () => {
    const { s3, distribution } = theDistribution()
    s3.on(GetBucketTaggingCommand).rejects(refusal('NoSuchBucket', 'gone', 404))

    await expect(distribution.create(NEW)).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })

  test('refuses to go on without a certificate', async () => {
    const { cloudFront, distribution } = theDistribution()

    await expect(distribution.create(golem())).rejects.toThrow(TypeError)
    expect(sentNames(cloudFront)).toEqual(['ListDistributions'])
  })
})
