import type { RedriveExecutionOutput } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { FUNCTION, functionError, pending, statesFixture } from './fixture.ts'

const DAY = 24 * 60 * 60 * 1000

const task = { Type: 'Task', Resource: FUNCTION, End: true }

/** Fails until it is repaired. */
function breakable() {
  const broken = { value: true }
  const states = statesFixture({ work: (payload) => (broken.value ? functionError('E') : { done: payload }) })
  const redrive = async (executionArn: string, more: object = {}) => {
    const answer = await states.send<RedriveExecutionOutput>('RedriveExecution', { executionArn, ...more })
    await states.clock.settle()
    return answer
  }
  const repair = () => {
    broken.value = false
  }
  return { states, redrive, repair }
}

function refusal(executionArn: string, reason: string) {
  return expect.objectContaining({
    code: 'ExecutionNotRedrivable',
    message: `Execution ${executionArn} invalid for redrive as: ${reason}`,
  })
}

describe('a redrive', () => {
  test('goes on at the failed task with its recorded input, and neither repeats nor enters what went before', async () => {
    const { states, redrive, repair } = breakable()
    const machine = {
      StartAt: 'Before',
      States: {
        Before: { Type: 'Pass', Result: 'kept', ResultPath: '$.before', Next: 'T' },
        T: { ...task, InputPath: '$.before', End: undefined, Next: 'After' },
        After: { Type: 'Succeed' },
      },
    }

    const execution = await states.run(machine, { a: 1 })
    repair()
    await states.clock.pass(1000)
    const { redriveDate } = await redrive(execution)

    expect(redriveDate).toEqual(new Date('2026-01-01T00:00:01.000Z'))
    expect(states.invocations.map(({ payload }) => payload)).toEqual(['kept', 'kept'])
    expect(await states.output(execution)).toEqual({ done: 'kept' })
    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 PassStateEntered after 0',
      '3 PassStateExited after 2',
      '4 TaskStateEntered after 3',
      '5 LambdaFunctionScheduled after 4',
      '6 LambdaFunctionStarted after 5',
      '7 LambdaFunctionFailed after 6',
      '8 ExecutionFailed after 7',
      '9 ExecutionRedriven after 8',
      '10 LambdaFunctionScheduled after 4',
      '11 LambdaFunctionStarted after 10',
      '12 LambdaFunctionSucceeded after 11',
      '13 TaskStateExited after 12',
      '14 SucceedStateEntered after 13',
      '15 SucceedStateExited after 14',
      '16 ExecutionSucceeded after 15',
    ])
    expect((await states.history(execution))[8]).toMatchObject({
      executionRedrivenEventDetails: { redriveCount: 1 },
    })
  })

  test('shows in the context object and in the description', async () => {
    const { states, redrive } = breakable()
    const Parameters = { 'execution.$': '$$.Execution', 'state.$': '$$.State' }
    const execution = await states.run({ StartAt: 'T', States: { T: { ...task, Parameters } } })
    await states.clock.pass(5000)
    await redrive(execution)
    await states.clock.pass(5000)
    await redrive(execution)

    expect(states.invocations.map(({ payload }) => payload)).toEqual(
      [
        { RedriveCount: 0 },
        { RedriveCount: 1, RedriveTime: '2026-01-01T00:00:05.000Z' },
        { RedriveCount: 2, RedriveTime: '2026-01-01T00:00:10.000Z' },
      ].map((redriven) => ({
        execution: expect.objectContaining({ StartTime: '2026-01-01T00:00:00.000Z', ...redriven }),
        state: { Name: 'T', EnteredTime: '2026-01-01T00:00:00.000Z', RetryCount: 0 },
      })),
    )
    expect(states.invocations[0]?.payload).not.toHaveProperty('execution.RedriveTime')
    expect(await states.describe(execution)).toMatchObject({
      status: 'FAILED',
      error: 'E',
      redriveCount: 2,
      redriveDate: new Date('2026-01-01T00:00:10.000Z'),
      redriveStatus: 'REDRIVABLE',
      stopDate: new Date('2026-01-01T00:00:10.000Z'),
    })
  })

  test('gives the retries anew', async () => {
    const { states, redrive } = breakable()
    const Retry = [{ ErrorEquals: ['E'], MaxAttempts: 2, IntervalSeconds: 1, BackoffRate: 1 }]

    const execution = await states.run({ StartAt: 'T', States: { T: { ...task, Retry } } })
    await states.clock.pass(10_000)
    await redrive(execution)
    await states.clock.pass(10_000)

    expect(states.invocations.map(({ at }) => at)).toEqual([0, 1000, 2000, 10_000, 11_000, 12_000])
    expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', redriveCount: 1 })
  })

  test('runs the definition and the role with which the execution began', async () => {
    const { states, redrive, repair } = breakable()
    const machine = (version: string) => ({
      StartAt: 'T',
      States: { T: { ...task, End: undefined, Next: 'D' }, D: { Type: 'Pass', Result: version, End: true } },
    })
    const stateMachineArn = states.create(machine('original'))
    const execution = await states.start(stateMachineArn)

    await states.send('UpdateStateMachine', {
      stateMachineArn,
      definition: JSON.stringify(machine('updated')),
    })
    repair()
    await redrive(execution)

    expect(await states.output(execution)).toBe('original')
    expect(await states.send('DescribeStateMachineForExecution', { executionArn: execution })).toMatchObject({
      definition: JSON.stringify(machine('original')),
    })
  })

  test('of a Fail state fails again without entering it', async () => {
    const { states, redrive } = breakable()

    const execution = await states.run({
      StartAt: 'F',
      States: { F: { Type: 'Fail', Error: 'E', Cause: 'c' } },
    })
    await redrive(execution)

    expect(await states.describe(execution)).toMatchObject({
      status: 'FAILED',
      error: 'E',
      cause: 'c',
      redriveCount: 1,
    })
    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 FailStateEntered after 0',
      '3 ExecutionFailed after 2',
      '4 ExecutionRedriven after 3',
      '5 ExecutionFailed after 4',
    ])
  })

  test('of a Choice looks at its rules again', async () => {
    const { states, redrive } = breakable()
    const C = {
      Type: 'Choice',
      Choices: [{ Variable: '$$.Execution.RedriveCount', NumericEquals: 1, Next: 'D' }],
    }

    const execution = await states.run({ StartAt: 'C', States: { C, D: { Type: 'Succeed' } } })
    await redrive(execution)

    expect(await states.describe(execution)).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('of an execution stopped in a Wait waits again', async () => {
    const { states, redrive } = breakable()

    const execution = await states.run({
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 60, End: true } },
    })
    await states.clock.pass(30_000)
    await states.send('StopExecution', { executionArn: execution })
    await redrive(execution)
    await states.clock.pass(59_999)
    expect(await states.describe(execution)).toMatchObject({ status: 'RUNNING' })
    await states.clock.pass(1)

    expect(await states.describe(execution)).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('of an execution that timed out gives it its whole time again', async () => {
    const { states, redrive } = breakable()
    const machine = {
      StartAt: 'W',
      TimeoutSeconds: 100,
      States: { W: { Type: 'Wait', Seconds: 90, Next: 'V' }, V: { Type: 'Wait', Seconds: 90, End: true } },
    }

    const execution = await states.run(machine)
    await states.clock.pass(100_000)
    expect(await states.describe(execution)).toMatchObject({ status: 'TIMED_OUT' })
    await redrive(execution)
    await states.clock.pass(90_000)

    expect(await states.describe(execution)).toMatchObject({ status: 'SUCCEEDED' })
    expect(states.clock.asked().filter(({ milliseconds }) => milliseconds === 100_000)).toHaveLength(2)
  })

  test('of a state that no longer resolves fails as before', async () => {
    const { states, redrive } = breakable()

    const execution = await states.run({
      StartAt: 'P',
      States: { P: { Type: 'Pass', InputPath: '$.x', End: true } },
    })
    await redrive(execution)

    expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
  })
})

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

describe('RedriveExecution', () => {
  test.each([
    ['RUNNING', 0],
    ['SUCCEEDED', 1000],
  ])('refuses an execution that is %s', async (status, milliseconds) => {
    const { states, redrive } = breakable()
    const execution = await states.run({
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 1, End: true } },
    })
    await states.clock.pass(milliseconds)

    await expect(redrive(execution)).rejects.toEqual(
      refusal(execution, `Execution is ${status} and cannot be redriven`),
    )
  })

  test('refuses after 14 days, and not before', async () => {
    const { states, redrive } = breakable()
    const execution = await states.run({ StartAt: 'T', States: { T: task } })

    await states.clock.pass(14 * DAY)
    await redrive(execution)
    await states.clock.pass(14 * DAY + 1)

    await expect(redrive(execution)).rejects.toEqual(
      refusal(execution, 'Execution redrivable period exceeded'),
    )
    expect(await states.describe(execution)).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution redrivable period exceeded',
    })
  })

  test('refuses an execution that is open for more than a year', async () => {
    const { states, redrive } = breakable()
    const execution = await states.run({ StartAt: 'T', States: { T: task } })

    for (let days = 0; days < 364; days += 14) {
      await states.clock.pass(14 * DAY)
      await redrive(execution)
    }
    await states.clock.pass(DAY + 1)

    await expect(redrive(execution)).rejects.toEqual(
      refusal(execution, 'Execution has exceeded the max execution time'),
    )
  })

  test('refuses while the machine is being deleted', async () => {
    const { states, redrive } = breakable()
    const stateMachineArn = states.create({ StartAt: 'T', States: { T: task } })
    const execution = await states.start(stateMachineArn)
    await states.send('DeleteStateMachine', { stateMachineArn })

    await expect(redrive(execution)).rejects.toEqual(
      refusal(execution, 'State machine is in DELETING status'),
    )
  })

  test('answers the date of the first redrive for a repeated client token, whatever has happened since', async () => {
    const { states, redrive } = breakable()
    const execution = await states.run({ StartAt: 'T', States: { T: task } })

    const first = await redrive(execution, { clientToken: 'A' })
    await states.clock.pass(60_000)
    const repeated = await redrive(execution, { clientToken: 'A' })
    const second = await redrive(execution, { clientToken: 'B' })

    expect(repeated).toEqual(first)
    expect(second).not.toEqual(first)
    expect(await redrive(execution, { clientToken: 'A' })).toEqual(first)
    expect(await states.describe(execution)).toMatchObject({ redriveCount: 2 })
  })

  test('forgets client tokens after 15 minutes, and all but the last ten', async () => {
    const { states, redrive } = breakable()
    const execution = await states.run({ StartAt: 'T', States: { T: task } })

    await redrive(execution, { clientToken: 'old' })
    await states.clock.pass(15 * 60_000)
    await redrive(execution, { clientToken: 'old' })
    for (let count = 0; count < 10; count += 1) await redrive(execution, { clientToken: `token-${count}` })
    await redrive(execution, { clientToken: 'old' })

    expect(await states.describe(execution)).toMatchObject({ redriveCount: 13 })
  })

  test.each(['', 'x'.repeat(65), 'with space', 'ü'])('refuses the client token %j', async (clientToken) => {
    const { states, redrive } = breakable()
    const execution = await states.run({ StartAt: 'T', States: { T: task } })

    await expect(redrive(execution, { clientToken })).rejects.toMatchObject({ code: 'ValidationException' })
  })

  test('does not know an execution that never was', async () => {
    const { redrive } = breakable()

    await expect(
      redrive('arn:aws:states:eu-central-1:000000000000:execution:machine:none'),
    ).rejects.toMatchObject({
      code: 'ExecutionDoesNotExist',
    })
    await expect(
      redrive('arn:aws:states:eu-central-1:000000000000:express:machine:none'),
    ).rejects.toMatchObject({
      code: 'InvalidArn',
    })
  })
})
