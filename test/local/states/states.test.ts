import { describe, expect, test } from 'vitest'
import { statesFixture } from './fixture.ts'

function single(state: object) {
  return { StartAt: 'S', States: { S: state } }
}

describe('Choice', () => {
  const machine = (more: object = {}) => ({
    StartAt: 'C',
    States: {
      C: {
        Type: 'Choice',
        InputPath: '$.in',
        OutputPath: '$.v',
        Choices: [
          { Variable: '$.v', NumericLessThan: 5, Next: 'Small' },
          { Variable: '$.v', NumericLessThan: 10, Next: 'Medium' },
        ],
        ...more,
      },
      Small: { Type: 'Pass', Result: 'small', ResultPath: null, End: true },
      Medium: { Type: 'Pass', Parameters: { 'medium.$': '$' }, End: true },
    },
  })

  test('takes the first rule that holds, looks at the selected input and passes on the selected output', async () => {
    const states = statesFixture()
    const arn = states.create(machine())

    expect(await states.output(await states.start(arn, { in: { v: 1 } }))).toBe(1)
    expect(await states.output(await states.start(arn, { in: { v: 7 } }))).toEqual({ medium: 7 })
  })

  test('takes Default when no rule holds', async () => {
    const states = statesFixture()

    expect(await states.output(await states.run(machine({ Default: 'Medium' }), { in: { v: 10 } }))).toEqual({
      medium: 10,
    })
  })

  test('without Default fails as AWS does', async () => {
    const states = statesFixture()

    const execution = await states.run(machine(), { in: { v: 10 } })

    expect(await states.describe(execution)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'C' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.`,
    })
    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 ChoiceStateEntered after 0',
      '3 ExecutionFailed after 2',
    ])
  })

  test('a missing variable fails the execution', async () => {
    const states = statesFixture()

    expect(await states.describe(await states.run(machine({ Default: 'Small' }), { in: {} }))).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining(
        "Invalid path '$.v': The choice state's condition path references an invalid value.",
      ),
    })
  })
})

describe('Wait', () => {
  test.each<[string, object, unknown, number, boolean]>([
    ['Seconds', { Seconds: 90 }, {}, 90_000, true],
    ['SecondsPath', { SecondsPath: '$.s' }, { s: 3 }, 3000, true],
    ['Timestamp', { Timestamp: '2026-01-01T00:01:00Z' }, {}, 60_000, false],
    ['TimestampPath', { TimestampPath: '$.t' }, { t: '2026-01-01T02:00:00.500+01:00' }, 3_600_500, false],
  ])('%s waits for its time and not a millisecond less', async (_, fields, input, milliseconds, scaled) => {
    const states = statesFixture()

    const execution = await states.run(single({ Type: 'Wait', ...fields, End: true }), input)
    await states.clock.pass(milliseconds - 1)
    expect(await states.describe(execution)).toMatchObject({ status: 'RUNNING' })
    await states.clock.pass(1)

    expect(await states.output(execution)).toEqual(input)
    expect(states.clock.asked()).toEqual([{ milliseconds, scaled }])
  })

  test('a timestamp in the past does not wait', async () => {
    const states = statesFixture()

    const execution = await states.run(single({ Type: 'Wait', Timestamp: '2025-12-31T23:59:59Z', End: true }))

    expect(await states.describe(execution)).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('InputPath and OutputPath apply', async () => {
    const states = statesFixture()

    const execution = await states.run(
      single({ Type: 'Wait', SecondsPath: '$.s', InputPath: '$.a', OutputPath: '$.s', End: true }),
      { a: { s: 0 } },
    )
    await states.clock.pass(0)

    expect(await states.output(execution)).toBe(0)
  })

  test.each<[object, unknown, string]>([
    [
      { SecondsPath: '$.s' },
      { s: 'foo' },
      'The SecondsPath parameter does not reference an integer value: $.s == foo',
    ],
    [
      { SecondsPath: '$.s' },
      { s: 1.5 },
      'The SecondsPath parameter does not reference an integer value: $.s == 1.5',
    ],
    [
      { SecondsPath: '$.s' },
      { s: -1 },
      'The SecondsPath parameter does not reference an integer value: $.s == -1',
    ],
    [
      { TimestampPath: '$.t' },
      { t: '2026-01-01T00:00:00' },
      'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.t == 2026-01-01T00:00:00',
    ],
    [{ TimestampPath: '$.t' }, {}, "Invalid path '$.t' : No results for path"],
  ])('%j of %j fails the execution', async (fields, input, cause) => {
    const states = statesFixture()

    expect(
      await states.describe(await states.run(single({ Type: 'Wait', ...fields, End: true }), input)),
    ).toMatchObject({
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'S' (entered at the event id #2). ${cause}`,
    })
  })
})

describe('Succeed', () => {
  test('ends the execution with its filtered input', async () => {
    const states = statesFixture()

    const execution = await states.run(single({ Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' }), {
      a: { b: 1 },
    })

    expect(await states.output(execution)).toBe(1)
    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 SucceedStateEntered after 0',
      '3 SucceedStateExited after 2',
      '4 ExecutionSucceeded after 3',
    ])
  })
})

describe('Fail', () => {
  test.each<[string, object, object]>([
    ['Error and Cause', { Error: 'E', Cause: 'C' }, { error: 'E', cause: 'C' }],
    ['paths', { ErrorPath: '$.e', CausePath: '$$.State.Name' }, { error: 'FromInput', cause: 'S' }],
    ['intrinsic functions', { ErrorPath: "States.Format('{}!', $.e)" }, { error: 'FromInput!' }],
  ])('takes %s', async (_, fields, expected) => {
    const states = statesFixture()

    const execution = await states.run(single({ Type: 'Fail', ...fields }), { e: 'FromInput' })

    expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', ...expected })
    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 FailStateEntered after 0',
      '3 ExecutionFailed after 2',
    ])
  })

  test('an error that is no string fails the execution otherwise', async () => {
    const states = statesFixture()

    expect(
      await states.describe(await states.run(single({ Type: 'Fail', ErrorPath: '$.e' }), { e: 1 })),
    ).toMatchObject({
      error: 'States.Runtime',
    })
  })
})
