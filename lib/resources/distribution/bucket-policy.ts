/** Who may read the bucket: this distribution, the two documents, nobody else. It is ours if its value is. */
import { DeleteBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3'
import { readBucketPolicy } from '../../aws/bucket-policies.ts'
import type { BucketAddress } from '../../aws/buckets.ts'
import { isNotFound, undefinedIf } from '../../aws/errors.ts'
import { samePolicy } from '../../aws/policy.ts'
import { documentsPolicy } from '../../oidc/documents-policy.ts'
import type { PolicyDocument } from '../../policy/document.ts'

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html */
export function bucketPolicy(
  partition: string,
  bucket: string,
  distributionArn: string,
  prefix?: string,
): PolicyDocument {
  const reader = {
    Sid: 'DistributionReadsDocuments',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceArn': distributionArn } },
  }
  return documentsPolicy(partition, bucket, reader, prefix)
}

/** Leaves another policy where it is. */
export async function removeBucketPolicy(
  s3: S3Client,
  address: BucketAddress,
  policy: PolicyDocument,
): Promise<void> {
  if (!samePolicy(await readBucketPolicy(s3, address), policy)) return
  await s3
    .send(new DeleteBucketPolicyCommand(address))
    .catch(undefinedIf(isNotFound, 's3:DeleteBucketPolicy'))
}
