import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import { openExchange } from '../../../local/wire/codec.ts'
import { type Answer, type Serving, serve } from '../serve.ts'
import { aRequest } from './requests.ts'

describe('S3 requests', () => {
  it.each([
    ['127.0.0.1:4566', '/bucket/a/b'],
    ['s3.eu-central-1.amazonaws.com', '/bucket/a/b'],
    ['bucket.s3.eu-central-1.amazonaws.com', '/a/b'],
    ['bucket.s3.amazonaws.com', '/a/b'],
  ])('are about the bucket of host %s and path %s', async (host, path) => {
    const request = aRequest({ service: 's3', method: 'GET', path, headers: { host } })

    expect((await openExchange(request, 'id')).input()).toEqual({ Bucket: 'bucket', Key: 'a/b' })
  })

  it('may have dots in the bucket of a host', async () => {
    const headers = { host: 'my.own.bucket.s3.eu-central-1.amazonaws.com' }
    const request = aRequest({ service: 's3', method: 'HEAD', path: '/', headers })

    expect((await openExchange(request, 'id')).input()).toEqual({ Bucket: 'my.own.bucket' })
  })

  it('lose the encoding that only the upload had', async () => {
    const body =
      '5;chunk-signature=0\r\nhello\r\n0;chunk-signature=0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n'
    const headers = { 'content-encoding': 'gzip,aws-chunked', 'x-amz-trailer': 'x-amz-checksum-crc32' }
    const exchange = await openExchange(
      aRequest({ service: 's3', method: 'PUT', path: '/b/k', headers, body }),
      'id',
    )

    expect(exchange.input()).toEqual({
      Bucket: 'b',
      Key: 'k',
      Body: Buffer.from('hello'),
      ContentEncoding: 'gzip',
      ContentLength: 5,
      ChecksumCRC32: 'NhCmhg==',
    })
  })

  it('are chunked if only the signed hash says so', async () => {
    const headers = { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }
    const body = '2\r\nhi\r\n0\r\n\r\n'
    const exchange = await openExchange(
      aRequest({ service: 's3', method: 'PUT', path: '/b/k', headers, body }),
      'id',
    )

    expect(exchange.input()).toMatchObject({ Body: Buffer.from('hi') })
  })

  it.each([
    ['x-amz-checksum-crc32', 'AAAAAA==', 'BadDigest'],
    ['x-amz-checksum-sha1', 'x', 'BadDigest'],
    ['x-amz-checksum-sha256', 'x', 'BadDigest'],
    ['content-md5', 'x', 'BadDigest'],
    ['x-amz-content-sha256', '0'.repeat(64), 'XAmzContentSHA256Mismatch'],
  ])('with a wrong %s are refused', async (header, value, code) => {
    const request = aRequest({
      service: 's3',
      method: 'PUT',
      path: '/b/k',
      headers: { [header]: value },
      body: 'hello',
    })
    const exchange = await openExchange(request, 'id')

    expect(exchange.input).toThrow(expect.objectContaining({ code, status: 400 }))
  })

  it('with right checksums are taken', async () => {
    const hash = (algorithm: string) => createHash(algorithm).update('hello')
    const headers = {
      'content-md5': hash('md5').digest('base64'),
      'x-amz-checksum-crc32': 'NhCmhg==',
      'x-amz-checksum-sha256': hash('sha256').digest('base64'),
      'x-amz-content-sha256': hash('sha256').digest('hex'),
    }
    const exchange = await openExchange(
      aRequest({ service: 's3', method: 'PUT', path: '/b/k', headers, body: 'hello' }),
      'id',
    )

    expect(exchange.input()).toMatchObject({ Body: Buffer.from('hello') })
  })

  it('keep an empty body as the empty object that it is', async () => {
    const exchange = await openExchange(aRequest({ service: 's3', method: 'PUT', path: '/b/k' }), 'id')

    expect(exchange.input()).toEqual({ Bucket: 'b', Key: 'k', Body: Buffer.from('') })
  })
})

describe('S3 and its client', () => {
  let answer: Answer
  let serving: Serving
  let client: S3Client

  beforeAll(async () => {
    const operations = ['PutObject', 'GetObject', 'HeadObject', 'GetBucketLocation', 'DeleteObject']
    const answers = operations.map((name): [string, Answer] => [name, (input, call) => answer(input, call)])
    serving = await serve({ s3: Object.fromEntries(answers) })
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    client = new S3Client({ region: 'eu-central-1', endpoint: serving.endpoint, credentials, maxAttempts: 1 })
  })

  afterAll(async () => {
    client.destroy()
    await serving.stop()
  })

  it('agree on a streamed upload with a trailing checksum', async () => {
    const content = Buffer.alloc(200_000, 'irsa')
    let stored: Readonly<Record<string, unknown>> = {}
    answer = (input) => {
      stored = input
      return { ETag: '"e"' }
    }

    await client.send(
      new PutObjectCommand({
        Bucket: 'b',
        Key: 'k',
        Body: Readable.from([content]),
        ContentLength: content.length,
      }),
    )

    expect(stored).toMatchObject({
      ContentLength: content.length,
      ChecksumCRC32: expect.stringMatching(/==$/),
    })
    expect(content.equals(stored.Body as Buffer)).toBe(true)
    expect(stored.ContentEncoding).toBeUndefined()
  })

  it.each([
    ['us-east-1', {}, {}],
    ['elsewhere', { LocationConstraint: 'eu-central-1' }, { LocationConstraint: 'eu-central-1' }],
  ])('agree on the location of a bucket in %s', async (_where, located, read) => {
    answer = () => located

    const { $metadata, ...location } = await sent('GetBucketLocation', { Bucket: 'b' })

    expect(location).toEqual(read)
  })

  it('agree on the head of an object: its length, and no body', async () => {
    answer = () => ({ ContentLength: 12_345, ETag: '"e"', Metadata: { owner: 'me' } })

    expect(await sent('HeadObject', { Bucket: 'b', Key: 'k' })).toMatchObject({
      ContentLength: 12_345,
      ETag: '"e"',
      Metadata: { owner: 'me' },
    })
  })

  it('agree on part of an object', async () => {
    answer = () => ({ Body: Buffer.from('ell'), ContentRange: 'bytes 1-3/5' })

    expect(await sent('GetObject', { Bucket: 'b', Key: 'k', Range: 'bytes=1-3' })).toMatchObject({
      $metadata: { httpStatusCode: 206 },
      ContentRange: 'bytes 1-3/5',
    })
  })

  it.each([
    ['GetObject', new AwsError('NotModified', 'Not Modified', 304), 304, undefined],
    ['HeadObject', new AwsError('NotFound', 'Not Found', 404), 404, 'NotFound'],
    [
      'PutObject',
      new AwsError('PreconditionFailed', 'At least one…', 412, { Condition: 'If-None-Match' }),
      412,
      'PreconditionFailed',
    ],
    [
      'GetObject',
      new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: 'k' }),
      404,
      'NoSuchKey',
    ],
  ])('agree on the failure of %s: %s', async (operation, error, httpStatusCode, name) => {
    answer = () => {
      throw error
    }

    const refused = await sent(operation, { Bucket: 'b', Key: 'k', Body: 'b' }).catch((reason) => reason)

    expect(refused).toMatchObject({ ...(name && { name, ...error.details }), $metadata: { httpStatusCode } })
  })

  async function sent(operation: string, input: object): Promise<Record<string, unknown>> {
    const s3: object = await import('@aws-sdk/client-s3')
    const Command = new Map(Object.entries(s3)).get(`${operation}Command`)
    return { ...(await client.send(new Command(input))) }
  }
})
