import { describe, expect, it } from 'vitest'
import { ACCOUNT, FUNCTION, REGION } from './fixture.ts'
import { Failure, mappingFixture, QUEUE } from './mapping-fixture.ts'

const HOUR = 3_600_000

describe('a change in the table', () => {
  it('reaches the function, in the order of the writes', async () => {
    const { map, put, settle, invocations, EventSourceArn } = await mappingFixture()
    await map()

    await put('a')
    await settle()
    await put('b', 'c')
    await settle()

    expect(invocations.flatMap(({ keys }) => keys)).toEqual(['a', 'b', 'c'])
    expect(invocations[0]).toMatchObject({
      invokedArn: FUNCTION,
      records: [
        {
          eventName: 'INSERT',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: REGION,
          eventSourceARN: EventSourceArn,
          dynamodb: {
            ApproximateCreationDateTime: Date.parse('2026-01-01T00:00:10Z') / 1000,
            Keys: { pk: { S: 'a' } },
            NewImage: { pk: { S: 'a' } },
            StreamViewType: 'NEW_AND_OLD_IMAGES',
          },
        },
      ],
    })
  })

  it('reaches the function at once', async () => {
    const { map, put, settle, invocations, clock } = await mappingFixture()
    await map()
    const before = clock.now()

    await put('a')
    await settle()

    expect(invocations).toMatchObject([{ at: before }])
  })

  it('reaches every function that is mapped, each for itself', async () => {
    const fixture = await mappingFixture(({ invokedArn }) => {
      if (invokedArn === FUNCTION) throw new Failure('no')
    })
    const { map, put, addFunction, settle, invocations } = fixture
    addFunction('other')
    await map()
    await map({ FunctionName: 'other' })

    await put('a')
    await settle()
    await put('b')
    await settle()

    const arns = invocations.map(({ invokedArn, keys }) => `${invokedArn.split(':').at(-1)} ${keys}`)
    expect(arns).toEqual(expect.arrayContaining(['work a', 'other a', 'other b']))
    expect(arns).not.toContain('work b')
  })

  it('reaches the function after a fault of local mode itself', async () => {
    let isBroken = true
    const { map, put, settle, pass, get, invocations } = await mappingFixture(() => {
      if (isBroken) throw new RangeError('Maximum call stack size exceeded')
    })
    const UUID = await map()
    await put('a')
    await settle()
    const { LastProcessingResult } = await get(UUID)
    isBroken = false

    await pass(300_000)

    expect(LastProcessingResult).toMatch(/^PROBLEM: Local mode failed: RangeError: Maximum call stack/)
    expect(await get(UUID)).toMatchObject({ LastProcessingResult: 'OK' })
    expect(invocations.at(-1)?.keys).toEqual(['a'])
  })

  it('reaches the version that the mapping names', async () => {
    const { work, map, put, settle, invocations } = await mappingFixture()
    work.versions.set('3', { ...work.revision, version: '3' })
    await map({ FunctionName: `${FUNCTION}:3` })

    await put('a')
    await settle()

    expect(invocations).toMatchObject([{ invokedArn: `${FUNCTION}:3` }])
  })

  it('waits while the one before it is worked on', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { map, put, settle, keys } = await mappingFixture(() => promise)
    await map()
    await put('a')
    await settle()

    await put('b', 'c')
    await settle()
    expect(keys()).toEqual(['a'])
    resolve()
    await settle()

    expect(keys()).toEqual(['a', 'b,c'])
  })
})

describe('records that are given up', () => {
  it('are named to the queue for failures, by the role of the function', async () => {
    const { map, put, pass, settle, sent, keys, EventSourceArn, invocations, run } = await mappingFixture(
      ({ keys }) => {
        if (keys.includes('poison')) throw new Failure('no')
      },
    )
    await put('poison', 'next')
    await map({ MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: QUEUE } } })

    await pass(10_000)
    await put('later')
    await settle()

    expect(keys()).toEqual(['poison,next', 'poison,next', 'later'])
    const [message, ...others] = sent.filter(({ service }) => service === 'sqs')
    expect(others).toEqual([])
    expect(message).toMatchObject({
      operation: 'SendMessage',
      call: { region: REGION, principal: { kind: 'role-session', account: ACCOUNT } },
      input: { QueueUrl: `http://127.0.0.1:4566/${ACCOUNT}/failures` },
    })
    const numbers = invocations[0]?.records.map(({ dynamodb }) => dynamodb.SequenceNumber)
    const { StreamDescription } = await run<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      'DescribeStream',
      { StreamArn: EventSourceArn },
    )
    expect(JSON.parse(String(message?.input.MessageBody))).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: FUNCTION,
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-01-01T00:00:11.000Z',
      DDBStreamBatchInfo: {
        shardId: StreamDescription.Shards[0]?.ShardId,
        startSequenceNumber: numbers?.[0],
        endSequenceNumber: numbers?.[1],
        approximateArrivalOfFirstRecord: '2026-01-01T00:00:05Z',
        approximateArrivalOfLastRecord: '2026-01-01T00:00:05Z',
        batchSize: 2,
        streamArn: EventSourceArn,
      },
    })
  })

  it('because of their age are named with that reason, and later ones go on', async () => {
    const { map, put, pass, sent, work, keys } = await mappingFixture()
    work.reservedConcurrency = 0
    await map({
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    })
    await put('old')
    await pass(120_000)
    work.reservedConcurrency = undefined
    await put('young')
    await pass(60_000)

    expect(keys()).toEqual(['young'])
    const messages = sent.filter(({ service }) => service === 'sqs')
    const bodies = messages.map(({ input }) => JSON.parse(String(input.MessageBody)))
    expect(bodies).toMatchObject([
      { requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 0 } },
    ])
    expect(bodies[0].responseContext).toBeUndefined()
  })

  it('are lost without a destination, and the shard goes on', async () => {
    const { map, put, pass, sent, keys } = await mappingFixture(({ keys }) => {
      if (keys.includes('poison')) throw new Failure('no')
    })
    await map({ MaximumRetryAttempts: 0, BatchSize: 1 })

    await put('poison', 'next')
    await pass(5_000)

    expect(keys()).toEqual(['poison', 'next'])
    expect(sent.filter(({ service }) => service === 'sqs')).toEqual([])
  })

  it('that may not be sent on are in the log of the function, and the shard goes on', async () => {
    const { map, put, pass, log, denied, keys } = await mappingFixture(({ keys }) => {
      if (keys.includes('poison')) throw new Failure('no')
    })
    denied.add('SendMessage')
    await map({
      MaximumRetryAttempts: 0,
      BatchSize: 1,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    })

    await put('poison', 'next')
    await pass(5_000)

    expect(log).toEqual([`Destination delivery to ${QUEUE} failed: AccessDenied: may not SendMessage`])
    expect(keys()).toEqual(['poison', 'next'])
  })
})

describe('a poison pill', () => {
  it('blocks the shard for a day by default', async () => {
    const { map, put, pass, keys } = await mappingFixture(({ keys }) => {
      if (keys.includes('poison')) throw new Failure('no')
    })
    await map({ BatchSize: 1 })
    await put('poison')
    await pass(HOUR, 60_000)
    await put('next')

    await pass(23 * HOUR - 60_000, 60_000)
    expect(keys()).not.toContain('next')
    await pass(120_000, 60_000)

    expect(keys()).toContain('next')
  })

  it('goes alone where batches are split', async () => {
    const { map, put, pass, keys, sent } = await mappingFixture(({ keys }) => {
      if (keys.includes('c')) throw new Failure('no')
    })
    await put('a', 'b', 'c', 'd')
    await map({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    })

    await pass(20_000)

    expect(keys()).toEqual(['a,b,c,d', 'a,b', 'c,d', 'c', 'd'])
    expect(sent.filter(({ service }) => service === 'sqs')).toHaveLength(1)
  })
})

it('what the function reports as failed comes again, and only that', async () => {
  const { map, put, pass, handle, keys } = await mappingFixture()
  await put('a', 'b', 'c')
  let reported = false
  handle(({ records }) => {
    if (reported) return { batchItemFailures: [] }
    reported = true
    return { batchItemFailures: [{ itemIdentifier: records[1]?.dynamodb.SequenceNumber }] }
  })

  await map({ FunctionResponseTypes: ['ReportBatchItemFailures'] })
  await pass(5_000)

  expect(keys()).toEqual(['a,b,c', 'b,c'])
})
