/** Reads the shards of one mapping's stream, as the function's role, and hands what passes the filters on in batches. */
import type {
  DescribeStreamOutput,
  GetRecordsOutput,
  GetShardIteratorOutput,
  Shard,
} from '@aws-sdk/client-dynamodb-streams'
import { AwsError } from '../errors.ts'
import type { Call } from '../service.ts'
import type { World } from '../world.ts'
import type { EventSourceMapping, Position } from './event-source-mapping.ts'
import { PAYLOAD_BYTES, payloadBytes, payloadsOf } from './payloads.ts'
import type { Signal } from './signal.ts'
import { type StreamRecord, streamRecord } from './stream-records.ts'

export interface Reading {
  readonly mapping: EventSourceMapping
  /** A call as the function's role. Throws AwsError. */
  readonly call: () => Call
  /** False once the mapping was disabled or deleted. */
  readonly active: () => boolean
  /** Given at every change of the stream, and when the mapping is no longer active. */
  readonly changes: Signal
  /** Resolves when the batch is done with. */
  readonly process: (records: readonly StreamRecord[], shardId: string) => Promise<void>
}

// AWS says only that it backs off: our choice.
const AFTER_PROBLEM_MILLISECONDS = 5_000
// An iterator holds for 15 minutes; one that has expired at the stream's end would come back behind what woke us.
const REFRESH_MILLISECONDS = 300_000

/** Reads until the mapping is no longer active. Shards are read at once, each in its own order, children after parents. */
export async function readStream(world: World, reading: Reading): Promise<void> {
  const { mapping, active } = reading
  const underWay = new Map<string, Promise<void>>()
  while (active()) {
    const shards = await withoutProblem(world, mapping, () => describe(world, reading))
    for (const { ShardId: id = '', ParentShardId: parent = '' } of shards ?? []) {
      const isClosed = mapping.positions.get(id)?.kind === 'closed'
      if (isClosed || underWay.has(id) || underWay.has(parent)) continue
      underWay.set(
        id,
        readShard(world, reading, id).finally(() => underWay.delete(id)),
      )
    }
    if (shards === undefined) continue
    // All are closed, and only one that was open could have children.
    if (underWay.size === 0) return
    // Shards come only when one is closed.
    await Promise.race(underWay.values())
  }
  await Promise.all(underWay.values())
}

async function describe(world: World, { mapping, call }: Reading): Promise<readonly Shard[]> {
  const shards = await describeStream(world, mapping.streamArn, call())
  // Those that were there when the mapping was made are read from its starting position, their children in full.
  if (mapping.positions.size === 0 && mapping.startingPosition === 'LATEST')
    for (const { ShardId: id = '' } of shards) mapping.positions.set(id, { kind: 'latest' })
  return shards
}

/** All shards. Throws AwsError. */
export async function describeStream(world: World, streamArn: string, call: Call): Promise<readonly Shard[]> {
  const shards: Shard[] = []
  let after: string | undefined
  do {
    const input = { StreamArn: streamArn, ...(after === undefined ? {} : { ExclusiveStartShardId: after }) }
    const { StreamDescription: stream } = await world.dispatch<DescribeStreamOutput>(
      'dynamodbstreams',
      'DescribeStream',
      input,
      call,
    )
    shards.push(...(stream?.Shards ?? []))
    after = stream?.LastEvaluatedShardId
  } while (after !== undefined)
  return shards
}

/** Until the shard is closed and empty, or the mapping no longer active. */
async function readShard(world: World, reading: Reading, shardId: string): Promise<void> {
  const { mapping, active, process } = reading
  let iterator: string | undefined
  const lost = ({ code }: AwsError) => {
    iterator = undefined
    if (code === 'TrimmedDataAccessException') mapping.positions.set(shardId, { kind: 'oldest' })
  }
  while (active()) {
    iterator ??= await withoutProblem(world, mapping, () => openShard(world, reading, shardId), lost)
    const open = iterator
    if (open === undefined) continue
    // What else goes wrong leaves the iterator as it is: there is no other way back to the latest record.
    const read = await withoutProblem(world, mapping, () => collect(world, reading, open), lost)
    if (read === undefined) continue
    iterator = read.next
    for (const payload of payloadsOf(read.records)) await process(payload, shardId)
    if (!active()) return
    if (read.last !== undefined) mapping.positions.set(shardId, { kind: 'after', sequenceNumber: read.last })
    if (iterator === undefined) {
      mapping.positions.set(shardId, { kind: 'closed' })
      return
    }
  }
}

async function openShard(world: World, { mapping, call }: Reading, shardId: string): Promise<string> {
  const position = mapping.positions.get(shardId) ?? { kind: 'oldest' }
  const { ShardIterator: iterator = '' } = await world.dispatch<GetShardIteratorOutput>(
    'dynamodbstreams',
    'GetShardIterator',
    { StreamArn: mapping.streamArn, ShardId: shardId, ...iteratorAt(position) },
    call(),
  )
  return iterator
}

function iteratorAt(position: Position): object {
  switch (position.kind) {
    case 'after':
      return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position.sequenceNumber }
    case 'latest':
      return { ShardIteratorType: 'LATEST' }
    default:
      return { ShardIteratorType: 'TRIM_HORIZON' }
  }
}

interface Read {
  /** Those that pass the filters. */
  readonly records: readonly StreamRecord[]
  /** Of their payload. */
  readonly bytes: number
  /** Sequence number of the last record that was read. */
  readonly last: string | undefined
  readonly next: string | undefined
}

/** A batch: what there is, or what comes within the batching window if that is less than the batch size and the payload. */
async function collect(world: World, reading: Reading, iterator: string): Promise<Read> {
  const { changes, mapping } = reading
  const { batchSize, batchingWindowSeconds } = mapping.settings
  let mark = changes.mark()
  let read = await getRecords(world, reading, iterator, batchSize)
  if (read.last === undefined && read.next !== undefined)
    await changes.since(mark, world.clock, REFRESH_MILLISECONDS, { scaled: false })
  if (read.records.length === 0 || batchingWindowSeconds === 0) return read
  let isOpen = true
  // The change that its end is to who waits for one.
  const window = world.clock.after(batchingWindowSeconds * 1000, () => {
    isOpen = false
    changes.give()
  })
  const isFull = () => read.records.length >= batchSize || read.bytes > PAYLOAD_BYTES
  try {
    while (isOpen && read.next !== undefined && !isFull() && reading.active()) {
      await changes.since(mark, world.clock, batchingWindowSeconds * 1000)
      mark = changes.mark()
      const more = await getRecords(world, reading, read.next, batchSize - read.records.length)
      read = {
        records: [...read.records, ...more.records],
        bytes: read.bytes + more.bytes,
        last: more.last ?? read.last,
        next: more.next,
      }
    }
    return read
  } finally {
    window.cancel()
  }
}

async function getRecords(
  world: World,
  { mapping, call }: Reading,
  iterator: string,
  limit: number,
): Promise<Read> {
  // GetRecords gives 1,000 records at most.
  const input = { ShardIterator: iterator, Limit: Math.min(limit, 1000) }
  const { Records: given = [], NextShardIterator: next } = await world.dispatch<GetRecordsOutput>(
    'dynamodbstreams',
    'GetRecords',
    input,
    call(),
  )
  const records = given.map((record) => streamRecord(record, mapping.streamArn))
  const { filters } = mapping.settings
  const passes = (record: StreamRecord) =>
    filters.length === 0 || filters.some(({ matches }) => matches(record))
  const passing = records.filter(passes)
  return {
    records: passing,
    bytes: passing.reduce((sum, record) => sum + payloadBytes(record), 0),
    last: records.at(-1)?.dynamodb.SequenceNumber,
    next,
  }
}

/** Undefined, a while later, when AWS refuses; the mapping shows why. `lost` hears of an iterator that leads nowhere any more. */
async function withoutProblem<Result>(
  { clock }: World,
  mapping: EventSourceMapping,
  run: () => Promise<Result>,
  lost: (error: AwsError) => void = () => undefined,
): Promise<Result | undefined> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const isExpired = error.code === 'ExpiredIteratorException'
    if (isExpired || error.code === 'TrimmedDataAccessException') lost(error)
    if (isExpired) return undefined
    mapping.lastProcessingResult = `PROBLEM: ${error.code}: ${error.message}`
    await clock.wait(AFTER_PROBLEM_MILLISECONDS)
    return undefined
  }
}
