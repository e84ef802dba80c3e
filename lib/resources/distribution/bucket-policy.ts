/** Who may read the bucket: this distribution, the two documents, nobody else. It is ours if its value is. */
import { DeleteBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3'
import { readBucketPolicy } from '../../aws/bucket-policies.ts'
import type { BucketAddress } from '../../aws/buckets.ts'
import { isNotFound, undefinedIf } from '../../aws/errors.ts'
import { samePolicy } from '../../aws/policy.ts'
import { isRecord } from '../../is-record.ts'
import { type Documents, documentsPolicy } from '../../oidc/documents-policy.ts'
import type { PolicyDocument } from '../../policy/document.ts'

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html */
export function bucketPolicy(
  partition: string,
  documents: Documents,
  distributionArn: string,
): PolicyDocument {
  return documentsPolicy(partition, documents, {
    Sid: 'DistributionReadsDocuments',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceArn': distributionArn } },
  })
}

/** `other` as it is, and beside it what lets the distribution in. Nothing is denied that was not. */
export function withReader(other: unknown, own: PolicyDocument): object {
  if (!isRecord(other)) return own
  const there = [other.Statement].flat()
  const missing = own.Statement.filter(
    (statement) => statement.Effect === 'Allow' && !there.some((one) => samePolicy(one, statement)),
  )
  return { ...other, Statement: [...there, ...missing] }
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
