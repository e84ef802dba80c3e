import { describe, expect, test, vi } from 'vitest'
import type { Retrier } from '../../../local/states/definition.ts'
import { StateFailure } from '../../../local/states/failures.ts'
import { createRetries, matchesError } from '../../../local/states/retry.ts'
import { FUNCTION, functionError, statesFixture } from './fixture.ts'

function retrier(fields: Partial<Retrier>): Retrier {
  return {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 1,
    MaxAttempts: 3,
    BackoffRate: 2,
    JitterStrategy: 'NONE',
    ...fields,
  }
}

const failure = (error: string) => new StateFailure(error, undefined)

describe('matchesError', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['Mine', ['Mine', 'States.ALL', 'States.TaskFailed'], ['Other', 'States.Timeout']],
    ['States.Timeout', ['States.Timeout', 'States.ALL'], ['States.TaskFailed']],
    ['States.HeartbeatTimeout', ['States.HeartbeatTimeout', 'States.Timeout', 'States.ALL'], []],
    ['States.IntrinsicFailure', ['States.IntrinsicFailure', 'States.ALL'], ['Mine']],
    ['States.DataLimitExceeded', ['States.DataLimitExceeded'], ['States.ALL', 'States.TaskFailed']],
    ['States.Runtime', [], ['States.Runtime', 'States.ALL', 'States.TaskFailed']],
  ])('%s is matched by %j and not by %j', (error, yes, no) => {
    expect(yes.filter((name) => !matchesError([name], error))).toEqual([])
    expect(no.filter((name) => matchesError([name], error))).toEqual([])
  })
})

describe('createRetries', () => {
  test.each<[string, Partial<Retrier>, (number | undefined)[]]>([
    ['doubles by default', {}, [1000, 2000, 4000, undefined]],
    [
      'grows by the rate',
      { IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 3 },
      [3000, 4500, 6750, undefined],
    ],
    ['stays with rate 1', { IntervalSeconds: 3, BackoffRate: 1, MaxAttempts: 2 }, [3000, 3000, undefined]],
    ['is capped', { IntervalSeconds: 3, MaxDelaySeconds: 5 }, [3000, 5000, 5000, undefined]],
    ['never happens with no attempts', { MaxAttempts: 0 }, [undefined]],
  ])('the interval %s', (_, fields, expected) => {
    const next = createRetries([retrier(fields)])

    expect(expected.map(() => next(failure('E')))).toEqual(expected)
  })

  test('full jitter takes any share of the interval', () => {
    const random = vi
      .spyOn(Math, 'random')
      .mockReturnValueOnce(0)
      .mockReturnValueOnce(0.5)
      .mockReturnValueOnce(0.999)
    const next = createRetries([retrier({ JitterStrategy: 'FULL', IntervalSeconds: 2 })])

    expect([next(failure('E')), next(failure('E')), next(failure('E'))]).toEqual([0, 2000, 7992])
    random.mockRestore()
  })

  test('each retrier counts its own errors over the whole visit, as in the example of the documentation', () => {
    const next = createRetries([
      retrier({ ErrorEquals: ['ErrorA', 'ErrorB'], MaxAttempts: 2 }),
      retrier({ ErrorEquals: ['ErrorC'], IntervalSeconds: 5 }),
    ])

    expect(['ErrorA', 'ErrorB', 'ErrorC', 'ErrorB'].map((error) => next(failure(error)))).toEqual([
      1000,
      2000,
      5000,
      undefined,
    ])
  })

  test('an error that no retrier names is not retried', () => {
    expect(createRetries([retrier({ ErrorEquals: ['A'] })])(failure('B'))).toBeUndefined()
  })
})

describe('retries of a task', () => {
  const task = { Type: 'Task', Resource: FUNCTION, End: true }

  test('wait their exact intervals on the clock, scaled', async () => {
    const states = statesFixture({ work: () => functionError('E') })
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3 }]

    const execution = await states.run({ StartAt: 'T', States: { T: { ...task, Retry } } })
    await states.clock.pass(25_999)
    expect(await states.describe(execution)).toMatchObject({ status: 'RUNNING' })
    await states.clock.pass(1)

    expect(states.invocations.map(({ at }) => at)).toEqual([0, 2000, 8000, 26_000])
    expect(states.clock.asked().filter(({ scaled }) => scaled)).toHaveLength(3)
    expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', error: 'E' })
  })

  test('are followed by Catch when they are used up', async () => {
    const states = statesFixture({ work: () => functionError('E', 'text') })
    const Retry = [{ ErrorEquals: ['E'], MaxAttempts: 1 }]
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'Done' },
      { ErrorEquals: ['States.TaskFailed'], ResultPath: '$.error', Next: 'Done' },
    ]
    const machine = { StartAt: 'T', States: { T: { ...task, Retry, Catch }, Done: { Type: 'Succeed' } } }

    const execution = await states.run(machine, { a: 1 })
    await states.clock.pass(1000)

    expect(states.invocations).toHaveLength(2)
    expect(await states.output(execution)).toEqual({
      a: 1,
      error: { Error: 'E', Cause: JSON.stringify({ errorType: 'E', errorMessage: 'text' }) },
    })
  })

  test('begin anew when the state is entered again', async () => {
    const answers = ['fail', 'ok', 'fail', 'ok']
    const states = statesFixture({
      work: (_, attempt) => (answers[attempt] === 'ok' ? attempt : functionError('E')),
    })
    const Retry = [{ ErrorEquals: ['E'], MaxAttempts: 1, IntervalSeconds: 1 }]
    const machine = {
      StartAt: 'T',
      States: {
        T: { Type: 'Task', Resource: FUNCTION, Retry, Next: 'Again?' },
        'Again?': {
          Type: 'Choice',
          Choices: [{ Variable: '$', NumericLessThan: 3, Next: 'T' }],
          Default: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    }

    const execution = await states.run(machine)
    await states.clock.pass(2000)

    expect(await states.output(execution)).toBe(3)
  })
})
