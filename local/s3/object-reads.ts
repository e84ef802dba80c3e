/** Reading objects: GetObject and HeadObject, any version of them. */
import type {
  GetObjectOutput,
  GetObjectRequest,
  HeadObjectOutput,
  HeadObjectRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { Bucket, Buckets, StoredObject, StoredVersion } from './bucket.ts'
import { type BucketInput, bucketAsk, findBucket, objectAsk } from './bucket-access.ts'
import {
  answeredVersionId,
  currentObject,
  currentVersion,
  findVersion,
  matchesETag,
  noSuchKey,
  preconditionFailed,
} from './object-versions.ts'

/** Bodies are whole on this side of the wire. */
type GetOutput = Omit<GetObjectOutput, 'Body'> & { readonly Body: Uint8Array }

export function objectReadOperations(buckets: Buckets) {
  return {
    GetObject: operation<GetObjectRequest, GetOutput>({
      run: (input, call) => {
        refuseMembers('GetObject', input, NOT_READ)
        const bucket = findBucket(buckets, input, call)
        const object = readVersion(bucket, input)
        return { ...describeObject(bucket, object, input), Body: object.body }
      },
      asks: (input, call) => readAsks(buckets, [GET_OBJECT], input, call),
    }),
    HeadObject: operation<HeadObjectRequest, HeadObjectOutput>({
      run: (input, call) => {
        refuseMembers('HeadObject', input, NOT_READ)
        const bucket = findBucket(buckets, input, call)
        return describeObject(bucket, headVersion(bucket, input), input)
      },
      asks: (input, call) => readAsks(buckets, [GET_OBJECT], input, call),
    }),
  }
}

const NOT_READ = [
  'Range',
  'PartNumber',
  'IfModifiedSince',
  'IfUnmodifiedSince',
  'SSECustomerKey',
  'ResponseCacheControl',
  'ResponseContentDisposition',
  'ResponseContentEncoding',
  'ResponseContentLanguage',
  'ResponseContentType',
  'ResponseExpires',
] as const

type ReadInput = Pick<GetObjectRequest, 'Key' | 'VersionId' | 'IfMatch' | 'IfNoneMatch' | 'ChecksumMode'>

/** Throws `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` for a delete marker, or what the conditions say. */
export function readVersion(bucket: Bucket, input: ReadInput): StoredObject {
  const { Key: key = '', VersionId } = input
  const version = VersionId === undefined ? currentVersion(bucket, key) : findVersion(bucket, key, VersionId)
  const object = existing(version, key, VersionId)
  if (input.IfMatch !== undefined && !matchesETag(input.IfMatch, object.etag))
    throw preconditionFailed('If-Match')
  if (input.IfNoneMatch !== undefined && matchesETag(input.IfNoneMatch, object.etag))
    throw new AwsError('NotModified', 'Not Modified', 304, { ETag: object.etag })
  return object
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
function existing(
  version: StoredVersion | undefined,
  key: string,
  versionId: string | undefined,
): StoredObject {
  if (version?.kind === 'object') return version
  if (version && versionId !== undefined)
    throw new AwsError(
      'MethodNotAllowed',
      'The specified method is not allowed against this resource.',
      405,
      {
        DeleteMarker: true,
      },
    )
  if (versionId !== undefined)
    throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404, { Key: key })
  throw noSuchKey(key)
}

/** A HEAD answer has no body: what is not there is only `NotFound`. */
function headVersion(bucket: Bucket, input: ReadInput): StoredObject {
  try {
    return readVersion(bucket, input)
  } catch (error) {
    if (error instanceof AwsError && error.status === 404) throw new AwsError('NotFound', 'Not Found', 404)
    throw error
  }
}

function describeObject(bucket: Bucket, object: StoredObject, { ChecksumMode }: ReadInput): HeadObjectOutput {
  return {
    AcceptRanges: 'bytes',
    LastModified: object.lastModified,
    ContentLength: object.body.byteLength,
    ETag: object.etag,
    ...object.headers,
    Metadata: { ...object.metadata },
    ServerSideEncryption: 'AES256',
    ...answeredVersionId(bucket, object.versionId),
    ...(ChecksumMode === 'ENABLED' && { ...object.checksums, ChecksumType: 'FULL_OBJECT' as const }),
  }
}

/** An action on the current version, and the one on a version that the request names. */
export type ReadAction = readonly [current: string, named: string]

export const GET_OBJECT: ReadAction = ['s3:GetObject', 's3:GetObjectVersion']

type AskedInput = BucketInput & Pick<GetObjectRequest, 'Key' | 'VersionId'>

/**
 * Whether a key is missing is told only to those who may list the bucket: everyone else gets AccessDenied.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions
 */
export function readAsks(
  buckets: Buckets,
  actions: readonly ReadAction[],
  input: AskedInput,
  call: Call,
): Ask[] {
  const reads = actions.map(([current, named]) =>
    objectAsk(buckets, input.VersionId === undefined ? current : named, input, call),
  )
  const bucket = buckets.get(input.Bucket ?? '')
  const missing = bucket && input.VersionId === undefined && !currentObject(bucket, input.Key ?? '')
  return missing ? [...reads, bucketAsk(buckets, 's3:ListBucket', input, call)] : reads
}
