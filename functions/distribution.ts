import { cloudFrontClient, s3Client } from '../lib/aws/clients.ts'
import { rememberReads } from '../lib/aws/remember.ts'
import { distributionResource } from '../lib/resources/distribution.ts'
import { createStepHandler } from '../lib/step-handler.ts'

export const handler = createStepHandler('distribution', (stack, beforeTask) => {
  const reads = rememberReads()
  beforeTask(reads.forget)
  const cloudFront = reads.of(cloudFrontClient(stack.partition))
  return distributionResource({ cloudFront, s3: reads.of(s3Client(stack.region)) }, stack)
})
