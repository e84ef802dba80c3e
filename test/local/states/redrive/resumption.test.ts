/** Where a redriven execution goes on, and with what. */
import { describe, expect, test } from 'vitest'
import { ROLE } from '../fixture.ts'
import { breakable, task } from './fixture.ts'

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
    const updatedRole = `${ROLE}-updated`
    const stateMachineArn = states.create(machine('original'))
    const execution = await states.start(stateMachineArn)

    await states.send('UpdateStateMachine', {
      stateMachineArn,
      definition: JSON.stringify(machine('updated')),
      roleArn: updatedRole,
    })
    // By then the session has expired: the redrive needs another.
    await states.clock.pass(3_600_000)
    repair()
    await redrive(execution)

    expect(await states.output(execution)).toBe('original')
    expect(states.sessions.map(({ roleArn }) => roleArn)).toEqual([ROLE, updatedRole, ROLE])
    expect(await states.send('DescribeStateMachineForExecution', { executionArn: execution })).toMatchObject({
      definition: JSON.stringify(machine('original')),
      roleArn: ROLE,
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
