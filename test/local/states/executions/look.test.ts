import type { ListExecutionsInput, ListExecutionsOutput, StartExecutionOutput } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { functionError, statesFixture } from '../fixture.ts'
import { pass, wait } from './definitions.ts'

describe('DescribeExecution', () => {
  test('has what AWS answers for a running, a failed and a succeeded execution', async () => {
    const states = statesFixture({
      work: (_, attempt) => (attempt === 0 ? functionError('E', 'why') : 'done'),
    })
    const stateMachineArn = states.create(wait)
    const failing = await states.start(stateMachineArn, { a: 1 }, { name: 'failing' })
    const common = {
      executionArn: failing,
      stateMachineArn,
      name: 'failing',
      startDate: new Date('2026-01-01T00:00:00.000Z'),
      input: '{"a":1}',
      inputDetails: { included: true },
      redriveCount: 0,
    }

    expect(await states.describe(failing)).toEqual({
      ...common,
      status: 'RUNNING',
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    })
    await states.clock.pass(60_000)
    expect(await states.describe(failing)).toEqual({
      ...common,
      status: 'FAILED',
      stopDate: new Date('2026-01-01T00:01:00.000Z'),
      error: 'E',
      cause: '{"errorType":"E","errorMessage":"why"}',
      redriveStatus: 'REDRIVABLE',
    })

    const succeeding = await states.start(stateMachineArn, { a: 1 }, { name: 'succeeding' })
    await states.clock.pass(60_000)
    expect(await states.describe(succeeding)).toEqual({
      ...common,
      executionArn: succeeding,
      name: 'succeeding',
      startDate: new Date('2026-01-01T00:01:00.000Z'),
      status: 'SUCCEEDED',
      stopDate: new Date('2026-01-01T00:02:00.000Z'),
      output: '"done"',
      outputDetails: { included: true },
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
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
