/** The two documents, object by object. */
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { refusal } from '../../aws/sdk.ts'
import { golem } from '../golem.ts'
import { ADDRESS, BODIES, DISCOVERY, JWKS, stored, theBucket } from './fixture.ts'

describe('observe', () => {
  test.each([
    ['bytes', { ChecksumSHA256: 'AAAA' }, 'ChecksumSHA256'],
    ['content type', { ContentType: 'binary/octet-stream' }, 'ContentType'],
    ['Cache-Control', { CacheControl: undefined }, 'CacheControl'],
  ])('sees a document with other %s', async (_, change, field) => {
    const { s3, bucket } = theBucket()
    s3.on(HeadObjectCommand, { Key: JWKS }).resolves({ ...stored(JWKS), ...change })

    expect(await bucket.observe(golem())).toMatchObject({
      differences: [{ field: `Objects.${JWKS}.${field}` }],
    })
  })

  test('sees a document that is missing', async () => {
    const { s3, bucket } = theBucket()
    s3.on(HeadObjectCommand, { Key: DISCOVERY }).rejects(refusal('NotFound', '', 404))

    expect(await bucket.observe(golem())).toMatchObject({
      differences: [{ field: `Objects.${DISCOVERY}`, desired: stored(DISCOVERY), observed: undefined }],
    })
  })
})

describe('create', () => {
  test('replaces a document only if it is still the one that was read', async () => {
    const { s3, bucket } = theBucket()
    s3.on(HeadObjectCommand, { Key: JWKS }).resolves({ ETag: '"old"', ContentType: 'application/json' })

    await bucket.create(golem())

    expect(s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input)).toEqual([
      { ...ADDRESS, Key: JWKS, Body: BODIES[JWKS], ...stored(JWKS), IfMatch: '"old"' },
    ])
  })

  test.each(['PreconditionFailed', 'ConditionalRequestConflict'])(
    'is content after %s when another run has written the same document',
    async (name) => {
      const { s3, bucket } = theBucket()
      s3.on(HeadObjectCommand, { Key: JWKS })
        .rejectsOnce(refusal('NotFound', '', 404))
        .resolves({ ETag: '"j1"', ...stored(JWKS) })
      s3.on(PutObjectCommand).rejects(refusal(name, 'At least one condition did not hold', 412))

      expect(await bucket.create(golem())).toBeUndefined()
      expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1)
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
})
