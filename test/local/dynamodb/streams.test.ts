import type { ListStreamsOutput } from '@aws-sdk/client-dynamodb-streams'
import { describe, expect, test } from 'vitest'
import { callOf, dynamodbFixture, key, OTHER_ACCOUNT, SECOND } from './fixture.ts'
import { partitions, streamFixture } from './stream-fixture.ts'

const MINUTE = 60 * SECOND
const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } as const

/** Three records: a, b, c. */
async function threeRecords() {
  const fixture = await streamFixture('KEYS_ONLY')
  for (const name of ['a', 'b', 'c']) await fixture.put(key(name))
  const numbers = (await fixture.all()).map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '')
  const [first = '', second = '', third = ''] = numbers
  return { ...fixture, first, second, third }
}

describe('a shard iterator', () => {
  test('at the trim horizon begins with the oldest record', async () => {
    const { iterator, read } = await threeRecords()

    const { Records } = await read(await iterator('TRIM_HORIZON'))

    expect(partitions(Records)).toEqual(['a', 'b', 'c'])
  })

  test('at the latest begins with what is written after it was taken', async () => {
    const { iterator, read, put } = await threeRecords()

    const latest = await iterator('LATEST')
    await put(key('d'))

    expect(partitions((await read(latest)).Records)).toEqual(['d'])
  })

  test('at a sequence number begins with that record, after it with the next', async () => {
    const { iterator, read, second, third } = await threeRecords()

    expect(partitions((await read(await iterator('AT_SEQUENCE_NUMBER', second))).Records)).toEqual(['b', 'c'])
    expect(partitions((await read(await iterator('AFTER_SEQUENCE_NUMBER', second))).Records)).toEqual(['c'])
    expect(partitions((await read(await iterator('AFTER_SEQUENCE_NUMBER', third))).Records)).toEqual([])
  })

  test('may be used again and gives the same records', async () => {
    const { iterator, read } = await threeRecords()
    const oldest = await iterator('TRIM_HORIZON')

    const twice = [await read(oldest, 2), await read(oldest, 2)]

    expect(twice.map(({ Records }) => partitions(Records))).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
  })

  test.each([
    ['no type that there is', { ShardIteratorType: 'OLDEST' }, 'ValidationException'],
    ['no sequence number', { ShardIteratorType: 'AT_SEQUENCE_NUMBER' }, 'ValidationException'],
    [
      'a sequence number that is none',
      { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: 'first' },
      'ValidationException',
    ],
    [
      'a shard of another stream',
      { ShardIteratorType: 'LATEST', ShardId: 'shardId-00000000000000000000-0000' },
      'ResourceNotFoundException',
    ],
    [
      'a stream that is not there',
      {
        ShardIteratorType: 'LATEST',
        StreamArn: 'arn:aws:dynamodb:eu-central-1:000000000000:table/x/stream/1',
      },
      'ResourceNotFoundException',
    ],
  ])('is not given for %s', async (_, input, code) => {
    const { run, describe, StreamArn } = await threeRecords()
    const ShardId = (await describe()).Shards?.[0]?.ShardId

    await expect(run('GetShardIterator', { StreamArn, ShardId, ...input })).rejects.toMatchObject({ code })
  })
})

describe('GetRecords', () => {
  test('goes on where it stopped, and never ends on an open shard', async () => {
    const { iterator, read, put } = await threeRecords()

    const first = await read(await iterator('TRIM_HORIZON'), 2)
    const second = await read(first.NextShardIterator, 2)
    const third = await read(second.NextShardIterator, 2)
    await put(key('d'))
    const fourth = await read(third.NextShardIterator, 2)

    const pages = [first, second, third, fourth].map(({ Records }) => partitions(Records))
    expect(pages).toEqual([['a', 'b'], ['c'], [], ['d']])
    expect(fourth.NextShardIterator).toBeDefined()
  })

  test('gives at most 1 MB, but one record in any case', async () => {
    const { put, iterator, read } = await streamFixture('NEW_AND_OLD_IMAGES')
    const text = { S: 'x'.repeat(300 * 1024) }
    for (const name of ['a', 'b', 'c', 'd']) await put({ ...key(name), text })

    const first = await read(await iterator('TRIM_HORIZON'))
    const second = await read(first.NextShardIterator)

    expect([first, second].map(({ Records }) => partitions(Records))).toEqual([['a', 'b', 'c'], ['d']])
  })

  test('gives at most 1000 records', async () => {
    const { run, iterator, read } = await streamFixture('KEYS_ONLY')
    for (let batch = 0; batch < 41; batch += 1) {
      const puts = Array.from({ length: 25 }, (_, index) => ({
        PutRequest: { Item: key(`${batch}-${index}`) },
      }))
      await run('BatchWriteItem', { RequestItems: { registry: puts } })
    }

    const first = await read(await iterator('TRIM_HORIZON'))
    const second = await read(first.NextShardIterator)

    expect([first.Records?.length, second.Records?.length]).toEqual([1000, 25])
  })

  test('takes an iterator for 15 minutes, and each answer gives one for 15 more', async () => {
    const { iterator, read, clock } = await threeRecords()
    const oldest = await iterator('TRIM_HORIZON')

    await clock.pass(15 * MINUTE - 1)
    const { NextShardIterator } = await read(oldest)
    await clock.pass(1)
    await expect(read(oldest)).rejects.toMatchObject({ code: 'ExpiredIteratorException' })
    await clock.pass(15 * MINUTE - 2)

    expect((await read(NextShardIterator)).Records).toEqual([])
  })

  test.each([
    ['what is no iterator', { ShardIterator: 'arn:aws:dynamodb|1|AAAA' }, 'ValidationException'],
    ['a limit of nothing', { Limit: 0 }, 'ValidationException'],
    // Told apart in https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
    ['a limit over 1000', { Limit: 1001 }, 'LimitExceededException'],
  ])('refuses %s', async (_, input, code) => {
    const { run, iterator } = await threeRecords()
    const ShardIterator = await iterator('TRIM_HORIZON')

    await expect(run('GetRecords', { ShardIterator, ...input })).rejects.toMatchObject({ code })
  })
})

describe('DescribeStream', () => {
  test('shows the stream and its open shard', async () => {
    const { describe, StreamArn } = await streamFixture('NEW_IMAGE')

    expect(await describe()).toEqual({
      StreamArn,
      StreamLabel: '2026-01-01T00:00:00.000',
      StreamStatus: 'ENABLED',
      StreamViewType: 'NEW_IMAGE',
      CreationRequestDateTime: new Date('2026-01-01T00:00:00.000Z'),
      TableName: 'registry',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Shards: [
        {
          ShardId: expect.stringMatching(/^shardId-\d{20}-[0-9a-f]{8}$/),
          SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{21,40}$/) },
        },
      ],
    })
  })

  test('has no page after the only shard', async () => {
    const { run, describe, StreamArn } = await streamFixture()
    const ExclusiveStartShardId = (await describe()).Shards?.[0]?.ShardId

    expect(await run('DescribeStream', { StreamArn, ExclusiveStartShardId })).toMatchObject({
      StreamDescription: { StreamArn, Shards: [] },
    })
  })

  test.each([
    ['a filter of shards', { ShardFilter: { Type: 'CHILD_SHARDS' } }, 'NotInLocalMode'],
    ['a limit of nothing', { Limit: 0 }, 'ValidationException'],
    ['a stream that is not there', { StreamArn: 'arn:other' }, 'ResourceNotFoundException'],
  ])('refuses %s', async (_, input, code) => {
    const { run, StreamArn } = await streamFixture()

    await expect(run('DescribeStream', { StreamArn, ...input })).rejects.toMatchObject({ code })
  })

  test.each([
    ['account', callOf(OTHER_ACCOUNT)],
    ['region', callOf(undefined, 'us-east-1')],
  ])('knows nothing of the streams of another %s', async (_, call) => {
    const { run, StreamArn } = await streamFixture()

    await expect(run('DescribeStream', { StreamArn }, call)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
    expect(await run('ListStreams', {}, call)).toEqual({ Streams: [] })
  })
})

describe('ListStreams', () => {
  async function threeStreams() {
    const fixture = await dynamodbFixture()
    const arns: string[] = []
    for (const TableName of ['alpha', 'beta', 'gamma'])
      arns.push(await fixture.createTable({ TableName, StreamSpecification }))
    await fixture.createTable({ TableName: 'without' })
    return { ...fixture, arns }
  }

  test('pages through the streams, each once', async () => {
    const { run, arns } = await threeStreams()

    const first = await run<ListStreamsOutput>('ListStreams', { Limit: 2 })
    const second = await run<ListStreamsOutput>('ListStreams', {
      Limit: 2,
      ExclusiveStartStreamArn: first.LastEvaluatedStreamArn,
    })

    const listed = [first, second].map(({ Streams = [] }) => Streams.map(({ StreamArn }) => StreamArn))
    expect(listed).toEqual([arns.slice(0, 2), arns.slice(2)])
    expect(second.LastEvaluatedStreamArn).toBeUndefined()
  })

  test.each(['beta', 'arn:aws:dynamodb:eu-central-1:000000000000:table/beta'])(
    'shows those of the table %s alone',
    async (TableName) => {
      const { run, arns } = await threeStreams()

      expect(await run('ListStreams', { TableName })).toEqual({
        Streams: [
          { StreamArn: arns[1], StreamLabel: expect.stringMatching(/^2026-01-01T/), TableName: 'beta' },
        ],
      })
    },
  )

  test.each([0, 101])('refuses a limit of %d', async (Limit) => {
    const { run } = await threeStreams()

    await expect(run('ListStreams', { Limit })).rejects.toMatchObject({ code: 'ValidationException' })
  })
})

test('IAM is asked about the stream, for its records about the one in the iterator', async () => {
  const { asks, StreamArn, iterator } = await streamFixture()
  const ask = (action: string) => ({
    action: `dynamodb:${action}`,
    resource: StreamArn,
    owner: '000000000000',
  })

  expect(asks('DescribeStream', { StreamArn })).toEqual([ask('DescribeStream')])
  expect(asks('GetShardIterator', { StreamArn })).toEqual([ask('GetShardIterator')])
  expect(asks('GetRecords', { ShardIterator: await iterator('LATEST') })).toEqual([ask('GetRecords')])
  expect(asks('ListStreams', {})).toEqual([{ action: 'dynamodb:ListStreams', resource: '*' }])
})
