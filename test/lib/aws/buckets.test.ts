import { GetBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { bucketAddress, findBucket } from '../../../lib/aws/buckets.ts'
import { BUCKET, STACK, TAG_LIST } from '../resources/golem.ts'
import { refusal, sent } from './sdk.ts'

const ADDRESS = { Bucket: BUCKET, ExpectedBucketOwner: '000000000000' }

function theTags() {
  const client = new S3Client({ region: 'eu-central-1' })
  const s3 = mockClient(client)
  s3.on(GetBucketTaggingCommand).resolves({ TagSet: TAG_LIST })
  return { client, s3 }
}

describe('bucketAddress', () => {
  test('names the owner, so that no call reaches a bucket of another account', () => {
    expect(bucketAddress(STACK, { cluster: 'golem' })).toEqual(ADDRESS)
  })
})

describe('findBucket', () => {
  test('gives the tags of our bucket', async () => {
    const { client, s3 } = theTags()

    expect(await findBucket(client, STACK, { cluster: 'golem' })).toEqual({
      'irsa:cluster': 'golem',
      'irsa:stack': 'irsa-dev',
      team: 'a',
    })
    expect(sent(s3)).toEqual([['GetBucketTagging', ADDRESS]])
  })

  test('is undefined when no bucket has the name', async () => {
    const { client, s3 } = theTags()
    s3.on(GetBucketTaggingCommand).rejects(refusal('NoSuchBucket', 'none', 404))

    expect(await findBucket(client, STACK, { cluster: 'golem' })).toBeUndefined()
  })

  test.each([
    ['AccessDenied', 'it belongs to another account, or is in another region'],
    ['PermanentRedirect', 'it belongs to another account, or is in another region'],
    ['NoSuchTagSet', 'it does not have the tags of this stack and cluster'],
  ])('says why a bucket is not ours (%s)', async (name, why) => {
    const { client, s3 } = theTags()
    s3.on(GetBucketTaggingCommand).rejects(refusal(name))

    await expect(findBucket(client, STACK, { cluster: 'golem' })).rejects.toMatchObject({
      name: 'BucketNotOurs',
      message: `The bucket ${BUCKET} exists and is not ours: ${why}.`,
    })
  })

  test('translates all else', async () => {
    const { client, s3 } = theTags()
    s3.on(GetBucketTaggingCommand).rejects(refusal('SlowDown', 'slower', 503))

    await expect(findBucket(client, STACK, { cluster: 'golem' })).rejects.toMatchObject({ name: 'Throttled' })
  })
})
