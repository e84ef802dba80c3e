import type { ListObjectsV2Output, ListObjectVersionsOutput, PutObjectOutput } from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostingFixture, REGION } from '../hosting.ts'

const Bucket = 'documents'

async function bucketFixture(keys: readonly string[]) {
  const { run: call, asks } = hostingFixture()
  const run = <Output = unknown>(operation: string, input: object = {}) =>
    call<Output>('s3', operation, { Bucket, ...input })
  await run('CreateBucket', { CreateBucketConfiguration: { LocationConstraint: REGION } })
  for (const Key of keys) await run('PutObject', { Key })
  const list = (input: object = {}) => run<ListObjectsV2Output>('ListObjectsV2', input)
  return { run, asks, list }
}

const keysOf = ({ Contents = [] }: ListObjectsV2Output) => Contents.map(({ Key }) => Key)

describe('ListObjectsV2', () => {
  test('sorts by bytes and filters by prefix', async () => {
    const { list } = await bucketFixture(['b', 'a/2', 'Z', 'ä', 'a/1'])
    expect(keysOf(await list())).toEqual(['Z', 'a/1', 'a/2', 'b', 'ä'])
    expect(await list({ Prefix: 'a/' })).toMatchObject({
      Name: Bucket,
      Prefix: 'a/',
      KeyCount: 2,
      MaxKeys: 1000,
      IsTruncated: false,
    })
    expect(keysOf(await list({ StartAfter: 'a/1' }))).toEqual(['a/2', 'b', 'ä'])
  })

  test('groups by delimiter', async () => {
    const { list } = await bucketFixture(['a/1', 'a/2', 'b', 'c/1'])
    const output = await list({ Delimiter: '/' })
    expect(keysOf(output)).toEqual(['b'])
    expect(output.CommonPrefixes).toEqual([{ Prefix: 'a/' }, { Prefix: 'c/' }])
    expect(output.KeyCount).toBe(3)
  })

  test('encodes keys when asked to, as the AWS CLI always does', async () => {
    const { list } = await bucketFixture(['a b/ü'])
    expect(keysOf(await list({ EncodingType: 'url' }))).toEqual(['a+b/%C3%BC'])
  })

  test('leaves out keys whose current version is a delete marker', async () => {
    const { run, list } = await bucketFixture([])
    await run('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } })
    await run('PutObject', { Key: 'a' })
    await run('DeleteObject', { Key: 'a' })
    expect(await list()).toMatchObject({ KeyCount: 0 })
  })

  test('finds every key once, whatever the page size', async () => {
    const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 1, max: 5 }), async (wanted, MaxKeys) => {
        const { list } = await bucketFixture(wanted)
        const found: (string | undefined)[] = []
        let ContinuationToken: string | undefined
        do {
          const page: ListObjectsV2Output = await list({ MaxKeys, ContinuationToken })
          found.push(...keysOf(page))
          ContinuationToken = page.NextContinuationToken
        } while (ContinuationToken !== undefined)
        expect(found.sort()).toEqual([...wanted].sort())
      }),
      { numRuns: 30 },
    )
  })

  test('asks IAM with what is listed', async () => {
    const { asks } = await bucketFixture([])
    expect(asks('s3', 'ListObjectsV2', { Bucket, Prefix: 'a/', Delimiter: '/', MaxKeys: 2 })).toMatchObject([
      {
        action: 's3:ListBucket',
        resource: `arn:aws:s3:::${Bucket}`,
        context: { 's3:prefix': 'a/', 's3:delimiter': '/', 's3:max-keys': '2' },
      },
    ])
  })
})

describe('ListObjectVersions', () => {
  test('shows versions and delete markers, the newest of a key first, in pages', async () => {
    const { run } = await bucketFixture([])
    await run('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } })
    const first = await run<PutObjectOutput>('PutObject', { Key: 'a' })
    const second = await run<PutObjectOutput>('PutObject', { Key: 'a' })
    const marker = await run<PutObjectOutput>('DeleteObject', { Key: 'a' })
    const other = await run<PutObjectOutput>('PutObject', { Key: 'b' })
    const list = (input: object) => run<ListObjectVersionsOutput>('ListObjectVersions', input)

    const page = await list({ MaxKeys: 2 })
    expect(page).toMatchObject({
      IsTruncated: true,
      NextKeyMarker: 'a',
      NextVersionIdMarker: second.VersionId,
      DeleteMarkers: [{ Key: 'a', VersionId: marker.VersionId, IsLatest: true }],
      Versions: [{ Key: 'a', VersionId: second.VersionId, IsLatest: false, Size: 0 }],
    })
    const rest = await list({
      KeyMarker: page.NextKeyMarker,
      VersionIdMarker: page.NextVersionIdMarker,
    })
    expect(rest).toMatchObject({
      IsTruncated: false,
      Versions: [
        { Key: 'a', VersionId: first.VersionId, IsLatest: false },
        { Key: 'b', VersionId: other.VersionId, IsLatest: true },
      ],
    })
    expect(rest.DeleteMarkers).toBeUndefined()
    expect((await list({ KeyMarker: 'a' })).Versions).toMatchObject([{ Key: 'b' }])
  })

  test('needs a key marker beside a version marker', async () => {
    const { run } = await bucketFixture([])
    await expect(run('ListObjectVersions', { VersionIdMarker: 'x' })).rejects.toMatchObject({
      code: 'InvalidArgument',
    })
  })
})
