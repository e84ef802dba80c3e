/**
 * Objects over plain HTTPS, without a signed API call: from CloudFront, which the bucket policy knows by its service
 * principal, or from anyone on the internet. Only the bucket policy can let either in.
 */
import { dnsSuffix, partitionOf } from '../arn.ts'
import type { EdgeResponse } from '../world.ts'
import { type Bucket, type Buckets, bucketArn, type StoredObject } from './bucket.ts'
import { bucketPolicyAllows, type Reader } from './bucket-policy-decision.ts'
import { currentObject } from './object-versions.ts'

export interface ObjectRead {
  readonly bucket: string
  /** The region of the host that was asked; undefined for the global one, `<bucket>.s3.amazonaws.com`. */
  readonly region: string | undefined
  /** Percent-encoded, as it stands in the URL. */
  readonly key: string
  readonly reader: Reader
}

/** Always answers, errors as S3's XML. A missing object is 403 to those who may not list the bucket. */
export function readObject(
  buckets: Buckets,
  { bucket: name, region, key, reader }: ObjectRead,
): EdgeResponse {
  const bucket = buckets.get(name)
  if (!bucket) return refusal(404, 'NoSuchBucket', 'The specified bucket does not exist')
  if (region !== bucket.region && (region !== undefined || bucket.region !== 'us-east-1'))
    return refusal(
      region === undefined ? 307 : 301,
      region === undefined ? 'TemporaryRedirect' : 'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint.',
      { location: `https://${name}.s3.${bucket.region}.${dnsSuffix(bucket.region)}/${key}` },
    )
  const decoded = decodeKey(key)
  if (decoded === undefined) return refusal(400, 'InvalidURI', "Couldn't parse the specified URI.")
  return readFrom(bucket, decoded, reader)
}

function decodeKey(key: string): string | undefined {
  try {
    return decodeURIComponent(key)
  } catch {
    return undefined
  }
}

function readFrom(bucket: Bucket, key: string, reader: Reader): EdgeResponse {
  const arn = bucketArn(partitionOf(bucket.region), bucket.name)
  const mayList = () => bucketPolicyAllows(bucket, reader, 's3:ListBucket', arn)
  // Without a key the request is a list of the bucket, which neither reader has any use for.
  if (key === '') return denied
  if (!bucketPolicyAllows(bucket, reader, 's3:GetObject', `${arn}/${key}`)) return denied
  const object = currentObject(bucket, key)
  if (object) return found(bucket, object)
  return mayList() ? refusal(404, 'NoSuchKey', 'The specified key does not exist.') : denied
}

function found(bucket: Bucket, object: StoredObject): EdgeResponse {
  const { ContentType, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage } = object.headers
  const named = {
    'cache-control': CacheControl,
    'content-disposition': ContentDisposition,
    'content-encoding': ContentEncoding,
    'content-language': ContentLanguage,
    ...(bucket.versioning && { 'x-amz-version-id': object.versionId }),
  }
  const metadata = Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])
  return {
    status: 200,
    headers: {
      'accept-ranges': 'bytes',
      'content-length': String(object.body.byteLength),
      'content-type': ContentType,
      etag: object.etag,
      'last-modified': object.lastModified.toUTCString(),
      server: 'AmazonS3',
      'x-amz-server-side-encryption': 'AES256',
      ...Object.fromEntries(metadata),
      ...definedHeaders(named),
    },
    body: object.body,
  }
}

function definedHeaders(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

const denied = refusal(403, 'AccessDenied', 'Access Denied')

function refusal(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): EdgeResponse {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return {
    status,
    headers: { ...headers, 'content-type': 'application/xml', server: 'AmazonS3' },
    body: Buffer.from(xml),
  }
}
