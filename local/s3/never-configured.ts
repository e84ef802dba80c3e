/**
 * What a bucket of local mode never has, because the operations that would set it are refused: answered as S3
 * answers for a bucket that nobody configured, some with nothing and some with an error.
 */
import type {
  GetBucketCorsRequest,
  GetBucketLoggingRequest,
  GetBucketNotificationConfigurationRequest,
  GetBucketReplicationRequest,
  GetBucketWebsiteRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import type { Buckets } from './bucket.ts'
import { type BucketInput, bucketAsk, findBucket } from './bucket-access.ts'

export function neverConfiguredOperations(buckets: Buckets) {
  return {
    GetBucketNotificationConfiguration: empty<GetBucketNotificationConfigurationRequest>(
      buckets,
      's3:GetBucketNotification',
    ),
    GetBucketLogging: empty<GetBucketLoggingRequest>(buckets, 's3:GetBucketLogging'),
    GetBucketWebsite: missing<GetBucketWebsiteRequest>(
      buckets,
      's3:GetBucketWebsite',
      'NoSuchWebsiteConfiguration',
      'The specified bucket does not have a website configuration',
    ),
    GetBucketCors: missing<GetBucketCorsRequest>(
      buckets,
      's3:GetBucketCORS',
      'NoSuchCORSConfiguration',
      'The CORS configuration does not exist',
    ),
    GetBucketReplication: missing<GetBucketReplicationRequest>(
      buckets,
      's3:GetReplicationConfiguration',
      'ReplicationConfigurationNotFoundError',
      'The replication configuration was not found',
    ),
  }
}

function empty<Input extends BucketInput>(buckets: Buckets, action: string) {
  return operation<Input, object>({
    run: (input, call) => {
      findBucket(buckets, input, call)
      return {}
    },
    asks: (input, call) => [bucketAsk(buckets, action, input, call)],
  })
}

function missing<Input extends BucketInput>(buckets: Buckets, action: string, code: string, message: string) {
  return operation<Input, never>({
    run: (input, call) => {
      const { name } = findBucket(buckets, input, call)
      throw new AwsError(code, message, 404, { BucketName: name })
    },
    asks: (input, call) => [bucketAsk(buckets, action, input, call)],
  })
}
