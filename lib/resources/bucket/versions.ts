/** Emptying the bucket, or what is below a prefix: under versioning nothing goes until every version and every delete marker is deleted by its ID. */
import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectIdentifier,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { BucketAddress } from '../../aws/buckets.ts'
import { isNoSuchBucket, translate, undefinedIf } from '../../aws/errors.ts'

/** A page of the list is what one DeleteObjects takes: 1,000. The bucket that is gone has none. */
export async function deleteVersions(
  s3: S3Client,
  address: BucketAddress,
  { prefix, writer = s3 }: { readonly prefix?: string; readonly writer?: S3Client } = {},
): Promise<void> {
  let start: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {}
  while (start !== undefined) {
    const page: ListObjectVersionsCommandOutput | undefined = await s3
      .send(
        new ListObjectVersionsCommand({
          ...address,
          ...(prefix !== undefined && { Prefix: prefix }),
          ...start,
        }),
      )
      .catch(undefinedIf(isNoSuchBucket, 's3:ListBucketVersions'))
    const versions = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])]
    if (versions.length > 0)
      await deletePage(
        writer,
        address,
        versions.map(({ Key, VersionId }) => ({ Key, VersionId })),
      )
    start = page?.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined
  }
}

async function deletePage(s3: S3Client, address: BucketAddress, Objects: ObjectIdentifier[]): Promise<void> {
  const answer = await s3
    .send(new DeleteObjectsCommand({ ...address, Delete: { Objects, Quiet: true } }))
    .catch(undefinedIf(isNoSuchBucket, 's3:DeleteObjectVersion'))
  const [refused] = answer?.Errors ?? []
  if (answer === undefined || refused === undefined) return
  // The call succeeds even when it could delete none of them.
  const { Code: name = '', Message = '', Key } = refused
  const { $metadata } = answer
  translate('s3:DeleteObjectVersion')(
    new S3ServiceException({ name, message: `${Key}: ${Message}`, $fault: 'server', $metadata }),
  )
}
