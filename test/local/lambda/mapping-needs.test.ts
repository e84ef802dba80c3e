import { describe, expect, it } from 'vitest'
import { mappingFixture } from './mapping-fixture.ts'

describe('what a mapping needs of others', () => {
  it.each(['DescribeStream', 'GetShardIterator', 'GetRecords'])(
    'is the permission of its function to %s, which it misses visibly and asks for again',
    async (operation) => {
      const { map, update, put, get, denied, pass, keys } = await mappingFixture()
      const UUID = await map({ Enabled: false })
      denied.add(operation)
      await put('a')
      await update(UUID, { Enabled: true })
      expect(keys()).toEqual([])
      expect(await get(UUID)).toMatchObject({
        LastProcessingResult: expect.stringContaining('PROBLEM: AccessDenied'),
      })

      denied.clear()
      await pass(10_000)

      expect(keys()).toEqual(['a'])
    },
  )

  it('is asked for when it is made', async () => {
    const { create, denied, run } = await mappingFixture()
    denied.add('DescribeStream')

    await expect(create()).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringMatching(
        /^Cannot access stream arn:.*Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions/,
      ),
    })
    expect(await run('ListEventSourceMappings', {})).toEqual({ EventSourceMappings: [] })
  })

  it('is done as the role of the function', async () => {
    const { map, put, settle, sent } = await mappingFixture()
    await map()
    await put('a')
    await settle()

    const read = sent.filter(({ service }) => service === 'dynamodbstreams')
    expect(new Set(read.map(({ operation }) => operation))).toEqual(
      new Set(['DescribeStream', 'GetShardIterator', 'GetRecords']),
    )
    for (const { call } of read) expect(call.principal).toMatchObject({ kind: 'role-session' })
  })

  it('is a function: while there is none its records wait', async () => {
    const { map, put, settle, pass, get, work, functions, keys } = await mappingFixture()
    const UUID = await map()
    functions.delete(work.arn)
    await put('a')
    await settle()
    expect(await get(UUID)).toMatchObject({
      LastProcessingResult: expect.stringContaining('PROBLEM: ResourceNotFoundException'),
    })

    functions.set(work.arn, work)
    await pass(60_000)

    expect(keys()).toEqual(['a'])
  })

  it('is room for its function: what is throttled waits and counts as no attempt', async () => {
    const { map, put, pass, work, keys } = await mappingFixture()
    await map({ MaximumRetryAttempts: 0 })
    work.reservedConcurrency = 0
    await put('a')
    await pass(30_000)
    expect(keys()).toEqual([])

    work.reservedConcurrency = 1
    await pass(60_000)

    expect(keys()).toEqual(['a'])
  })

  it('ends with the stream: its last records are read, and then it rests', async () => {
    const { map, run, put, settle, clock, keys, pass, sent } = await mappingFixture()
    await map()
    await put('a')
    await run('UpdateTable', { TableName: 'registry', StreamSpecification: { StreamEnabled: false } })
    await put('b')
    await settle()
    await pass(5_000)
    expect(keys()).toEqual(['a'])

    const before = sent.length
    await pass(3_600_000, 60_000)

    expect(sent).toHaveLength(before)
    expect(clock.pendingTimers()).toBe(0)
  })
})
