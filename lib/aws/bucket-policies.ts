/** The policy of a bucket, read and written; what it says is for those who have it written. */
import { GetBucketPolicyCommand, PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3'
import type { BucketAddress } from './buckets.ts'
import { isNotFound, translateRace, undefinedIf } from './errors.ts'
import { parsePolicy, samePolicy } from './policy.ts'

/** In the canonical spelling; undefined when there is none, or no bucket. */
export async function readBucketPolicy(s3: S3Client, address: BucketAddress): Promise<unknown> {
  const answer = await s3
    .send(new GetBucketPolicyCommand(address))
    .catch(undefinedIf(isNotFound, 's3:GetBucketPolicy'))
  return answer?.Policy === undefined ? undefined : parsePolicy(answer.Policy)
}

export async function writeBucketPolicy(s3: S3Client, address: BucketAddress, policy: object): Promise<void> {
  if (samePolicy(await readBucketPolicy(s3, address), policy)) return
  const command = new PutBucketPolicyCommand({ ...address, Policy: JSON.stringify(policy) })
  await s3.send(command).catch(translateRace('s3:PutBucketPolicy'))
}
