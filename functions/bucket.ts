import { s3Client } from '../lib/aws/clients.ts'
import { rememberReads } from '../lib/aws/remember.ts'
import { writerOfDocuments } from '../lib/aws/shared-documents.ts'
import { bucketResource } from '../lib/resources/bucket.ts'
import { createStepHandler } from '../lib/step-handler.ts'

export const handler = createStepHandler('bucket', (stack, beforeTask) => {
  const reads = rememberReads()
  beforeTask(reads.forget)
  const writerOf = writerOfDocuments(stack)
  const s3For = (cluster: string) => reads.of(writerOf(cluster))
  return bucketResource({ s3: reads.of(s3Client(stack.region)), s3For }, stack)
})
