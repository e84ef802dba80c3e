/** CreateBucket: where, under which name, and what a new bucket is like. */
import type { CreateBucketOutput, CreateBucketRequest } from '@aws-sdk/client-s3'
import { dnsSuffix, partitionOf } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { parseTags, requestTagContext } from '../tags.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import { type Bucket, type Buckets, bucketArn } from './bucket.ts'
import { bucketAsk } from './bucket-access.ts'
import { checkBucketName } from './bucket-name.ts'
import { invalidTag } from './bucket-tags.ts'

export function bucketCreationOperations(world: World, buckets: Buckets) {
  return {
    CreateBucket: operation<CreateBucketRequest, CreateBucketOutput>({
      run: (input, call) => createBucket(world, buckets, input, call),
      asks: (input, call) => createBucketAsks(buckets, input, call),
    }),
  }
}

function createBucket(
  world: World,
  buckets: Buckets,
  input: CreateBucketRequest,
  call: Call,
): CreateBucketOutput {
  refuseMembers('CreateBucket', input, [
    'ACL',
    'GrantFullControl',
    'GrantRead',
    'GrantReadACP',
    'GrantWrite',
    'GrantWriteACP',
    'ObjectLockEnabledForBucket',
  ])
  const { account } = call.principal
  const namespace = input.BucketNamespace ?? 'global'
  const name = input.Bucket ?? ''
  checkLocation(input.CreateBucketConfiguration?.LocationConstraint, call.region)
  checkBucketName(name, { account, region: call.region, namespace })
  const existing = buckets.get(name)
  if (existing) answerForExisting(existing, call)
  else {
    checkQuota(world, buckets, account)
    buckets.set(name, newBucket(world, input, call))
  }
  return {
    Location: call.region === 'us-east-1' ? `/${name}` : `http://${name}.s3.${dnsSuffix(call.region)}/`,
    BucketArn: bucketArn(partitionOf(call.region), name),
  }
}

// us-east-1 is not in the enumeration of LocationConstraint: there it is left out, everywhere else required.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
function checkLocation(constraint: string | undefined, region: string): void {
  if (constraint === 'us-east-1')
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid')
  if (constraint === undefined ? region !== 'us-east-1' : constraint !== region)
    throw new AwsError(
      'IllegalLocationConstraintException',
      `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    )
}

/** In us-east-1 a bucket of the global namespace can be created again by its owner, and nothing happens. */
function answerForExisting(bucket: Bucket, call: Call): void {
  if (bucket.account !== call.principal.account)
    throw new AwsError(
      'BucketAlreadyExists',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. ' +
        'Please select a different name and try again.',
      409,
      { BucketName: bucket.name },
    )
  const here = bucket.region === 'us-east-1' && call.region === 'us-east-1'
  if (here && bucket.namespace === 'global') return
  throw new AwsError(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    409,
    { BucketName: bucket.name },
  )
}

function checkQuota(world: World, buckets: Buckets, account: string): void {
  const owned = [...buckets.values()].filter((bucket) => bucket.account === account).length
  if (owned >= world.quotas.get('s3:buckets'))
    throw new AwsError('TooManyBuckets', 'You have attempted to create more buckets than allowed')
}

/** A new bucket has every public access block, no ACLs, and SSE-S3. */
function newBucket(world: World, input: CreateBucketRequest, call: Call): Bucket {
  return {
    name: input.Bucket ?? '',
    account: call.principal.account,
    region: call.region,
    namespace: input.BucketNamespace ?? 'global',
    createdAt: world.clock.now(),
    policy: undefined,
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    objectOwnership: input.ObjectOwnership ?? 'BucketOwnerEnforced',
    encryption: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
    versioning: undefined,
    lifecycle: undefined,
    tags: parseTags(input.CreateBucketConfiguration?.Tags, invalidTag),
    objects: new Map(),
  }
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html#API_CreateBucket_Permissions
function createBucketAsks(buckets: Buckets, input: CreateBucketRequest, call: Call): Ask[] {
  const tags = input.CreateBucketConfiguration?.Tags
  const location = input.CreateBucketConfiguration?.LocationConstraint
  const context = {
    ...requestTagContext(tags),
    ...(input.BucketNamespace && { 's3:x-amz-bucket-namespace': input.BucketNamespace }),
    ...(input.ObjectOwnership && { 's3:x-amz-object-ownership': input.ObjectOwnership }),
    ...(location && { 's3:LocationConstraint': location }),
  }
  const actions = ['s3:CreateBucket']
  if (tags?.length) actions.push('s3:TagResource')
  if (input.ObjectOwnership) actions.push('s3:PutBucketOwnershipControls')
  // The caller asks for a bucket of its own, whoever may hold the name now.
  return actions.map((action) => {
    const { resource } = bucketAsk(buckets, action, input, call)
    return { action, resource, context }
  })
}
