import { CreateInvalidationCommand, GetInvalidationCommand } from '@aws-sdk/client-cloudfront'
import { expect, test } from 'vitest'
import type { Cluster } from '../../../../lib/cluster.ts'
import { refusal, sent } from '../../aws/sdk.ts'
import { golem } from '../golem.ts'
import { CERTIFIED, OUTPUTS, theDistribution } from './fixture.ts'

const BATCH = {
  CallerReference: 'v2/etag',
  Paths: { Quantity: 1, Items: ['/openid/v1/jwks'] },
}
const FORGETTING = { Id: 'I1', Status: 'InProgress', CreateTime: undefined, InvalidationBatch: BATCH }

/** The bucket's JWKS has the version; the edges have at least the other one. */
function versions(inBucket: string, served?: string, hint?: Cluster['hint']): Cluster {
  const bucket = { bucket: 'b', region: 'eu-central-1', domainName: 'd', kids: ['a'], jwksVersion: inBucket }
  const distribution = { ...OUTPUTS, ...(served !== undefined && { jwksVersion: served }) }
  return golem({ outputs: { ...CERTIFIED, bucket, distribution }, hint })
}

test('other keys in the bucket than the edges have are a difference', async () => {
  const { distribution } = theDistribution()

  expect(await distribution.observe(versions('v2/etag', 'v1/etag'))).toMatchObject({
    status: 'ready',
    differences: [{ field: 'Invalidation', desired: 'v2/etag', observed: 'v1/etag' }],
  })
})

test('has the edges forget the former keys, once for each version of them', async () => {
  const { cloudFront, distribution } = theDistribution()
  cloudFront.on(CreateInvalidationCommand).resolves({ Invalidation: FORGETTING })

  expect(await distribution.create(versions('v2/etag', 'v1/etag'))).toEqual({
    distributionId: 'E1',
    invalidationId: 'I1',
  })

  expect(sent(cloudFront).filter(([name]) => name === 'CreateInvalidation')).toEqual([
    ['CreateInvalidation', { DistributionId: 'E1', InvalidationBatch: BATCH }],
  ])
})

test.each([
  ['the same keys', versions('v2/etag', 'v2/etag')],
  ['no record of what they have', versions('v2/etag')],
])('leaves edges with %s as they are', async (_, cluster) => {
  const { cloudFront, distribution } = theDistribution()

  expect(await distribution.observe(cluster)).toMatchObject({
    outputs: { jwksVersion: 'v2/etag' },
    differences: [],
  })
  await distribution.create(cluster)

  expect(sent(cloudFront).map(([name]) => name)).not.toContain('CreateInvalidation')
})

test('is pending until CloudFront says that the invalidation is complete', async () => {
  const { cloudFront, distribution } = theDistribution()
  const cluster = versions('v2/etag', 'v1/etag', { invalidationId: 'I1' })
  cloudFront
    .on(GetInvalidationCommand, { DistributionId: 'E1', Id: 'I1' })
    .resolvesOnce({ Invalidation: FORGETTING })
    .resolves({ Invalidation: { ...FORGETTING, Status: 'Completed' } })

  expect(await distribution.observe(cluster)).toEqual({
    status: 'pending',
    reason: 'the edges of E1 are forgetting the former keys',
  })
  expect(await distribution.observe(cluster)).toMatchObject({
    outputs: { jwksVersion: 'v2/etag' },
    differences: [],
  })
})

test('an invalidation of another version, or one that is gone, does not count', async () => {
  const { cloudFront, distribution } = theDistribution()
  const cluster = versions('v2/etag', 'v1/etag', { invalidationId: 'I1' })
  cloudFront
    .on(GetInvalidationCommand)
    .resolvesOnce({
      Invalidation: {
        ...FORGETTING,
        Status: 'Completed',
        InvalidationBatch: { ...BATCH, CallerReference: 'v1/etag' },
      },
    })
    .rejects(refusal('NoSuchInvalidation', 'no', 404))

  for (const _ of [1, 2])
    expect(await distribution.observe(cluster)).toMatchObject({ differences: [{ field: 'Invalidation' }] })
})

test('too many invalidations at once pass by themselves', async () => {
  const { cloudFront, distribution } = theDistribution()
  cloudFront.on(CreateInvalidationCommand).rejects(refusal('TooManyInvalidationsInProgress', 'no', 400))

  await expect(distribution.create(versions('v2/etag', 'v1/etag'))).rejects.toMatchObject({
    name: 'Throttled',
  })
})
