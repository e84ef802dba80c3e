/** What of the iterations of a Map and the branches of a Parallel is kept, and what runs again. */
import { describe, expect, test } from 'vitest'
import { FUNCTION, functionError, pending, statesFixture } from '../fixture.ts'
import { task } from './fixture.ts'

describe('a redrive inside a Map', () => {
  const mapping = (fields: object = {}) => ({
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        ItemProcessor: {
          StartAt: 'Before',
          States: { Before: { Type: 'Pass', Next: 'T' }, T: { Type: 'Task', Resource: FUNCTION, End: true } },
        },
        End: true,
        ...fields,
      },
    },
  })

  test('keeps what has ended, resumes what failed and begins what had not begun', async () => {
    let isBroken = true
    const states = statesFixture({
      work: (item) => (item === 1 && isBroken ? functionError('E') : `out ${item}`),
    })

    const execution = await states.run(mapping({ MaxConcurrency: 1 }), [0, 1, 2])
    isBroken = false
    await states.send('RedriveExecution', { executionArn: execution })
    await states.clock.settle()

    expect(states.invocations.map(({ payload }) => payload)).toEqual([0, 1, 1, 2])
    expect(await states.output(execution)).toEqual(['out 0', 'out 1', 'out 2'])
    const trace = await states.trace(execution)
    expect(trace.slice(trace.indexOf('19 LambdaFunctionFailed after 18'))).toEqual([
      '19 LambdaFunctionFailed after 18',
      '20 MapIterationFailed after 19',
      '21 TaskStateAborted after 19',
      '22 MapStateFailed after 19',
      '23 ExecutionFailed after 22',
      '24 ExecutionRedriven after 23',
      '25 LambdaFunctionScheduled after 16',
      '26 LambdaFunctionStarted after 25',
      '27 LambdaFunctionSucceeded after 26',
      '28 TaskStateExited after 27',
      '29 MapIterationSucceeded after 28',
      '30 MapIterationStarted after 28',
      '31 PassStateEntered after 30',
      '32 PassStateExited after 31',
      '33 TaskStateEntered after 32',
      '34 LambdaFunctionScheduled after 33',
      '35 LambdaFunctionStarted after 34',
      '36 LambdaFunctionSucceeded after 35',
      '37 TaskStateExited after 36',
      '38 MapIterationSucceeded after 37',
      '39 MapStateSucceeded after 38',
      '40 MapStateExited after 38',
      '41 ExecutionSucceeded after 40',
    ])
  })

  test('resumes the iterations that were aborted with it too', async () => {
    let isBroken = true
    const first = pending()
    const states = statesFixture({
      work: (item) => {
        if (!isBroken) return `out ${item}`
        return item === 'slow' ? first.promise : functionError('E')
      },
    })

    const execution = await states.run(mapping(), ['slow', 'bad'])
    isBroken = false
    first.resolve('late')
    await states.send('RedriveExecution', { executionArn: execution })
    await states.clock.settle()

    expect(states.invocations.map(({ payload }) => payload)).toEqual(['slow', 'bad', 'slow', 'bad'])
    expect(await states.output(execution)).toEqual(['out slow', 'out bad'])
  })

  test('after States.DataLimitExceeded runs every iteration again', async () => {
    let isBroken = true
    const states = statesFixture({ work: (item) => (item === 1 && isBroken ? 'x'.repeat(300_000) : item) })

    const execution = await states.run(mapping({ MaxConcurrency: 1 }), [0, 1])
    isBroken = false
    await states.send('RedriveExecution', { executionArn: execution })
    await states.clock.settle()

    expect(states.invocations.map(({ payload }) => payload)).toEqual([0, 1, 0, 1])
    expect(await states.output(execution)).toEqual([0, 1])
  })

  test('keeps the iterations of a Map that is itself inside a branch', async () => {
    let isBroken = true
    const states = statesFixture({ work: (item) => (item === 1 && isBroken ? functionError('E') : item) })
    const P = {
      Type: 'Parallel',
      Branches: [
        mapping({ MaxConcurrency: 1 }),
        { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 10, End: true } } },
      ],
      End: true,
    }

    const execution = await states.run({ StartAt: 'P', States: { P } }, [0, 1, 2])
    isBroken = false
    await states.send('RedriveExecution', { executionArn: execution })
    await states.clock.pass(10_000)

    expect(states.invocations.map(({ payload }) => payload)).toEqual([0, 1, 1, 2])
    expect(await states.output(execution)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ])
  })
})

describe('a redrive inside a Parallel', () => {
  test('repeats only the branches that failed or were aborted', async () => {
    let isBroken = true
    const slow = pending()
    const states = statesFixture({
      good: () => 'good',
      bad: () => (isBroken ? functionError('E') : 'mended'),
      slow: () => (isBroken ? slow.promise : 'quick'),
    })
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Task', Resource: FUNCTION.replace('work', name), End: true } },
    })
    const P = { Type: 'Parallel', Branches: ['good', 'slow', 'bad'].map(branch), End: true }

    const execution = await states.run({ StartAt: 'P', States: { P } })
    isBroken = false
    await states.send('RedriveExecution', { executionArn: execution })
    await states.clock.settle()

    expect(states.invocations.map(({ functionName }) => functionName.split(':').at(-1))).toEqual([
      'good',
      'slow',
      'bad',
      'slow',
      'bad',
    ])
    expect(await states.output(execution)).toEqual(['good', 'quick', 'mended'])
    const types = (await states.history(execution)).map(({ type }) => type)
    expect(types.filter((type) => type === 'ParallelStateStarted')).toHaveLength(1)
    expect(types.filter((type) => type === 'TaskStateEntered')).toHaveLength(3)
  })

  test('runs all of it again when the Parallel failed after its branches had ended', async () => {
    const states = statesFixture({ work: () => 'ok' })
    const Branches = [{ StartAt: 'T', States: { T: task } }]
    const ResultSelector = { 'time.$': '$$.Execution.RedriveTime' }

    const execution = await states.run({
      StartAt: 'P',
      States: { P: { Type: 'Parallel', Branches, ResultSelector, End: true } },
    })
    await states.send('RedriveExecution', { executionArn: execution })
    await states.clock.settle()

    expect(states.invocations).toHaveLength(2)
    expect(await states.output(execution)).toEqual({ time: '2026-01-01T00:00:00.000Z' })
  })
})
