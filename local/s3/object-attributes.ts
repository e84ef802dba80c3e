/** What is told about an object without its body: GetObjectAttributes and GetObjectTagging. */
import type {
  GetObjectAttributesOutput,
  GetObjectAttributesRequest,
  GetObjectTaggingOutput,
  GetObjectTaggingRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { Buckets, StoredObject } from './bucket.ts'
import { findBucket } from './bucket-access.ts'
import { GET_OBJECT, type ReadAction, readAsks, readVersion } from './object-reads.ts'
import { answeredVersionId } from './object-versions.ts'

export function objectAttributesOperations(buckets: Buckets) {
  return {
    GetObjectAttributes: operation<GetObjectAttributesRequest, GetObjectAttributesOutput>({
      run: (input, call) => getAttributes(buckets, input, call),
      asks: (input, call) => readAsks(buckets, [GET_OBJECT, GET_OBJECT_ATTRIBUTES], input, call),
    }),
    GetObjectTagging: operation<GetObjectTaggingRequest, GetObjectTaggingOutput>({
      run: (input, call) => {
        const bucket = findBucket(buckets, input, call)
        const { versionId } = readVersion(bucket, input)
        // PutObject refuses tags, and nothing else could give any.
        return { TagSet: [], ...answeredVersionId(bucket, versionId) }
      },
      asks: (input, call) => readAsks(buckets, [GET_OBJECT_TAGGING], input, call),
    }),
  }
}

const GET_OBJECT_ATTRIBUTES: ReadAction = ['s3:GetObjectAttributes', 's3:GetObjectVersionAttributes']
const GET_OBJECT_TAGGING: ReadAction = ['s3:GetObjectTagging', 's3:GetObjectVersionTagging']

function getAttributes(
  buckets: Buckets,
  input: GetObjectAttributesRequest,
  call: Call,
): GetObjectAttributesOutput {
  refuseMembers('GetObjectAttributes', input, ['SSECustomerKey'])
  const names: readonly string[] = input.ObjectAttributes ?? []
  const isKnown = (name: string) => name === 'ObjectParts' || Object.hasOwn(ATTRIBUTES, name)
  if (names.length === 0 || !names.every(isKnown))
    throw new AwsError('InvalidArgument', 'Invalid attribute name specified.', 400, {
      ArgumentName: 'x-amz-object-attributes',
    })
  const bucket = findBucket(buckets, input, call)
  const object = readVersion(bucket, input)
  const wanted = Object.entries(ATTRIBUTES).filter(([name]) => names.includes(name))
  return {
    LastModified: object.lastModified,
    ...answeredVersionId(bucket, object.versionId),
    ...Object.fromEntries(wanted.map(([name, attribute]) => [name, attribute(object)])),
  }
}

// ObjectParts is answered only for what was uploaded in parts, which nothing of local mode was.
const ATTRIBUTES = {
  // The only place where S3 gives an ETag without its quotes.
  ETag: ({ etag }: StoredObject) => etag.replaceAll('"', ''),
  Checksum: ({ checksums }: StoredObject) => ({ ...checksums, ChecksumType: 'FULL_OBJECT' }),
  StorageClass: () => 'STANDARD',
  ObjectSize: ({ body }: StoredObject) => body.byteLength,
}
