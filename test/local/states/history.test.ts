import type { GetExecutionHistoryInput, GetExecutionHistoryOutput } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { createHistory, MAXIMUM_EVENTS } from '../../../local/states/history.ts'
import { statesFixture } from './fixture.ts'
import { manualClock } from './manual-clock.ts'

const pass = { Type: 'Pass', End: true }

async function ids(states: ReturnType<typeof statesFixture>, request: GetExecutionHistoryInput) {
  const page = await states.send<GetExecutionHistoryOutput>('GetExecutionHistory', request)
  return { ids: page.events?.map(({ id }) => id), nextToken: page.nextToken }
}

describe('GetExecutionHistory', () => {
  const machine = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: pass } }

  test('pages forwards and backwards', async () => {
    const states = statesFixture()
    const executionArn = await states.run(machine)

    const first = await ids(states, { executionArn, maxResults: 4 })
    const second = await ids(states, { executionArn, maxResults: 4, nextToken: first.nextToken })
    const last = await ids(states, { executionArn, maxResults: 4, reverseOrder: true })
    const rest = await ids(states, {
      executionArn,
      maxResults: 4,
      reverseOrder: true,
      nextToken: last.nextToken,
    })

    expect([first.ids, second.ids, second.nextToken]).toEqual([[1, 2, 3, 4], [5, 6], undefined])
    expect([last.ids, rest.ids, rest.nextToken]).toEqual([[6, 5, 4, 3], [2, 1], undefined])
  })

  test('goes on with the same events while an execution writes more', async () => {
    const states = statesFixture()
    const wait = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1, Next: 'B' }, B: pass } }
    const executionArn = await states.run(wait)

    const newest = await ids(states, { executionArn, maxResults: 1, reverseOrder: true })
    await states.clock.pass(1000)
    const older = await ids(states, {
      executionArn,
      maxResults: 1,
      reverseOrder: true,
      nextToken: newest.nextToken,
    })

    expect([newest.ids, older.ids]).toEqual([[2], [1]])
  })

  test('leaves the data out when it is not wanted', async () => {
    const states = statesFixture()
    const executionArn = await states.run(machine, { secret: 1 })

    const { events } = await states.send<GetExecutionHistoryOutput>('GetExecutionHistory', {
      executionArn,
      includeExecutionData: false,
    })

    expect(JSON.stringify(events)).not.toContain('secret')
    expect(events?.[1]).toMatchObject({ type: 'PassStateEntered', stateEnteredEventDetails: { name: 'A' } })
  })

  test('has the time of each event', async () => {
    const states = statesFixture()
    const executionArn = await states.run({
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 2, End: true } },
    })
    await states.clock.pass(2000)

    const times = (await states.history(executionArn)).map(({ timestamp }) =>
      timestamp?.toISOString().slice(17),
    )

    expect(times).toEqual(['00.000Z', '00.000Z', '02.000Z', '02.000Z'])
  })

  test.each([
    [{ maxResults: 1001 }, 'ValidationException'],
    [{ maxResults: -1 }, 'ValidationException'],
    [{ nextToken: 'invented' }, 'InvalidToken'],
  ])('refuses %j with %s', async (wrong, code) => {
    const states = statesFixture()
    const executionArn = await states.run(machine)

    await expect(states.send('GetExecutionHistory', { executionArn, ...wrong })).rejects.toMatchObject({
      code,
    })
  })
})

describe('the limit of 25,000 events', () => {
  test('ends an endless loop with the 25,000th event, after which it cannot be redriven', async () => {
    const states = statesFixture()
    const loop = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Variable: '$', IsPresent: false, Next: 'C' }], Default: 'A' },
        C: { Type: 'Succeed' },
      },
    }

    const executionArn = await states.run(loop)

    const cause = 'The execution reached the maximum number of history events (25000).'
    expect(await states.describe(executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution history event limit exceeded',
    })
    const { events } = await states.send<GetExecutionHistoryOutput>('GetExecutionHistory', {
      executionArn,
      reverseOrder: true,
      maxResults: 2,
    })
    expect(events).toMatchObject([
      {
        id: 25_000,
        previousEventId: 24_999,
        type: 'ExecutionFailed',
        executionFailedEventDetails: { cause },
      },
      { id: 24_999, type: 'PassStateExited' },
    ])
  })

  test('leaves room for the last event', () => {
    const history = createHistory(manualClock())
    for (let count = 1; count < MAXIMUM_EVENTS; count += 1) history.append('PassStateEntered', count - 1)

    expect(() => history.append('PassStateExited', 1)).toThrow(
      expect.objectContaining({ error: 'States.Runtime' }),
    )
    history.end('ExecutionFailed', MAXIMUM_EVENTS - 1, { member: 'executionFailedEventDetails', fields: {} })

    expect(history.size()).toBe(MAXIMUM_EVENTS)
  })
})
