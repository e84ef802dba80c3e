/** Deleting objects, with what that means under versioning. */
import type {
  DeletedObject,
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import type { Bucket, Buckets } from './bucket.ts'
import { findBucket, objectAsk } from './bucket-access.ts'
import { malformedXml } from './malformed-xml.ts'
import {
  addVersion,
  currentVersion,
  findVersion,
  matchesETag,
  nextVersionId,
  noSuchKey,
  preconditionFailed,
  removeVersion,
} from './object-versions.ts'

export function objectDeletionOperations(world: World, buckets: Buckets) {
  return {
    DeleteObject: operation<DeleteObjectRequest, DeleteObjectOutput>({
      run: (input, call) => {
        refuseMembers('DeleteObject', input, ['MFA', 'IfMatchLastModifiedTime', 'IfMatchSize'])
        return deleteObject(world, findBucket(buckets, input, call), input.Key ?? '', input)
      },
      asks: (input, call) => deleteAsks(buckets, input, input, call),
    }),
    DeleteObjects: operation<DeleteObjectsRequest, DeleteObjectsOutput>({
      run: (input, call) => deleteObjects(world, buckets, input, call),
      asks: (input, call) =>
        (input.Delete?.Objects ?? []).flatMap((object) =>
          deleteAsks(buckets, { ...input, Key: object.Key }, { ...object, IfMatch: object.ETag }, call),
        ),
    }),
  }
}

interface Condition {
  readonly VersionId?: string | undefined
  readonly IfMatch?: string | undefined
}

/** Without a version ID nothing is lost under versioning: a delete marker becomes the current version. */
function deleteObject(
  world: World,
  bucket: Bucket,
  key: string,
  { VersionId, IfMatch }: Condition,
): DeleteObjectOutput {
  if (IfMatch !== undefined) checkDeleteCondition(bucket, key, IfMatch)
  if (VersionId !== undefined) {
    const version = findVersion(bucket, key, VersionId)
    removeVersion(bucket, key, VersionId)
    return { VersionId, ...(version?.kind === 'delete-marker' && { DeleteMarker: true }) }
  }
  if (!bucket.versioning) {
    removeVersion(bucket, key, 'null')
    return {}
  }
  const versionId = nextVersionId(bucket)
  addVersion(bucket, key, { kind: 'delete-marker', versionId, lastModified: world.clock.now() })
  return { DeleteMarker: true, VersionId: versionId }
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
function checkDeleteCondition(bucket: Bucket, key: string, ifMatch: string): void {
  const current = currentVersion(bucket, key)
  if (!current) throw noSuchKey(key)
  if (current.kind === 'delete-marker' || !matchesETag(ifMatch, current.etag))
    throw preconditionFailed('If-Match')
}

function deleteObjects(
  world: World,
  buckets: Buckets,
  input: DeleteObjectsRequest,
  call: Call,
): DeleteObjectsOutput {
  refuseMembers('DeleteObjects', input, ['MFA'])
  const bucket = findBucket(buckets, input, call)
  const objects = input.Delete?.Objects ?? []
  if (objects.length === 0 || objects.length > 1000) throw malformedXml()
  const deleted: DeletedObject[] = []
  const errors: { Key: string; Code: string; Message: string }[] = []
  for (const { Key: key = '', VersionId, ETag } of objects)
    try {
      const output = deleteObject(world, bucket, key, { VersionId, IfMatch: ETag })
      deleted.push({ Key: key, ...deletedVersion(VersionId, output) })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      errors.push({ Key: key, Code: error.code, Message: error.message })
    }
  return {
    ...(!input.Delete?.Quiet && deleted.length > 0 && { Deleted: deleted }),
    ...(errors.length > 0 && { Errors: errors }),
  }
}

/** DeleteObjects names the version that went apart from the marker that came. */
function deletedVersion(asked: string | undefined, output: DeleteObjectOutput): DeletedObject {
  const marker = output.DeleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: output.VersionId } : {}
  return asked === undefined ? marker : { VersionId: asked, ...marker }
}

function deleteAsks(
  buckets: Buckets,
  input: Pick<DeleteObjectRequest, 'Bucket' | 'Key' | 'ExpectedBucketOwner'>,
  { VersionId, IfMatch }: Condition,
  call: Call,
): Ask[] {
  const action = VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion'
  const context = {
    ...(IfMatch && { 's3:if-match': IfMatch }),
    ...(VersionId && { 's3:VersionId': VersionId }),
  }
  const remove = objectAsk(buckets, action, input, call, context)
  // A condition on an ETag, but not `*`, needs the right to read as well.
  return IfMatch === undefined || IfMatch === '*'
    ? [remove]
    : [remove, objectAsk(buckets, 's3:GetObject', input, call)]
}
