/** The public access block of a bucket. */
import type {
  DeletePublicAccessBlockRequest,
  GetPublicAccessBlockOutput,
  GetPublicAccessBlockRequest,
  PutPublicAccessBlockRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import type { Buckets } from './bucket.ts'
import { bucketAsk, findBucket } from './bucket-access.ts'

export function publicAccessBlockOperations(buckets: Buckets) {
  return {
    PutPublicAccessBlock: operation<PutPublicAccessBlockRequest, object>({
      run: (input, call) => {
        const wanted = input.PublicAccessBlockConfiguration
        findBucket(buckets, input, call).publicAccessBlock = {
          BlockPublicAcls: wanted?.BlockPublicAcls ?? false,
          IgnorePublicAcls: wanted?.IgnorePublicAcls ?? false,
          BlockPublicPolicy: wanted?.BlockPublicPolicy ?? false,
          RestrictPublicBuckets: wanted?.RestrictPublicBuckets ?? false,
        }
        return {}
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:PutBucketPublicAccessBlock', input, call)],
    }),
    GetPublicAccessBlock: operation<GetPublicAccessBlockRequest, GetPublicAccessBlockOutput>({
      run: (input, call) => {
        const { publicAccessBlock } = findBucket(buckets, input, call)
        if (!publicAccessBlock)
          throw new AwsError(
            'NoSuchPublicAccessBlockConfiguration',
            'The public access block configuration was not found',
            404,
          )
        return { PublicAccessBlockConfiguration: { ...publicAccessBlock } }
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:GetBucketPublicAccessBlock', input, call)],
    }),
    DeletePublicAccessBlock: operation<DeletePublicAccessBlockRequest, object>({
      run: (input, call) => {
        findBucket(buckets, input, call).publicAccessBlock = undefined
        return {}
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:PutBucketPublicAccessBlock', input, call)],
    }),
  }
}
