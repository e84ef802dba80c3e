import { describe, expect, test } from 'vitest'
import { FUNCTION, ROLE, statesFixture } from './fixture.ts'

const echo = { work: (payload: unknown) => ({ got: payload }) }

function single(state: object) {
  return { StartAt: 'S', States: { S: { End: true, ...state } } }
}

describe('data through a Task', () => {
  const input = { a: { b: 1 }, c: 2 }

  test.each<[string, object, unknown]>([
    ['the result replaces the input', {}, { got: input }],
    ['InputPath selects', { InputPath: '$.a' }, { got: { b: 1 } }],
    ['a null InputPath gives an empty object', { InputPath: null }, { got: {} }],
    [
      'Parameters are made from the selected input',
      { InputPath: '$.a', Parameters: { 'x.$': '$.b' } },
      { got: { x: 1 } },
    ],
    ['ResultSelector shapes the result', { ResultSelector: { 'picked.$': '$.got.c' } }, { picked: 2 }],
    [
      'ResultPath places it in the raw input',
      { InputPath: '$.a', ResultPath: '$.r' },
      { ...input, r: { got: { b: 1 } } },
    ],
    ['ResultPath $ replaces the input', { ResultPath: '$' }, { got: input }],
    ['a null ResultPath drops the result', { ResultPath: null }, input],
    ['OutputPath selects last', { ResultPath: '$.r', OutputPath: '$.r.got.a' }, { b: 1 }],
    ['a null OutputPath gives an empty object', { OutputPath: null }, {}],
    [
      'ResultSelector comes before ResultPath',
      { ResultSelector: { 'p.$': '$.got.c' }, ResultPath: '$.r' },
      { ...input, r: { p: 2 } },
    ],
  ])('%s', async (_, fields, expected) => {
    const states = statesFixture(echo)

    const execution = await states.run(single({ Type: 'Task', Resource: FUNCTION, ...fields }), input)

    expect(await states.output(execution)).toEqual(expected)
  })

  test.each<[string, object, string]>([
    ['InputPath', { InputPath: '$.x' }, 'States.Runtime'],
    ['Parameters', { Parameters: { 'y.$': '$.x' } }, 'States.Runtime'],
    ['ResultSelector', { ResultSelector: { 'y.$': '$.x' } }, 'States.Runtime'],
    ['OutputPath', { OutputPath: '$.x' }, 'States.Runtime'],
    ['the context object', { Parameters: { 'y.$': '$$.Execution.RedriveTime' } }, 'States.Runtime'],
    ['a place for the result', { ResultPath: '$.c.d' }, 'States.ResultPathMatchFailure'],
  ])('a missing node in %s fails the execution', async (_, fields, error) => {
    const states = statesFixture(echo)

    const execution = await states.run(single({ Type: 'Task', Resource: FUNCTION, ...fields }), input)

    expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', error })
  })

  test('the cause of a runtime error names the state and the event with which it was entered', async () => {
    const states = statesFixture()

    const execution = await states.run(single({ Type: 'Pass', Parameters: { 'm.$': '$.nope' } }), { x: 'a' })

    expect((await states.describe(execution)).cause).toBe(
      `An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$.nope' specified for the field 'm.$' could not be found in the input '{"x":"a"}'`,
    )
  })
})

describe('data through a Pass', () => {
  test.each<[string, object, unknown]>([
    ['the input', {}, { a: 1 }],
    ['Parameters', { Parameters: { 'b.$': '$.a' } }, { b: 1 }],
    ['Result', { Result: { c: 3 } }, { c: 3 }],
    ['Result rather than Parameters', { Parameters: { 'b.$': '$.a' }, Result: 'r' }, 'r'],
    ['a falsy Result', { Result: false }, false],
    ['a null Result', { Result: null }, null],
    ['Result at ResultPath', { Result: 0, ResultPath: '$.zero' }, { a: 1, zero: 0 }],
    ['nothing new with a null ResultPath', { Result: 5, ResultPath: null }, { a: 1 }],
  ])('gives %s', async (_, fields, expected) => {
    const states = statesFixture()

    expect(await states.output(await states.run(single({ Type: 'Pass', ...fields }), { a: 1 }))).toEqual(
      expected,
    )
  })
})

describe('the context object', () => {
  test('has execution, machine and state, and no redrive time before a redrive', async () => {
    const states = statesFixture()
    const machine = single({ Type: 'Pass', Parameters: { 'all.$': '$$', 'execution.$': '$$.Execution' } })

    const execution = await states.run(machine, { a: 1 })

    const Execution = {
      Id: 'arn:aws:states:eu-central-1:000000000000:execution:machine:execution',
      Input: { a: 1 },
      Name: 'execution',
      StartTime: '2026-01-01T00:00:00.000Z',
      RoleArn: ROLE,
      RedriveCount: 0,
    }
    expect(await states.output(execution)).toEqual({
      all: {
        Execution,
        StateMachine: {
          Id: 'arn:aws:states:eu-central-1:000000000000:stateMachine:machine',
          Name: 'machine',
        },
        State: { Name: 'S', EnteredTime: '2026-01-01T00:00:00.000Z', RetryCount: 0 },
      },
      execution: Execution,
    })
  })

  test('counts retries and keeps the time of entry', async () => {
    const states = statesFixture({
      work: (_, attempt) => (attempt < 2 ? { functionError: { errorType: 'E' } } : 'ok'),
    })
    const Parameters = { 'state.$': '$$.State' }
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 5, BackoffRate: 1 }]

    await states.run(single({ Type: 'Task', Resource: FUNCTION, Parameters, Retry }))
    await states.clock.pass(10_000)

    const EnteredTime = '2026-01-01T00:00:00.000Z'
    expect(states.invocations.map(({ payload }) => payload)).toEqual(
      [0, 1, 2].map((RetryCount) => ({ state: { Name: 'S', EnteredTime, RetryCount } })),
    )
  })
})

describe('the payload limit of 256 KiB', () => {
  const exactly = (bytes: number) => 'x'.repeat(bytes - 2)

  test('a task result of the limit passes, one byte more is States.DataLimitExceeded', async () => {
    for (const [bytes, status] of [
      [262_144, 'SUCCEEDED'],
      [262_145, 'FAILED'],
    ] as const) {
      const states = statesFixture({ work: () => exactly(bytes) })

      const execution = await states.run(single({ Type: 'Task', Resource: FUNCTION }))

      expect(await states.describe(execution)).toMatchObject({ status })
      const events = await states.history(execution)
      expect(events[4]?.type).toBe(bytes > 262_144 ? 'LambdaFunctionFailed' : 'LambdaFunctionSucceeded')
    }
  })

  test('counts bytes of UTF-8, not characters', async () => {
    const states = statesFixture({ work: () => 'ü'.repeat(131_072) })

    const execution = await states.run(single({ Type: 'Task', Resource: FUNCTION }))

    expect(await states.describe(execution)).toMatchObject({
      error: 'States.DataLimitExceeded',
      cause: `The state/task '${FUNCTION}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    })
  })

  test('holds for the output of a state and for its parameters', async () => {
    const half = exactly(140_000)
    const doubled = { Parameters: { 'one.$': '$', 'two.$': '$' } }
    const states = statesFixture(echo)

    const output = await states.run(single({ Type: 'Pass', ...doubled }), half)
    const parameters = await states.start(
      states.create(single({ Type: 'Task', Resource: FUNCTION, ...doubled }), { name: 'other' }),
      half,
    )

    for (const execution of [output, parameters])
      expect(await states.describe(execution)).toMatchObject({
        status: 'FAILED',
        error: 'States.DataLimitExceeded',
      })
    expect(states.invocations).toEqual([])
  })

  test('is caught by its own name and not by States.ALL', async () => {
    const states = statesFixture({ work: () => exactly(300_000) })
    const task = { Type: 'Task', Resource: FUNCTION, End: true }
    const catching = (error: string) => ({
      StartAt: 'T',
      States: { T: { ...task, Catch: [{ ErrorEquals: [error], Next: 'C' }] }, C: { Type: 'Succeed' } },
    })

    const named = await states.start(states.create(catching('States.DataLimitExceeded'), { name: 'named' }))
    const all = await states.start(states.create(catching('States.ALL'), { name: 'all' }))

    expect(await states.describe(named)).toMatchObject({ status: 'SUCCEEDED' })
    expect(await states.describe(all)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' })
  })
})
