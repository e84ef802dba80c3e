/** A distribution and a bucket that others made: they serve all the while. */
import { CreateInvalidationCommand } from '@aws-sdk/client-cloudfront'
import { GetBucketPolicyCommand, GetBucketTaggingCommand } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { sent } from '../../aws/sdk.ts'
import { DISTRIBUTION_ARN, golem, TAG_LIST } from '../golem.ts'
import { CERTIFIED, theDistribution } from './fixture.ts'

const BUCKET = 'golem-oidc'
const ADDRESS = { Bucket: BUCKET, ExpectedBucketOwner: '000000000000' }
const OTHERS = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E9' },
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${BUCKET}/*`,
}
const OURS = {
  Sid: 'DistributionReadsDocuments',
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Action: 's3:GetObject',
  Resource: [`arn:aws:s3:::${BUCKET}/.well-known/openid-configuration`, `arn:aws:s3:::${BUCKET}/keys.json`],
  Condition: { StringEquals: { 'aws:SourceArn': DISTRIBUTION_ARN } },
}

function adopted(isOpen: boolean) {
  const bucket = { bucket: BUCKET, region: 'r', domainName: 'd', kids: ['a'], jwksVersion: 'v1/etag' }
  return golem({
    adopted: { bucket: BUCKET, jwksKey: 'keys.json', audiences: [], ...(isOpen && { isOpen }) },
    outputs: { ...CERTIFIED, bucket },
    hint: { distributionId: 'E1' },
  })
}

function fixture(...statements: readonly object[]) {
  const { cloudFront, s3, distribution } = theDistribution()
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  s3.on(GetBucketPolicyCommand).resolves({ Policy })
  s3.on(GetBucketTaggingCommand).resolves({ TagSet: TAG_LIST })
  cloudFront.on(CreateInvalidationCommand).resolves({})
  const written = () =>
    sent(s3).flatMap(([name, input]) =>
      name === 'PutBucketPolicy' && 'Policy' in input ? [JSON.parse(String(input.Policy))] : [],
    )
  return { cloudFront, s3, distribution, written }
}

test('while it is open, who could read still can, and ours can too', async () => {
  const { distribution, written, s3 } = fixture(OTHERS)

  await distribution.create(adopted(true))

  expect(written()).toEqual([{ Version: '2012-10-17', Statement: expect.arrayContaining([OTHERS, OURS]) }])
  expect(written()[0].Statement).toHaveLength(2)
  expect(sent(s3)).toContainEqual(['GetBucketPolicy', ADDRESS])
})

test('that is enough for then', async () => {
  const { distribution } = fixture(OTHERS, OURS)

  expect(await distribution.observe(adopted(true))).not.toMatchObject({
    differences: expect.arrayContaining([
      expect.objectContaining({ field: expect.stringContaining('BucketPolicy') }),
    ]),
  })
})

test('when it is shut, nobody but ours can', async () => {
  const { distribution, written } = fixture(OTHERS, OURS)

  await distribution.create(adopted(false))

  expect(written()).toMatchObject([{ Statement: [OURS, { Sid: 'NothingWithoutTls', Effect: 'Deny' }] }])
})

test('edges forget what others had them remember: keys and discovery document', async () => {
  const { distribution, cloudFront } = fixture(OTHERS)

  expect(await distribution.observe(adopted(true))).toMatchObject({
    differences: expect.arrayContaining([{ field: 'Invalidation', desired: 'v1/etag', observed: undefined }]),
  })
  await distribution.create(adopted(true))

  const Items = ['/keys.json', '/.well-known/openid-configuration']
  expect(sent(cloudFront)).toContainEqual([
    'CreateInvalidation',
    {
      DistributionId: 'E1',
      InvalidationBatch: { CallerReference: 'v1/etag', Paths: { Quantity: 2, Items } },
    },
  ])
})
