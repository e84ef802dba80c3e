/** Amazon DynamoDB Streams: ListStreams, DescribeStream, GetShardIterator, GetRecords. */
import type {
  DescribeStreamInput,
  GetRecordsInput,
  GetShardIteratorInput,
  ListStreamsInput,
} from '@aws-sdk/client-dynamodb-streams'
import { AwsError } from '../errors.ts'
import { pageAfter } from '../paging.ts'
import { type Ask, type Call, operation, type Service } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { ownerOf } from './asks.ts'
import type { Database, Databases } from './database.ts'
import { readIterator, type ShardIterator, writeIterator } from './shard-iterator.ts'
import {
  FIRST_SEQUENCE_NUMBER,
  horizon,
  isGone,
  lastSequenceNumber,
  recordsFrom,
  type SequencedRecord,
  type Stream,
  trim,
} from './stream.ts'
import { tableName } from './table.ts'

export function createStreamsService({ of }: Databases): Service {
  return {
    name: 'dynamodbstreams',
    operations: {
      ListStreams: operation<ListStreamsInput, object>({
        run: (input, call) => listStreams(of(call), input, call),
        asks: () => [{ action: 'dynamodb:ListStreams', resource: '*' }],
      }),
      DescribeStream: operation<DescribeStreamInput, object>({
        run: (input, call) => ({ StreamDescription: describeStream(of(call), input) }),
        asks: (input) => [askOf('DescribeStream', input.StreamArn)],
      }),
      GetShardIterator: operation<GetShardIteratorInput, object>({
        run: (input, call) => ({ ShardIterator: getShardIterator(of(call), input) }),
        asks: (input) => [askOf('GetShardIterator', input.StreamArn)],
      }),
      GetRecords: operation<GetRecordsInput, object>({
        run: (input, call) => getRecords(of(call), input),
        asks: (input) => [askOf('GetRecords', input.ShardIterator?.split('|')[0])],
      }),
    },
  }
}

function askOf(action: string, streamArn = ''): Ask {
  return { action: `dynamodb:${action}`, resource: streamArn, ...ownerOf(streamArn) }
}

function listStreams(database: Database, input: ListStreamsInput, call: Call): object {
  const name = input.TableName === undefined ? undefined : tableName(input.TableName, call)
  const streams = [...database.streams.values()]
    .filter((stream) => !isGone(stream, database.clock.now()))
    .filter((stream) => input.TableName === undefined || stream.tableName === name)
    .sort((one, other) => (one.arn < other.arn ? -1 : 1))
  const page = pageAfter(streams, ({ arn }) => arn, input.ExclusiveStartStreamArn, limitOf(input.Limit, 100))
  return {
    Streams: page.items.map(({ arn, label, tableName: TableName }) => ({
      StreamArn: arn,
      StreamLabel: label,
      TableName,
    })),
    ...(page.next !== undefined && { LastEvaluatedStreamArn: page.next }),
  }
}

function describeStream(database: Database, input: DescribeStreamInput): object {
  refuseMembers('DescribeStream', input, ['ShardFilter'])
  const stream = findStream(database, input.StreamArn)
  limitOf(input.Limit, 100)
  const shard = {
    ShardId: stream.shardId,
    SequenceNumberRange: {
      StartingSequenceNumber: String(FIRST_SEQUENCE_NUMBER),
      ...(stream.endedAt && { EndingSequenceNumber: String(lastSequenceNumber(stream)) }),
    },
  }
  return {
    StreamArn: stream.arn,
    StreamLabel: stream.label,
    StreamStatus: stream.endedAt ? 'DISABLED' : 'ENABLED',
    StreamViewType: stream.viewType,
    CreationRequestDateTime: stream.createdAt,
    TableName: stream.tableName,
    KeySchema: stream.keySchema,
    Shards: input.ExclusiveStartShardId === stream.shardId ? [] : [shard],
  }
}

function getShardIterator(database: Database, input: GetShardIteratorInput): string {
  const stream = findStream(database, input.StreamArn)
  if (input.ShardId !== stream.shardId) throw notFound(`Shard: ${input.ShardId} in stream: ${stream.arn}`)
  const position = positionOf(stream, input)
  // Refused here already where the records at that position are trimmed.
  recordsFrom(stream, position, 0)
  const issuedAt = database.clock.now()
  return writeIterator({ streamArn: stream.arn, shardId: stream.shardId, position, issuedAt })
}

function positionOf(stream: Stream, input: GetShardIteratorInput): bigint {
  switch (input.ShardIteratorType) {
    case 'TRIM_HORIZON':
      return horizon(stream)
    case 'LATEST':
      return stream.next
    case 'AT_SEQUENCE_NUMBER':
      return sequenceNumber(input.SequenceNumber)
    case 'AFTER_SEQUENCE_NUMBER':
      return sequenceNumber(input.SequenceNumber) + 1n
    default:
      throw invalid(`Invalid ShardIteratorType: ${input.ShardIteratorType}`)
  }
}

function sequenceNumber(text: string | undefined): bigint {
  if (text === undefined || !/^\d{21,40}$/.test(text)) throw invalid(`Invalid SequenceNumber: ${text}`)
  return BigInt(text)
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
const MAXIMUM_RECORDS = 1000
const MAXIMUM_BYTES = 1024 * 1024

function getRecords(database: Database, input: GetRecordsInput): object {
  const now = database.clock.now()
  const iterator = readIterator(input.ShardIterator, now)
  const stream = findStream(database, iterator.streamArn)
  if (input.Limit !== undefined && input.Limit > MAXIMUM_RECORDS)
    throw new AwsError('LimitExceededException', `Limit must not be over ${MAXIMUM_RECORDS}`)
  const limit = limitOf(input.Limit, MAXIMUM_RECORDS)
  const read = withinBytes(recordsFrom(stream, iterator.position, limit))
  const last = read.at(-1)
  const next: ShardIterator = {
    ...iterator,
    position: last ? last.sequenceNumber + 1n : iterator.position,
    issuedAt: now,
  }
  const isClosed = stream.endedAt !== undefined && next.position >= stream.next
  return {
    Records: read.map(({ record }) => record),
    ...(!isClosed && { NextShardIterator: writeIterator(next) }),
  }
}

/** As many as fit, but one in any case. */
function withinBytes(records: readonly SequencedRecord[]): readonly SequencedRecord[] {
  let size = 0
  const end = records.findIndex((record) => {
    size += record.size
    return size > MAXIMUM_BYTES
  })
  return end === -1 ? records : records.slice(0, Math.max(1, end))
}

/** Throws ResourceNotFoundException. */
function findStream({ streams, clock }: Database, arn: string | undefined): Stream {
  const stream = streams.get(arn ?? '')
  const now = clock.now()
  if (!stream || isGone(stream, now)) {
    streams.delete(arn ?? '')
    throw notFound(`Stream: ${arn}`)
  }
  trim(stream, now)
  return stream
}

/** Throws ValidationException. */
function limitOf(limit: number | undefined, maximum: number): number {
  if (limit === undefined) return maximum
  if (limit >= 1 && limit <= maximum) return limit
  throw invalid(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and ${maximum}`,
  )
}

function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Requested resource not found: ${what} not found`)
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}
