/** What the bucket is set to, one by one: what it should be, how it is read, how it is written. */
import {
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type ObjectOwnership,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3'
import { readBucketPolicy, writeBucketPolicy } from '../../aws/bucket-policies.ts'
import type { BucketAddress } from '../../aws/buckets.ts'
import { isNotFound, isPublicPolicyBlocked, messageOf, translateRace, undefinedIf } from '../../aws/errors.ts'
import { canonicalPolicy } from '../../aws/policy.ts'
import { type Tags, tagList } from '../../aws/tags.ts'
import { ConcurrentChange } from '../../errors.ts'
import type { PolicyDocument } from '../../policy/document.ts'

export interface BucketSetting {
  readonly field: string
  readonly desired: unknown
  /** It shuts out readers that a bucket of ours never had. */
  readonly closes?: true
  /** In the form of `desired`; undefined when it is not set. */
  readonly read: () => Promise<unknown>
  readonly write: () => Promise<void>
}

export function bucketSettings(
  s3: S3Client,
  address: BucketAddress,
  tags: { readonly desired: Tags; readonly observed: Tags },
  publicPolicy: PolicyDocument | undefined,
): readonly BucketSetting[] {
  return [
    publicAccessBlock(s3, address, publicPolicy !== undefined),
    ...(publicPolicy === undefined ? [] : [policyOf(s3, address, publicPolicy)]),
    objectOwnership(s3, address),
    encryption(s3, address),
    versioning(s3, address),
    {
      field: 'Tags',
      desired: tags.desired,
      read: async () => tags.observed,
      write: () => writeTags(s3, address, tags.desired),
    },
  ]
}

/** A public bucket is public by its policy alone, never by an ACL. */
function publicAccessBlock(s3: S3Client, address: BucketAddress, isPublic: boolean): BucketSetting {
  const desired = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: !isPublic,
    RestrictPublicBuckets: !isPublic,
  }
  return {
    field: 'PublicAccessBlock',
    desired,
    closes: true,
    async read() {
      const answer = await s3
        .send(new GetPublicAccessBlockCommand(address))
        .catch(undefinedIf(isNotFound, 's3:GetBucketPublicAccessBlock'))
      return answer?.PublicAccessBlockConfiguration
    },
    async write() {
      const command = new PutPublicAccessBlockCommand({ ...address, PublicAccessBlockConfiguration: desired })
      await s3.send(command).catch(translateRace('s3:PutBucketPublicAccessBlock'))
    },
  }
}

function policyOf(s3: S3Client, address: BucketAddress, policy: PolicyDocument): BucketSetting {
  return {
    field: 'BucketPolicy',
    desired: canonicalPolicy(policy),
    read: () => readBucketPolicy(s3, address),
    write: () =>
      writeBucketPolicy(s3, address, policy).catch((error: unknown) => {
        const cause = error instanceof Error ? error.cause : undefined
        // The block has just been taken off, and S3 may not know it everywhere yet.
        if (isPublicPolicyBlocked(cause)) throw new ConcurrentChange(messageOf(error), { cause })
        throw error
      }),
  }
}

/** Without ACLs: they could open an object to others, and an origin access control does not work with them. */
function objectOwnership(s3: S3Client, address: BucketAddress): BucketSetting {
  const desired: ObjectOwnership = 'BucketOwnerEnforced'
  return {
    field: 'ObjectOwnership',
    desired,
    closes: true,
    async read() {
      const answer = await s3
        .send(new GetBucketOwnershipControlsCommand(address))
        .catch(undefinedIf(isNotFound, 's3:GetBucketOwnershipControls'))
      return answer?.OwnershipControls?.Rules?.[0]?.ObjectOwnership
    },
    async write() {
      const OwnershipControls = { Rules: [{ ObjectOwnership: desired }] }
      const command = new PutBucketOwnershipControlsCommand({ ...address, OwnershipControls })
      await s3.send(command).catch(translateRace('s3:PutBucketOwnershipControls'))
    },
  }
}

/** S3's own keys: with KMS, CloudFront would need a right on the key too, and the documents are public anyway. */
function encryption(s3: S3Client, address: BucketAddress): BucketSetting {
  const desired: ServerSideEncryption = 'AES256'
  return {
    field: 'Encryption.SSEAlgorithm',
    desired,
    async read() {
      const answer = await s3
        .send(new GetBucketEncryptionCommand(address))
        .catch(undefinedIf(isNotFound, 's3:GetEncryptionConfiguration'))
      const [rule] = answer?.ServerSideEncryptionConfiguration?.Rules ?? []
      return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm
    },
    async write() {
      const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: desired } }]
      const ServerSideEncryptionConfiguration = { Rules }
      const command = new PutBucketEncryptionCommand({ ...address, ServerSideEncryptionConfiguration })
      await s3.send(command).catch(translateRace('s3:PutEncryptionConfiguration'))
    },
  }
}

/** Whoever writes a wrong document, or deletes one, takes nothing away. */
function versioning(s3: S3Client, address: BucketAddress): BucketSetting {
  const desired = 'Enabled'
  return {
    field: 'Versioning.Status',
    desired,
    async read() {
      const answer = await s3
        .send(new GetBucketVersioningCommand(address))
        .catch(undefinedIf(isNotFound, 's3:GetBucketVersioning'))
      return answer?.Status
    },
    async write() {
      const command = new PutBucketVersioningCommand({
        ...address,
        VersioningConfiguration: { Status: desired },
      })
      await s3.send(command).catch(translateRace('s3:PutBucketVersioning'))
    },
  }
}

async function writeTags(s3: S3Client, address: BucketAddress, tags: Tags): Promise<void> {
  const command = new PutBucketTaggingCommand({ ...address, Tagging: { TagSet: tagList(tags) } })
  await s3.send(command).catch(translateRace('s3:PutBucketTagging'))
}
