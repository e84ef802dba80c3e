import type { DescribeExecutionOutput, StartExecutionOutput } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { statesFixture } from '../fixture.ts'
import { pass, wait } from './definitions.ts'

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
    const stateMachineArn = states.create(wait)
    const request = { stateMachineArn, name: 'run-1' }

    const answers = await Promise.all([
      states.send('StartExecution', request),
      states.send('StartExecution', request),
    ])
    await states.clock.pass(60_000)

    expect(answers[0]).toEqual(answers[1])
    expect(states.invocations).toHaveLength(1)
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
