/** What S3 keeps of a bucket and of the objects in it. Bucket names are unique in the whole partition. */
import type {
  LifecycleRule,
  ObjectOwnership,
  ServerSideEncryptionRule,
  TransitionDefaultMinimumObjectSize,
} from '@aws-sdk/client-s3'
import type { PolicyDocument } from '../policy/document.ts'
import type { Tags } from '../tags.ts'
import type { Checksums } from './object-checksums.ts'

export interface Bucket {
  readonly name: string
  readonly account: string
  readonly region: string
  readonly namespace: 'global' | 'account-regional'
  readonly createdAt: Date
  policy: PolicyDocument | undefined
  publicAccessBlock: PublicAccessBlock | undefined
  objectOwnership: ObjectOwnership | undefined
  encryption: readonly ServerSideEncryptionRule[]
  versioning: 'Enabled' | 'Suspended' | undefined
  lifecycle: Lifecycle | undefined
  tags: Tags
  /** By key; the newest version first, never empty. */
  readonly objects: Map<string, readonly StoredVersion[]>
}

export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean
  readonly IgnorePublicAcls: boolean
  readonly BlockPublicPolicy: boolean
  readonly RestrictPublicBuckets: boolean
}

export interface Lifecycle {
  readonly Rules: LifecycleRule[]
  readonly TransitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize
}

export type StoredVersion = StoredObject | DeleteMarker

export interface StoredObject {
  readonly kind: 'object'
  /** `null` as text where versioning was off when it was written. */
  readonly versionId: string
  readonly lastModified: Date
  readonly body: Uint8Array
  /** Hex MD5 in double quotes. */
  readonly etag: string
  readonly headers: ObjectHeaders
  readonly metadata: Readonly<Record<string, string>>
  readonly checksums: Checksums
}

export interface ObjectHeaders {
  readonly ContentType: string
  readonly CacheControl?: string | undefined
  readonly ContentDisposition?: string | undefined
  readonly ContentEncoding?: string | undefined
  readonly ContentLanguage?: string | undefined
}

export interface DeleteMarker {
  readonly kind: 'delete-marker'
  readonly versionId: string
  readonly lastModified: Date
}

export type Buckets = Map<string, Bucket>

export function bucketArn(partition: string, bucket: string): string {
  return `arn:${partition}:s3:::${bucket}`
}
