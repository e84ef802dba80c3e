/** One stream of a table: its records of the last 24 hours, in one shard, since one is always fast enough here. */
import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { StreamViewType } from '@aws-sdk/client-dynamodb-streams'
import { AwsError } from '../errors.ts'
import { type Item, pick, sortSets, toBytes } from './attribute-values.ts'
import { sizeOf } from './engine.ts'
import type { KeySchema } from './schema.ts'

export interface Stream {
  readonly arn: string
  readonly label: string
  readonly tableName: string
  readonly region: string
  readonly keySchema: KeySchema
  readonly viewType: StreamViewType
  readonly createdAt: Date
  readonly shardId: string
  /** In order and without gaps. */
  readonly records: SequencedRecord[]
  /** Sequence number of the next record. */
  next: bigint
  endedAt: Date | undefined
}

export interface SequencedRecord {
  readonly sequenceNumber: bigint
  readonly createdAt: Date
  /** Of its keys and images, in bytes. */
  readonly size: number
  /** As GetRecords gives it. */
  readonly record: object
}

/** What a write has done to one item. */
export interface Change {
  readonly before: Item | undefined
  readonly after: Item | undefined
  /** True for what DynamoDB itself deletes when its time has come. */
  readonly byService: boolean
}

// Sequence numbers have 21 digits at least: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
export const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000n

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
const RETENTION_MILLISECONDS = 24 * 3_600_000

export function createStream(
  table: { readonly name: string; readonly arn: string; readonly keySchema: KeySchema },
  region: string,
  viewType: StreamViewType,
  now: Date,
): Stream {
  const label = now.toISOString().replace('Z', '')
  return {
    arn: `${table.arn}/stream/${label}`,
    label,
    tableName: table.name,
    region,
    keySchema: table.keySchema,
    viewType,
    createdAt: now,
    shardId: `shardId-${String(now.getTime()).padStart(20, '0')}-${randomBytes(4).toString('hex')}`,
    records: [],
    next: FIRST_SEQUENCE_NUMBER,
    endedAt: undefined,
  }
}

/** False for a write that changed nothing: AWS writes no record then. */
export function appendChange(stream: Stream, change: Change, now: Date): boolean {
  if (stream.endedAt || isSame(change)) return false
  const sequenceNumber = stream.next
  const images = imagesOf(stream, change)
  const size = Object.values(images).reduce((sum, image) => sum + sizeOf(image), 0)
  stream.next += 1n
  stream.records.push({
    sequenceNumber,
    createdAt: now,
    size,
    record: {
      eventID: randomBytes(16).toString('hex'),
      eventName: change.before === undefined ? 'INSERT' : change.after === undefined ? 'REMOVE' : 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: stream.region,
      dynamodb: {
        ApproximateCreationDateTime: toSeconds(now),
        ...Object.fromEntries(Object.entries(images).map(([name, image]) => [name, toBytes(image)])),
        SequenceNumber: String(sequenceNumber),
        SizeBytes: size,
        StreamViewType: stream.viewType,
      },
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
      ...(change.byService && { userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } }),
    },
  })
  trim(stream, now)
  return true
}

/** The order of a set's elements says nothing. */
function isSame({ before, after }: Change): boolean {
  return isDeepStrictEqual(before, after) || isDeepStrictEqual(sortSets(before), sortSets(after))
}

/** Takes away what is older than 24 hours. */
export function trim({ records }: Stream, now: Date): void {
  const kept = records.findIndex(
    ({ createdAt }) => now.getTime() - createdAt.getTime() < RETENTION_MILLISECONDS,
  )
  records.splice(0, kept === -1 ? records.length : kept)
}

/** A stream that has ended can be read as long as its records are kept. */
export function isGone({ endedAt }: Stream, now: Date): boolean {
  return endedAt !== undefined && now.getTime() - endedAt.getTime() >= RETENTION_MILLISECONDS
}

/** Of the last record that there was, kept or not; where there never was one, where it would have been. */
export function lastSequenceNumber({ next }: Stream): bigint {
  return next === FIRST_SEQUENCE_NUMBER ? next : next - 1n
}

/** Sequence number of the oldest record that is kept, or of the next if there is none. */
export function horizon(stream: Stream): bigint {
  return stream.records[0]?.sequenceNumber ?? stream.next
}

/** Up to `limit` records from `position` on. Throws TrimmedDataAccessException for a position before the horizon. */
export function recordsFrom(stream: Stream, position: bigint, limit: number): readonly SequencedRecord[] {
  const first = horizon(stream)
  if (position < first)
    throw new AwsError(
      'TrimmedDataAccessException',
      'The operation attempted to read past the oldest stream record in a shard.',
    )
  const start = Number(position - first)
  return stream.records.slice(start, start + limit)
}

function imagesOf(
  { keySchema, viewType }: Stream,
  { before, after }: Change,
): Readonly<Record<string, Item>> {
  const keyNames = keySchema.map(({ AttributeName }) => AttributeName)
  const showsNew = viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES'
  const showsOld = viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES'
  return {
    Keys: pick(after ?? before ?? {}, keyNames),
    ...(showsNew && after && { NewImage: after }),
    ...(showsOld && before && { OldImage: before }),
  }
}

function toSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000)
}
