import { createHash } from 'node:crypto'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { discoveryDocument } from '../../../lib/oidc/discovery.ts'
import { jwksDocument } from '../../../lib/oidc/jwks.ts'
import { bucketResource } from '../../../lib/resources/bucket.ts'
import { refusal, sent, sentNames } from '../aws/sdk.ts'
import { EC_KID } from '../oidc/keys.ts'
import { BUCKET, golem, STACK, TAG_LIST } from './golem.ts'

const ADDRESS = { Bucket: BUCKET, ExpectedBucketOwner: '000000000000' }
const DISCOVERY = '.well-known/openid-configuration'
const JWKS = 'openid/v1/jwks'
const BODIES = { [DISCOVERY]: discoveryDocument(golem().issuer), [JWKS]: jwksDocument(golem().keys) }

const BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}

function document(key: keyof typeof BODIES) {
  return {
    ChecksumSHA256: createHash('sha256').update(BODIES[key]).digest('base64'),
    ContentType: 'application/json',
    CacheControl: 'public, max-age=60',
  }
}

/** S3 with the bucket as it should be, until a test says otherwise. */
function theBucket(stack = STACK) {
  const client = new S3Client({ region: stack.region })
  const s3 = mockClient(client)
  s3.onAnyCommand().resolves({})
  s3.on(GetBucketTaggingCommand).resolves({ TagSet: [...TAG_LIST] })
  s3.on(GetPublicAccessBlockCommand).resolves({ PublicAccessBlockConfiguration: BLOCKED })
  s3.on(GetBucketOwnershipControlsCommand).resolves({
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  })
  s3.on(GetBucketEncryptionCommand).resolves(encryptedWith('AES256'))
  s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' })
  s3.on(HeadObjectCommand, { Key: DISCOVERY }).resolves({ ETag: '"d1"', ...document(DISCOVERY) })
  s3.on(HeadObjectCommand, { Key: JWKS }).resolves({ ETag: '"j1"', ...document(JWKS) })
  return { s3, bucket: bucketResource({ s3: client }, stack) }
}

function encryptedWith(SSEAlgorithm: 'AES256' | 'aws:kms') {
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm }, BucketKeyEnabled: false }
  return { ServerSideEncryptionConfiguration: { Rules: [rule] } }
}

const READS = [
  ['GetBucketTagging', ADDRESS],
  ['GetPublicAccessBlock', ADDRESS],
  ['GetBucketOwnershipControls', ADDRESS],
  ['GetBucketEncryption', ADDRESS],
  ['GetBucketVersioning', ADDRESS],
  ['HeadObject', { ...ADDRESS, Key: JWKS, ChecksumMode: 'ENABLED' }],
  ['HeadObject', { ...ADDRESS, Key: DISCOVERY, ChecksumMode: 'ENABLED' }],
]

const NOT_OURS: [string, Error | { TagSet: { Key: string; Value: string }[] }][] = [
  ['of another account', refusal('AccessDenied', 'Access Denied', 403)],
  ['in another region', refusal('PermanentRedirect', 'use the specified endpoint', 301)],
  ['without tags', refusal('NoSuchTagSet', 'none', 404)],
  ['of another stack', { TagSet: [{ Key: 'irsa:stack', Value: 'irsa-prod' }, ...TAG_LIST.slice(0, 1)] }],
  ['of another cluster', { TagSet: [{ Key: 'irsa:cluster', Value: 'troll' }, ...TAG_LIST.slice(1)] }],
]

function withTagging({ s3 }: ReturnType<typeof theBucket>, answer: (typeof NOT_OURS)[number][1]) {
  if (answer instanceof Error) s3.on(GetBucketTaggingCommand).rejects(answer)
  else s3.on(GetBucketTaggingCommand).resolves(answer)
}

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
    s3.on(GetBucketTaggingCommand).rejects(refusal('NoSuchBucket', 'gone', 404))

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

  test.each([
    ['bytes', { ChecksumSHA256: 'AAAA' }, 'ChecksumSHA256'],
    ['content type', { ContentType: 'binary/octet-stream' }, 'ContentType'],
    ['Cache-Control', { CacheControl: undefined }, 'CacheControl'],
  ])('sees a document with other %s', async (_, change, field) => {
    const { s3, bucket } = theBucket()
    s3.on(HeadObjectCommand, { Key: JWKS }).resolves({ ...document(JWKS), ...change })

    expect(await bucket.observe(golem())).toMatchObject({
      differences: [{ field: `Objects.${JWKS}.${field}` }],
    })
  })

  test('sees a document that is missing', async () => {
    const { s3, bucket } = theBucket()
    s3.on(HeadObjectCommand, { Key: DISCOVERY }).rejects(refusal('NotFound', '', 404))

    expect(await bucket.observe(golem())).toMatchObject({
      differences: [{ field: `Objects.${DISCOVERY}`, desired: document(DISCOVERY), observed: undefined }],
    })
  })

  test('never touches the bucket policy, which is the distribution’s', async () => {
    const { s3, bucket } = theBucket()

    await bucket.observe(golem())
    await bucket.create(golem())
    s3.on(ListObjectVersionsCommand).resolves({})
    await bucket.delete(golem())

    expect(sentNames(s3).filter((name) => name.includes('Policy'))).toEqual([])
  })
})

describe('create', () => {
  test('makes an absent bucket with tags, ownership and namespace in the one call, then the rest', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand).rejects(refusal('NoSuchBucket', 'gone', 404))
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
      ['PutObject', { ...ADDRESS, Key: JWKS, Body: BODIES[JWKS], ...document(JWKS), IfNoneMatch: '*' }],
      ['HeadObject', { ...ADDRESS, Key: DISCOVERY, ChecksumMode: 'ENABLED' }],
      [
        'PutObject',
        { ...ADDRESS, Key: DISCOVERY, Body: BODIES[DISCOVERY], ...document(DISCOVERY), IfNoneMatch: '*' },
      ],
    ])
  })

  test.each([
    ['us-east-1', { BucketNamespace: 'account-regional', CreateBucketConfiguration: { Tags: TAG_LIST } }],
    ['me-south-1', { CreateBucketConfiguration: { LocationConstraint: 'me-south-1', Tags: TAG_LIST } }],
  ])('makes it in %s as that region wants it', async (region, input) => {
    const { s3, bucket } = theBucket({ ...STACK, region })
    s3.on(GetBucketTaggingCommand).rejects(refusal('NoSuchBucket', 'gone', 404))

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

  test('replaces a document only if it is still the one that was read', async () => {
    const { s3, bucket } = theBucket()
    s3.on(HeadObjectCommand, { Key: JWKS }).resolves({ ETag: '"old"', ContentType: 'application/json' })

    await bucket.create(golem())

    expect(s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input)).toEqual([
      { ...ADDRESS, Key: JWKS, Body: BODIES[JWKS], ...document(JWKS), IfMatch: '"old"' },
    ])
  })

  test.each(['PreconditionFailed', 'ConditionalRequestConflict'])(
    'is content after %s when another run has written the same document',
    async (name) => {
      const { s3, bucket } = theBucket()
      s3.on(HeadObjectCommand, { Key: JWKS })
        .rejectsOnce(refusal('NotFound', '', 404))
        .resolves({ ETag: '"j1"', ...document(JWKS) })
      s3.on(PutObjectCommand).rejects(refusal(name, 'At least one condition did not hold', 412))

      expect(await bucket.create(golem())).toBeUndefined()
    },
  )

  test.each([
    ['PreconditionFailed', 412],
    ['NoSuchKey', 404],
  ])('throws ConcurrentChange after %s when another document is there', async (name, status) => {
    const { s3, bucket } = theBucket()
    s3.on(HeadObjectCommand, { Key: JWKS }).resolves({ ETag: '"old"' })
    s3.on(PutObjectCommand).rejects(refusal(name, 'no', status))

    await expect(bucket.create(golem())).rejects.toMatchObject({ name: 'ConcurrentChange' })
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1)
  })

  test('finds its own bucket when the answer to the creating call was lost', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand)
      .rejectsOnce(refusal('NoSuchBucket', 'gone', 404))
      .resolves({ TagSet: TAG_LIST })
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
      .rejectsOnce(refusal('NoSuchBucket', 'gone', 404))
      .rejects(refusal('NoSuchTagSet', 'none', 404))
    s3.on(CreateBucketCommand).rejects(refusal('BucketAlreadyOwnedByYou', 'yours', 409))

    await expect(bucket.create(golem())).rejects.toMatchObject({ name: 'BucketNotOurs' })
  })

  test('throws BucketNotOurs when another account has the name', async () => {
    const { s3, bucket } = theBucket()
    const cause = refusal('BucketAlreadyExists', 'taken', 409)
    s3.on(GetBucketTaggingCommand).rejects(refusal('NoSuchBucket', 'gone', 404))
    s3.on(CreateBucketCommand).rejects(cause)

    await expect(bucket.create(golem())).rejects.toMatchObject({ name: 'BucketNotOurs', cause })
  })

  test('throws ConcurrentChange when the bucket is made and deleted under its hands', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand).rejects(refusal('NoSuchBucket', 'gone', 404))
    s3.on(CreateBucketCommand).rejects(refusal('BucketAlreadyOwnedByYou', 'yours', 409))

    await expect(bucket.create(golem())).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })

  test.each([
    ['TooManyBuckets', 'QuotaExceeded'],
    ['OperationAborted', 'ConcurrentChange'],
    ['SlowDown', 'Throttled'],
  ])('throws %s as %s', async (name, ours) => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand).rejects(refusal('NoSuchBucket', 'gone', 404))
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

describe('delete', () => {
  test('deletes every version and marker of every object, page by page, then the bucket', async () => {
    const { s3, bucket } = theBucket()
    s3.on(ListObjectVersionsCommand)
      .resolvesOnce({
        Versions: [{ Key: 'a', VersionId: '2' }],
        DeleteMarkers: [{ Key: 'a', VersionId: '3' }],
        IsTruncated: true,
        NextKeyMarker: 'a',
        NextVersionIdMarker: '2',
      })
      .resolves({ Versions: [{ Key: 'b', VersionId: 'null' }] })

    await bucket.delete(golem())

    const deleted = (...Objects: object[]) => ({ ...ADDRESS, Delete: { Objects, Quiet: true } })
    expect(sent(s3)).toEqual([
      ['GetBucketTagging', ADDRESS],
      ['ListObjectVersions', ADDRESS],
      ['DeleteObjects', deleted({ Key: 'a', VersionId: '2' }, { Key: 'a', VersionId: '3' })],
      ['ListObjectVersions', { ...ADDRESS, KeyMarker: 'a', VersionIdMarker: '2' }],
      ['DeleteObjects', deleted({ Key: 'b', VersionId: 'null' })],
      ['DeleteBucket', ADDRESS],
    ])
  })

  test('is content when there is no bucket', async () => {
    const { s3, bucket } = theBucket()
    s3.on(GetBucketTaggingCommand).rejects(refusal('NoSuchBucket', 'gone', 404))

    await bucket.delete(golem())

    expect(sentNames(s3)).toEqual(['GetBucketTagging'])
  })

  test('is content when the bucket goes while it is emptied', async () => {
    const { s3, bucket } = theBucket()
    const gone = refusal('NoSuchBucket', 'gone', 404)
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [{ Key: 'a', VersionId: '1' }] })
    s3.on(DeleteObjectsCommand).rejects(gone)
    s3.on(DeleteBucketCommand).rejects(gone)

    expect(await bucket.delete(golem())).toBeUndefined()
  })

  test.each(NOT_OURS)('leaves a bucket %s alone', async (_, answer) => {
    const fixture = theBucket()
    withTagging(fixture, answer)

    await expect(fixture.bucket.delete(golem())).rejects.toMatchObject({ name: 'BucketNotOurs' })
    expect(sentNames(fixture.s3)).toEqual(['GetBucketTagging'])
  })

  test.each([
    ['AccessDenied', 'AccessDenied'],
    ['InternalError', 'AwsUnavailable'],
    ['SlowDown', 'Throttled'],
    ['InvalidArgument', 'AwsRefused'],
  ])('throws when S3 keeps a version with %s although the call succeeds', async (Code, name) => {
    const { s3, bucket } = theBucket()
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [{ Key: 'a', VersionId: '1' }] })
    s3.on(DeleteObjectsCommand).resolves({
      Errors: [{ Key: 'a', Code, Message: 'no' }],
      $metadata: { httpStatusCode: 200 },
    })

    await expect(bucket.delete(golem())).rejects.toMatchObject({
      name,
      message: `s3:DeleteObjectVersion: ${Code}: a: no`,
    })
    expect(s3.commandCalls(DeleteBucketCommand)).toEqual([])
  })

  test('throws ConcurrentChange when an object came after the last one was deleted', async () => {
    const { s3, bucket } = theBucket()
    s3.on(ListObjectVersionsCommand).resolves({})
    s3.on(DeleteBucketCommand).rejects(refusal('BucketNotEmpty', 'not empty', 409))

    await expect(bucket.delete(golem())).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })
})

describe('a public bucket', () => {
  const cluster = golem({ hosting: { type: 's3' } })

  test('is opened by its policy, for the two documents and over TLS, once its block is off', async () => {
    const { s3, bucket } = theBucket()

    await bucket.create(cluster)

    expect(sentNames(s3)).toEqual(expect.arrayContaining(['PutPublicAccessBlock', 'PutBucketPolicy']))
    expect(sentNames(s3).indexOf('PutPublicAccessBlock')).toBeLessThan(
      sentNames(s3).indexOf('PutBucketPolicy'),
    )
    const [{ Policy = '' } = {}] = s3.commandCalls(PutBucketPolicyCommand).map(({ args }) => args[0].input)
    const [allow, deny] = JSON.parse(Policy).Statement
    expect(allow).toMatchObject({
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: [`arn:aws:s3:::${BUCKET}/${DISCOVERY}`, `arn:aws:s3:::${BUCKET}/${JWKS}`],
    })
    expect(deny).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })
  })

  test('is tried again while S3 does not know yet that the block is off', async () => {
    const { s3, bucket } = theBucket()
    const words = 'because public policies are prevented by the BlockPublicPolicy setting'
    s3.on(PutBucketPolicyCommand).rejects(refusal('AccessDenied', words, 403))

    await expect(bucket.create(cluster)).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })
})

describe('the bucket of an issuer whose host stays', () => {
  const cluster = golem({ keepsHost: true })

  test('is emptied and stays, so that nobody else gets its name', async () => {
    const { s3, bucket } = theBucket()
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [{ Key: JWKS, VersionId: '1' }] })

    await bucket.delete(cluster)

    expect(sentNames(s3)).toContain('DeleteObjects')
    expect(sentNames(s3)).not.toContain('DeleteBucket')
  })

  test('is the one that was taken over; one that was made before goes', async () => {
    const { s3, bucket } = theBucket()
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [{ Key: 'keys.json', VersionId: '1' }] })

    await bucket.delete({ ...cluster, adopted: { bucket: 'golem-oidc', audiences: [] } })

    const emptied = s3.commandCalls(DeleteObjectsCommand).map(({ args: [{ input }] }) => input.Bucket)
    expect(emptied).toEqual([BUCKET, 'golem-oidc'])
    const deleted = s3.commandCalls(DeleteBucketCommand).map(({ args: [{ input }] }) => input.Bucket)
    expect(deleted).toEqual([BUCKET])
  })

  test('is as gone once it has no documents, and not before', async () => {
    const { s3, bucket } = theBucket()
    expect(await bucket.observe(cluster)).toMatchObject({ status: 'ready' })

    s3.on(HeadObjectCommand).rejects(refusal('NotFound', 'no', 404))

    expect(await bucket.observe(cluster)).toEqual({ status: 'absent' })
  })
})
