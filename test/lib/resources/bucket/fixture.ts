/** The bucket of the example's cluster, as it should be and as S3 answers. */
import { createHash } from 'node:crypto'
import {
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  S3Client,
  type Tag,
} from '@aws-sdk/client-s3'
import { mockClient } from 'aws-sdk-client-mock'
import { discoveryDocument } from '../../../../lib/oidc/discovery.ts'
import { jwksDocument } from '../../../../lib/oidc/jwks.ts'
import { bucketResource } from '../../../../lib/resources/bucket.ts'
import { refusal } from '../../aws/sdk.ts'
import { BUCKET, golem, STACK, TAG_LIST, TAGS_OF_OTHERS } from '../golem.ts'

export const ADDRESS = { Bucket: BUCKET, ExpectedBucketOwner: '000000000000' }
export const DISCOVERY = '.well-known/openid-configuration'
export const JWKS = 'openid/v1/jwks'
export const BODIES = { [DISCOVERY]: discoveryDocument(golem().issuer), [JWKS]: jwksDocument(golem().keys) }

export const BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}

/** What S3 says of a document without sending it. */
export function stored(key: keyof typeof BODIES) {
  return {
    ChecksumSHA256: createHash('sha256').update(BODIES[key]).digest('base64'),
    ContentType: 'application/json',
    CacheControl: 'public, max-age=60',
  }
}

/** S3 with the bucket as it should be, until a test says otherwise. */
export function theBucket(stack = STACK) {
  const client = new S3Client({ region: stack.region })
  const s3 = mockClient(client)
  s3.onAnyCommand().resolves({})
  s3.on(GetBucketTaggingCommand).resolves({ TagSet: [...TAG_LIST] })
  s3.on(GetPublicAccessBlockCommand).resolves({ PublicAccessBlockConfiguration: BLOCKED })
  s3.on(GetBucketOwnershipControlsCommand).resolves({
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  })
  s3.on(GetBucketEncryptionCommand).resolves(encryptedWith('AES256'))
  s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' })
  s3.on(HeadObjectCommand, { Key: DISCOVERY }).resolves({ ETag: '"d1"', ...stored(DISCOVERY) })
  s3.on(HeadObjectCommand, { Key: JWKS }).resolves({ ETag: '"j1"', ...stored(JWKS) })
  return { s3, bucket: bucketResource({ s3: client }, stack) }
}

export const NO_BUCKET = refusal('NoSuchBucket', 'gone', 404)

export function encryptedWith(SSEAlgorithm: 'AES256' | 'aws:kms') {
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm }, BucketKeyEnabled: false }
  return { ServerSideEncryptionConfiguration: { Rules: [rule] } }
}

export const READS = [
  ['GetBucketTagging', ADDRESS],
  ['GetPublicAccessBlock', ADDRESS],
  ['GetBucketOwnershipControls', ADDRESS],
  ['GetBucketEncryption', ADDRESS],
  ['GetBucketVersioning', ADDRESS],
  ['HeadObject', { ...ADDRESS, Key: JWKS, ChecksumMode: 'ENABLED' }],
  ['HeadObject', { ...ADDRESS, Key: DISCOVERY, ChecksumMode: 'ENABLED' }],
]

export const NOT_OURS: [string, Error | { TagSet: Tag[] }][] = [
  ['of another account', refusal('AccessDenied', 'Access Denied', 403)],
  ['in another region', refusal('PermanentRedirect', 'use the specified endpoint', 301)],
  ['without tags', refusal('NoSuchTagSet', 'none', 404)],
  ...TAGS_OF_OTHERS.map(([whose, TagSet]): [string, { TagSet: Tag[] }] => [whose, { TagSet }]),
]

export function withTagging({ s3 }: ReturnType<typeof theBucket>, answer: (typeof NOT_OURS)[number][1]) {
  if (answer instanceof Error) s3.on(GetBucketTaggingCommand).rejects(answer)
  else s3.on(GetBucketTaggingCommand).resolves(answer)
}
