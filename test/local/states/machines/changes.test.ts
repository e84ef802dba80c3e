/** What becomes of a machine that is there: updated, tagged, deleted. */
import type { DescribeStateMachineOutput, UpdateStateMachineOutput } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { ROLE, statesFixture } from '../fixture.ts'
import { ARN, creation, passing } from './fixture.ts'

describe('UpdateStateMachine', () => {
  test('changes what is given, under a new revision, for executions that begin later', async () => {
    const states = statesFixture()
    const stateMachineArn = states.create(passing('a'))
    await states.clock.pass(1000)

    const updated = await states.send<UpdateStateMachineOutput>('UpdateStateMachine', {
      stateMachineArn,
      definition: JSON.stringify(passing('b')),
    })

    expect(updated).toEqual({
      updateDate: new Date('2026-01-01T00:00:01.000Z'),
      revisionId: expect.any(String),
    })
    expect(
      await states.send<DescribeStateMachineOutput>('DescribeStateMachine', { stateMachineArn }),
    ).toMatchObject({
      definition: JSON.stringify(passing('b')),
      roleArn: ROLE,
      revisionId: updated.revisionId,
      creationDate: new Date('2026-01-01T00:00:00.000Z'),
    })
    expect(await states.output(await states.start(stateMachineArn))).toBe('b')
  })

  test('leaves a running execution its definition', async () => {
    const states = statesFixture()
    const definition = (result: string) => ({
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 1, Next: 'P' }, ...passing(result).States },
    })
    const stateMachineArn = states.create(definition('a'))
    const execution = await states.start(stateMachineArn)

    await states.send('UpdateStateMachine', { stateMachineArn, definition: JSON.stringify(definition('b')) })
    await states.clock.pass(1000)

    expect(await states.output(execution)).toBe('a')
  })

  test.each<[object, string]>([
    [{}, 'MissingRequiredParameter'],
    [{ definition: '{' }, 'InvalidDefinition'],
    [{ roleArn: 'x' }, 'InvalidArn'],
    [{ stateMachineArn: `${ARN}-none`, roleArn: ROLE }, 'StateMachineDoesNotExist'],
  ])('refuses %j with %s', async (wrong, code) => {
    const states = statesFixture()
    states.create(passing('a'))

    await expect(states.send('UpdateStateMachine', { stateMachineArn: ARN, ...wrong })).rejects.toMatchObject(
      { code },
    )
  })
})

describe('tags', () => {
  test('are added, replaced and removed', async () => {
    const states = statesFixture()
    states.create(passing('a'), {
      tags: { a: '1', b: '2' },
    })

    await states.send('TagResource', { resourceArn: ARN, tags: [{ key: 'b', value: '3' }, { key: 'c' }] })
    await states.send('UntagResource', { resourceArn: ARN, tagKeys: ['a', 'none'] })

    expect(await states.send('ListTagsForResource', { resourceArn: ARN })).toEqual({
      tags: [
        { key: 'b', value: '3' },
        { key: 'c', value: '' },
      ],
    })
  })

  test('are at most fifty, and of nothing that does not exist', async () => {
    const states = statesFixture()
    states.create(passing('a'), {
      tags: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, ''])),
    })

    await states.send('TagResource', { resourceArn: ARN, tags: [{ key: 'k1', value: 'new' }] })
    await expect(
      states.send('TagResource', { resourceArn: ARN, tags: [{ key: 'more', value: '' }] }),
    ).rejects.toMatchObject({ code: 'TooManyTags' })
    await expect(states.send('ListTagsForResource', { resourceArn: `${ARN}-none` })).rejects.toMatchObject({
      code: 'ResourceNotFound',
      details: { resourceName: `${ARN}-none` },
    })
  })
})

describe('DeleteStateMachine', () => {
  const waiting = {
    StartAt: 'W',
    States: { W: { Type: 'Wait', Seconds: 100, Next: 'P' }, ...passing('a').States },
  }

  test('takes the machine away after a while, and its executions stay readable', async () => {
    const states = statesFixture()
    const execution = await states.run(passing('a'))

    expect(await states.send('DeleteStateMachine', { stateMachineArn: ARN })).toEqual({})
    expect(await states.send('DescribeStateMachine', { stateMachineArn: ARN })).toMatchObject({
      status: 'DELETING',
    })
    for (const [operation, input] of [
      ['StartExecution', { stateMachineArn: ARN }],
      ['UpdateStateMachine', { stateMachineArn: ARN, roleArn: ROLE }],
      ['CreateStateMachine', creation()],
    ] as const)
      await expect(states.send(operation, input)).rejects.toMatchObject({ code: 'StateMachineDeleting' })
    await states.clock.pass(30_000)

    await expect(states.send('DescribeStateMachine', { stateMachineArn: ARN })).rejects.toMatchObject({
      code: 'StateMachineDoesNotExist',
    })
    expect(await states.output(execution)).toBe('a')
  })

  test('ends running executions at their next transition, and waits for them', async () => {
    const states = statesFixture()
    const execution = await states.run(waiting)

    await states.send('DeleteStateMachine', { stateMachineArn: ARN })
    await states.clock.pass(99_999)
    expect(await states.describe(execution)).toMatchObject({ status: 'RUNNING' })
    expect(await states.send('DescribeStateMachine', { stateMachineArn: ARN })).toMatchObject({
      status: 'DELETING',
    })
    await states.clock.pass(1)

    expect(await states.describe(execution)).toMatchObject({ status: 'ABORTED' })
    expect((await states.trace(execution)).slice(-2)).toEqual([
      '3 WaitStateExited after 2',
      '4 ExecutionAborted after 0',
    ])
    await states.clock.pass(30_000)
    expect(await states.send('ListStateMachines', {})).toEqual({ stateMachines: [] })
  })

  test('of a machine that does not exist is no error, and the name is free again afterwards', async () => {
    const states = statesFixture()
    expect(await states.send('DeleteStateMachine', { stateMachineArn: ARN })).toEqual({})
    await states.run(passing('a'))
    await states.send('DeleteStateMachine', { stateMachineArn: ARN })
    await states.clock.pass(30_000)

    await states.send('CreateStateMachine', creation({ definition: JSON.stringify(passing('b')) }))
    expect(await states.output(await states.start(ARN, {}, { name: 'execution' }))).toBe('b')
  })
})
