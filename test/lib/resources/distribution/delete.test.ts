import {
  DeleteDistributionCommand,
  GetDistributionCommand,
  ListDistributionsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront'
import { GetBucketPolicyCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { golem, TAG_LIST } from '../golem.ts'
import {
  ADDRESS,
  ANSWERED,
  answer,
  NO_DISTRIBUTION,
  page,
  READ,
  READ_POLICY,
  RECORDED,
  SUMMARY,
  theDistribution,
} from './fixture.ts'

describe('delete', () => {
  /** As its own deletion leaves it after the first call. */
  const DISABLED = { ...ANSWERED, Enabled: false }

  test('disables it first', async () => {
    const { cloudFront, s3, distribution } = theDistribution()

    await distribution.delete(RECORDED)

    expect(sent(cloudFront, s3)).toEqual([
      ['ListDistributions', {}],
      ...READ,
      ['UpdateDistribution', { Id: 'E1', IfMatch: 'ETAG1', DistributionConfig: DISABLED }],
    ])
  })

  test('waits for nothing and changes nothing while that is on its way', async () => {
    const { cloudFront, s3, distribution } = theDistribution()
    cloudFront.on(GetDistributionCommand, { Id: 'E1' }).resolves(answer(DISABLED, 'InProgress'))

    await distribution.delete(RECORDED)

    expect(sent(cloudFront, s3)).toEqual([['ListDistributions', {}], ...READ])
  })

  test('takes the bucket policy away, then the disabled distribution', async () => {
    const { cloudFront, s3, distribution } = theDistribution()
    cloudFront.on(GetDistributionCommand, { Id: 'E1' }).resolves(answer(DISABLED, 'Deployed', 'ETAG2'))

    await distribution.delete(RECORDED)

    expect(sent(cloudFront, s3).slice(3)).toEqual([
      READ_POLICY,
      ['DeleteBucketPolicy', ADDRESS],
      ['DeleteDistribution', { Id: 'E1', IfMatch: 'ETAG2' }],
    ])
  })

  test('leaves a bucket policy that is not the one it wrote', async () => {
    const { cloudFront, s3, distribution } = theDistribution()
    cloudFront.on(GetDistributionCommand, { Id: 'E1' }).resolves(answer(DISABLED))
    s3.on(GetBucketPolicyCommand).resolves({ Policy: '{"Version":"2012-10-17","Statement":[]}' })

    await distribution.delete(RECORDED)

    expect(sentNames(cloudFront, s3).slice(3)).toEqual(['GetBucketPolicy', 'DeleteDistribution'])
  })

  test('finds every one of ours without a record, and no other', async () => {
    const { cloudFront, distribution } = theDistribution()
    const second = { ...SUMMARY, Id: 'E2', ARN: 'arn:E2', Aliases: { Quantity: 0 } }
    const foreign = { ...SUMMARY, Id: 'E9', ARN: 'arn:E9' }
    cloudFront.on(ListDistributionsCommand).resolves(page(second, foreign, SUMMARY))
    cloudFront.on(ListTagsForResourceCommand, { Resource: 'arn:E2' }).resolves({ Tags: { Items: TAG_LIST } })
    const twin = answer()
    twin.Distribution = { ...twin.Distribution, Id: 'E2', ARN: 'arn:E2' }
    cloudFront.on(GetDistributionCommand, { Id: 'E2' }).resolves(twin)

    await distribution.delete(golem())

    const updates = cloudFront.commandCalls(UpdateDistributionCommand)
    expect(updates.map(({ args }) => args[0].input.Id)).toEqual(['E1', 'E2'])
  })

  test('leaves a recorded one alone that has lost our tags', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(ListTagsForResourceCommand).resolves({ Tags: { Items: [] } })

    await distribution.delete(RECORDED)

    expect(sent(cloudFront)).toEqual([['ListDistributions', {}], ...READ])
  })

  test('is content when there is none', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(GetDistributionCommand).rejects(NO_DISTRIBUTION)

    await distribution.delete(RECORDED)

    expect(sentNames(cloudFront)).toEqual(['ListDistributions', 'GetDistribution'])
  })

  test.each([
    ['NoSuchDistribution', 404],
    ['DistributionNotDisabled', 409],
    ['ResourceInUse', 409],
  ])('leaves the rest to a later call after %s', async (name, status) => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(GetDistributionCommand, { Id: 'E1' }).resolves(answer(DISABLED))
    cloudFront.on(DeleteDistributionCommand).rejects(refusal(name, 'no', status))

    expect(await distribution.delete(RECORDED)).toBeUndefined()
  })

  test('throws ConcurrentChange when somebody changed it before it could be disabled', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(UpdateDistributionCommand).rejects(refusal('PreconditionFailed', 'no', 412))

    await expect(distribution.delete(RECORDED)).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })

  test('throws ConcurrentChange when somebody changed it before it could be deleted', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(GetDistributionCommand, { Id: 'E1' }).resolves(answer(DISABLED))
    cloudFront.on(DeleteDistributionCommand).rejects(refusal('InvalidIfMatchVersion'))

    await expect(distribution.delete(RECORDED)).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })

  test('does not tag or untag on its way out', async () => {
    const { cloudFront, distribution } = theDistribution()
    cloudFront.on(ListTagsForResourceCommand).resolves({ Tags: { Items: TAG_LIST.slice(0, 2) } })

    await distribution.delete(RECORDED)

    expect(cloudFront.commandCalls(TagResourceCommand)).toEqual([])
    expect(cloudFront.commandCalls(UntagResourceCommand)).toEqual([])
  })
})
