import { describe, expect, test } from 'vitest'
import { FUNCTION, functionError, pending, statesFixture } from './fixture.ts'

function branch(name: string, state: object) {
  return { StartAt: name, States: { [name]: { End: true, ...state } } }
}

function parallel(Branches: readonly object[], fields: object = {}) {
  return { StartAt: 'P', States: { P: { Type: 'Parallel', Branches, End: true, ...fields } } }
}

describe('Parallel', () => {
  test('gives every branch the same input and their outputs in order', async () => {
    const states = statesFixture()
    const branches = [
      branch('A', { Type: 'Wait', Seconds: 5 }),
      branch('B', { Type: 'Pass', Parameters: { 'b.$': '$.x' } }),
      branch('C', { Type: 'Pass', Result: null }),
    ]

    const execution = await states.run(
      parallel(branches, { InputPath: '$.in', ResultSelector: { 'r.$': '$' }, ResultPath: '$.out' }),
      { in: { x: 1 } },
    )
    await states.clock.pass(5000)

    expect(await states.output(execution)).toEqual({ in: { x: 1 }, out: { r: [{ x: 1 }, { b: 1 }, null] } })
  })

  test('chains each branch to its start and goes on from the last event of a branch', async () => {
    const states = statesFixture()

    const execution = await states.run(
      parallel([branch('A', { Type: 'Pass' }), branch('B', { Type: 'Wait', Seconds: 1 })]),
    )
    await states.clock.pass(1000)

    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 ParallelStateEntered after 0',
      '3 ParallelStateStarted after 2',
      '4 PassStateEntered after 3',
      '5 WaitStateEntered after 3',
      '6 PassStateExited after 4',
      '7 WaitStateExited after 5',
      '8 ParallelStateSucceeded after 7',
      '9 ParallelStateExited after 7',
      '10 ExecutionSucceeded after 9',
    ])
  })

  test('fails with its first failing branch and aborts the others, whose answers are ignored', async () => {
    const slow = pending()
    const states = statesFixture({ slow: () => slow.promise, bad: () => functionError('E') })
    const task = (name: string) => ({ Type: 'Task', Resource: FUNCTION.replace('work', name) })

    const execution = await states.run(
      parallel([branch('Done', { Type: 'Pass' }), branch('Bad', task('bad')), branch('Slow', task('slow'))]),
    )
    slow.resolve('late')
    await states.clock.settle()

    expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', error: 'E' })
    expect((await states.trace(execution)).slice(-5)).toEqual([
      '12 LambdaFunctionFailed after 7',
      '13 TaskStateAborted after 12',
      '14 TaskStateAborted after 12',
      '15 ParallelStateFailed after 12',
      '16 ExecutionFailed after 15',
    ])
  })

  test('that is caught leaves its failure behind, and one that is retried does not', async () => {
    const states = statesFixture()
    const Retry = [{ ErrorEquals: ['E'], MaxAttempts: 1 }]
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }]
    const machine = parallel([{ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E', Cause: 'c' } } }], {
      Retry,
      Catch,
    })

    const execution = await states.run({
      ...machine,
      States: { ...machine.States, Caught: { Type: 'Succeed' } },
    })
    await states.clock.pass(1000)

    expect(await states.output(execution)).toEqual({ Error: 'E', Cause: 'c' })
    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 ParallelStateEntered after 0',
      '3 ParallelStateStarted after 2',
      '4 FailStateEntered after 3',
      '5 ParallelStateStarted after 4',
      '6 FailStateEntered after 5',
      '7 ParallelStateFailed after 6',
      '8 ParallelStateExited after 7',
      '9 SucceedStateEntered after 8',
      '10 SucceedStateExited after 9',
      '11 ExecutionSucceeded after 10',
    ])
  })

  test('its own runtime error comes after its branches have succeeded', async () => {
    const states = statesFixture()

    const execution = await states.run(
      parallel([branch('A', { Type: 'Pass' })], { ResultSelector: { 'm.$': '$.nope' } }),
    )

    expect((await states.trace(execution)).slice(-2)).toEqual([
      '6 ParallelStateSucceeded after 5',
      '7 ExecutionFailed after 6',
    ])
    expect((await states.describe(execution)).cause).toContain(
      "executing the state 'P' (entered at the event id #2)",
    )
  })
})
