/** Facts from https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
import { describe, expect, test } from 'vitest'
import type { Call } from '../../../local/service.ts'
import { ACCOUNT, anEntry, BUS, callOf, eventsFixture, OTHER_ACCOUNT, REGION } from './fixture.ts'

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
describe('the envelope', () => {
  test('has what AWS documents, and nothing else', async () => {
    const { delivered, put, rule } = eventsFixture()
    await rule()

    const { Entries } = await put({ Resources: ['arn:aws:eks:r'] })

    expect(delivered()).toEqual([
      {
        version: '0',
        id: Entries?.[0]?.EventId,
        'detail-type': 'Test',
        source: 'test',
        account: ACCOUNT,
        time: '2026-01-01T00:00:00Z',
        region: REGION,
        resources: ['arn:aws:eks:r'],
        detail: { cluster: 'blue' },
      },
    ])
    expect(Entries).toEqual([{ EventId: uuid }])
  })

  test("has the sender's account, not the bus's, and no resources unless given", async () => {
    const { clock, delivered, rule, run } = eventsFixture()
    await rule()

    await run('PutEvents', { Entries: [{ ...anEntry, EventBusName: BUS }] }, callOf(OTHER_ACCOUNT))
    await clock.settle()

    expect(delivered()).toMatchObject([{ account: OTHER_ACCOUNT, region: REGION, resources: [] }])
  })

  test('has the time of the entry in whole seconds, else the time of arrival', async () => {
    const { clock, delivered, put, rule } = eventsFixture()
    await rule()
    clock.advance(1_999)

    await put({}, { Time: new Date('2025-12-31T23:59:59.999Z') })

    expect(delivered()).toMatchObject([{ time: '2026-01-01T00:00:01Z' }, { time: '2025-12-31T23:59:59Z' }])
  })

  test('has an ID of its own for every event, in the order of the entries', async () => {
    const { delivered, put, rule } = eventsFixture()
    await rule()

    const { Entries = [] } = await put({ Detail: '{"n":1}' }, { Detail: '{"n":2}' })

    const ids = Entries.map(({ EventId }) => EventId)
    expect(new Set(ids).size).toBe(2)
    expect(delivered()).toMatchObject([
      { id: ids[0], detail: { n: 1 } },
      { id: ids[1], detail: { n: 2 } },
    ])
  })
})

describe('PutEvents', () => {
  test('takes one to ten entries', async () => {
    const { put, rule, run, sent } = eventsFixture()
    await rule()

    await put(...Array.from({ length: 10 }, () => ({})))
    expect(sent).toHaveLength(10)

    for (const Entries of [[], Array.from({ length: 11 }, () => anEntry)])
      await expect(run('PutEvents', { Entries })).rejects.toMatchObject({ code: 'ValidationException' })
    expect(sent).toHaveLength(10)
  })

  test('takes less than a mebibyte: sources, types, details, resources, and 14 bytes a time', async () => {
    const { put, rule, sent } = eventsFixture()
    await rule()
    const rest = Buffer.byteLength('test') + Buffer.byteLength('Test') + Buffer.byteLength('é')
    const detail = (bytes: number) => `{"a":"${'a'.repeat(bytes - '{"a":""}'.length)}"}`
    const entry = (bytes: number) => ({ Resources: ['é'], Detail: detail(bytes - rest) })

    await put(entry(1_048_575))
    await put(entry(524_288), entry(524_287))
    expect(sent).toHaveLength(3)

    const tooLarge = { code: 'ValidationException' }
    await expect(put(entry(1_048_576))).rejects.toMatchObject(tooLarge)
    await expect(put(entry(524_288), entry(524_288))).rejects.toMatchObject(tooLarge)
    await expect(put({ ...entry(1_048_575), Time: new Date() })).rejects.toMatchObject(tooLarge)
    await expect(put({ ...entry(1_048_561), Time: new Date() })).resolves.toBeDefined()
  })

  test('fails entry by entry', async () => {
    const { put, rule, sent } = eventsFixture()
    await rule()

    const answer = await put(
      {},
      { Source: '' },
      { DetailType: '' },
      { Detail: '' },
      { Detail: '{' },
      { Detail: '[]' },
      { Detail: '"text"' },
      { Source: 'aws.states' },
      {},
    )

    const failed = (ErrorCode: string) => ({ ErrorCode, ErrorMessage: expect.any(String) })
    expect(answer).toEqual({
      FailedEntryCount: 7,
      Entries: [
        { EventId: uuid },
        failed('InvalidArgument'),
        failed('InvalidArgument'),
        failed('InvalidArgument'),
        failed('MalformedDetail'),
        failed('MalformedDetail'),
        failed('MalformedDetail'),
        failed('NotAuthorizedForSourceException'),
        { EventId: uuid },
      ],
    })
    expect(sent).toHaveLength(2)
  })

  test('drops an event for a bus that is not there, and calls it a success', async () => {
    const { put, rule, sent } = eventsFixture()
    await rule()

    expect(await put({ EventBusName: 'none' }, { EventBusName: `${BUS}s` })).toEqual({
      FailedEntryCount: 0,
      Entries: [{ EventId: uuid }, { EventId: uuid }],
    })
    expect(sent).toEqual([])
  })

  test('goes to the default bus where none is named', async () => {
    const { delivered, put, run } = eventsFixture()
    await run('PutRule', { Name: 'rule', EventPattern: '{"source":["test"]}' })
    const Arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:work`
    await run('PutTargets', { Rule: 'rule', Targets: [{ Id: 'a', Arn }] })

    await put({ EventBusName: undefined }, { EventBusName: 'default' }, { EventBusName: 'irsa' })

    expect(delivered()).toHaveLength(2)
  })

  test('of a service itself may come from aws.*', async () => {
    const { clock, delivered, rule, run } = eventsFixture()
    await rule({}, { source: ['aws.states'] })
    const sourceArn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m`
    const principal = { kind: 'service', account: ACCOUNT, arn: 'states.amazonaws.com', sourceArn } as const
    const call: Call = { ...callOf(), principal }

    const answer = await run('PutEvents', { Entries: [{ ...anEntry, Source: 'aws.states' }] }, call)
    await clock.settle()

    expect(answer).toMatchObject({ FailedEntryCount: 0 })
    expect(delivered()).toMatchObject([{ source: 'aws.states', account: ACCOUNT }])
  })

  test.each([
    { EndpointId: 'abcde.veo', Entries: [anEntry] },
    { Entries: [{ ...anEntry, TraceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793' }] },
  ])('refuses what local mode does not have: %j', async (input) => {
    const { run } = eventsFixture()

    await expect(run('PutEvents', input)).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })

  test('goes to every rule that matches, and to each of its targets', async () => {
    const { delivered, put, rule, run, sent } = eventsFixture()
    await rule()
    const onBus = { EventBusName: 'irsa', Name: 'all' }
    await run('PutRule', { ...onBus, EventPattern: '{"account":["000000000000"]}' })
    const queue = (name: string) => ({ Id: name, Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}` })
    await run('PutTargets', { EventBusName: 'irsa', Rule: 'all', Targets: [queue('a'), queue('b')] })

    await put({})

    expect(sent.map(({ to }) => to)).toEqual(['lambda Invoke', 'sqs SendMessage', 'sqs SendMessage'])
    const [first, ...others] = delivered()
    for (const other of others) expect(other).toEqual(first)
  })
})
