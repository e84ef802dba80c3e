/** What every list of S3 does with prefix, delimiter, page size and encoding, and what IAM is asked about it. */
import type {
  CommonPrefix,
  ListObjectsRequest,
  ListObjectsV2Request,
  ListObjectVersionsRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import type { Ask, Call } from '../service.ts'
import type { Bucket, Buckets, StoredObject } from './bucket.ts'
import { bucketAsk } from './bucket-access.ts'
import { currentObject } from './object-versions.ts'

export type ListInput = ListObjectsRequest | ListObjectsV2Request | ListObjectVersionsRequest

export function listAsk(buckets: Buckets, action: string, input: ListInput, call: Call): Ask {
  return bucketAsk(buckets, action, input, call, {
    ...(input.Prefix && { 's3:prefix': input.Prefix }),
    ...(input.Delimiter && { 's3:delimiter': input.Delimiter }),
    ...(input.MaxKeys !== undefined && { 's3:max-keys': String(input.MaxKeys) }),
  })
}

/** What is listed: a key's object or version, or the common prefix that stands for several keys. */
type Entry<Item> = { readonly position: string } & ({ readonly item: Item } | { readonly prefix: string })

export function sortedKeys(bucket: Bucket, prefix = ''): string[] {
  return [...bucket.objects.keys()]
    .filter((key) => key.startsWith(prefix))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** Keys that a list of objects shows: those whose current version is no delete marker. */
export function listedObjects(bucket: Bucket, prefix: string | undefined) {
  return sortedKeys(bucket, prefix).flatMap((key) => {
    const object = currentObject(bucket, key)
    return object ? [{ position: key, item: { key, object } }] : []
  })
}

export function grouped<Item>(
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

export function takePage<Item>(entries: readonly Entry<Item>[], { MaxKeys = 1000 }: ListInput, after = '') {
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

export function summary(object: StoredObject) {
  return {
    LastModified: object.lastModified,
    ETag: object.etag,
    Size: object.body.byteLength,
    StorageClass: 'STANDARD' as const,
  }
}

export function echo(bucket: Bucket, input: ListInput, prefixes: readonly string[]) {
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

export function encoder({ EncodingType }: ListInput): (text: string) => string {
  if (EncodingType !== 'url') return (text) => text
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+')
}
