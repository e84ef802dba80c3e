/** Buckets: look up, list, delete. */
import { createHash } from 'node:crypto'
import type {
  DeleteBucketRequest,
  GetBucketLocationRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  ListBucketsOutput,
  ListBucketsRequest,
} from '@aws-sdk/client-s3'
import { partitionOf } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { pageAfter } from '../paging.ts'
import { type Call, operation } from '../service.ts'
import { type Buckets, bucketArn } from './bucket.ts'
import { bucketAsk, findBucket } from './bucket-access.ts'

export function bucketOperations(buckets: Buckets) {
  return {
    HeadBucket: operation<HeadBucketRequest, HeadBucketOutput>({
      run: (input, call) => headBucket(buckets, input, call),
      asks: (input, call) => [bucketAsk(buckets, 's3:ListBucket', input, call)],
    }),
    GetBucketLocation: operation<GetBucketLocationRequest, BucketLocation>({
      run: (input, call) => getBucketLocation(buckets, input, call),
      asks: (input, call) => [bucketAsk(buckets, 's3:GetBucketLocation', input, call)],
    }),
    ListBuckets: operation<ListBucketsRequest, ListBucketsOutput>({
      run: (input, call) => listBuckets(buckets, input, call),
      asks: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
    }),
    DeleteBucket: operation<DeleteBucketRequest, object>({
      run: (input, call) => deleteBucket(buckets, input, call),
      asks: (input, call) => [bucketAsk(buckets, 's3:DeleteBucket', input, call)],
    }),
  }
}

function headBucket(buckets: Buckets, input: HeadBucketRequest, call: Call): HeadBucketOutput {
  // A HEAD answer has no body, so S3's code is only the status.
  if (!buckets.has(input.Bucket ?? '')) throw new AwsError('NotFound', 'Not Found', 404)
  const bucket = findBucket(buckets, input, call)
  return {
    BucketArn: bucketArn(partitionOf(bucket.region), bucket.name),
    BucketRegion: bucket.region,
    AccessPointAlias: false,
  }
}

interface BucketLocation {
  readonly LocationConstraint?: string
}

/** us-east-1 answers for every bucket; its own buckets have no constraint. */
function getBucketLocation(buckets: Buckets, input: GetBucketLocationRequest, call: Call): BucketLocation {
  const known = buckets.get(input.Bucket ?? '')
  const anywhere = call.region === 'us-east-1' && known ? { ...call, region: known.region } : call
  const { region } = findBucket(buckets, input, anywhere)
  return region === 'us-east-1' ? {} : { LocationConstraint: region }
}

function listBuckets(buckets: Buckets, input: ListBucketsRequest, call: Call): ListBucketsOutput {
  const { account } = call.principal
  const mine = [...buckets.values()]
    .filter((bucket) => bucket.account === account && bucket.name.startsWith(input.Prefix ?? ''))
    .filter((bucket) => input.BucketRegion === undefined || bucket.region === input.BucketRegion)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const after = input.ContinuationToken && Buffer.from(input.ContinuationToken, 'base64url').toString()
  const page = pageAfter(mine, (bucket) => bucket.name, after, input.MaxBuckets ?? 10_000)
  return {
    Buckets: page.items.map((bucket) => ({
      Name: bucket.name,
      CreationDate: bucket.createdAt,
      BucketRegion: bucket.region,
      BucketArn: bucketArn(partitionOf(bucket.region), bucket.name),
    })),
    Owner: { ID: canonicalUser(account) },
    ...(input.Prefix && { Prefix: input.Prefix }),
    ...(page.next && { ContinuationToken: Buffer.from(page.next).toString('base64url') }),
  }
}

function deleteBucket(buckets: Buckets, input: DeleteBucketRequest, call: Call): object {
  const bucket = findBucket(buckets, input, call)
  if (bucket.objects.size > 0)
    throw new AwsError(
      'BucketNotEmpty',
      bucket.versioning
        ? 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
        : 'The bucket you tried to delete is not empty',
      409,
      { BucketName: bucket.name },
    )
  buckets.delete(bucket.name)
  return {}
}

/** S3 names an owner by a 64-digit hexadecimal ID that belongs to the account. */
export function canonicalUser(account: string): string {
  return createHash('sha256').update(account).digest('hex')
}
