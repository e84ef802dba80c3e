import { createHash } from 'node:crypto'
import type { GetObjectOutput, PutObjectOutput } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { hostingFixture, REGION } from '../hosting.ts'

const Bucket = 'documents'
const Key = '.well-known/openid-configuration'
const Body = Buffer.from('{}')
const ETag = `"${createHash('md5').update(Body).digest('hex')}"`

async function bucketFixture(versioning?: 'Enabled' | 'Suspended') {
  const { run: call, asks, clock } = hostingFixture()
  const run = <Output = unknown>(operation: string, input: object = {}) =>
    call<Output>('s3', operation, { Bucket, ...input })
  await run('CreateBucket', { CreateBucketConfiguration: { LocationConstraint: REGION } })
  const version = (Status: string) => run('PutBucketVersioning', { VersioningConfiguration: { Status } })
  if (versioning) await version(versioning)
  const put = (input: object = {}) => run<PutObjectOutput>('PutObject', { Key, Body, ...input })
  const get = (input: object = {}) => run<GetObjectOutput>('GetObject', { Key, ...input })
  return { run, asks, clock, version, put, get }
}

describe('PutObject and GetObject', () => {
  test('keep body, headers and metadata; the ETag is the MD5 in quotes', async () => {
    const { put, get, run, clock } = await bucketFixture()
    const headers = { ContentType: 'application/json', CacheControl: 'max-age=300' }

    expect(await put({ ...headers, Metadata: { Cluster: 'golem' } })).toMatchObject({
      ETag,
      ServerSideEncryption: 'AES256',
    })

    const described = {
      ...headers,
      ETag,
      ContentLength: 2,
      LastModified: clock.now(),
      AcceptRanges: 'bytes',
      Metadata: { cluster: 'golem' },
      ServerSideEncryption: 'AES256',
    }
    expect(await get()).toEqual({ ...described, Body })
    expect(await run('HeadObject', { Key })).toEqual(described)
  })

  test('say that a key is missing, HEAD only that nothing is there', async () => {
    const { get, run } = await bucketFixture()
    await expect(get()).rejects.toMatchObject({ code: 'NoSuchKey', status: 404, details: { Key } })
    await expect(run('HeadObject', { Key })).rejects.toMatchObject({ code: 'NotFound', status: 404 })
  })

  test('ask for the right to list when the key is missing: without it the answer is AccessDenied', async () => {
    const { put, asks } = await bucketFixture()
    const actions = () => asks('s3', 'GetObject', { Bucket, Key }).map(({ action }) => action)
    expect(actions()).toEqual(['s3:GetObject', 's3:ListBucket'])
    await put()
    expect(actions()).toEqual(['s3:GetObject'])
    expect(asks('s3', 'GetObject', { Bucket, Key, VersionId: 'x' })[0]).toMatchObject({
      action: 's3:GetObjectVersion',
      resource: `arn:aws:s3:::${Bucket}/${Key}`,
    })
  })

  test('refuse what local mode would ignore', async () => {
    const { put, get } = await bucketFixture()
    await put()
    await expect(put({ Tagging: 'a=b' })).rejects.toMatchObject({ code: 'NotInLocalMode' })
    await expect(put({ ServerSideEncryption: 'aws:kms' })).rejects.toMatchObject({ code: 'NotInLocalMode' })
    await expect(get({ Range: 'bytes=0-1' })).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })

  test('refuse ACLs, long keys and much metadata', async () => {
    const { put } = await bucketFixture()
    await expect(put({ ACL: 'public-read' })).rejects.toMatchObject({
      code: 'AccessControlListNotSupported',
    })
    await put({ ACL: 'bucket-owner-full-control' })
    await expect(put({ Key: 'ä'.repeat(513) })).rejects.toMatchObject({ code: 'KeyTooLongError' })
    await put({ Key: 'ä'.repeat(512) })
    await expect(put({ Metadata: { a: 'a'.repeat(2048) } })).rejects.toMatchObject({
      code: 'MetadataTooLarge',
    })
  })
})

describe('conditional writes', () => {
  test('If-None-Match: * writes only where there is nothing', async () => {
    const { put, run, asks } = await bucketFixture('Enabled')
    await put({ IfNoneMatch: '*' })
    await expect(put({ IfNoneMatch: '*' })).rejects.toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
      details: { Condition: 'If-None-Match' },
    })
    await run('DeleteObject', { Key })
    await put({ IfNoneMatch: '*' })
    await expect(put({ IfNoneMatch: ETag })).rejects.toMatchObject({ code: 'NotImplemented', status: 501 })
    expect(asks('s3', 'PutObject', { Bucket, Key, IfNoneMatch: '*' })).toMatchObject([
      { action: 's3:PutObject', context: { 's3:if-none-match': '*' } },
    ])
  })

  test('If-Match writes only over what the caller knows, which takes the right to read', async () => {
    const { put, run, asks } = await bucketFixture()
    await expect(put({ IfMatch: ETag })).rejects.toMatchObject({ code: 'NoSuchKey', status: 404 })
    await put()
    await put({ IfMatch: ETag.replaceAll('"', '') })
    await put({ Body: Buffer.from('changed'), IfMatch: ETag })
    await expect(put({ IfMatch: ETag })).rejects.toMatchObject({ code: 'PreconditionFailed' })
    await run('DeleteObject', { Key })
    await expect(put({ IfMatch: ETag })).rejects.toMatchObject({ code: 'NoSuchKey' })
    expect(asks('s3', 'PutObject', { Bucket, Key, IfMatch: ETag }).map(({ action }) => action)).toEqual([
      's3:PutObject',
      's3:GetObject',
    ])
  })
})

describe('conditional reads', () => {
  test('answer 304 for the ETag that is known, 412 for one that is not there', async () => {
    const { put, get } = await bucketFixture()
    await put()
    await expect(get({ IfNoneMatch: ETag })).rejects.toMatchObject({ code: 'NotModified', status: 304 })
    await expect(get({ IfMatch: '"0"' })).rejects.toMatchObject({ code: 'PreconditionFailed', status: 412 })
    expect(await get({ IfNoneMatch: '"0"', IfMatch: ETag })).toMatchObject({ ETag })
  })
})

describe('checksums', () => {
  // Check values of the CRC catalogue for the text 123456789.
  const Digits = Buffer.from('123456789')
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
  const checksums = {
    ChecksumCRC32: base64('cbf43926'),
    ChecksumCRC32C: base64('e3069283'),
    ChecksumCRC64NVME: base64('ae8b14860a799888'),
    ChecksumSHA1: createHash('sha1').update(Digits).digest('base64'),
    ChecksumSHA256: createHash('sha256').update(Digits).digest('base64'),
  }

  test.each(Object.entries(checksums))(
    '%s is checked, kept, and answered when asked for',
    async (name, value) => {
      const { put, get } = await bucketFixture()
      const kept = { [name]: value, ChecksumType: 'FULL_OBJECT' }
      expect(await put({ Body: Digits, [name]: value })).toMatchObject(kept)
      expect(await get({ ChecksumMode: 'ENABLED' })).toMatchObject(kept)
      expect(await get()).not.toHaveProperty(name)
      await expect(put({ [name]: value })).rejects.toMatchObject({ code: 'BadDigest', status: 400 })
    },
  )

  test('Content-MD5 is checked', async () => {
    const { put } = await bucketFixture()
    await put({ ContentMD5: createHash('md5').update(Body).digest('base64') })
    await expect(put({ ContentMD5: 'AAAA' })).rejects.toMatchObject({ code: 'BadDigest' })
  })

  test('CRC64NVME is what S3 computes by itself', async () => {
    const { put } = await bucketFixture()
    expect(await put({ Body: Digits })).toMatchObject({ ChecksumCRC64NVME: checksums.ChecksumCRC64NVME })
  })
})

describe('versions', () => {
  test('keep every write, and any of them can be read', async () => {
    const { put, get } = await bucketFixture('Enabled')
    const first = await put({ Body: Buffer.from('one') })
    const second = await put({ Body: Buffer.from('two') })

    expect(first.VersionId).not.toBe(second.VersionId)
    expect(await get()).toMatchObject({ Body: Buffer.from('two'), VersionId: second.VersionId })
    expect(await get({ VersionId: first.VersionId })).toMatchObject({ Body: Buffer.from('one') })
    await expect(get({ VersionId: 'x' })).rejects.toMatchObject({ code: 'NoSuchVersion', status: 404 })
  })

  test('a delete marker hides the key, and taking it away shows the key again', async () => {
    const { put, get, run } = await bucketFixture('Enabled')
    await put()
    const marker = await run<PutObjectOutput>('DeleteObject', { Key })
    expect(marker).toEqual({ DeleteMarker: true, VersionId: expect.any(String) })
    const { VersionId } = marker

    await expect(get()).rejects.toMatchObject({ code: 'NoSuchKey' })
    await expect(get({ VersionId })).rejects.toMatchObject({ code: 'MethodNotAllowed', status: 405 })
    expect(await run('DeleteObject', { Key, VersionId })).toEqual({ DeleteMarker: true, VersionId })

    expect(await get()).toMatchObject({ ETag })
  })

  test('while suspended there is one version null beside the older ones', async () => {
    const { put, get, version } = await bucketFixture('Enabled')
    const { VersionId } = await put({ Body: Buffer.from('one') })
    await version('Suspended')
    expect(await put({ Body: Buffer.from('two') })).toMatchObject({ VersionId: 'null' })
    await put({ Body: Buffer.from('three') })

    expect(await get({ VersionId: 'null' })).toMatchObject({ Body: Buffer.from('three') })
    expect(await get({ VersionId })).toMatchObject({ Body: Buffer.from('one') })
  })

  test('what was written before versioning is the version null', async () => {
    const { put, get, version } = await bucketFixture()
    expect(await put({ Body: Buffer.from('one') })).not.toHaveProperty('VersionId')
    await version('Enabled')
    await put({ Body: Buffer.from('two') })

    expect(await get({ VersionId: 'null' })).toMatchObject({ Body: Buffer.from('one') })
  })
})

describe('DeleteObject', () => {
  test('says nothing about a key that is missing', async () => {
    const { run } = await bucketFixture()
    expect(await run('DeleteObject', { Key })).toEqual({})
  })

  test('with If-Match deletes only what the caller knows', async () => {
    const { put, get, run, asks } = await bucketFixture()
    await expect(run('DeleteObject', { Key, IfMatch: ETag })).rejects.toMatchObject({ code: 'NoSuchKey' })
    await put()
    await expect(run('DeleteObject', { Key, IfMatch: '"0"' })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    })
    await run('DeleteObject', { Key, IfMatch: ETag })
    await expect(get()).rejects.toMatchObject({ code: 'NoSuchKey' })

    const actions = (input: object) =>
      asks('s3', 'DeleteObject', { Bucket, Key, ...input }).map(({ action }) => action)
    expect(actions({ IfMatch: ETag })).toEqual(['s3:DeleteObject', 's3:GetObject'])
    expect(actions({ IfMatch: '*' })).toEqual(['s3:DeleteObject'])
    expect(actions({ VersionId: 'x' })).toEqual(['s3:DeleteObjectVersion'])
  })
})

describe('DeleteObjects', () => {
  test('deletes what it can and tells what it could not', async () => {
    const { put, run } = await bucketFixture('Enabled')
    const { VersionId } = await put()
    await put({ Key: 'kept' })

    expect(
      await run('DeleteObjects', {
        Delete: { Objects: [{ Key, VersionId }, { Key: 'missing' }, { Key: 'kept', ETag: '"0"' }] },
      }),
    ).toEqual({
      Deleted: [
        { Key, VersionId },
        { Key: 'missing', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
      ],
      Errors: [{ Key: 'kept', Code: 'PreconditionFailed', Message: expect.any(String) }],
    })
  })

  test('is silent about what went well if asked to be', async () => {
    const { run } = await bucketFixture()
    expect(await run('DeleteObjects', { Delete: { Objects: [{ Key }], Quiet: true } })).toEqual({})
  })

  test('takes 1 to 1,000 keys', async () => {
    const { run } = await bucketFixture()
    for (const count of [0, 1001])
      await expect(
        run('DeleteObjects', { Delete: { Objects: Array.from({ length: count }, () => ({ Key })) } }),
      ).rejects.toMatchObject({ code: 'MalformedXML' })
  })
})
