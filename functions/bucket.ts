import { s3Client } from '../lib/aws/clients.ts'
import { writerOfDocuments } from '../lib/aws/shared-documents.ts'
import { bucketResource } from '../lib/resources/bucket.ts'
import { createStepHandler } from '../lib/step-handler.ts'

export const handler = createStepHandler('bucket', (stack) =>
  bucketResource({ s3: s3Client(stack.region), s3For: writerOfDocuments(stack) }, stack),
)
