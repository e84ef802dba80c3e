/** What is told about an object without its body, through an SDK client. */
import { createHash } from 'node:crypto'
import {
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { hostingFixture, REGION } from '../hosting.ts'
import { Bucket, bucketWith, OWNER_ID } from './sdk-bucket.ts'

describe('an object', () => {
  const Key = 'a/1'

  test('tells the attributes that are asked for, its ETag without quotes', async () => {
    const client = await bucketWith(Key)
    const attributes = (...ObjectAttributes: ('ETag' | 'Checksum' | 'StorageClass' | 'ObjectSize')[]) =>
      client.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes }))

    expect(await attributes('ETag', 'Checksum', 'StorageClass', 'ObjectSize')).toMatchObject({
      ETag: createHash('md5').update(Key).digest('hex'),
      Checksum: { ChecksumCRC32: expect.any(String), ChecksumType: 'FULL_OBJECT' },
      StorageClass: 'STANDARD',
      ObjectSize: 3,
      LastModified: expect.any(Date),
    })
    const { ETag, ObjectSize } = await attributes('ObjectSize')
    expect([ETag, ObjectSize]).toEqual([undefined, 3])
    await expect(attributes('Size' as 'ETag')).rejects.toMatchObject({ name: 'InvalidArgument' })
  })

  test('has no tags, and says of which version', async () => {
    const client = await bucketWith()
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))

    expect(await client.send(new GetObjectTaggingCommand({ Bucket, Key }))).toMatchObject({
      TagSet: [],
      VersionId,
    })
  })

  test('belongs to the bucket’s owner alone', async () => {
    const client = await bucketWith(Key)
    expect(await client.send(new GetObjectAclCommand({ Bucket, Key }))).toMatchObject({
      Owner: { ID: OWNER_ID },
      Grants: [{ Grantee: { ID: OWNER_ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }],
    })
  })

  test('that is not there is NoSuchKey, and a version NoSuchVersion', async () => {
    const client = await bucketWith()
    const input = { Bucket, Key }
    const ObjectAttributes = ['ETag' as const]

    for (const asked of [
      client.send(new GetObjectAclCommand(input)),
      client.send(new GetObjectTaggingCommand(input)),
      client.send(new GetObjectAttributesCommand({ ...input, ObjectAttributes })),
    ])
      await expect(asked).rejects.toMatchObject({ name: 'NoSuchKey' })
    await expect(
      client.send(new GetObjectAclCommand({ ...input, VersionId: 'other' })),
    ).rejects.toMatchObject({ name: 'NoSuchVersion' })
  })

  test('is asked of IAM with the action of a version where one is named', async () => {
    const { run, asks } = hostingFixture()
    await run('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } })
    await run('s3', 'PutObject', { Bucket, Key })
    const actions = (operation: string, more: object = {}) =>
      asks('s3', operation, { Bucket, Key, ...more }).map(({ action }) => action)

    expect(actions('GetObjectAttributes')).toEqual(['s3:GetObject', 's3:GetObjectAttributes'])
    expect(actions('GetObjectAttributes', { VersionId: 'v' })).toEqual([
      's3:GetObjectVersion',
      's3:GetObjectVersionAttributes',
    ])
    expect(actions('GetObjectTagging')).toEqual(['s3:GetObjectTagging'])
    expect(actions('GetObjectTagging', { VersionId: 'v' })).toEqual(['s3:GetObjectVersionTagging'])
    expect(actions('GetObjectAcl', { VersionId: 'v' })).toEqual(['s3:GetObjectVersionAcl'])
    expect(actions('GetObjectAcl', { Key: 'none' })).toEqual(['s3:GetObjectAcl', 's3:ListBucket'])
  })
})
