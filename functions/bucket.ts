import { s3Client } from '../lib/aws/clients.ts'
import { bucketResource } from '../lib/resources/bucket.ts'
import { createStepHandler } from '../lib/step-handler.ts'

export const handler = createStepHandler('bucket', (stack) =>
  bucketResource({ s3: s3Client(stack.region) }, stack),
)
