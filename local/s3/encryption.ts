/** Default encryption of a bucket: SSE-S3 only, because local mode has no KMS. */
import type {
  GetBucketEncryptionOutput,
  GetBucketEncryptionRequest,
  PutBucketEncryptionRequest,
} from '@aws-sdk/client-s3'
import { NotInLocalMode } from '../errors.ts'
import { operation } from '../service.ts'
import type { Buckets } from './bucket.ts'
import { bucketAsk, findBucket } from './bucket-access.ts'
import { malformedXml } from './malformed-xml.ts'

export function encryptionOperations(buckets: Buckets) {
  return {
    PutBucketEncryption: operation<PutBucketEncryptionRequest, object>({
      run: (input, call) => {
        const rules = input.ServerSideEncryptionConfiguration?.Rules ?? []
        const algorithm = rules[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm
        if (rules.length !== 1 || !algorithm) throw malformedXml()
        if (algorithm !== 'AES256') throw new NotInLocalMode(`bucket encryption with ${algorithm}`)
        findBucket(buckets, input, call).encryption = rules.map((rule) => ({
          BucketKeyEnabled: false,
          ...rule,
        }))
        return {}
      },
      asks: (input, call) => [bucketAsk(buckets, 's3:PutEncryptionConfiguration', input, call)],
    }),
    GetBucketEncryption: operation<GetBucketEncryptionRequest, GetBucketEncryptionOutput>({
      run: (input, call) => ({
        ServerSideEncryptionConfiguration: { Rules: [...findBucket(buckets, input, call).encryption] },
      }),
      asks: (input, call) => [bucketAsk(buckets, 's3:GetEncryptionConfiguration', input, call)],
    }),
  }
}
