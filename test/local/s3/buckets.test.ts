import type { ListBucketsOutput } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import {
  ACCOUNT,
  callOf,
  hostingFixture,
  OTHER_ACCOUNT,
  REGION,
  stack,
  stranger,
  virginia,
} from '../hosting.ts'

const here = { CreateBucketConfiguration: { LocationConstraint: REGION } }
const regional = `documents-${ACCOUNT}-${REGION}-an`

function bucketFixture(options = {}) {
  const fixture = hostingFixture(options)
  const create = (Bucket: string, input: object = here, call = stack) =>
    fixture.run('s3', 'CreateBucket', { Bucket, ...input }, call)
  return { ...fixture, create }
}

describe('CreateBucket', () => {
  test('answers the ARN; the bucket is private, without ACLs and versions, and encrypted', async () => {
    const { run, create } = bucketFixture()
    const Bucket = 'documents'

    expect(await create(Bucket)).toEqual({
      Location: 'http://documents.s3.amazonaws.com/',
      BucketArn: 'arn:aws:s3:::documents',
    })

    expect(await run('s3', 'GetPublicAccessBlock', { Bucket })).toEqual({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    })
    expect(await run('s3', 'GetBucketOwnershipControls', { Bucket })).toEqual({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    })
    expect(await run('s3', 'GetBucketEncryption', { Bucket })).toEqual({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
      },
    })
    expect(await run('s3', 'GetBucketVersioning', { Bucket })).toEqual({})
    expect(await run('s3', 'GetBucketLocation', { Bucket })).toEqual({ LocationConstraint: REGION })
    await expect(run('s3', 'GetBucketPolicy', { Bucket })).rejects.toMatchObject({
      code: 'NoSuchBucketPolicy',
      status: 404,
    })
    await expect(run('s3', 'GetBucketTagging', { Bucket })).rejects.toMatchObject({ code: 'NoSuchTagSet' })
  })

  test.each([
    ['none outside us-east-1', {}, stack, 'IllegalLocationConstraintException'],
    ['another region', { LocationConstraint: 'eu-west-1' }, stack, 'IllegalLocationConstraintException'],
    ['us-east-1 spelt out', { LocationConstraint: 'us-east-1' }, virginia, 'InvalidLocationConstraint'],
    [
      'another region in us-east-1',
      { LocationConstraint: REGION },
      virginia,
      'IllegalLocationConstraintException',
    ],
  ])('refuses as location %s', async (_, CreateBucketConfiguration, call, code) => {
    const { create } = bucketFixture()
    await expect(create('documents', { CreateBucketConfiguration }, call)).rejects.toMatchObject({ code })
  })

  test('has no location constraint in us-east-1', async () => {
    const { run, create } = bucketFixture()
    expect(await create('documents', {}, virginia)).toMatchObject({ Location: '/documents' })
    expect(await run('s3', 'GetBucketLocation', { Bucket: 'documents' }, virginia)).toEqual({})
  })

  test.each([
    'ab',
    'a'.repeat(64),
    'Documents',
    'docu_ments',
    '-documents',
    'documents-',
    'docu..ments',
    '192.168.5.4',
    'xn--documents',
    'sthree-documents',
    'amzn-s3-demo-documents',
    'documents-s3alias',
    'documents--x-s3',
    regional,
  ])('refuses the name %s in the global namespace', async (name) => {
    const { create } = bucketFixture()
    await expect(create(name)).rejects.toMatchObject({ code: 'InvalidBucketName', status: 400 })
  })

  test('wants account and region at the end of a name in the account-regional namespace', async () => {
    const { create } = bucketFixture()
    const input = { ...here, BucketNamespace: 'account-regional' }
    const wrong = [
      'documents',
      `-${ACCOUNT}-${REGION}-an`,
      `documents-${OTHER_ACCOUNT}-${REGION}-an`,
      `documents-${ACCOUNT}-eu-west-1-an`,
      `${'a'.repeat(36)}-${ACCOUNT}-${REGION}-an`,
    ]
    for (const name of wrong)
      await expect(create(name, input)).rejects.toMatchObject({ code: 'InvalidBucketName' })

    await create(regional, input)
    await expect(create(regional, input)).rejects.toMatchObject({ code: 'BucketAlreadyOwnedByYou' })
  })

  test('has no account-regional namespace in the Middle East', async () => {
    const { create } = bucketFixture()
    const region = 'me-central-1'
    const input = {
      CreateBucketConfiguration: { LocationConstraint: region },
      BucketNamespace: 'account-regional',
    }
    await expect(
      create(`documents-${ACCOUNT}-${region}-an`, input, callOf(ACCOUNT, region)),
    ).rejects.toMatchObject({ code: 'InvalidRequest' })
  })

  test('tells its own bucket from that of another account', async () => {
    const { create } = bucketFixture()
    await create('documents')
    await expect(create('documents')).rejects.toMatchObject({
      code: 'BucketAlreadyOwnedByYou',
      status: 409,
    })
    await expect(create('documents', here, stranger)).rejects.toMatchObject({
      code: 'BucketAlreadyExists',
      status: 409,
    })
  })

  test('says nothing to a repetition in us-east-1, except in the account-regional namespace', async () => {
    const { run, create } = bucketFixture()
    await create('documents', {}, virginia)
    await run('s3', 'PutObject', { Bucket: 'documents', Key: 'a' }, virginia)
    await create('documents', {}, virginia)
    expect(await run('s3', 'ListObjectsV2', { Bucket: 'documents' }, virginia)).toMatchObject({ KeyCount: 1 })
    await expect(create('documents')).rejects.toMatchObject({ code: 'BucketAlreadyOwnedByYou' })

    const name = `documents-${ACCOUNT}-us-east-1-an`
    await create(name, { BucketNamespace: 'account-regional' }, virginia)
    await expect(create(name, { BucketNamespace: 'account-regional' }, virginia)).rejects.toMatchObject({
      code: 'BucketAlreadyOwnedByYou',
    })
  })

  test('takes tags, and asks IAM for the right to set them and for what the request says', async () => {
    const { run, asks, create } = bucketFixture()
    const input = {
      BucketNamespace: 'account-regional',
      ObjectOwnership: 'BucketOwnerEnforced',
      CreateBucketConfiguration: {
        LocationConstraint: REGION,
        Tags: [{ Key: 'irsa:stack', Value: 'dev' }],
      },
    }
    await create(regional, input)
    expect(await run('s3', 'GetBucketTagging', { Bucket: regional })).toEqual({
      TagSet: [{ Key: 'irsa:stack', Value: 'dev' }],
    })

    const resource = `arn:aws:s3:::${regional}`
    const context = {
      'aws:RequestTag/irsa:stack': 'dev',
      'aws:TagKeys': ['irsa:stack'],
      's3:x-amz-bucket-namespace': 'account-regional',
      's3:x-amz-object-ownership': 'BucketOwnerEnforced',
      's3:LocationConstraint': REGION,
    }
    expect(asks('s3', 'CreateBucket', { Bucket: regional, ...input })).toEqual([
      { action: 's3:CreateBucket', resource, context },
      { action: 's3:TagResource', resource, context },
      { action: 's3:PutBucketOwnershipControls', resource, context },
    ])
  })

  test('stops at the quota of the account', async () => {
    const { create } = bucketFixture({ quotas: { 's3:buckets': 1 } })
    await create('documents')
    await create('foreign', here, stranger)
    await expect(create('further')).rejects.toMatchObject({ code: 'TooManyBuckets' })
  })
})

describe('every call about a bucket', () => {
  test('says that it does not exist; HEAD only that nothing is there', async () => {
    const { run } = hostingFixture()
    await expect(run('s3', 'ListObjectsV2', { Bucket: 'documents' })).rejects.toMatchObject({
      code: 'NoSuchBucket',
      status: 404,
    })
    await expect(run('s3', 'HeadBucket', { Bucket: 'documents' })).rejects.toMatchObject({
      code: 'NotFound',
      status: 404,
    })
  })

  test('is sent to the region of the bucket', async () => {
    const { run, create } = bucketFixture()
    await create('documents')
    await expect(
      run('s3', 'HeadBucket', { Bucket: 'documents' }, callOf(ACCOUNT, 'eu-west-1')),
    ).rejects.toMatchObject({ code: 'PermanentRedirect', status: 301 })
    await expect(run('s3', 'HeadBucket', { Bucket: 'documents' }, virginia)).rejects.toMatchObject({
      code: 'AuthorizationHeaderMalformed',
      status: 400,
      details: { Region: REGION },
    })
    expect(await run('s3', 'GetBucketLocation', { Bucket: 'documents' }, virginia)).toEqual({
      LocationConstraint: REGION,
    })
    expect(await run('s3', 'HeadBucket', { Bucket: 'documents' })).toMatchObject({ BucketRegion: REGION })
  })

  test.each([
    ['HeadBucket', {}],
    ['DeleteBucket', {}],
    ['GetBucketLocation', {}],
    ['PutBucketPolicy', { Policy: '{}' }],
    ['DeleteBucketPolicy', {}],
    ['PutPublicAccessBlock', { PublicAccessBlockConfiguration: {} }],
    ['PutObject', { Key: 'a' }],
    ['DeleteObject', { Key: 'a' }],
    ['ListObjectVersions', {}],
  ])('%s is refused when the owner is not the expected one', async (operation, input) => {
    const { run, create } = bucketFixture()
    await create('documents')
    const expecting = { Bucket: 'documents', ExpectedBucketOwner: OTHER_ACCOUNT, ...input }
    await expect(run('s3', operation, expecting)).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
    })
  })

  test('wants an account as expected owner', async () => {
    const { run, create } = bucketFixture()
    await create('documents')
    await expect(
      run('s3', 'ListObjectsV2', { Bucket: 'documents', ExpectedBucketOwner: 'me' }),
    ).rejects.toMatchObject({ code: 'InvalidBucketOwnerAWSAccountID' })
    await run('s3', 'ListObjectsV2', { Bucket: 'documents', ExpectedBucketOwner: ACCOUNT })
  })

  test('asks IAM with the policy and the owner of the bucket', async () => {
    const { asks, create } = bucketFixture()
    await create('documents')
    expect(asks('s3', 'HeadBucket', { Bucket: 'documents' }, stranger)).toEqual([
      {
        action: 's3:ListBucket',
        resource: 'arn:aws:s3:::documents',
        context: { 's3:ResourceAccount': ACCOUNT },
        resourcePolicy: undefined,
        owner: ACCOUNT,
      },
    ])
  })
})

describe('ListBuckets', () => {
  test("pages through the account's buckets by name, and filters by prefix and region", async () => {
    const { run, create } = bucketFixture()
    for (const name of ['charlie', 'alpha', 'bravo']) await create(name)
    await create('delta', here, stranger)
    await create('alpha-two', {}, virginia)
    const list = async (input: object) => {
      const { Buckets = [], ContinuationToken } = await run<ListBucketsOutput>('s3', 'ListBuckets', input)
      return { names: Buckets.map(({ Name }) => Name), ContinuationToken }
    }

    const first = await list({ MaxBuckets: 3 })
    expect(first.names).toEqual(['alpha', 'alpha-two', 'bravo'])
    const { ContinuationToken } = first
    expect(await list({ MaxBuckets: 3, ContinuationToken })).toEqual({ names: ['charlie'] })
    expect((await list({ Prefix: 'alpha' })).names).toEqual(['alpha', 'alpha-two'])
    expect((await list({ BucketRegion: 'us-east-1' })).names).toEqual(['alpha-two'])
  })
})

describe('DeleteBucket', () => {
  test('counts versions and delete markers as contents', async () => {
    const { run, create } = bucketFixture()
    const Bucket = 'documents'
    await create(Bucket)
    await run('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } })
    const { VersionId } = await run<{ VersionId: string }>('s3', 'PutObject', { Bucket, Key: 'a' })
    const marker = await run<{ VersionId: string }>('s3', 'DeleteObject', { Bucket, Key: 'a' })
    const remove = () => run('s3', 'DeleteBucket', { Bucket })

    await expect(remove()).rejects.toMatchObject({ code: 'BucketNotEmpty', status: 409 })
    await run('s3', 'DeleteObject', { Bucket, Key: 'a', VersionId })
    await expect(remove()).rejects.toMatchObject({ code: 'BucketNotEmpty' })
    await run('s3', 'DeleteObject', { Bucket, Key: 'a', VersionId: marker.VersionId })
    await remove()

    await expect(remove()).rejects.toMatchObject({ code: 'NoSuchBucket' })
  })
})
