/** Whether a bucket keeps every version of an object. Once enabled it can only be suspended. */
import type {
  GetBucketVersioningOutput,
  GetBucketVersioningRequest,
  PutBucketVersioningRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { Buckets } from './bucket.ts'
import { bucketAsk, findBucket } from './bucket-access.ts'

export function versioningOperations(buckets: Buckets) {
  return {
    PutBucketVersioning: operation<PutBucketVersioningRequest, object>({
      run: (input, call) => {
        refuseMembers('PutBucketVersioning', input.VersioningConfiguration ?? {}, ['MFADelete'])
        const status = input.VersioningConfiguration?.Status
        if (status !== 'Enabled' && status !== 'Suspended')
          throw new AwsError(
            'IllegalVersioningConfigurationException',
            'The Versioning element must be specified',
          )
        findBucket(buckets, input, call).versioning = status
        return {}
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:PutBucketVersioning', input, call)],
    }),
    GetBucketVersioning: operation<GetBucketVersioningRequest, GetBucketVersioningOutput>({
      run: (input, call) => {
        const { versioning } = findBucket(buckets, input, call)
        return versioning ? { Status: versioning } : {}
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:GetBucketVersioning', input, call)],
    }),
  }
}
