import type { StopExecutionOutput } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { FUNCTION, functionError, pending, statesFixture } from '../fixture.ts'
import { pass, wait } from './definitions.ts'

describe('StopExecution', () => {
  const stop = (states: ReturnType<typeof statesFixture>, executionArn: string) =>
    states.send<StopExecutionOutput>('StopExecution', { executionArn, error: 'Enough', cause: 'because' })

  test('in a Wait: nothing goes on', async () => {
    const states = statesFixture({ work: () => null })
    const execution = await states.run(wait)

    await states.clock.pass(1000)
    const { stopDate } = await stop(states, execution)
    await states.clock.pass(120_000)

    expect(stopDate).toEqual(new Date('2026-01-01T00:00:01.000Z'))
    expect(states.invocations).toEqual([])
    expect(await states.describe(execution)).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'because',
      stopDate,
    })
    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 WaitStateEntered after 0',
      '3 ExecutionAborted after 0',
    ])
  })

  test('between two attempts: the task is not called again', async () => {
    const states = statesFixture({ work: () => functionError('E') })
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 10 }]
    const execution = await states.run({
      StartAt: 'T',
      States: { T: { Type: 'Task', Resource: FUNCTION, Retry, End: true } },
    })

    await states.clock.pass(5000)
    await stop(states, execution)
    await states.clock.pass(100_000)

    expect(states.invocations).toHaveLength(1)
    expect(await states.describe(execution)).toMatchObject({ status: 'ABORTED' })
  })

  test('during a task: its answer is ignored', async () => {
    const answer = pending()
    const states = statesFixture({ work: () => answer.promise })
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }]
    const T = { Type: 'Task', Resource: FUNCTION, TimeoutSeconds: 60, Catch, Next: 'Caught' }
    const execution = await states.run({ StartAt: 'T', States: { T, Caught: { Type: 'Succeed' } } })

    await stop(states, execution)
    const before = await states.trace(execution)
    answer.resolve('late')
    await states.clock.pass(60_000)

    expect(await states.trace(execution)).toEqual(before)
    expect(before.at(-1)).toBe('5 ExecutionAborted after 0')
  })

  test('in a Map: no iteration goes on and none begins', async () => {
    const answer = pending()
    const states = statesFixture({ work: () => answer.promise })
    const One = { StartAt: 'T', States: { T: { Type: 'Task', Resource: FUNCTION, End: true } } }
    const M = { Type: 'Map', MaxConcurrency: 2, ItemProcessor: One, End: true }
    const execution = await states.run({ StartAt: 'M', States: { M } }, [1, 2, 3])

    await stop(states, execution)
    answer.resolve('late')
    await states.clock.settle()

    expect(states.invocations).toHaveLength(2)
    expect((await states.trace(execution)).at(-1)).toBe('12 ExecutionAborted after 0')
  })

  test('of one that has ended answers when it ended and changes nothing', async () => {
    const states = statesFixture()
    const execution = await states.run(pass)
    await states.clock.pass(1000)

    expect(await stop(states, execution)).toEqual({ stopDate: new Date('2026-01-01T00:00:00.000Z') })
    expect(await states.describe(execution)).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('of one that never was is an error', async () => {
    await expect(
      stop(statesFixture(), 'arn:aws:states:eu-central-1:000000000000:execution:m:x'),
    ).rejects.toMatchObject({
      code: 'ExecutionDoesNotExist',
    })
  })
})

describe('TimeoutSeconds of the machine', () => {
  test('ends the execution in real time, without an error in its description', async () => {
    const states = statesFixture({ work: () => null })

    const execution = await states.run({ ...wait, TimeoutSeconds: 30 })
    await states.clock.pass(29_999)
    expect(await states.describe(execution)).toMatchObject({ status: 'RUNNING' })
    await states.clock.pass(1)

    const { error, cause, ...described } = await states.describe(execution)
    expect(described).toMatchObject({ status: 'TIMED_OUT', redriveStatus: 'REDRIVABLE' })
    expect([error, cause]).toEqual([undefined, undefined])
    expect((await states.history(execution)).at(-1)).toMatchObject({
      type: 'ExecutionTimedOut',
      previousEventId: 0,
      executionTimedOutEventDetails: { error: 'States.Timeout' },
    })
    expect(states.clock.asked()).toContainEqual({ milliseconds: 30_000, scaled: false })
  })

  test('does not strike an execution that has ended', async () => {
    const states = statesFixture()

    const execution = await states.run({ ...pass, TimeoutSeconds: 30 })
    await states.clock.pass(60_000)

    expect(await states.describe(execution)).toMatchObject({ status: 'SUCCEEDED' })
  })
})
