/** Batches of up to ten: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
import type { SendMessageBatchRequest } from '@aws-sdk/client-sqs'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { bytesOf } from './queue.ts'

/** Each entry succeeds or fails by itself. Throws AwsError for a batch that is none, NotInLocalMode for one entry that needs it. */
export function eachEntry<Entry extends { readonly Id: string | undefined }>(
  entries: readonly Entry[] | undefined,
  run: (entry: Entry) => object,
): object {
  if (!entries?.length)
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.')
  if (entries.length > 10)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    )
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    )
  if (entries.some(({ Id = '' }) => !/^[\w-]{1,80}$/.test(Id)))
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    )
  const Successful: object[] = []
  const Failed: object[] = []
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) })
    } catch (error) {
      if (!(error instanceof AwsError) || error instanceof NotInLocalMode) throw error
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message })
    }
  }
  return { Successful, ...(Failed.length > 0 && { Failed }) }
}

const MOST_BATCH_BYTES = 1_048_576

/** Of all messages together, before each is looked at. Throws AwsError (BatchRequestTooLong). */
export function checkBatchSize(entries: NonNullable<SendMessageBatchRequest['Entries']>): void {
  const bytes = entries.reduce(
    (sum, { MessageBody: body = '', MessageAttributes: attributes = {} }) =>
      sum + bytesOf({ body, attributes }),
    0,
  )
  if (bytes > MOST_BATCH_BYTES)
    throw new AwsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${MOST_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
    )
}
