import type {
  DescribeExecutionOutput,
  ListExecutionsInput,
  ListExecutionsOutput,
  StartExecutionOutput,
  StopExecutionOutput,
} from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { FUNCTION, functionError, pending, statesFixture } from './fixture.ts'

const wait = {
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: 60, Next: 'T' }, T: { Type: 'Task', Resource: FUNCTION, End: true } },
}
const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }

describe('StartExecution', () => {
  test('answers a repeated start with the same ARN and date while the execution runs', async () => {
    const states = statesFixture()
    const stateMachineArn = states.create(wait)
    const request = { stateMachineArn, name: 'run-1', input: '{"a":1}' }

    const first = await states.send<StartExecutionOutput>('StartExecution', request)
    await states.clock.pass(1000)
    const second = await states.send<StartExecutionOutput>('StartExecution', request)

    expect(second).toEqual(first)
    expect(first).toEqual({
      executionArn: 'arn:aws:states:eu-central-1:000000000000:execution:machine:run-1',
      startDate: new Date('2026-01-01T00:00:00.000Z'),
    })
    expect((await states.trace(first.executionArn ?? '')).slice(0, 1)).toEqual(['1 ExecutionStarted after 0'])
  })

  test('refuses the name with another input, and for good once the execution has ended', async () => {
    const states = statesFixture({ work: () => null })
    const stateMachineArn = states.create(wait)
    const request = { stateMachineArn, name: 'run-1', input: '{"a":1}' }
    await states.send('StartExecution', request)

    const taken = { code: 'ExecutionAlreadyExists' }
    await expect(states.send('StartExecution', { ...request, input: '{"a":2}' })).rejects.toMatchObject(taken)
    await states.clock.pass(60_000)
    await expect(states.send('StartExecution', request)).rejects.toMatchObject(taken)
  })

  test('two starts at once make one execution', async () => {
    const states = statesFixture({ work: () => null })
    const stateMachineArn = states.create(pass)
    const request = { stateMachineArn, name: 'run-1' }

    const answers = await Promise.all([
      states.send('StartExecution', request),
      states.send('StartExecution', request),
    ])

    expect(answers[0]).toEqual(answers[1])
  })

  test('names an execution by itself, with an empty object as its input', async () => {
    const states = statesFixture()
    const stateMachineArn = states.create(pass)

    const { executionArn = '' } = await states.send<StartExecutionOutput>('StartExecution', {
      stateMachineArn,
    })
    await states.clock.settle()

    expect(executionArn).toMatch(/:execution:machine:[\da-f-]{36}$/)
    expect(await states.output(executionArn)).toEqual({})
  })

  test.each([
    '',
    ' ',
    'a b',
    'a:b',
    'a/b',
    'a*',
    'a?',
    'a#',
    'a%',
    'a\\',
    'a^',
    'a|',
    'a~',
    'a`',
    'a$',
    'a&',
    'a,',
    'a;',
    'a"',
    'a<',
    'a>',
    'a{',
    'a}',
    'a[',
    'a]',
    'a\u0007',
    'a\u0085',
    'x'.repeat(81),
  ])('refuses the name %j', async (name) => {
    const states = statesFixture()
    const stateMachineArn = states.create(pass)

    await expect(states.send('StartExecution', { stateMachineArn, name })).rejects.toMatchObject({
      code: 'InvalidName',
    })
  })

  test.each(['x'.repeat(80), 'cluster-1_a.b', "it's", 'a(b)!@+='])('takes the name %j', async (name) => {
    const states = statesFixture()

    expect(await states.start(states.create(pass), {}, { name })).toMatch(/:execution:machine:/)
  })

  test('takes an input of 256 KiB and not a byte more', async () => {
    const states = statesFixture()
    const stateMachineArn = states.create({ StartAt: 'S', States: { S: { Type: 'Succeed' } } })
    const text = (bytes: number) => `"${'ü'.repeat((bytes - 2) / 2)}"`

    await states.send('StartExecution', { stateMachineArn, input: text(262_144) })

    await expect(
      states.send('StartExecution', { stateMachineArn, input: text(262_146) }),
    ).rejects.toMatchObject({
      code: 'ValidationException',
    })
  })

  test.each(['', 'not json', "{'a':1}"])('refuses the input %j', async (input) => {
    const states = statesFixture()
    const stateMachineArn = states.create(pass)

    await expect(states.send('StartExecution', { stateMachineArn, input })).rejects.toMatchObject({
      code: 'InvalidExecutionInput',
    })
  })

  test.each([
    ['arn:aws:states:eu-central-1:000000000000:stateMachine:none', 'StateMachineDoesNotExist'],
    ['arn:aws:states:eu-central-1:000000000000:stateMachine:machine:7', 'StateMachineDoesNotExist'],
    ['arn:aws:states:eu-central-1:000000000000:activity:machine', 'InvalidArn'],
    ['machine', 'InvalidArn'],
  ])('refuses the machine %s with %s', async (stateMachineArn, code) => {
    const states = statesFixture()
    states.create(pass)

    await expect(states.send('StartExecution', { stateMachineArn })).rejects.toMatchObject({ code })
  })
})

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

describe('DescribeExecution', () => {
  test('has what AWS answers for a running, a failed and a succeeded execution', async () => {
    const states = statesFixture({ work: () => functionError('E', 'why') })
    const execution = await states.run(wait, { a: 1 })
    const common = {
      executionArn: execution,
      stateMachineArn: 'arn:aws:states:eu-central-1:000000000000:stateMachine:machine',
      name: 'execution',
      startDate: new Date('2026-01-01T00:00:00.000Z'),
      input: '{"a":1}',
      inputDetails: { included: true },
      redriveCount: 0,
    }

    expect(await states.describe(execution)).toEqual({
      ...common,
      status: 'RUNNING',
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    })
    await states.clock.pass(60_000)
    expect(await states.describe(execution)).toEqual({
      ...common,
      status: 'FAILED',
      stopDate: new Date('2026-01-01T00:01:00.000Z'),
      error: 'E',
      cause: '{"errorType":"E","errorMessage":"why"}',
      redriveStatus: 'REDRIVABLE',
    })
  })

  test('keeps the input as it was given', async () => {
    const states = statesFixture()
    const stateMachineArn = states.create(pass)
    const input = '{ "a" : 1.0 }'

    const { executionArn = '' } = await states.send<StartExecutionOutput>('StartExecution', {
      stateMachineArn,
      input,
    })
    await states.clock.settle()

    expect(await states.describe(executionArn)).toMatchObject({ input, output: '{"a":1}' })
  })
})

describe('ListExecutions', () => {
  async function list(states: ReturnType<typeof statesFixture>, request: ListExecutionsInput) {
    const { executions, nextToken } = await states.send<ListExecutionsOutput>('ListExecutions', request)
    return { names: executions?.map(({ name }) => name), nextToken }
  }

  test('has the latest first, page by page, and those that begin meanwhile on none', async () => {
    const states = statesFixture({ work: () => null })
    const stateMachineArn = states.create(wait)
    for (const name of ['a', 'b', 'c']) {
      await states.start(stateMachineArn, {}, { name })
      await states.clock.pass(1000)
    }

    const first = await list(states, { stateMachineArn, maxResults: 2 })
    await states.start(stateMachineArn, {}, { name: 'd' })
    const second = await list(states, { stateMachineArn, maxResults: 2, nextToken: first.nextToken })

    expect([first.names, second.names, second.nextToken]).toEqual([['c', 'b'], ['a'], undefined])
  })

  test('filters by status', async () => {
    const states = statesFixture({ work: () => functionError('E') })
    const stateMachineArn = states.create(wait)
    await states.start(stateMachineArn, {}, { name: 'a' })
    await states.clock.pass(60_000)
    await states.start(stateMachineArn, {}, { name: 'b' })

    const names = async (statusFilter: ListExecutionsInput['statusFilter']) =>
      (await list(states, { stateMachineArn, statusFilter })).names
    expect([await names('FAILED'), await names('RUNNING'), await names('SUCCEEDED')]).toEqual([
      ['a'],
      ['b'],
      [],
    ])
  })

  test('summarises each', async () => {
    const states = statesFixture({ work: () => functionError('E') })
    const execution = await states.run(wait)
    await states.clock.pass(60_000)
    await states.send('RedriveExecution', { executionArn: execution })
    await states.clock.settle()
    const stateMachineArn = 'arn:aws:states:eu-central-1:000000000000:stateMachine:machine'

    expect(await states.send('ListExecutions', { stateMachineArn })).toEqual({
      executions: [
        {
          executionArn: execution,
          stateMachineArn,
          name: 'execution',
          status: 'FAILED',
          startDate: new Date('2026-01-01T00:00:00.000Z'),
          stopDate: new Date('2026-01-01T00:01:00.000Z'),
          redriveCount: 1,
          redriveDate: new Date('2026-01-01T00:01:00.000Z'),
        },
      ],
    })
  })

  test.each<[object, string]>([
    [{ statusFilter: 'failed' }, 'ValidationException'],
    [{ redriveFilter: 'REDRIVEN' }, 'ValidationException'],
    [{ maxResults: 1001 }, 'ValidationException'],
    [{ stateMachineArn: undefined }, 'ValidationException'],
    [{ mapRunArn: 'arn:aws:states:eu-central-1:000000000000:mapRun:machine/label:id' }, 'NotInLocalMode'],
    [{ nextToken: 'x' }, 'InvalidToken'],
  ])('refuses %j with %s', async (wrong, code) => {
    const states = statesFixture()
    const stateMachineArn = states.create(pass)

    await expect(states.send('ListExecutions', { stateMachineArn, ...wrong })).rejects.toMatchObject({ code })
  })
})

test('an execution passes data of any depth on', async () => {
  const states = statesFixture()
  const nested = '['.repeat(50_000) + ']'.repeat(50_000)
  const stateMachineArn = states.create(pass)

  const { executionArn } = await states.send<StartExecutionOutput>('StartExecution', {
    stateMachineArn,
    input: nested,
  })
  await states.clock.settle()

  const ended = await states.send<DescribeExecutionOutput>('DescribeExecution', { executionArn })
  expect(ended.status).toBe('SUCCEEDED')
  expect(ended.output === nested).toBe(true)
})
