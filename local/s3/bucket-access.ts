/** How every S3 operation finds its bucket, and what IAM is asked about it. */
import { dnsSuffix, partitionOf } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { Ask, Call } from '../service.ts'
import { type Bucket, type Buckets, bucketArn } from './bucket.ts'
import { isPublicPolicy } from './public-policy.ts'

export interface BucketInput {
  readonly Bucket?: string | undefined
  readonly ExpectedBucketOwner?: string | undefined
}

/** Throws `NoSuchBucket`, AWS's answer to a call in another region than the bucket's, or `AccessDenied` for another owner. */
export function findBucket(buckets: Buckets, input: BucketInput, call: Call): Bucket {
  const bucket = buckets.get(input.Bucket ?? '')
  if (!bucket)
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, {
      BucketName: input.Bucket,
    })
  if (call.region !== bucket.region) throw wrongRegion(bucket, call.region)
  checkExpectedOwner(bucket, input.ExpectedBucketOwner)
  return bucket
}

export function checkExpectedOwner(bucket: Bucket, expected: string | undefined): void {
  if (expected === undefined) return
  if (!/^\d{12}$/.test(expected))
    throw new AwsError(
      'InvalidBucketOwnerAWSAccountID',
      'The value of the expected bucket owner parameter must be an AWS Account ID... [12 digits]',
    )
  if (expected !== bucket.account) throw new AwsError('AccessDenied', 'Access Denied', 403)
}

// us-east-1 also answers for the global endpoint, which routes the request to the bucket's region: that one
// finds the signature's region wrong. A regional endpoint redirects.
function wrongRegion(bucket: Bucket, region: string): AwsError {
  if (region === 'us-east-1')
    return new AwsError(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${region}' is wrong; expecting '${bucket.region}'`,
      400,
      { Region: bucket.region },
    )
  return new AwsError(
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. ' +
      'Please send all future requests to this endpoint.',
    301,
    { Bucket: bucket.name, Endpoint: `${bucket.name}.s3.${bucket.region}.${dnsSuffix(bucket.region)}` },
  )
}

/** One question about the bucket itself. */
export function bucketAsk(
  buckets: Buckets,
  action: string,
  input: BucketInput,
  call: Call,
  context: Ask['context'] = {},
): Ask {
  const name = input.Bucket ?? ''
  return ask(buckets.get(name), action, bucketArn(partitionOf(call.region), name), call, context)
}

/** One question about an object in it. */
export function objectAsk(
  buckets: Buckets,
  action: string,
  input: BucketInput & { readonly Key?: string | undefined },
  call: Call,
  context: Ask['context'] = {},
): Ask {
  const name = input.Bucket ?? ''
  const resource = `${bucketArn(partitionOf(call.region), name)}/${input.Key ?? ''}`
  return ask(buckets.get(name), action, resource, call, context)
}

function ask(
  bucket: Bucket | undefined,
  action: string,
  resource: string,
  { principal }: Call,
  context: Ask['context'],
): Ask {
  if (!bucket) return { action, resource, ...(context && { context }) }
  return {
    action,
    resource,
    context: { ...context, 's3:ResourceAccount': bucket.account },
    resourcePolicy: effectivePolicy(
      bucket,
      principal.kind !== 'service' && principal.account !== bucket.account,
    ),
    owner: bucket.account,
  }
}

/** The bucket policy as it counts: RestrictPublicBuckets shuts a public one for everyone but the owner's account and AWS services. */
export function effectivePolicy(
  { policy, publicAccessBlock }: Bucket,
  isStranger: boolean,
): PolicyDocument | undefined {
  const shut = isStranger && publicAccessBlock?.RestrictPublicBuckets && policy && isPublicPolicy(policy)
  return shut ? undefined : policy
}
