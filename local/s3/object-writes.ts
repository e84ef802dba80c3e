/** Writing objects: PutObject with its conditions. */
import { createHash } from 'node:crypto'
import type { PutObjectOutput, PutObjectRequest } from '@aws-sdk/client-s3'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import type { Bucket, Buckets, StoredObject } from './bucket.ts'
import { findBucket, objectAsk } from './bucket-access.ts'
import { checkedChecksums } from './object-checksums.ts'
import {
  addVersion,
  answeredVersionId,
  currentObject,
  matchesETag,
  nextVersionId,
  noSuchKey,
  preconditionFailed,
} from './object-versions.ts'

/** Bodies are whole on this side of the wire. */
type PutInput = Omit<PutObjectRequest, 'Body'> & { readonly Body?: Uint8Array | undefined }

export function objectWriteOperations(world: World, buckets: Buckets) {
  return {
    PutObject: operation<PutInput, PutObjectOutput>({
      run: (input, call) => putObject(world, buckets, input, call),
      asks: (input, call) => putObjectAsks(buckets, input, call),
    }),
  }
}

function putObject(world: World, buckets: Buckets, input: PutInput, call: Call): PutObjectOutput {
  refuseMembers('PutObject', input, [
    'GrantFullControl',
    'GrantRead',
    'GrantReadACP',
    'GrantWriteACP',
    'Expires',
    'ObjectLockMode',
    'SSECustomerKey',
    'SSEKMSKeyId',
    'Tagging',
    'WebsiteRedirectLocation',
    'WriteOffsetBytes',
  ])
  const bucket = findBucket(buckets, input, call)
  checkPut(bucket, input)
  checkWriteCondition(bucket, input)
  const object = newObject(world, bucket, input)
  addVersion(bucket, input.Key ?? '', object)
  return {
    ETag: object.etag,
    ...object.checksums,
    ChecksumType: 'FULL_OBJECT',
    ServerSideEncryption: 'AES256',
    ...answeredVersionId(bucket, object.versionId),
  }
}

function checkPut(bucket: Bucket, input: PutInput): void {
  const acl = input.ACL
  if (acl !== undefined && acl !== 'bucket-owner-full-control') {
    if (bucket.objectOwnership === 'BucketOwnerEnforced')
      throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs')
    throw new NotInLocalMode(`PutObject with the ACL ${acl}`)
  }
  const encryption = input.ServerSideEncryption ?? 'AES256'
  if (encryption !== 'AES256') throw new NotInLocalMode(`PutObject with ServerSideEncryption ${encryption}`)
  if (Buffer.byteLength(input.Key ?? '') > 1024)
    throw new AwsError('KeyTooLongError', 'Your key is too long', 400, { MaxSizeAllowed: 1024 })
  // 2 KB of user metadata: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
  const metadata = Object.entries(input.Metadata ?? {})
    .flat()
    .join('')
  if (Buffer.byteLength(metadata) > 2048)
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size')
}

// Only the current version counts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
function checkWriteCondition(bucket: Bucket, { Key: key = '', IfMatch, IfNoneMatch }: PutInput): void {
  const current = currentObject(bucket, key)
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*')
      throw new AwsError(
        'NotImplemented',
        'A header you provided implies functionality that is not implemented',
        501,
      )
    if (current) throw preconditionFailed('If-None-Match')
  }
  if (IfMatch !== undefined) {
    if (!current) throw noSuchKey(key)
    if (!matchesETag(IfMatch, current.etag)) throw preconditionFailed('If-Match')
  }
}

function newObject(world: World, bucket: Bucket, input: PutInput): StoredObject {
  const body = input.Body ?? new Uint8Array()
  return {
    kind: 'object',
    versionId: nextVersionId(bucket),
    lastModified: wholeSeconds(world.clock.now()),
    body,
    etag: `"${createHash('md5').update(body).digest('hex')}"`,
    headers: {
      ContentType: input.ContentType ?? 'binary/octet-stream',
      CacheControl: input.CacheControl,
      ContentDisposition: input.ContentDisposition,
      ContentEncoding: input.ContentEncoding,
      ContentLanguage: input.ContentLanguage,
    },
    metadata: Object.fromEntries(
      Object.entries(input.Metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    checksums: checkedChecksums(input, body),
  }
}

/** S3 keeps the time of a write to the second. */
function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000)
}

function putObjectAsks(buckets: Buckets, input: PutInput, call: Call): Ask[] {
  const context = {
    ...(input.IfNoneMatch && { 's3:if-none-match': input.IfNoneMatch }),
    ...(input.IfMatch && { 's3:if-match': input.IfMatch }),
    ...(input.ACL && { 's3:x-amz-acl': input.ACL }),
    ...(input.ServerSideEncryption && { 's3:x-amz-server-side-encryption': input.ServerSideEncryption }),
  }
  const write = objectAsk(buckets, 's3:PutObject', input, call, context)
  // The ETag tells the content, so that a write with If-Match is a read too.
  return input.IfMatch === undefined ? [write] : [write, objectAsk(buckets, 's3:GetObject', input, call)]
}
