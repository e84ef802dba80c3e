/** The policy of a bucket. */
import type {
  DeleteBucketPolicyRequest,
  GetBucketPolicyOutput,
  GetBucketPolicyRequest,
  GetBucketPolicyStatusOutput,
  GetBucketPolicyStatusRequest,
  PutBucketPolicyRequest,
} from '@aws-sdk/client-s3'
import { partitionOf } from '../arn.ts'
import { AwsError, accessDenied } from '../errors.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { type Call, operation } from '../service.ts'
import type { World } from '../world.ts'
import { type Buckets, bucketArn } from './bucket.ts'
import { type BucketInput, bucketAsk, findBucket } from './bucket-access.ts'
import { ORIGIN_ACCESS_IDENTITY } from './bucket-policy-decision.ts'
import { parseBucketPolicy } from './bucket-policy-document.ts'
import { isPublicPolicy } from './public-policy.ts'

/** `identityExists`: CloudFront's origin access identity of that ID. */
export type IdentityExists = (id: string) => boolean

export function bucketPolicyOperations(world: World, buckets: Buckets, identityExists: IdentityExists) {
  return {
    PutBucketPolicy: operation<PutBucketPolicyRequest, object>({
      run: (input, call) => putBucketPolicy(world, buckets, identityExists, input, call),
      asks: (input, call) => [bucketAsk(buckets, 's3:PutBucketPolicy', input, call)],
    }),
    GetBucketPolicy: operation<GetBucketPolicyRequest, GetBucketPolicyOutput>({
      run: (input, call) => ({ Policy: JSON.stringify(existingPolicy(buckets, input, call)) }),
      asks: (input, call) => [bucketAsk(buckets, 's3:GetBucketPolicy', input, call)],
    }),
    GetBucketPolicyStatus: operation<GetBucketPolicyStatusRequest, GetBucketPolicyStatusOutput>({
      run: (input, call) => ({
        PolicyStatus: { IsPublic: isPublicPolicy(existingPolicy(buckets, input, call)) },
      }),
      asks: (input, call) => [bucketAsk(buckets, 's3:GetBucketPolicyStatus', input, call)],
    }),
    DeleteBucketPolicy: operation<DeleteBucketPolicyRequest, object>({
      run: (input, call) => {
        findBucket(buckets, input, call).policy = undefined
        return {}
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:DeleteBucketPolicy', input, call)],
    }),
  }
}

function existingPolicy(buckets: Buckets, input: BucketInput, call: Call): PolicyDocument {
  const { name, policy } = findBucket(buckets, input, call)
  if (!policy)
    throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName: name })
  return policy
}

function putBucketPolicy(
  world: World,
  buckets: Buckets,
  identityExists: IdentityExists,
  input: PutBucketPolicyRequest,
  call: Call,
): object {
  const bucket = findBucket(buckets, input, call)
  const arn = bucketArn(partitionOf(bucket.region), bucket.name)
  const exists = (principal: string) => {
    const identity = ORIGIN_ACCESS_IDENTITY.exec(principal)?.[1]
    return identity === undefined ? world.iam().role(principal) !== undefined : identityExists(identity)
  }
  const policy = parseBucketPolicy(input.Policy ?? '', arn, exists)
  if (bucket.publicAccessBlock?.BlockPublicPolicy && isPublicPolicy(policy))
    throw accessDenied(
      call.principal.arn,
      's3:PutBucketPolicy',
      `"${arn}"`,
      'public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
    )
  bucket.policy = policy
  return {}
}
