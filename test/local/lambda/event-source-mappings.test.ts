import type { ListEventSourceMappingsResponse } from '@aws-sdk/client-lambda'
import { describe, expect, it } from 'vitest'
import { administrator, FUNCTION } from './fixture.ts'
import { Failure, mappingFixture } from './mapping-fixture.ts'

const OTHER_CALL = {
  ...administrator,
  principal: { kind: 'administrator', account: '111111111111', arn: 'arn:aws:iam::111111111111:root' },
} as const

describe('an event source mapping', () => {
  it('is enabled a while after it was made, and shows how it fares', async () => {
    const { create, get, pass, put, handle, settle } = await mappingFixture()
    const { UUID = '' } = await create()
    expect(await get(UUID)).toMatchObject({ State: 'Creating' })

    await pass(5_000)
    expect(await get(UUID)).toMatchObject({ State: 'Enabled', LastProcessingResult: 'No records processed' })
    await put('a')
    await settle()
    expect(await get(UUID)).toMatchObject({ LastProcessingResult: 'OK' })
    handle(() => {
      throw new Failure('no')
    })
    await put('b')
    await settle()

    expect(await get(UUID)).toMatchObject({ LastProcessingResult: 'PROBLEM: Function call failed' })
  })

  it('reads nothing while it is disabled, and everything after it was enabled', async () => {
    const { create, get, pass, put, update, keys } = await mappingFixture()
    const { UUID = '' } = await create({ Enabled: false })
    await put('a')
    await pass(10_000)
    expect(await get(UUID)).toMatchObject({ State: 'Disabled' })
    expect(keys()).toEqual([])

    await update(UUID, { Enabled: true })

    expect(await get(UUID)).toMatchObject({ State: 'Enabled' })
    expect(keys()).toEqual(['a'])
  })

  it('says what becomes of it while it changes, and takes no other change', async () => {
    const { map, run, get, pass } = await mappingFixture()
    const UUID = await map()

    const states = []
    for (const change of [{ Enabled: false }, { Enabled: true }, { BatchSize: 5 }]) {
      states.push(await run('UpdateEventSourceMapping', { UUID, ...change }))
      for (const operation of ['UpdateEventSourceMapping', 'DeleteEventSourceMapping'])
        await expect(run(operation, { UUID })).rejects.toMatchObject({ code: 'ResourceInUseException' })
      await pass(5_000)
    }

    expect(states).toMatchObject([{ State: 'Disabling' }, { State: 'Enabling' }, { State: 'Updating' }])
    expect(await get(UUID)).toMatchObject({ State: 'Enabled', BatchSize: 5 })
  })

  it('can be given to another function, which goes on where the first stopped', async () => {
    const { map, update, put, settle, addFunction, invocations } = await mappingFixture()
    const UUID = await map()
    await put('a')
    await settle()
    addFunction('other')

    await update(UUID, { FunctionName: 'other' })
    await put('b')
    await settle()

    const seen = invocations.map(({ invokedArn, keys }) => [invokedArn, ...keys])
    expect(seen).toEqual([
      [FUNCTION, 'a'],
      [FUNCTION.replace('work', 'other'), 'b'],
    ])
  })

  it('that is deleted reads no more, and is gone after a while', async () => {
    const { map, run, put, get, pass, settle, keys } = await mappingFixture()
    const UUID = await map()

    expect(await run('DeleteEventSourceMapping', { UUID })).toMatchObject({ UUID, State: 'Deleting' })
    await put('a')
    await settle()
    expect(await get(UUID)).toMatchObject({ State: 'Deleting' })
    await pass(5_000)

    await expect(get(UUID)).rejects.toMatchObject({ code: 'ResourceNotFoundException', status: 404 })
    expect(keys()).toEqual([])
  })

  it('never has two invocations at once, even when it is changed during one', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { map, update, put, settle, pass, handle, keys } = await mappingFixture(() => promise)
    const UUID = await map({ BatchSize: 1 })
    await put('a', 'b')
    await settle()

    await update(UUID, { BatchSize: 10 })
    await put('c')
    await pass(10_000)
    expect(keys()).toEqual(['a'])
    handle(() => null)
    resolve()
    await pass(5_000)

    expect(keys()).toEqual(['a', 'b,c'])
  })
})

describe('ListEventSourceMappings', () => {
  async function threeMappings() {
    const fixture = await mappingFixture()
    for (const name of ['one', 'two']) fixture.addFunction(name)
    for (const FunctionName of ['work', 'one', 'two']) await fixture.create({ FunctionName })
    return {
      ...fixture,
      list: (input: object) => fixture.run<ListEventSourceMappingsResponse>('ListEventSourceMappings', input),
    }
  }

  it('pages through all, each once', async () => {
    const { list } = await threeMappings()

    const first = await list({ MaxItems: 2 })
    const second = await list({ MaxItems: 2, Marker: first.NextMarker })

    const arns = [first, second].flatMap(({ EventSourceMappings = [] }) =>
      EventSourceMappings.map(({ FunctionArn }) => FunctionArn?.split(':').at(-1)),
    )
    expect(first.EventSourceMappings).toHaveLength(2)
    expect(second.NextMarker).toBeUndefined()
    expect(arns.sort()).toEqual(['one', 'two', 'work'])
  })

  it('shows those of one function or one stream', async () => {
    const { list, EventSourceArn } = await threeMappings()

    expect((await list({ FunctionName: 'one' })).EventSourceMappings).toMatchObject([
      { FunctionArn: FUNCTION.replace('work', 'one') },
    ])
    expect((await list({ EventSourceArn })).EventSourceMappings).toHaveLength(3)
    expect((await list({ EventSourceArn: `${EventSourceArn}0` })).EventSourceMappings).toEqual([])
  })

  it('shows nothing of other accounts, nor do the other operations', async () => {
    const { list, run } = await threeMappings()
    const { EventSourceMappings: [{ UUID } = {}] = [] } = await list({})

    expect(await run('ListEventSourceMappings', {}, OTHER_CALL)).toEqual({ EventSourceMappings: [] })
    for (const operation of ['GetEventSourceMapping', 'UpdateEventSourceMapping', 'DeleteEventSourceMapping'])
      await expect(run(operation, { UUID }, OTHER_CALL)).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
      })
  })
})

it('IAM is asked with the function as a condition', async () => {
  const { asks, create } = await mappingFixture()
  const { UUID, EventSourceMappingArn } = await create()

  expect(asks('CreateEventSourceMapping', { FunctionName: 'work', Tags: { team: 'identity' } })).toEqual([
    {
      action: 'lambda:CreateEventSourceMapping',
      resource: '*',
      context: {
        'lambda:FunctionArn': FUNCTION,
        'aws:RequestTag/team': 'identity',
        'aws:TagKeys': ['team'],
      },
    },
  ])
  for (const operation of ['GetEventSourceMapping', 'UpdateEventSourceMapping', 'DeleteEventSourceMapping'])
    expect(asks(operation, { UUID })).toEqual([
      {
        action: `lambda:${operation}`,
        resource: EventSourceMappingArn,
        context: { 'lambda:FunctionArn': FUNCTION },
      },
    ])
})
