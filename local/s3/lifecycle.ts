/** Lifecycle rules: kept and answered, never run, because nothing in local mode lives for days. */
import type {
  GetBucketLifecycleConfigurationOutput,
  GetBucketLifecycleConfigurationRequest,
  PutBucketLifecycleConfigurationOutput,
  PutBucketLifecycleConfigurationRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import type { Buckets } from './bucket.ts'
import { bucketAsk, findBucket } from './bucket-access.ts'

export function lifecycleOperations(buckets: Buckets) {
  return {
    PutBucketLifecycleConfiguration: operation<
      PutBucketLifecycleConfigurationRequest,
      PutBucketLifecycleConfigurationOutput
    >({
      run: (input, call) => {
        const minimum = input.TransitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K'
        findBucket(buckets, input, call).lifecycle = {
          Rules: input.LifecycleConfiguration?.Rules ?? [],
          TransitionDefaultMinimumObjectSize: minimum,
        }
        return { TransitionDefaultMinimumObjectSize: minimum }
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:PutLifecycleConfiguration', input, call)],
    }),
    GetBucketLifecycleConfiguration: operation<
      GetBucketLifecycleConfigurationRequest,
      GetBucketLifecycleConfigurationOutput
    >({
      run: (input, call) => {
        const { lifecycle } = findBucket(buckets, input, call)
        if (!lifecycle)
          throw new AwsError(
            'NoSuchLifecycleConfiguration',
            'The lifecycle configuration does not exist',
            404,
          )
        return lifecycle
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:GetLifecycleConfiguration', input, call)],
    }),
  }
}
