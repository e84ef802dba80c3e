/** Lists of objects and of their versions, in pages of at most 1,000 keys. */
import type {
  DeleteMarkerEntry,
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  ObjectVersion,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import type { Bucket, Buckets, StoredVersion } from './bucket.ts'
import { findBucket } from './bucket-access.ts'
import { canonicalUser } from './buckets.ts'
import {
  echo,
  encoder,
  grouped,
  listAsk,
  listedObjects,
  sortedKeys,
  summary,
  takePage,
} from './list-pages.ts'

export function objectListOperations(buckets: Buckets) {
  return {
    ListObjects: operation<ListObjectsRequest, ListObjectsOutput>({
      run: (input, call) => listByMarker(findBucket(buckets, input, call), input),
      asks: (input, call) => [listAsk(buckets, 's3:ListBucket', input, call)],
    }),
    ListObjectsV2: operation<ListObjectsV2Request, ListObjectsV2Output>({
      run: (input, call) => listObjects(findBucket(buckets, input, call), input),
      asks: (input, call) => [listAsk(buckets, 's3:ListBucket', input, call)],
    }),
    ListObjectVersions: operation<ListObjectVersionsRequest, ListObjectVersionsOutput>({
      run: (input, call) => listVersions(findBucket(buckets, input, call), input),
      asks: (input, call) => [listAsk(buckets, 's3:ListBucketVersions', input, call)],
    }),
  }
}

function listObjects(bucket: Bucket, input: ListObjectsV2Request): ListObjectsV2Output {
  const after = input.ContinuationToken ? fromToken(input.ContinuationToken) : input.StartAfter
  const page = takePage(grouped(listedObjects(bucket, input.Prefix), input), input, after)
  const encode = encoder(input)
  return {
    IsTruncated: page.next !== undefined,
    ...(page.items.length > 0 && {
      Contents: page.items.map(({ key, object }) => ({
        ...summary(object),
        Key: encode(key),
        ...(input.FetchOwner && { Owner: { ID: canonicalUser(bucket.account) } }),
      })),
    }),
    ...echo(bucket, input, page.prefixes),
    KeyCount: page.items.length + page.prefixes.length,
    ...(input.ContinuationToken && { ContinuationToken: input.ContinuationToken }),
    ...(input.StartAfter && { StartAfter: encode(input.StartAfter) }),
    ...(page.next !== undefined && { NextContinuationToken: toToken(page.next) }),
  }
}

/** The older list: a marker instead of a token, and the owner unasked. */
function listByMarker(bucket: Bucket, input: ListObjectsRequest): ListObjectsOutput {
  const page = takePage(grouped(listedObjects(bucket, input.Prefix), input), input, input.Marker)
  const encode = encoder(input)
  return {
    IsTruncated: page.next !== undefined,
    Marker: encode(input.Marker ?? ''),
    ...(page.items.length > 0 && {
      Contents: page.items.map(({ key, object }) => ({
        ...summary(object),
        Key: encode(key),
        Owner: { ID: canonicalUser(bucket.account) },
      })),
    }),
    ...echo(bucket, input, page.prefixes),
    // Without a delimiter the last key is the next marker, and S3 does not repeat it.
    ...(page.next !== undefined && input.Delimiter && { NextMarker: encode(page.next) }),
  }
}

function listVersions(bucket: Bucket, input: ListObjectVersionsRequest): ListObjectVersionsOutput {
  const versions = sortedKeys(bucket, input.Prefix).flatMap((key) =>
    (bucket.objects.get(key) ?? []).map((version, index) => ({
      position: versionPosition(key, index),
      item: { key, version, latest: index === 0 },
    })),
  )
  const page = takePage(grouped(versions, input), input, versionMarker(bucket, input))
  const entries = page.items.map(({ key, version, latest }) => ({
    version,
    common: {
      Key: encoder(input)(key),
      VersionId: version.versionId,
      IsLatest: latest,
      LastModified: version.lastModified,
      Owner: { ID: canonicalUser(bucket.account) },
    },
  }))
  const objects: ObjectVersion[] = entries.flatMap(({ version, common }) =>
    version.kind === 'object' ? [{ ...summary(version), ...common }] : [],
  )
  const markers: DeleteMarkerEntry[] = entries.flatMap(({ version, common }) =>
    version.kind === 'delete-marker' ? [common] : [],
  )
  const last = page.items.at(-1)
  return {
    IsTruncated: page.next !== undefined,
    KeyMarker: input.KeyMarker ?? '',
    VersionIdMarker: input.VersionIdMarker ?? '',
    ...(objects.length > 0 && { Versions: objects }),
    ...(markers.length > 0 && { DeleteMarkers: markers }),
    ...echo(bucket, input, page.prefixes),
    ...(page.next !== undefined && nextMarkers(page.next, last)),
  }
}

const toToken = (position: string) => Buffer.from(position).toString('base64url')
const fromToken = (token: string) => Buffer.from(token, 'base64url').toString()

// Versions of a key follow it in their order, newest first: U+0000 sorts before every character of a key.
const versionPosition = (key: string, index: number) => `${key}\u0000${String(index).padStart(6, '0')}`

function versionMarker(bucket: Bucket, input: ListObjectVersionsRequest): string | undefined {
  if (input.KeyMarker === undefined) {
    if (input.VersionIdMarker)
      throw new AwsError('InvalidArgument', 'A version-id marker cannot be specified without a key marker.')
    return undefined
  }
  const versions = bucket.objects.get(input.KeyMarker) ?? []
  const index = versions.findIndex((version) => version.versionId === input.VersionIdMarker)
  return versionPosition(input.KeyMarker, index < 0 ? 999_999 : index)
}

function nextMarkers(
  position: string,
  last: { readonly key: string; readonly version: StoredVersion } | undefined,
) {
  return last && position.startsWith(`${last.key}\u0000`)
    ? { NextKeyMarker: last.key, NextVersionIdMarker: last.version.versionId }
    : { NextKeyMarker: position }
}
