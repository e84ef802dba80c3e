/** Where a reader stands in a stream; kept by the reader, as AWS does it. */
import * as z from 'zod'
import { AwsError } from '../errors.ts'

export interface ShardIterator {
  readonly streamArn: string
  readonly shardId: string
  /** Sequence number of the first record to be read; there need not be one yet. */
  readonly position: bigint
  readonly issuedAt: Date
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
const VALID_MILLISECONDS = 15 * 60_000

const content = z.object({
  shardId: z.string(),
  position: z.string().regex(/^\d+$/),
  issuedAt: z.number(),
})

export function writeIterator({ streamArn, shardId, position, issuedAt }: ShardIterator): string {
  const text = JSON.stringify({ shardId, position: String(position), issuedAt: issuedAt.getTime() })
  return `${streamArn}|1|${Buffer.from(text).toString('base64')}`
}

/** Throws ValidationException for what is no iterator, ExpiredIteratorException for one older than 15 minutes. */
export function readIterator(text: string | undefined, now: Date): ShardIterator {
  const [streamArn = '', , encoded = ''] = (text ?? '').split('|')
  const { shardId, position, issuedAt } = parse(encoded)
  if (now.getTime() - issuedAt >= VALID_MILLISECONDS)
    throw new AwsError(
      'ExpiredIteratorException',
      'The shard iterator has expired and can no longer be used to retrieve stream records.',
    )
  return { streamArn, shardId, position: BigInt(position), issuedAt: new Date(issuedAt) }
}

function parse(encoded: string): z.infer<typeof content> {
  try {
    return content.parse(JSON.parse(Buffer.from(encoded, 'base64').toString()))
  } catch (cause) {
    throw new AwsError('ValidationException', 'Invalid ShardIterator', 400, {}, { cause })
  }
}
