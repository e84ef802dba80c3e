import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { BUCKET, golem } from '../golem.ts'
import { ADDRESS, JWKS, NO_BUCKET, NOT_OURS, theBucket, withTagging } from './fixture.ts'

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
    s3.on(GetBucketTaggingCommand).rejects(NO_BUCKET)

    await bucket.delete(golem())

    expect(sentNames(s3)).toEqual(['GetBucketTagging'])
  })

  test('is content when the bucket goes while it is emptied', async () => {
    const { s3, bucket } = theBucket()
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [{ Key: 'a', VersionId: '1' }] })
    s3.on(DeleteObjectsCommand).rejects(NO_BUCKET)
    s3.on(DeleteBucketCommand).rejects(NO_BUCKET)

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
