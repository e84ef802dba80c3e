/** What S3 does otherwise than the other REST services. */
import { readAwsChunked } from './aws-chunked.ts'
import { checkChecksums, checkSignedHash } from './checksums.ts'
import type { Dialect } from './dialect.ts'
import type { WireRequest, WireResponse } from './message.ts'
import type { OperationModel } from './model.ts'
import { noRoute, rest } from './rest.ts'
import { findRoute } from './routes.ts'
import { isRecord } from './shape.ts'

export const s3: Dialect = {
  find(model, request) {
    const { labels, rest: withoutBucket } = takeBucket(request)
    return { ...(findRoute(model, withoutBucket, labels) ?? noRoute(request)), request: withoutBucket }
  },
  read: (service, operation, found) =>
    rest.read(service, operation, { ...found, request: unwrapBody(found.request) }),
  write: (service, operation, output, requestId) =>
    finish(operation, output, rest.write(service, operation, output, requestId)),
}

/** Takes the bucket off the host (virtual-hosted style) or the path; without one the request is about all buckets. */
function takeBucket(request: WireRequest): { labels: Record<string, string>; rest: WireRequest } {
  const inHost = /^(.+)\.s3[.-]/.exec(request.headers.host ?? '')?.[1]
  if (inHost) return { labels: { Bucket: inHost }, rest: request }
  const [, bucket = '', ...key] = request.path.split('/')
  if (bucket === '') return { labels: {}, rest: request }
  return { labels: { Bucket: bucket }, rest: { ...request, path: `/${key.join('/')}` } }
}

/** Undoes `aws-chunked`; a trailing checksum becomes a header. Throws BadDigest for a body that is not what was meant. */
function unwrapBody(request: WireRequest): WireRequest {
  checkSignedHash(request.headers, request.body)
  const plain = isChunked(request) ? unchunk(request) : request
  checkChecksums(plain.headers, plain.body)
  return plain
}

/** What the model cannot say: the status of a part of an object, and a location without its wrapper. */
function finish(operation: OperationModel, output: unknown, response: WireResponse): WireResponse {
  if (operation.name === 'GetObject' && isRecord(output) && output.ContentRange !== undefined)
    return { ...response, status: 206 }
  if (operation.name === 'GetBucketLocation' && typeof response.body === 'string')
    return { ...response, body: response.body.replace(/(?<=>)<(LocationConstraint)>(.*?)<\/\1>/, '$2') }
  return response
}

function isChunked({ headers }: WireRequest): boolean {
  const named = headers['content-encoding']?.includes('aws-chunked')
  return named || headers['x-amz-content-sha256']?.startsWith('STREAMING-') || false
}

function unchunk(request: WireRequest): WireRequest {
  const { content, trailers } = readAwsChunked(request.body)
  const { 'content-encoding': encoding = '', 'x-amz-trailer': _, ...headers } = request.headers
  const others = encoding
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== 'aws-chunked')
  return {
    ...request,
    body: content,
    headers: {
      ...headers,
      ...trailers,
      ...(others.length > 0 && { 'content-encoding': others.join(', ') }),
      'content-length': String(content.length),
    },
  }
}
