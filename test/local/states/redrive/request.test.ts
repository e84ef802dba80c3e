/** Which executions may be redriven, and what a client token does. */
import { describe, expect, test } from 'vitest'
import { breakable, task } from './fixture.ts'

const DAY = 24 * 60 * 60 * 1000

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

function refusal(executionArn: string, reason: string) {
  return expect.objectContaining({
    code: 'ExecutionNotRedrivable',
    message: `Execution ${executionArn} invalid for redrive as: ${reason}`,
  })
}
