import { cloudFrontClient, s3Client } from '../lib/aws/clients.ts'
import { distributionResource } from '../lib/resources/distribution.ts'
import { createStepHandler } from '../lib/step-handler.ts'

export const handler = createStepHandler('distribution', (stack) =>
  distributionResource({ cloudFront: cloudFrontClient(stack.partition), s3: s3Client(stack.region) }, stack),
)
