/** The bucket of a cluster's documents: its computed name, and whose the bucket of that name is. */
import { GetBucketTaggingCommand, type S3Client } from '@aws-sdk/client-s3'
import { BucketNotOurs } from '../errors.ts'
import { isNoSuchBucket, isNotFound, isOtherOwner, isTakenElsewhere, undefinedIf } from './errors.ts'
import { bucketName } from './names.ts'
import type { Stack } from './stack.ts'
import { isOurs, readTags, type Tags } from './tags.ts'

/** Goes into every call on the bucket, so that none reaches a bucket of another account. */
export interface BucketAddress {
  readonly Bucket: string
  readonly ExpectedBucketOwner: string
}

export function bucketAddress(stack: Stack, cluster: string): BucketAddress {
  return { Bucket: bucketName(stack, cluster), ExpectedBucketOwner: stack.accountId }
}

/** Its tags; undefined when no bucket has the name. Throws BucketNotOurs. */
export async function findBucket(s3: S3Client, stack: Stack, cluster: string): Promise<Tags | undefined> {
  const address = bucketAddress(stack, cluster)
  const answer = await s3.send(new GetBucketTaggingCommand(address)).catch((cause: unknown) => {
    if (isNoSuchBucket(cause)) return undefined
    if (isOtherOwner(cause) || isTakenElsewhere(cause))
      throw new BucketNotOurs(address.Bucket, IN_ANOTHER_ACCOUNT, { cause })
    return undefinedIf(isNotFound, 's3:GetBucketTagging')(cause) ?? { TagSet: [] }
  })
  if (answer === undefined) return undefined
  const tags = readTags(answer.TagSet)
  if (!isOurs(tags, stack, cluster))
    throw new BucketNotOurs(address.Bucket, 'it does not have the tags of this stack and cluster')
  return tags
}

export const IN_ANOTHER_ACCOUNT = 'it belongs to another account, or is in another region'
