import { describe, expect, it } from 'vitest'
import { ACCOUNT, FUNCTION, REGION } from './fixture.ts'
import { mappingFixture, QUEUE } from './mapping-fixture.ts'

const INVALID = { code: 'InvalidParameterValueException', status: 400 }

describe('an event source mapping', () => {
  it('has the defaults for a DynamoDB stream', async () => {
    const { create, EventSourceArn } = await mappingFixture()

    const created = await create()

    expect(created).toEqual({
      UUID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      EventSourceMappingArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:event-source-mapping:${created.UUID}`,
      EventSourceArn,
      FunctionArn: FUNCTION,
      StartingPosition: 'TRIM_HORIZON',
      State: 'Creating',
      StateTransitionReason: 'User action',
      LastModified: new Date('2026-01-01T00:00:05.000Z'),
      LastProcessingResult: 'No records processed',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: false,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
      TumblingWindowInSeconds: 0,
      FunctionResponseTypes: [],
      DestinationConfig: { OnFailure: {} },
    })
  })

  it('has what it was given', async () => {
    const { create, get } = await mappingFixture()
    const given = {
      StartingPosition: 'LATEST' as const,
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 300,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10_000,
      MaximumRecordAgeInSeconds: 604_800,
      FunctionResponseTypes: ['ReportBatchItemFailures' as const],
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    }

    const { UUID = '' } = await create({ ...given, ParallelizationFactor: 1 })

    expect(await get(UUID)).toMatchObject(given)
  })

  it('keeps what a change does not name, and can lose its filters and its destination', async () => {
    const { map, update, get } = await mappingFixture()
    const UUID = await map({
      BatchSize: 7,
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })
    const before = await get(UUID)

    await update(UUID, { MaximumRetryAttempts: 3 })
    const changed = await get(UUID)
    expect(changed).toEqual({ ...before, MaximumRetryAttempts: 3, LastModified: changed.LastModified })
    await update(UUID, {
      FilterCriteria: {},
      DestinationConfig: { OnFailure: { Destination: '' } },
      FunctionResponseTypes: [],
    })

    const { FilterCriteria, DestinationConfig, FunctionResponseTypes } = await get(UUID)
    expect(FilterCriteria).toBeUndefined()
    expect(DestinationConfig?.OnFailure?.Destination ?? '').toBe('')
    expect(FunctionResponseTypes).toEqual([])
  })
})

describe('a mapping is refused', () => {
  it.each<[string, object, object]>([
    ['no function', { FunctionName: 'missing' }, { code: 'ResourceNotFoundException' }],
    ['no version', { FunctionName: 'work:7' }, { code: 'ResourceNotFoundException' }],
    ['no source', { EventSourceArn: undefined }, INVALID],
    [
      'a table for its source',
      { EventSourceArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/registry` },
      INVALID,
    ],
    [
      'a stream that is not there',
      {
        EventSourceArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/registry/stream/2020-01-01T00:00:00.000`,
      },
      INVALID,
    ],
    ['a queue for its source', { EventSourceArn: QUEUE }, { code: 'NotInLocalMode' }],
    ['no starting position', { StartingPosition: undefined }, INVALID],
    ['a time for its starting position', { StartingPosition: 'AT_TIMESTAMP' }, INVALID],
    ['no records in a batch', { BatchSize: 0 }, INVALID],
    ['too many records in a batch', { BatchSize: 10_001 }, INVALID],
    ['a batching window before now', { MaximumBatchingWindowInSeconds: -1 }, INVALID],
    ['a batching window of over 5 minutes', { MaximumBatchingWindowInSeconds: 301 }, INVALID],
    ['fewer than no retries', { MaximumRetryAttempts: -2 }, INVALID],
    ['too many retries', { MaximumRetryAttempts: 10_001 }, INVALID],
    ['an age of under a minute', { MaximumRecordAgeInSeconds: 59 }, INVALID],
    ['an age of over a week', { MaximumRecordAgeInSeconds: 604_801 }, INVALID],
    ['a response type that there is not', { FunctionResponseTypes: ['ReportNothing'] }, INVALID],
    ['a pattern that is none', { FilterCriteria: { Filters: [{ Pattern: '{' }] } }, INVALID],
    [
      'a function for its destination',
      { DestinationConfig: { OnFailure: { Destination: FUNCTION } } },
      INVALID,
    ],
    [
      'a destination that is no ARN',
      { DestinationConfig: { OnFailure: { Destination: 'failures' } } },
      INVALID,
    ],
    // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html: on failure is the only condition.
    ['a destination for successes', { DestinationConfig: { OnSuccess: { Destination: QUEUE } } }, INVALID],
    [
      'a topic for its destination',
      { DestinationConfig: { OnFailure: { Destination: QUEUE.replace('sqs', 'sns') } } },
      { code: 'NotInLocalMode' },
    ],
    ['tags of AWS’s own', { Tags: { 'aws:team': 'a' } }, INVALID],
    ['several batches of a shard at once', { ParallelizationFactor: 2 }, { code: 'NotInLocalMode' }],
    ['a tumbling window', { TumblingWindowInSeconds: 10 }, { code: 'NotInLocalMode' }],
    ['a key for its filters', { KMSKeyArn: 'arn:aws:kms:x:y:key/z' }, { code: 'NotInLocalMode' }],
    ['metrics', { MetricsConfig: { Metrics: ['EventCount'] } }, { code: 'NotInLocalMode' }],
  ])('with %s', async (_, input, error) => {
    const { create, run } = await mappingFixture()

    await expect(create(input)).rejects.toMatchObject(error)
    expect(await run('ListEventSourceMappings', {})).toEqual({ EventSourceMappings: [] })
  })

  it('for a stream and a function that have one already', async () => {
    const { create } = await mappingFixture()
    const { UUID } = await create()

    await expect(create({ StartingPosition: 'LATEST' })).rejects.toMatchObject({
      code: 'ResourceConflictException',
      status: 409,
      message: expect.stringContaining(`${UUID}`),
    })
  })

  it('in a change, which then changes nothing', async () => {
    const { map, run, get } = await mappingFixture()
    const UUID = await map()
    const before = await get(UUID)

    await expect(
      run('UpdateEventSourceMapping', { UUID, Enabled: false, BatchSize: 10_001 }),
    ).rejects.toMatchObject(INVALID)

    expect(await get(UUID)).toEqual(before)
  })
})
