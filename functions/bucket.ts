import { s3Client } from '../lib/aws/clients.ts'
import { rememberReads } from '../lib/aws/remember.ts'
import { writerOfDocuments } from '../lib/aws/shared-documents.ts'
import { bucketResource } from '../lib/resources/bucket.ts'
import { createStepHandler } from '../lib/step-handler.ts'

export const handler = createStepHandler('bucket', (stack, beforeTask) => {
  const s3 = s3Client(stack.region)
  beforeTask(rememberReads(s3))
  return bucketResource({ s3, s3For: writerOfDocuments(stack) }, stack)
})
