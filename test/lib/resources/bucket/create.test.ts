import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { BUCKET, golem, STACK, TAG_LIST } from '../golem.ts'
import {
  ADDRESS,
  BLOCKED,
  BODIES,
  DISCOVERY,
  encryptedWith,
  JWKS,
  NO_BUCKET,
  NOT_OURS,
  READS,
  stored,
  theBucket,
  withTagging,
} from './fixture.ts'

describe('create', () => {
  test('makes an absent bucket with tags, ownership and namespace in the one call, then the rest', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand).rejects(NO_BUCKET)
    s3.on(GetBucketVersioningCommand).resolves({})
    s3.on(HeadObjectCommand).rejects(refusal('NotFound', '', 404))

    expect(await bucket.create(golem())).toBeUndefined()

    expect(sent(s3)).toEqual([
      ['GetBucketTagging', ADDRESS],
      [
        'CreateBucket',
        {
          Bucket: BUCKET,
          BucketNamespace: 'account-regional',
          ObjectOwnership: 'BucketOwnerEnforced',
          CreateBucketConfiguration: { LocationConstraint: 'eu-central-1', Tags: TAG_LIST },
        },
      ],
      ...READS.slice(1, 5),
      ['PutBucketVersioning', { ...ADDRESS, VersioningConfiguration: { Status: 'Enabled' } }],
      ['HeadObject', { ...ADDRESS, Key: JWKS, ChecksumMode: 'ENABLED' }],
      ['PutObject', { ...ADDRESS, Key: JWKS, Body: BODIES[JWKS], ...stored(JWKS), IfNoneMatch: '*' }],
      ['HeadObject', { ...ADDRESS, Key: DISCOVERY, ChecksumMode: 'ENABLED' }],
      [
        'PutObject',
        { ...ADDRESS, Key: DISCOVERY, Body: BODIES[DISCOVERY], ...stored(DISCOVERY), IfNoneMatch: '*' },
      ],
    ])
  })

  test.each([
    ['us-east-1', { BucketNamespace: 'account-regional', CreateBucketConfiguration: { Tags: TAG_LIST } }],
    ['me-south-1', { CreateBucketConfiguration: { LocationConstraint: 'me-south-1', Tags: TAG_LIST } }],
  ])('makes it in %s as that region wants it', async (region, input) => {
    const { s3, bucket } = theBucket({ ...STACK, region })
    s3.on(GetBucketTaggingCommand).rejects(NO_BUCKET)

    await bucket.create(golem())

    const [call] = s3.commandCalls(CreateBucketCommand)
    expect(call?.args[0].input).toEqual({
      Bucket: expect.stringContaining(region),
      ObjectOwnership: 'BucketOwnerEnforced',
      ...input,
    })
  })

  test('changes nothing when everything is there', async () => {
    const { s3, bucket } = theBucket()

    await bucket.create(golem())

    expect(sent(s3)).toEqual(READS)
  })

  test('mends every setting that is not as desired', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand).resolves({ TagSet: TAG_LIST.slice(0, 2) })
    s3.on(GetPublicAccessBlockCommand).rejects(refusal('NoSuchPublicAccessBlockConfiguration', '', 404))
    s3.on(GetBucketOwnershipControlsCommand).rejects(refusal('OwnershipControlsNotFoundError', '', 404))
    s3.on(GetBucketEncryptionCommand).resolves(encryptedWith('aws:kms'))
    s3.on(GetBucketVersioningCommand).resolves({ Status: 'Suspended' })

    await bucket.create(golem())

    expect(sent(s3).slice(5, -2)).toEqual([
      ['PutPublicAccessBlock', { ...ADDRESS, PublicAccessBlockConfiguration: BLOCKED }],
      [
        'PutBucketOwnershipControls',
        { ...ADDRESS, OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
      ],
      [
        'PutBucketEncryption',
        {
          ...ADDRESS,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        },
      ],
      ['PutBucketVersioning', { ...ADDRESS, VersioningConfiguration: { Status: 'Enabled' } }],
      ['PutBucketTagging', { ...ADDRESS, Tagging: { TagSet: TAG_LIST } }],
    ])
  })

  test('finds its own bucket when the answer to the creating call was lost', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand).rejectsOnce(NO_BUCKET).resolves({ TagSet: TAG_LIST })
    s3.on(CreateBucketCommand).rejects(refusal('BucketAlreadyOwnedByYou', 'yours', 409))

    await bucket.create(golem())

    expect(sentNames(s3).slice(0, 4)).toEqual([
      'GetBucketTagging',
      'CreateBucket',
      'GetBucketTagging',
      'GetPublicAccessBlock',
    ])
  })

  test('throws BucketNotOurs when somebody of the account made the bucket since it looked', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand)
      .rejectsOnce(NO_BUCKET)
      .rejects(refusal('NoSuchTagSet', 'none', 404))
    s3.on(CreateBucketCommand).rejects(refusal('BucketAlreadyOwnedByYou', 'yours', 409))

    await expect(bucket.create(golem())).rejects.toMatchObject({ name: 'BucketNotOurs' })
  })

  test('throws BucketNotOurs when another account has the name', async () => {
    const { s3, bucket } = theBucket()
    const cause = refusal('BucketAlreadyExists', 'taken', 409)
    s3.on(GetBucketTaggingCommand).rejects(NO_BUCKET)
    s3.on(CreateBucketCommand).rejects(cause)

    await expect(bucket.create(golem())).rejects.toMatchObject({ name: 'BucketNotOurs', cause })
  })

  test('throws ConcurrentChange when the bucket is made and deleted under its hands', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand).rejects(NO_BUCKET)
    s3.on(CreateBucketCommand).rejects(refusal('BucketAlreadyOwnedByYou', 'yours', 409))

    await expect(bucket.create(golem())).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })

  test.each([
    ['TooManyBuckets', 'QuotaExceeded'],
    ['OperationAborted', 'ConcurrentChange'],
    ['SlowDown', 'Throttled'],
  ])('throws %s as %s', async (name, ours) => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand).rejects(NO_BUCKET)
    s3.on(CreateBucketCommand).rejects(refusal(name))

    await expect(bucket.create(golem())).rejects.toMatchObject({ name: ours })
  })

  test.each(NOT_OURS)('changes nothing in a bucket %s', async (_, answer) => {
    const fixture = theBucket()
    withTagging(fixture, answer)

    await expect(fixture.bucket.create(golem())).rejects.toMatchObject({ name: 'BucketNotOurs' })
    expect(sentNames(fixture.s3)).toEqual(['GetBucketTagging'])
  })
})
