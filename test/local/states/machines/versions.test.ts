import type { ListStateMachineVersionsOutput, UpdateStateMachineOutput } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { ROLE, statesFixture } from '../fixture.ts'
import { ARN, creation, passing } from './fixture.ts'

describe('versions', () => {
  test('keep the revision of their publication, and an execution of one keeps it too', async () => {
    const states = statesFixture()
    const created = await states.send(
      'CreateStateMachine',
      creation({ publish: true, versionDescription: 'first' }),
    )
    expect(created).toMatchObject({ stateMachineVersionArn: `${ARN}:1` })
    await states.send('UpdateStateMachine', {
      stateMachineArn: ARN,
      definition: JSON.stringify(passing('b')),
    })
    const published = await states.send('PublishStateMachineVersion', { stateMachineArn: ARN })
    expect(published).toMatchObject({ stateMachineVersionArn: `${ARN}:2` })

    const execution = await states.start(`${ARN}:1`)

    expect(await states.output(execution)).toBe('a')
    expect(await states.describe(execution)).toMatchObject({
      stateMachineArn: ARN,
      stateMachineVersionArn: `${ARN}:1`,
    })
    expect(await states.send('DescribeStateMachine', { stateMachineArn: `${ARN}:1` })).toMatchObject({
      stateMachineArn: `${ARN}:1`,
      definition: JSON.stringify(passing('a')),
      description: 'first',
    })
    expect(await states.send('ListExecutions', { stateMachineArn: `${ARN}:2` })).toEqual({ executions: [] })
    expect((await states.history(execution))[0]).toMatchObject({
      executionStartedEventDetails: { stateMachineVersionArn: `${ARN}:1` },
    })
  })

  test('are published once a revision, and listed from the newest', async () => {
    const states = statesFixture()
    states.create(passing('a'))
    for (const result of ['b', 'c']) {
      await states.send('PublishStateMachineVersion', { stateMachineArn: ARN })
      await states.send('PublishStateMachineVersion', { stateMachineArn: ARN })
      await states.send('UpdateStateMachine', {
        stateMachineArn: ARN,
        definition: JSON.stringify(passing(result)),
        publish: true,
      })
    }

    const page = await states.send<ListStateMachineVersionsOutput>('ListStateMachineVersions', {
      stateMachineArn: ARN,
      maxResults: 2,
    })
    const rest = await states.send<ListStateMachineVersionsOutput>('ListStateMachineVersions', {
      stateMachineArn: ARN,
      nextToken: page.nextToken,
    })

    const versions = [page, rest].map(({ stateMachineVersions }) =>
      stateMachineVersions?.map(({ stateMachineVersionArn }) => stateMachineVersionArn),
    )
    expect(versions).toEqual([[`${ARN}:3`, `${ARN}:2`], [`${ARN}:1`]])
  })

  test('are deleted, never under way, and no number comes twice', async () => {
    const states = statesFixture()
    await states.send('CreateStateMachine', creation({ publish: true }))
    const execution = await states.start(`${ARN}:1`)

    await states.send('DeleteStateMachineVersion', { stateMachineVersionArn: `${ARN}:1` })
    await states.send('DeleteStateMachineVersion', { stateMachineVersionArn: `${ARN}:1` })

    expect(await states.output(execution)).toBe('a')
    await expect(states.start(`${ARN}:1`)).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' })
    expect(await states.send('PublishStateMachineVersion', { stateMachineArn: ARN })).toMatchObject({
      stateMachineVersionArn: `${ARN}:2`,
    })
    await expect(
      states.send('DeleteStateMachineVersion', { stateMachineVersionArn: ARN }),
    ).rejects.toMatchObject({ code: 'InvalidArn' })
  })

  test('of another revision than the one asked for are a conflict', async () => {
    const states = statesFixture()
    states.create(passing('a'))
    const publish = (revisionId: string | undefined) =>
      states.send('PublishStateMachineVersion', { stateMachineArn: ARN, revisionId })
    await publish('INITIAL')
    const { revisionId } = await states.send<UpdateStateMachineOutput>('UpdateStateMachine', {
      stateMachineArn: ARN,
      roleArn: ROLE,
    })

    await expect(publish('INITIAL')).rejects.toMatchObject({ code: 'ConflictException', status: 409 })
    expect(await publish(revisionId)).toMatchObject({ stateMachineVersionArn: `${ARN}:2` })
  })
})
