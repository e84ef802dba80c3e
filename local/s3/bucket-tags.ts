/** Tags of a bucket. */
import type {
  DeleteBucketTaggingRequest,
  GetBucketTaggingOutput,
  GetBucketTaggingRequest,
  PutBucketTaggingRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import { parseTags, requestTagContext, tagList } from '../tags.ts'
import type { Buckets } from './bucket.ts'
import { bucketAsk, findBucket } from './bucket-access.ts'

export function bucketTagOperations(buckets: Buckets) {
  return {
    PutBucketTagging: operation<PutBucketTaggingRequest, object>({
      run: (input, call) => {
        findBucket(buckets, input, call).tags = parseTags(input.Tagging?.TagSet, invalidTag)
        return {}
      },
      asks: (input, call) => [
        bucketAsk(buckets, 's3:PutBucketTagging', input, call, requestTagContext(input.Tagging?.TagSet)),
      ],
    }),
    GetBucketTagging: operation<GetBucketTaggingRequest, GetBucketTaggingOutput>({
      run: (input, call) => {
        const { tags } = findBucket(buckets, input, call)
        if (tags.size === 0) throw new AwsError('NoSuchTagSet', 'The TagSet does not exist', 404)
        return { TagSet: tagList(tags) }
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:GetBucketTagging', input, call)],
    }),
    DeleteBucketTagging: operation<DeleteBucketTaggingRequest, object>({
      run: (input, call) => {
        findBucket(buckets, input, call).tags = new Map()
        return {}
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:PutBucketTagging', input, call)],
    }),
  }
}

export function invalidTag(message: string): AwsError {
  return new AwsError('InvalidTag', message)
}
