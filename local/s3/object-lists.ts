/** Lists of objects and of their versions, in pages of at most 1,000 keys. */
import type {
  CommonPrefix,
  DeleteMarkerEntry,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  ObjectVersion,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import type { Bucket, Buckets, StoredObject, StoredVersion } from './bucket.ts'
import { bucketAsk, findBucket } from './bucket-access.ts'
import { canonicalUser } from './buckets.ts'
import { currentObject } from './object-versions.ts'

export function objectListOperations(buckets: Buckets) {
  return {
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

type ListInput = ListObjectsV2Request | ListObjectVersionsRequest

function listAsk(buckets: Buckets, action: string, input: ListInput, call: Call): Ask {
  return bucketAsk(buckets, action, input, call, {
    ...(input.Prefix && { 's3:prefix': input.Prefix }),
    ...(input.Delimiter && { 's3:delimiter': input.Delimiter }),
    ...(input.MaxKeys !== undefined && { 's3:max-keys': String(input.MaxKeys) }),
  })
}

/** What is listed: a key's object or version, or the common prefix that stands for several keys. */
type Entry<Item> = { readonly position: string } & ({ readonly item: Item } | { readonly prefix: string })

function listObjects(bucket: Bucket, input: ListObjectsV2Request): ListObjectsV2Output {
  const objects = sortedKeys(bucket, input.Prefix).flatMap((key) => {
    const object = currentObject(bucket, key)
    return object ? [{ position: key, item: { key, object } }] : []
  })
  const after = input.ContinuationToken ? fromToken(input.ContinuationToken) : input.StartAfter
  const page = takePage(grouped(objects, input), input, after)
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

function sortedKeys(bucket: Bucket, prefix = ''): string[] {
  return [...bucket.objects.keys()]
    .filter((key) => key.startsWith(prefix))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

function grouped<Item>(
  entries: readonly { readonly position: string; readonly item: Item }[],
  { Delimiter, Prefix = '' }: ListInput,
): Entry<Item>[] {
  if (!Delimiter) return [...entries]
  const seen = new Set<string>()
  return entries.flatMap((entry): Entry<Item>[] => {
    const end = entry.position.indexOf(Delimiter, Prefix.length)
    if (end < 0) return [entry]
    const prefix = entry.position.slice(0, end + Delimiter.length)
    if (seen.has(prefix)) return []
    seen.add(prefix)
    return [{ position: prefix, prefix }]
  })
}

function takePage<Item>(entries: readonly Entry<Item>[], { MaxKeys = 1000 }: ListInput, after = '') {
  if (MaxKeys < 0)
    throw new AwsError('InvalidArgument', 'Argument maxKeys must be an integer between 0 and 2147483647')
  const rest = entries.filter((entry) => entry.position > after)
  const page = rest.slice(0, Math.min(MaxKeys, 1000))
  return {
    items: page.flatMap((entry) => ('item' in entry ? [entry.item] : [])),
    prefixes: page.flatMap((entry) => ('prefix' in entry ? [entry.prefix] : [])),
    next: rest.length > page.length ? page.at(-1)?.position : undefined,
  }
}

function summary(object: StoredObject) {
  return {
    LastModified: object.lastModified,
    ETag: object.etag,
    Size: object.body.byteLength,
    StorageClass: 'STANDARD' as const,
  }
}

function echo(bucket: Bucket, input: ListInput, prefixes: readonly string[]) {
  const encode = encoder(input)
  const common: CommonPrefix[] = prefixes.map((prefix) => ({ Prefix: encode(prefix) }))
  return {
    Name: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    ...(input.Delimiter && { Delimiter: encode(input.Delimiter) }),
    MaxKeys: input.MaxKeys ?? 1000,
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    ...(common.length > 0 && { CommonPrefixes: common }),
  }
}

function encoder({ EncodingType }: ListInput): (text: string) => string {
  if (EncodingType !== 'url') return (text) => text
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+')
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
