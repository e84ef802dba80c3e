import type { DescribeTableOutput } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { dynamodbFixture, HOUR, key, SECOND, tableInput } from './fixture.ts'
import { partitions, streamFixture } from './stream-fixture.ts'

const TableName = 'registry'
const off = { TableName, StreamSpecification: { StreamEnabled: false } }
const on = { TableName, StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } }

describe('a record', () => {
  test('is there for 24 hours', async () => {
    const { put, all, clock } = await streamFixture('KEYS_ONLY')
    await put(key('first'))
    await clock.pass(HOUR)
    await put(key('second'))

    await clock.pass(23 * HOUR - 1)
    expect(partitions(await all())).toEqual(['first', 'second'])
    await clock.pass(1)
    expect(partitions(await all())).toEqual(['second'])
    await clock.pass(HOUR)
    expect(await all()).toEqual([])
  })

  test('that is gone can be pointed at no more', async () => {
    const { put, all, iterator, read, clock } = await streamFixture('KEYS_ONLY')
    await put(key('first'))
    const number = (await all())[0]?.dynamodb?.SequenceNumber
    await clock.pass(24 * HOUR - SECOND)
    const oldest = await iterator('TRIM_HORIZON')
    await clock.pass(SECOND)
    await put(key('second'))

    const trimmed = { code: 'TrimmedDataAccessException' }
    await expect(read(oldest)).rejects.toMatchObject(trimmed)
    await expect(iterator('AT_SEQUENCE_NUMBER', number)).rejects.toMatchObject(trimmed)
    expect(partitions((await read(await iterator('TRIM_HORIZON'))).Records)).toEqual(['second'])
  })
})

describe('a stream that was turned off', () => {
  test('shows its last records for 24 hours, and no others', async () => {
    const { put, run, all, clock, StreamArn } = await streamFixture('KEYS_ONLY')
    await put(key('before'))
    await run('UpdateTable', off)
    await put(key('after'))

    await clock.pass(24 * HOUR - 1)
    expect(partitions(await all())).toEqual(['before'])
    await clock.pass(1)
    await expect(run('DescribeStream', { StreamArn })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
    expect(await run('ListStreams', {})).toEqual({ Streams: [] })
  })

  test('has a closed shard, whose last record has the ending sequence number', async () => {
    const { put, run, all, describe } = await streamFixture('KEYS_ONLY')
    await put(key('a'))
    await put(key('b'))
    const last = (await all()).at(-1)?.dynamodb?.SequenceNumber

    await run('UpdateTable', off)

    expect(await describe()).toMatchObject({
      StreamStatus: 'DISABLED',
      Shards: [{ SequenceNumberRange: { EndingSequenceNumber: last } }],
    })
  })

  test('has a closed shard without records, if there never were any', async () => {
    const { run, describe, iterator, read } = await streamFixture('KEYS_ONLY')

    await run('UpdateTable', off)

    const { StartingSequenceNumber, EndingSequenceNumber } =
      (await describe()).Shards?.[0]?.SequenceNumberRange ?? {}
    expect(EndingSequenceNumber).toBe(StartingSequenceNumber)
    expect(await read(await iterator('TRIM_HORIZON'))).toEqual({ Records: [] })
  })

  test('tells its reader at the end that nothing more will come', async () => {
    const { put, run, iterator, read } = await streamFixture('KEYS_ONLY')
    await put(key('a'))
    await put(key('b'))
    const latest = await iterator('LATEST')
    await run('UpdateTable', off)

    const first = await read(await iterator('TRIM_HORIZON'), 1)
    const second = await read(first.NextShardIterator, 1)

    expect([first, second].map(({ Records }) => partitions(Records))).toEqual([['a'], ['b']])
    expect(second.NextShardIterator).toBeUndefined()
    expect(await read(latest)).toEqual({ Records: [] })
  })

  test('is not turned on again: the table gets another', async () => {
    const { put, run, records, clock, StreamArn } = await streamFixture('KEYS_ONLY')
    const table = async () => (await run<DescribeTableOutput>('DescribeTable', { TableName })).Table
    await put(key('old'))
    await run('UpdateTable', off)
    expect(await table()).toMatchObject({ LatestStreamArn: StreamArn })
    expect((await table())?.StreamSpecification).toBeUndefined()
    await clock.pass(3 * SECOND)

    await run('UpdateTable', on)
    await put(key('new'))

    const latest = (await table())?.LatestStreamArn ?? ''
    expect(latest).not.toBe(StreamArn)
    expect(await table()).toMatchObject({ StreamSpecification: on.StreamSpecification })
    expect(partitions(await records(StreamArn))).toEqual(['old'])
    expect(partitions(await records(latest))).toEqual(['new'])
    expect(await run('ListStreams', { TableName })).toMatchObject({
      Streams: [{ StreamArn }, { StreamArn: latest }],
    })
  })
})

describe('a stream is not', () => {
  const refusal = { code: 'ValidationException' }

  test('turned on, changed or turned off twice', async () => {
    const { run, clock, describe } = await streamFixture('KEYS_ONLY')

    await expect(run('UpdateTable', on)).rejects.toMatchObject(refusal)
    expect(await describe()).toMatchObject({ StreamStatus: 'ENABLED', StreamViewType: 'KEYS_ONLY' })
    await run('UpdateTable', off)
    await clock.pass(3 * SECOND)
    await expect(run('UpdateTable', off)).rejects.toMatchObject(refusal)
  })

  test.each([
    ['no view type', { StreamEnabled: true }],
    ['a view type that there is not', { StreamEnabled: true, StreamViewType: 'EVERYTHING' }],
    ['a view type but no stream', { StreamEnabled: false, StreamViewType: 'KEYS_ONLY' }],
  ])('made with %s, nor is its table', async (_, StreamSpecification) => {
    const { run } = await dynamodbFixture()

    await expect(run('CreateTable', { ...tableInput, StreamSpecification })).rejects.toMatchObject(refusal)

    expect(await run('ListTables', {})).toEqual({ TableNames: [] })
    expect(await run('ListStreams', {})).toEqual({ Streams: [] })
  })
})

test('the stream of a deleted table is readable for 24 hours, without its deletion', async () => {
  const { put, run, all, clock, describe } = await streamFixture('KEYS_ONLY')
  await put(key('a'))

  await run('DeleteTable', { TableName })
  await clock.pass(24 * HOUR - 1)

  expect(partitions(await all())).toEqual(['a'])
  expect(await describe()).toMatchObject({ StreamStatus: 'DISABLED' })
  await clock.pass(1)
  await expect(describe()).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
})

test('who watches a stream is woken by every write that changes something, and by its end', async () => {
  const { put, run, dynamodb, StreamArn } = await streamFixture('KEYS_ONLY')
  let woken = 0
  const unwatch = dynamodb.streams.watch(StreamArn, () => {
    woken += 1
  })

  await put(key('a'))
  await put(key('a'))
  expect(woken).toBe(1)
  await run('UpdateTable', off)
  expect(woken).toBe(2)
  unwatch()
})

test('who stops to watch twice takes nothing from who has come meanwhile', async () => {
  const { put, dynamodb, StreamArn } = await streamFixture('KEYS_ONLY')
  let woken = 0
  const unwatch = dynamodb.streams.watch(StreamArn, () => undefined)
  unwatch()
  dynamodb.streams.watch(StreamArn, () => {
    woken += 1
  })

  unwatch()
  await put(key('a'))

  expect(woken).toBe(1)
})

test('who has stopped to watch is not woken, others are', async () => {
  const { put, dynamodb, StreamArn } = await streamFixture('KEYS_ONLY')
  const woken = { first: 0, second: 0 }
  const unwatch = dynamodb.streams.watch(StreamArn, () => {
    woken.first += 1
  })
  dynamodb.streams.watch(StreamArn, () => {
    woken.second += 1
  })

  unwatch()
  await put(key('a'))

  expect(woken).toEqual({ first: 0, second: 1 })
})
