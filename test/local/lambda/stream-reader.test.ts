import { describe, expect, it } from 'vitest'
import { key } from '../dynamodb/fixture.ts'
import { mappingFixture } from './mapping-fixture.ts'

const HOUR = 3_600_000

describe('where a mapping starts', () => {
  it('is the oldest record at TRIM_HORIZON, and what comes next at LATEST', async () => {
    const { map, put, addFunction, settle, invocations } = await mappingFixture()
    addFunction('latest')
    await put('before')

    await map({ StartingPosition: 'TRIM_HORIZON' })
    await map({ StartingPosition: 'LATEST', FunctionName: 'latest' })
    await put('after')
    await settle()

    const seen = (name: string) =>
      invocations.filter(({ invokedArn }) => invokedArn.endsWith(name)).flatMap(({ keys }) => keys)
    expect(seen('work')).toEqual(['before', 'after'])
    expect(seen('latest')).toEqual(['after'])
  })

  it('is kept when its first reads fail', async () => {
    const { map, put, denied, pass, keys } = await mappingFixture()
    await map({ StartingPosition: 'LATEST' })
    denied.add('GetRecords')
    await put('a')
    await pass(10_000)

    denied.clear()
    await pass(10_000)

    expect(keys()).toEqual(['a'])
  })

  it('is not the beginning again after the records have been read', async () => {
    const { map, put, pass, update, keys } = await mappingFixture()
    const uuid = await map()
    await put('a')
    await pass(1_000)

    await update(uuid, { Enabled: false })
    await put('b')
    await pass(HOUR, 60_000)
    expect(keys()).toEqual(['a'])
    await update(uuid, { Enabled: true })

    expect(keys()).toEqual(['a', 'b'])
  })

  it('is the oldest record that is left when it slept for more than a day', async () => {
    const { map, put, pass, update, keys } = await mappingFixture()
    const uuid = await map()
    await put('a')
    await pass(1_000)
    await update(uuid, { Enabled: false })
    await put('lost')
    await pass(23 * HOUR, HOUR)
    await put('kept')
    await pass(2 * HOUR, HOUR)

    await update(uuid, { Enabled: true })
    await pass(60_000)

    expect(keys()).toEqual(['a', 'kept'])
  })
})

describe('how many records the function gets', () => {
  it('is the batch size at most', async () => {
    const { map, put, settle, keys } = await mappingFixture()
    await put('a', 'b', 'c', 'd', 'e')

    await map({ BatchSize: 2 })
    await settle()

    expect(keys()).toEqual(['a,b', 'c,d', 'e'])
  })

  it('is what comes within the batching window after the first', async () => {
    const { map, put, pass, invocations, clock } = await mappingFixture()
    await map({ MaximumBatchingWindowInSeconds: 10 })
    const opened = clock.now().getTime()
    await put('a')
    await pass(6_000)
    await put('b')

    await pass(3_999)
    expect(invocations).toEqual([])
    await pass(1)

    expect(invocations).toMatchObject([{ keys: ['a', 'b'], at: new Date(opened + 10_000) }])
    await put('c')
    await pass(10_000)
    expect(invocations.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c']])
  })

  it('is the batch size, which ends the batching window early', async () => {
    const { map, run, put, pass, invocations, clock } = await mappingFixture()
    await map({ MaximumBatchingWindowInSeconds: 300, BatchSize: 3 })
    await put('a')
    await pass(5_000)
    const before = clock.now()

    const puts = ['b', 'c', 'd'].map((name) => ({ PutRequest: { Item: key(name) } }))
    await run('BatchWriteItem', { RequestItems: { registry: puts } })
    await pass(1)

    expect(invocations).toMatchObject([{ keys: ['a', 'b', 'c'], at: before }])
  })

  it('is what makes 6 MB, which ends the batching window early', async () => {
    const { map, run, pass, invocations } = await mappingFixture()
    await map({ MaximumBatchingWindowInSeconds: 300, BatchSize: 1_000 })

    for (let index = 0; index < 20; index += 1)
      await run('PutItem', {
        TableName: 'registry',
        Item: { ...key(`${index}`), text: { S: 'x'.repeat(390_000) } },
      })
    await pass(1)

    const sizes = invocations.map(({ records }) => JSON.stringify({ Records: records }).length)
    expect(sizes).not.toEqual([])
    for (const size of sizes) expect(size).toBeLessThanOrEqual(6 * 1024 * 1024)
    await pass(300_000, 10_000)
    const seen = invocations.flatMap(({ keys }) => keys)
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => `${index}`))
  })
})

describe('a filter', () => {
  const Filters = [{ Pattern: '{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"ROLE#"}]}}}}' }]

  it('keeps records from the function, and the mapping goes on behind them', async () => {
    const { map, put, settle, update, keys } = await mappingFixture()
    const uuid = await map({ FilterCriteria: { Filters } })

    await put('CLUSTER#a', 'ROLE#a', 'KEY#a')
    await settle()
    await put('CLUSTER#b')
    await settle()
    expect(keys()).toEqual(['ROLE#a'])
    await update(uuid, { FilterCriteria: {} })

    expect(keys()).toEqual(['ROLE#a'])
  })

  it('does not make the batching window longer or the batch larger', async () => {
    const { map, put, pass, keys } = await mappingFixture()
    await map({ FilterCriteria: { Filters }, MaximumBatchingWindowInSeconds: 10, BatchSize: 2 })
    await put('CLUSTER#a')
    await pass(20_000)
    await put('ROLE#a', 'CLUSTER#b')
    await pass(9_000)

    await put('ROLE#b', 'ROLE#c')
    await pass(1)
    expect(keys()).toEqual(['ROLE#a,ROLE#b'])
    await pass(10_000)

    expect(keys()).toEqual(['ROLE#a,ROLE#b', 'ROLE#c'])
  })

  it('can tell what time to live has deleted', async () => {
    const { map, run, put, pass, clock, keys } = await mappingFixture()
    const Pattern = '{"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}}'
    await map({ FilterCriteria: { Filters: [{ Pattern }] } })
    await run('UpdateTimeToLive', {
      TableName: 'registry',
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
    })
    const expires = { N: String(clock.now().getTime() / 1000 + 10) }
    await run('PutItem', { TableName: 'registry', Item: { ...key('expired'), expires } })
    await put('deleted')
    await run('DeleteItem', { TableName: 'registry', Key: key('deleted') })

    await pass(100_000)

    expect(keys()).toEqual(['expired'])
  })
})
