import { cloudFrontClient, s3Client } from '../lib/aws/clients.ts'
import { rememberReads } from '../lib/aws/remember.ts'
import { distributionResource } from '../lib/resources/distribution.ts'
import { createStepHandler } from '../lib/step-handler.ts'

export const handler = createStepHandler('distribution', (stack, beforeTask) => {
  const clients = { cloudFront: cloudFrontClient(stack.partition), s3: s3Client(stack.region) }
  beforeTask(rememberReads(clients.cloudFront))
  beforeTask(rememberReads(clients.s3))
  return distributionResource(clients, stack)
})
