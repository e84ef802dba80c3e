/**
 * ACLs, which can only be read: no operation of local mode sets one, so that every bucket and object has the one
 * grant that S3 answers under BucketOwnerEnforced too.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
import type {
  GetBucketAclOutput,
  GetBucketAclRequest,
  GetObjectAclOutput,
  GetObjectAclRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../service.ts'
import type { Bucket, Buckets } from './bucket.ts'
import { bucketAsk, findBucket } from './bucket-access.ts'
import { canonicalUser } from './buckets.ts'
import { type ReadAction, readAsks, readVersion } from './object-reads.ts'

export function aclOperations(buckets: Buckets) {
  return {
    GetBucketAcl: operation<GetBucketAclRequest, GetBucketAclOutput>({
      run: (input, call) => ownersAcl(findBucket(buckets, input, call)),
      asks: (input, call) => [bucketAsk(buckets, 's3:GetBucketAcl', input, call)],
    }),
    GetObjectAcl: operation<GetObjectAclRequest, GetObjectAclOutput>({
      run: (input, call) => {
        const bucket = findBucket(buckets, input, call)
        readVersion(bucket, input)
        return ownersAcl(bucket)
      },
      asks: (input, call) => readAsks(buckets, [GET_OBJECT_ACL], input, call),
    }),
  }
}

const GET_OBJECT_ACL: ReadAction = ['s3:GetObjectAcl', 's3:GetObjectVersionAcl']

function ownersAcl({ account }: Bucket): GetBucketAclOutput {
  const ID = canonicalUser(account)
  return {
    Owner: { ID },
    Grants: [{ Grantee: { ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }],
  }
}
