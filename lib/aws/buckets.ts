/** The bucket of a cluster's documents: its computed name, and whose the bucket of that name is. */
import { GetBucketTaggingCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { BucketNotOurs } from '../errors.ts'
import {
  isNoSuchBucket,
  isNotFound,
  isOtherOwner,
  isTakenElsewhere,
  translate,
  undefinedIf,
} from './errors.ts'
import { bucketName } from './names.ts'
import type { Stack } from './stack.ts'
import { isOurs, readTags, type Tags } from './tags.ts'

/** Goes into every call on the bucket, so that none reaches a bucket of another account. */
export interface BucketAddress {
  readonly Bucket: string
  readonly ExpectedBucketOwner: string
}

export interface BucketOwner {
  readonly cluster: string
  /** `bucket`: in the place of the computed name. */
  readonly adopted?: { readonly bucket?: string } | undefined
}

export function bucketAddress(stack: Stack, { cluster, adopted }: BucketOwner): BucketAddress {
  return { Bucket: adopted?.bucket ?? bucketName(stack, cluster), ExpectedBucketOwner: stack.accountId }
}

/** Its tags; undefined when no bucket has the name. Throws BucketNotOurs. */
export async function findBucket(s3: S3Client, stack: Stack, owner: BucketOwner): Promise<Tags | undefined> {
  const address = bucketAddress(stack, owner)
  const answer = await s3.send(new GetBucketTaggingCommand(address)).catch((cause: unknown) => {
    if (isNoSuchBucket(cause)) return undefined
    if (isOtherOwner(cause) || isTakenElsewhere(cause))
      throw new BucketNotOurs(address.Bucket, IN_ANOTHER_ACCOUNT, { cause })
    return undefinedIf(isNotFound, 's3:GetBucketTagging')(cause) ?? { TagSet: [] }
  })
  if (answer === undefined) return undefined
  const tags = readTags(answer.TagSet)
  if (!isOurs(tags, stack, owner.cluster))
    throw new BucketNotOurs(address.Bucket, 'it does not have the tags of this stack and cluster')
  return tags
}

/** The tags of a bucket that others named, or why it cannot be used. */
export async function findAdoptableBucket(
  s3: S3Client,
  stack: Stack,
  bucket: string,
): Promise<{ readonly tags: Tags } | { readonly fault: string }> {
  const address = { Bucket: bucket, ExpectedBucketOwner: stack.accountId }
  try {
    return { tags: readTags((await s3.send(new GetBucketTaggingCommand(address))).TagSet) }
  } catch (cause) {
    if (isNoSuchBucket(cause)) return { fault: 'it does not exist' }
    if (isOtherOwner(cause) || isTakenElsewhere(cause)) return { fault: IN_ANOTHER_ACCOUNT }
    undefinedIf(isNotFound, 's3:GetBucketTagging')(cause)
    return { tags: {} }
  }
}

/** Of the first thousand objects of a bucket, the keys that are not among these. */
export async function otherKeys(
  s3: S3Client,
  address: BucketAddress,
  known: ReadonlySet<string>,
): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command(address)).catch(translate('s3:ListBucket'))
  return Contents.map(({ Key = '' }) => Key).filter((key) => !known.has(key))
}

export const IN_ANOTHER_ACCOUNT = 'it belongs to another account, or is in another region'
