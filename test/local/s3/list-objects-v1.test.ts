/** The older list of objects, through an SDK client. */
import { createHash } from 'node:crypto'
import { ListObjectsCommand, type ListObjectsRequest } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { hostingFixture } from '../hosting.ts'
import { Bucket, bucketWith, OWNER_ID } from './sdk-bucket.ts'

async function listOf(...keys: readonly string[]) {
  const client = await bucketWith(...keys)
  return async (input: Partial<ListObjectsRequest> = {}) => {
    const { $metadata, ...output } = await client.send(new ListObjectsCommand({ Bucket, ...input }))
    return output
  }
}

describe('ListObjects', () => {
  test('gives keys with their owner, and the last key is the marker of the next page', async () => {
    const list = await listOf('a/1', 'a/2', 'b')

    const first = await list({ MaxKeys: 2 })

    expect(first).toEqual({
      IsTruncated: true,
      Marker: '',
      Name: Bucket,
      Prefix: '',
      MaxKeys: 2,
      Contents: ['a/1', 'a/2'].map((Key) => ({
        Key,
        ETag: `"${createHash('md5').update(Key).digest('hex')}"`,
        Size: 3,
        StorageClass: 'STANDARD',
        LastModified: expect.any(Date),
        Owner: { ID: OWNER_ID },
      })),
    })
    expect(await list({ Marker: 'a/2' })).toMatchObject({
      IsTruncated: false,
      Marker: 'a/2',
      Contents: [{ Key: 'b' }],
    })
  })

  test('gives the next marker itself where keys are grouped', async () => {
    const list = await listOf('a/1', 'a/2', 'b', 'c/1')

    const first = await list({ Delimiter: '/', MaxKeys: 1 })

    expect(first).toMatchObject({ CommonPrefixes: [{ Prefix: 'a/' }], IsTruncated: true, NextMarker: 'a/' })
    expect(first.Contents).toBeUndefined()
    expect(await list({ Delimiter: '/', Marker: first.NextMarker })).toMatchObject({
      Contents: [{ Key: 'b' }],
      CommonPrefixes: [{ Prefix: 'c/' }],
      IsTruncated: false,
    })
  })

  test('encodes what it repeats when asked to', async () => {
    const list = await listOf('a b', 'ü')
    expect(await list({ EncodingType: 'url', Marker: 'a b' })).toMatchObject({
      EncodingType: 'url',
      Marker: 'a+b',
      Contents: [{ Key: '%C3%BC' }],
    })
  })

  test('does not find a bucket that is not there, and asks IAM for the right to list', async () => {
    const list = await listOf()
    await expect(list({ Bucket: 'none-of-these' })).rejects.toMatchObject({ name: 'NoSuchBucket' })
    expect(hostingFixture().asks('s3', 'ListObjects', { Bucket, Prefix: 'a/' })).toMatchObject([
      { action: 's3:ListBucket', resource: `arn:aws:s3:::${Bucket}`, context: { 's3:prefix': 'a/' } },
    ])
  })
})
