/** The versions of a key: which is current, how one is added or taken away. */
import { randomBytes } from 'node:crypto'
import { AwsError } from '../errors.ts'
import type { Bucket, StoredObject, StoredVersion } from './bucket.ts'

export function currentVersion(bucket: Bucket, key: string): StoredVersion | undefined {
  return bucket.objects.get(key)?.[0]
}

/** undefined where the current version is a delete marker too. */
export function currentObject(bucket: Bucket, key: string): StoredObject | undefined {
  const version = currentVersion(bucket, key)
  return version?.kind === 'object' ? version : undefined
}

export function findVersion(bucket: Bucket, key: string, versionId: string): StoredVersion | undefined {
  return bucket.objects.get(key)?.find((version) => version.versionId === versionId)
}

/** The ID of a version written now. Without versioning, and while it is suspended, there is one version `null`. */
export function nextVersionId(bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null'
}

/** Makes `version` the current one; another `null` version gives way to it. */
export function addVersion(bucket: Bucket, key: string, version: StoredVersion): void {
  const others = (bucket.objects.get(key) ?? []).filter(
    (other) => other.versionId !== 'null' || version.versionId !== 'null',
  )
  bucket.objects.set(key, [version, ...others])
}

export function removeVersion(bucket: Bucket, key: string, versionId: string): void {
  const left = (bucket.objects.get(key) ?? []).filter((version) => version.versionId !== versionId)
  if (left.length > 0) bucket.objects.set(key, left)
  else bucket.objects.delete(key)
}

/** The version ID of an answer: buckets that never had versioning give none. */
export function answeredVersionId(bucket: Bucket, versionId: string): { VersionId?: string } {
  return bucket.versioning ? { VersionId: versionId } : {}
}

/** An ETag in `If-Match` may stand with or without its quotes; `*` matches any. */
export function matchesETag(condition: string, etag: string): boolean {
  return condition === '*' || condition.replaceAll('"', '') === etag.replaceAll('"', '')
}

export function preconditionFailed(condition: 'If-Match' | 'If-None-Match'): AwsError {
  return new AwsError(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    412,
    { Condition: condition },
  )
}

export function noSuchKey(key: string | undefined): AwsError {
  return new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key })
}
