import { describe, expect, test } from 'vitest'
import { FUNCTION, functionError, statesFixture } from './fixture.ts'

const task = { StartAt: 'T', States: { T: { Type: 'Task', Resource: FUNCTION, End: true } } }

function details({ statusEvents }: ReturnType<typeof statesFixture>) {
  return statusEvents.map(({ entry }) => JSON.parse(String(entry.Detail)))
}

describe('Step Functions Execution Status Change', () => {
  test('comes from aws.states, by the service itself, to the default bus of account and region', async () => {
    const states = statesFixture({ work: () => null })

    const execution = await states.run(task)

    expect(states.statusEvents).toHaveLength(2)
    expect(states.statusEvents[0]).toEqual({
      entry: {
        Source: 'aws.states',
        DetailType: 'Step Functions Execution Status Change',
        Detail: expect.any(String),
        Resources: [execution],
        Time: new Date('2026-01-01T00:00:00.000Z'),
      },
      call: {
        principal: {
          kind: 'service',
          account: '000000000000',
          arn: 'states.amazonaws.com',
          sourceArn: 'arn:aws:states:eu-central-1:000000000000:stateMachine:machine',
        },
        region: 'eu-central-1',
        requestId: expect.any(String),
      },
    })
  })

  test('has every member that AWS documents, null where there is nothing', async () => {
    let isBroken = true
    const states = statesFixture({ work: () => (isBroken ? functionError('E', 'why') : 'done') })

    const execution = await states.run(task, { a: 1 })
    isBroken = false
    await states.clock.pass(1000)
    await states.send('RedriveExecution', { executionArn: execution })
    await states.clock.settle()

    const time = Date.parse('2026-01-01T00:00:00.000Z')
    const running = {
      executionArn: execution,
      stateMachineArn: 'arn:aws:states:eu-central-1:000000000000:stateMachine:machine',
      name: 'execution',
      status: 'RUNNING',
      startDate: time,
      stopDate: null,
      input: '{"a":1}',
      inputDetails: { included: true },
      output: null,
      outputDetails: null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
      error: null,
      cause: null,
    }
    const redriven = { ...running, redriveCount: 1, redriveDate: '2026-01-01T00:00:01.000Z' }
    expect(details(states)).toEqual([
      running,
      {
        ...running,
        status: 'FAILED',
        stopDate: time,
        redriveStatus: 'REDRIVABLE',
        redriveStatusReason: 'Execution is FAILED and is redrivable',
        error: 'E',
        cause: '{"errorType":"E","errorMessage":"why"}',
      },
      redriven,
      {
        ...redriven,
        status: 'SUCCEEDED',
        stopDate: time + 1000,
        output: '"done"',
        outputDetails: { included: true },
        redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
      },
    ])
  })

  test('tells of executions that were stopped and that timed out', async () => {
    const states = statesFixture()
    const wait = { StartAt: 'W', TimeoutSeconds: 10, States: { W: { Type: 'Wait', Seconds: 60, End: true } } }
    const stateMachineArn = states.create(wait)
    const stopped = await states.start(stateMachineArn)
    await states.start(stateMachineArn)

    await states.send('StopExecution', { executionArn: stopped, error: 'Enough' })
    await states.clock.pass(10_000)

    expect(details(states).slice(2)).toMatchObject([
      { status: 'ABORTED', error: 'Enough', cause: null, redriveStatus: 'REDRIVABLE' },
      { status: 'TIMED_OUT', error: 'States.Timeout', cause: null, redriveStatus: 'REDRIVABLE' },
    ])
  })

  test('leaves the input out above 248 KiB together, and the output above 248 KiB', async () => {
    const text = (bytes: number) => 'x'.repeat(bytes)
    const states = statesFixture({ work: (payload) => payload })
    const stateMachineArn = states.create(task)

    await states.start(stateMachineArn, text(130_000))
    await states.start(stateMachineArn, text(255_000))

    const ended = details(states).filter(({ status }) => status === 'SUCCEEDED')
    expect(ended).toMatchObject([
      { input: null, inputDetails: { included: false }, outputDetails: { included: true } },
      { input: null, inputDetails: { included: false }, output: null, outputDetails: { included: false } },
    ])
    expect(ended[0].output).toHaveLength(130_002)
  })

  test('that cannot be delivered is not the failure of the execution', async () => {
    const states = statesFixture({ work: () => 'done' })
    states.services['events PutEvents'] = () => Promise.reject(new Error('no bus'))

    expect(await states.output(await states.run(task))).toBe('done')
  })
})
