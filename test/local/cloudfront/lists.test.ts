import type {
  CreateDistributionResult,
  ListCachePoliciesResult,
  ListDistributionsResult,
  ListOriginAccessControlsResult,
} from '@aws-sdk/client-cloudfront'
import { describe, expect, test } from 'vitest'
import {
  ACCOUNT,
  CACHING_OPTIMIZED,
  distributionConfig,
  hostingFixture,
  MINUTE,
  originAccessControlConfig,
  SECOND,
  stack,
  stranger,
} from '../hosting.ts'

const controlled = (OriginAccessControlId: string, CallerReference: string) =>
  distributionConfig({
    CallerReference,
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: 'bucket',
          DomainName: 'documents.s3.eu-central-1.amazonaws.com',
          OriginAccessControlId,
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
      ],
    },
  })

describe('ListDistributions', () => {
  test('shows a distribution some seconds after its creation, without caller reference', async () => {
    const { clock, run, createDistribution } = hostingFixture()
    const { Distribution, ETag } = await createDistribution({ Comment: 'mine' })
    const list = async (call = stack) =>
      (await run<ListDistributionsResult>('cloudfront', 'ListDistributions', {}, call)).DistributionList

    expect(await list()).toEqual({ Marker: '', MaxItems: 100, IsTruncated: false, Quantity: 0 })
    clock.advance(5 * SECOND)

    const [summary] = (await list())?.Items ?? []
    expect(summary).toMatchObject({
      Id: Distribution?.Id,
      ARN: Distribution?.ARN,
      ETag,
      Status: 'InProgress',
      Comment: 'mine',
      Aliases: { Quantity: 0 },
    })
    expect(summary).not.toHaveProperty('CallerReference')
    expect((await list(stranger))?.Quantity).toBe(0)
  })

  test('pages by marker', async () => {
    const { clock, run, createDistribution } = hostingFixture()
    const created: (string | undefined)[] = []
    for (const CallerReference of ['a', 'b', 'c'])
      created.push((await createDistribution({ CallerReference })).Distribution?.Id)
    clock.advance(MINUTE)
    const list = async (Marker?: string) =>
      (await run<ListDistributionsResult>('cloudfront', 'ListDistributions', { Marker, MaxItems: 2 }))
        .DistributionList

    const first = await list()
    const second = await list(first?.NextMarker)

    expect(first).toMatchObject({ IsTruncated: true, Quantity: 2, MaxItems: 2 })
    expect(second).toMatchObject({ IsTruncated: false, Quantity: 1, Marker: first?.NextMarker })
    const listed = [...(first?.Items ?? []), ...(second?.Items ?? [])].map(({ Id }) => Id)
    expect(listed.sort()).toEqual(created.sort())
  })
})

describe('tags of a distribution', () => {
  test('come with its creation, are added, replaced and removed', async () => {
    const { run, asks } = hostingFixture()
    const { Distribution } = await run<CreateDistributionResult>('cloudfront', 'CreateDistributionWithTags', {
      DistributionConfigWithTags: {
        DistributionConfig: distributionConfig(),
        Tags: { Items: [{ Key: 'a', Value: '1' }] },
      },
    })
    const Resource = Distribution?.ARN

    await run('cloudfront', 'TagResource', {
      Resource,
      Tags: { Items: [{ Key: 'a', Value: '2' }, { Key: 'b' }] },
    })
    await run('cloudfront', 'UntagResource', { Resource, TagKeys: { Items: ['b', 'c'] } })

    expect(await run('cloudfront', 'ListTagsForResource', { Resource })).toEqual({
      Tags: { Items: [{ Key: 'a', Value: '2' }] },
    })
    expect(asks('cloudfront', 'UntagResource', { Resource, TagKeys: { Items: ['a'] } })).toEqual([
      {
        action: 'cloudfront:UntagResource',
        resource: Resource,
        context: { 'aws:ResourceTag/a': '2', 'aws:TagKeys': ['a'] },
        owner: ACCOUNT,
      },
    ])
    await expect(
      run('cloudfront', 'ListTagsForResource', { Resource: `${Resource}0` }),
    ).rejects.toMatchObject({ code: 'NoSuchResource', status: 404 })
  })
})

describe('origin access controls', () => {
  test('have a name of their own in the account', async () => {
    const { run, createOriginAccessControl } = hostingFixture()
    const create = (call = stack) => createOriginAccessControl('one', call)
    const { OriginAccessControl: control, ETag } = await create()
    await create(stranger)

    await expect(create()).rejects.toMatchObject({ code: 'OriginAccessControlAlreadyExists' })
    expect(await run('cloudfront', 'GetOriginAccessControl', { Id: control?.Id })).toEqual({
      OriginAccessControl: {
        Id: control?.Id,
        OriginAccessControlConfig: {
          ...originAccessControlConfig('one'),
          Description: '',
        },
      },
      ETag,
    })
    const { OriginAccessControlList: list } = await run<ListOriginAccessControlsResult>(
      'cloudfront',
      'ListOriginAccessControls',
      {},
    )
    expect(list).toMatchObject({ Quantity: 1, Items: [{ Id: control?.Id, Name: 'one' }] })
  })

  test('cannot be deleted while a distribution names one', async () => {
    const { clock, run, createOriginAccessControl } = hostingFixture()
    const { OriginAccessControl: control, ETag } = await createOriginAccessControl('one')
    const Id = control?.Id ?? ''
    const created = await run<CreateDistributionResult>('cloudfront', 'CreateDistribution', {
      DistributionConfig: controlled(Id, 'reference'),
    })
    clock.advance(5 * MINUTE)
    const remove = (IfMatch = ETag) => run('cloudfront', 'DeleteOriginAccessControl', { Id, IfMatch })
    await expect(remove()).rejects.toMatchObject({ code: 'OriginAccessControlInUse', status: 409 })

    await run('cloudfront', 'UpdateDistribution', {
      Id: created.Distribution?.Id,
      IfMatch: created.ETag,
      DistributionConfig: distributionConfig(),
    })
    clock.advance(5 * MINUTE)
    await expect(remove('E0')).rejects.toMatchObject({ code: 'InvalidIfMatchVersion' })
    await remove()

    await expect(run('cloudfront', 'GetOriginAccessControl', { Id })).rejects.toMatchObject({
      code: 'NoSuchOriginAccessControl',
    })
  })

  test('serve only so many distributions', async () => {
    const { run, createOriginAccessControl } = hostingFixture({
      quotas: { 'cloudfront:distributions-per-origin-access-control': 1 },
    })
    const { OriginAccessControl: control } = await createOriginAccessControl('one')
    const create = (reference: string) =>
      run('cloudfront', 'CreateDistribution', {
        DistributionConfig: controlled(control?.Id ?? '', reference),
      })
    await create('one')

    await expect(create('two')).rejects.toMatchObject({
      code: 'TooManyDistributionsAssociatedToOriginAccessControl',
    })
  })
})

describe('managed cache policies', () => {
  test('are listed and read', async () => {
    const { run } = hostingFixture()
    const { CachePolicyList: list } = await run<ListCachePoliciesResult>('cloudfront', 'ListCachePolicies', {
      Type: 'managed',
    })
    expect(list?.Items?.map(({ CachePolicy }) => CachePolicy?.CachePolicyConfig?.Name)).toContain(
      'Managed-CachingOptimized',
    )
    expect(await run('cloudfront', 'GetCachePolicy', { Id: CACHING_OPTIMIZED })).toMatchObject({
      CachePolicy: { CachePolicyConfig: { MinTTL: 1, DefaultTTL: 86_400, MaxTTL: 31_536_000 } },
    })
  })
})

describe('invalidations', () => {
  test('are completed after about a minute, and repeated by caller reference', async () => {
    const { clock, run, createDistribution } = hostingFixture()
    const DistributionId = (await createDistribution({})).Distribution?.Id
    const create = (CallerReference: string, ...Items: string[]) =>
      run<{ Invalidation: { Id: string; Status: string } }>('cloudfront', 'CreateInvalidation', {
        DistributionId,
        InvalidationBatch: { CallerReference, Paths: { Quantity: Items.length, Items } },
      })

    const { Invalidation } = await create('one', '/*')
    expect(Invalidation.Status).toBe('InProgress')
    expect((await create('one', '/*')).Invalidation.Id).toBe(Invalidation.Id)
    await expect(create('one', '/other')).rejects.toMatchObject({ code: 'InvalidationBatchAlreadyExists' })
    await expect(create('two', 'no-slash')).rejects.toMatchObject({ code: 'InvalidArgument' })
    clock.advance(MINUTE)

    expect(await run('cloudfront', 'GetInvalidation', { DistributionId, Id: Invalidation.Id })).toMatchObject(
      { Invalidation: { Status: 'Completed' } },
    )
    expect(await run('cloudfront', 'ListInvalidations', { DistributionId })).toMatchObject({
      InvalidationList: { Quantity: 1, Items: [{ Id: Invalidation.Id, Status: 'Completed' }] },
    })
    await expect(run('cloudfront', 'GetInvalidation', { DistributionId, Id: 'I0' })).rejects.toMatchObject({
      code: 'NoSuchInvalidation',
    })
  })
})
