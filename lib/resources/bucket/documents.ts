/** The two documents as objects. Writes are conditional: what another run has written since we looked is not overwritten. */
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { BucketAddress } from '../../aws/buckets.ts'
import { isConcurrentChange, isNotFound, translateRace, undefinedIf } from '../../aws/errors.ts'
import { type Cluster, jwksKeyOf } from '../../cluster.ts'
import { differencesBetween } from '../../difference.ts'
import { DISCOVERY_KEY, discoveryDocument } from '../../oidc/discovery.ts'
import { issuerPath } from '../../oidc/issuer.ts'
import { jwksDocument } from '../../oidc/jwks.ts'
import type { Difference } from '../../resource.ts'

export interface Document {
  readonly key: string
  readonly body: string
  readonly stored: StoredDocument
}

/** What S3 says of an object without sending it: the checksum stands for every byte. */
export interface StoredDocument {
  /** Base64. Undefined on an object that was not written by us: another writer need not send one. */
  readonly ChecksumSHA256: string | undefined
  readonly ContentType: string | undefined
  readonly CacheControl: string | undefined
}

export interface FoundDocument {
  readonly etag: string
  /** Another one after every write, whatever was written. */
  readonly version: string
  readonly stored: StoredDocument
}

/** The keys first, as the discovery document points at them. The shared host has none of its own. */
export function documentsOf(
  cluster: Pick<Cluster, 'issuer' | 'keys' | 'hosting' | 'adopted'>,
): readonly Document[] {
  const { issuer, keys, hosting } = cluster
  if (hosting.type === 'shared-host') return []
  const prefix = hosting.type === 'shared' ? `${issuerPath(issuer).slice(1)}/` : ''
  const jwksKey = jwksKeyOf(cluster)
  return [
    document(`${prefix}${jwksKey}`, jwksDocument(keys)),
    document(`${prefix}${DISCOVERY_KEY}`, discoveryDocument(issuer, jwksKey)),
  ]
}

/** `found` in the order of `documents`. */
export function documentDifferences(
  documents: readonly Document[],
  found: readonly (FoundDocument | undefined)[],
): Difference[] {
  return documents.flatMap(({ key, stored }, index) =>
    differencesBetween(stored, found[index]?.stored, `Objects.${key}`),
  )
}

/**
 * How long CloudFront may serve an old document: a new key must be seen well before a token is signed with it. Without
 * this it would be a day: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
const CACHE_CONTROL = 'public, max-age=60'

function document(key: string, body: string): Document {
  const ChecksumSHA256 = createHash('sha256').update(body).digest('base64')
  return {
    key,
    body,
    stored: { ChecksumSHA256, ContentType: 'application/json', CacheControl: CACHE_CONTROL },
  }
}

export async function findDocument(
  s3: S3Client,
  address: BucketAddress,
  key: string,
): Promise<FoundDocument | undefined> {
  const command = new HeadObjectCommand({ ...address, Key: key, ChecksumMode: 'ENABLED' })
  const answer = await s3.send(command).catch(undefinedIf(isNotFound, 's3:GetObject'))
  if (answer === undefined) return undefined
  const { ETag: etag = '', VersionId, ChecksumSHA256, ContentType, CacheControl } = answer
  // S3 may give no ID of a version for the first minutes of a bucket.
  const version = `${VersionId ?? 'null'}/${etag.replaceAll('"', '')}`
  return { etag, version, stored: { ChecksumSHA256, ContentType, CacheControl } }
}

/** Writes it unless it is there already, by `writer`. Throws ConcurrentChange when somebody else wrote something else meanwhile. */
export async function publishDocument(
  s3: S3Client,
  address: BucketAddress,
  { key, body, stored }: Document,
  writer = s3,
): Promise<void> {
  const found = await findDocument(s3, address, key)
  if (isDeepStrictEqual(found?.stored, stored)) return
  const condition = found === undefined ? { IfNoneMatch: '*' } : { IfMatch: found.etag }
  try {
    await writer.send(new PutObjectCommand({ ...address, Key: key, Body: body, ...stored, ...condition }))
  } catch (error) {
    // Refused, and yet as desired: our own call whose answer was lost, or another run for the same cluster.
    const again = isConcurrentChange(error) ? await findDocument(s3, address, key) : undefined
    if (!isDeepStrictEqual(again?.stored, stored)) translateRace('s3:PutObject')(error)
  }
}
