/** Who owns the objects of a bucket; BucketOwnerEnforced, the default, switches ACLs off. */
import type {
  DeleteBucketOwnershipControlsRequest,
  GetBucketOwnershipControlsOutput,
  GetBucketOwnershipControlsRequest,
  PutBucketOwnershipControlsRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import type { Buckets } from './bucket.ts'
import { bucketAsk, findBucket } from './bucket-access.ts'
import { malformedXml } from './malformed-xml.ts'

export function ownershipControlsOperations(buckets: Buckets) {
  return {
    PutBucketOwnershipControls: operation<PutBucketOwnershipControlsRequest, object>({
      run: (input, call) => {
        const rules = input.OwnershipControls?.Rules ?? []
        const ownership = rules[0]?.ObjectOwnership
        if (rules.length !== 1 || !ownership) throw malformedXml()
        findBucket(buckets, input, call).objectOwnership = ownership
        return {}
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:PutBucketOwnershipControls', input, call)],
    }),
    GetBucketOwnershipControls: operation<
      GetBucketOwnershipControlsRequest,
      GetBucketOwnershipControlsOutput
    >({
      run: (input, call) => {
        const { objectOwnership } = findBucket(buckets, input, call)
        if (!objectOwnership)
          throw new AwsError(
            'OwnershipControlsNotFoundError',
            'The bucket ownership controls were not found',
            404,
          )
        return { OwnershipControls: { Rules: [{ ObjectOwnership: objectOwnership }] } }
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:GetBucketOwnershipControls', input, call)],
    }),
    DeleteBucketOwnershipControls: operation<DeleteBucketOwnershipControlsRequest, object>({
      run: (input, call) => {
        findBucket(buckets, input, call).objectOwnership = undefined
        return {}
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:PutBucketOwnershipControls', input, call)],
    }),
  }
}
