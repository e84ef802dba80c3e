import {
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { refusal, sent } from '../../aws/sdk.ts'
import { EC_KID } from '../../oidc/keys.ts'
import { BUCKET, golem, TAG_LIST } from '../golem.ts'
import {
  ADDRESS,
  BLOCKED,
  encryptedWith,
  NO_BUCKET,
  NOT_OURS,
  READS,
  theBucket,
  withTagging,
} from './fixture.ts'

describe('observe', () => {
  test('finds the bucket by its computed name and no difference when everything is as desired', async () => {
    const { s3, bucket } = theBucket()

    expect(await bucket.observe(golem())).toEqual({
      status: 'ready',
      outputs: {
        bucket: BUCKET,
        region: 'eu-central-1',
        domainName: `${BUCKET}.s3.eu-central-1.amazonaws.com`,
        kids: [EC_KID],
        jwksVersion: 'null/j1',
      },
      differences: [],
    })
    expect(sent(s3)).toEqual(READS)
  })

  test('says absent when no bucket has the name', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand).rejects(NO_BUCKET)

    expect(await bucket.observe(golem())).toEqual({ status: 'absent' })
    expect(sent(s3)).toEqual([['GetBucketTagging', ADDRESS]])
  })

  test.each(NOT_OURS)('throws BucketNotOurs for a bucket %s', async (_, answer) => {
    const fixture = theBucket()
    withTagging(fixture, answer)

    await expect(fixture.bucket.observe(golem())).rejects.toMatchObject({ name: 'BucketNotOurs' })
  })

  test('takes a missing permission for what it is, not for another owner', async () => {
    const { s3, bucket } = theBucket()
    const message = 'User: arn:… is not authorized to perform: s3:GetBucketTagging'
    s3.on(GetBucketTaggingCommand).rejects(refusal('AccessDenied', message, 403))

    await expect(bucket.observe(golem())).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('names every setting that is not as desired', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand).resolves({
      TagSet: [...TAG_LIST.slice(0, 2), { Key: 'cost', Value: 'b' }],
    })
    s3.on(GetPublicAccessBlockCommand).resolves({
      PublicAccessBlockConfiguration: { ...BLOCKED, BlockPublicPolicy: false },
    })
    s3.on(GetBucketOwnershipControlsCommand).resolves({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
    })
    s3.on(GetBucketEncryptionCommand).resolves(encryptedWith('aws:kms'))
    s3.on(GetBucketVersioningCommand).resolves({ Status: 'Suspended' })

    expect(await bucket.observe(golem())).toMatchObject({
      status: 'ready',
      differences: [
        { field: 'PublicAccessBlock.BlockPublicPolicy', desired: true, observed: false },
        { field: 'ObjectOwnership', desired: 'BucketOwnerEnforced', observed: 'ObjectWriter' },
        { field: 'Encryption.SSEAlgorithm', desired: 'AES256', observed: 'aws:kms' },
        { field: 'Versioning.Status', desired: 'Enabled', observed: 'Suspended' },
        { field: 'Tags.cost', desired: undefined, observed: 'b' },
        { field: 'Tags.team', desired: 'a', observed: undefined },
      ],
    })
  })

  test('names settings that are not there at all', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetPublicAccessBlockCommand).rejects(refusal('NoSuchPublicAccessBlockConfiguration', '', 404))
    s3.on(GetBucketOwnershipControlsCommand).rejects(refusal('OwnershipControlsNotFoundError', '', 404))
    s3.on(GetBucketEncryptionCommand).rejects(
      refusal('ServerSideEncryptionConfigurationNotFoundError', '', 404),
    )
    s3.on(GetBucketVersioningCommand).resolves({})

    expect(await bucket.observe(golem())).toMatchObject({
      differences: [
        { field: 'PublicAccessBlock', desired: BLOCKED, observed: undefined },
        { field: 'ObjectOwnership', observed: undefined },
        { field: 'Encryption.SSEAlgorithm', observed: undefined },
        { field: 'Versioning.Status', observed: undefined },
      ],
    })
  })
})
