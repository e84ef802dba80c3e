import { describe, expect, test } from 'vitest'
import { hostingFixture, REGION } from '../hosting.ts'

const Bucket = 'documents'

async function bucketFixture() {
  const { run } = hostingFixture()
  await run('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } })
  return (operation: string, input: object = {}) => run('s3', operation, { Bucket, ...input })
}

describe('the public access block', () => {
  test('is replaced as a whole, and can be taken away', async () => {
    const run = await bucketFixture()

    await run('PutPublicAccessBlock', { PublicAccessBlockConfiguration: { BlockPublicAcls: true } })
    expect(await run('GetPublicAccessBlock')).toEqual({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: false,
        BlockPublicPolicy: false,
        RestrictPublicBuckets: false,
      },
    })
    await run('DeletePublicAccessBlock')

    await expect(run('GetPublicAccessBlock')).rejects.toMatchObject({
      code: 'NoSuchPublicAccessBlockConfiguration',
      status: 404,
    })
  })
})

describe('ownership controls', () => {
  test('are one rule, and can be taken away', async () => {
    const run = await bucketFixture()

    await run('PutBucketOwnershipControls', {
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
    })
    expect(await run('GetBucketOwnershipControls')).toEqual({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
    })
    await expect(
      run('PutBucketOwnershipControls', { OwnershipControls: { Rules: [] } }),
    ).rejects.toMatchObject({ code: 'MalformedXML' })
    await run('DeleteBucketOwnershipControls')

    await expect(run('GetBucketOwnershipControls')).rejects.toMatchObject({
      code: 'OwnershipControlsNotFoundError',
      status: 404,
    })
  })
})

describe('encryption', () => {
  test('is SSE-S3, and nothing that needs KMS', async () => {
    const run = await bucketFixture()
    const put = (SSEAlgorithm: string) =>
      run('PutBucketEncryption', {
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }],
        },
      })
    await put('AES256')
    await expect(put('aws:kms')).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })
})

describe('versioning', () => {
  test('is enabled or suspended', async () => {
    const run = await bucketFixture()
    await run('PutBucketVersioning', { VersioningConfiguration: { Status: 'Suspended' } })
    expect(await run('GetBucketVersioning')).toEqual({ Status: 'Suspended' })
    await expect(run('PutBucketVersioning', { VersioningConfiguration: {} })).rejects.toMatchObject({
      code: 'IllegalVersioningConfigurationException',
    })
  })
})

describe('tags', () => {
  test('are replaced as a whole', async () => {
    const run = await bucketFixture()
    const put = (...TagSet: object[]) => run('PutBucketTagging', { Tagging: { TagSet } })
    await put({ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' })
    await put({ Key: 'b', Value: '3' })
    expect(await run('GetBucketTagging')).toEqual({ TagSet: [{ Key: 'b', Value: '3' }] })
    await run('DeleteBucketTagging')
    await expect(run('GetBucketTagging')).rejects.toMatchObject({ code: 'NoSuchTagSet', status: 404 })
  })

  test.each([
    [
      'a key twice',
      [
        { Key: 'a', Value: '1' },
        { Key: 'a', Value: '2' },
      ],
    ],
    ['a key of AWS', [{ Key: 'aws:a', Value: '1' }]],
    ['an empty key', [{ Key: '', Value: '1' }]],
    ['a key of 129 characters', [{ Key: 'a'.repeat(129), Value: '1' }]],
    ['a value of 257 characters', [{ Key: 'a', Value: 'a'.repeat(257) }]],
    ['a character that is not allowed', [{ Key: 'a', Value: '{}' }]],
  ])('may not have %s', async (_, TagSet) => {
    const run = await bucketFixture()
    await expect(run('PutBucketTagging', { Tagging: { TagSet } })).rejects.toMatchObject({
      code: 'InvalidTag',
    })
  })
})

describe('lifecycle rules', () => {
  test('are kept and answered', async () => {
    const run = await bucketFixture()
    await expect(run('GetBucketLifecycleConfiguration')).rejects.toMatchObject({
      code: 'NoSuchLifecycleConfiguration',
    })
    const Rules = [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: '' } }]
    await run('PutBucketLifecycleConfiguration', { LifecycleConfiguration: { Rules } })
    expect(await run('GetBucketLifecycleConfiguration')).toEqual({
      Rules,
      TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
    })
  })
})
