import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ExecutionDoesNotExist,
  ListActivitiesCommand,
  ListMapRunsCommand,
  ListStateMachineAliasesCommand,
  SFNClient,
  type StartExecutionOutput,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startLocalAws } from '../../../local/aws.ts'
import { ACCOUNT, REGION, statesFixture } from './fixture.ts'

const machine = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:machine`
const execution = `arn:aws:states:${REGION}:${ACCOUNT}:execution:machine:run`

/** One execution that waits. */
async function running() {
  const fixture = statesFixture()
  fixture.create({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 60, End: true } } })
  await fixture.send<StartExecutionOutput>('StartExecution', { stateMachineArn: machine, name: 'run' })
  return fixture
}

describe('there are no', () => {
  test('aliases of a machine, nor of its versions', async () => {
    const { send } = await running()
    await send('PublishStateMachineVersion', { stateMachineArn: machine })

    for (const stateMachineArn of [machine, `${machine}:1`])
      expect(await send('ListStateMachineAliases', { stateMachineArn })).toEqual({ stateMachineAliases: [] })
  })

  test('Map Runs of an execution', async () => {
    const { send } = await running()

    expect(await send('ListMapRuns', { executionArn: execution })).toEqual({ mapRuns: [] })
  })

  test('activities', async () => {
    const { send } = statesFixture()

    expect(await send('ListActivities', {})).toEqual({ activities: [] })
  })
})

describe('an error, and no empty list, is answered for', () => {
  test.each<[string, string, object, string]>([
    [
      'a machine that does not exist',
      'ListStateMachineAliases',
      { stateMachineArn: `${machine}s` },
      'StateMachineDoesNotExist',
    ],
    [
      'a version that does not exist',
      'ListStateMachineAliases',
      { stateMachineArn: `${machine}:9` },
      'StateMachineDoesNotExist',
    ],
    ['what is no machine', 'ListStateMachineAliases', { stateMachineArn: execution }, 'InvalidArn'],
    [
      'an execution that does not exist',
      'ListMapRuns',
      { executionArn: `${execution}s` },
      'ExecutionDoesNotExist',
    ],
    ['what is no execution', 'ListMapRuns', { executionArn: machine }, 'InvalidArn'],
    ['1,001 activities', 'ListActivities', { maxResults: 1001 }, 'ValidationException'],
    ["a token that is nobody's", 'ListActivities', { nextToken: 'none' }, 'InvalidToken'],
  ])('%s (%s)', async (_, operation, input, code) => {
    const { send } = await running()

    await expect(send(operation, input)).rejects.toMatchObject({ code })
  })

  test('a machine that is being deleted', async () => {
    const { send } = await running()
    await send('DeleteStateMachine', { stateMachineArn: machine })

    await expect(send('ListStateMachineAliases', { stateMachineArn: machine })).rejects.toMatchObject({
      code: 'StateMachineDeleting',
    })
  })
})

test('IAM is asked about the machine, about the execution, and for activities about none', () => {
  const { asks } = statesFixture()

  expect(asks('ListStateMachineAliases', { stateMachineArn: machine })).toMatchObject([
    { action: 'states:ListStateMachineAliases', resource: machine },
  ])
  expect(asks('ListMapRuns', { executionArn: execution })).toMatchObject([
    { action: 'states:ListMapRuns', resource: execution },
  ])
  expect(asks('ListActivities', {})).toEqual([{ action: 'states:ListActivities', resource: '*' }])
})

test('SDK clients read the empty lists, and the errors by their class', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'local-states-'))
  const { endpoint, stop } = await startLocalAws({ speed: 1000, directory })
  onTestFinished(async () => {
    await stop()
    rmSync(directory, { recursive: true })
  })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'secret' }
  const client = new SFNClient({ endpoint, region: REGION, credentials, maxAttempts: 1 })

  expect(await client.send(new ListActivitiesCommand({}))).toMatchObject({ activities: [] })
  await expect(client.send(new ListMapRunsCommand({ executionArn: execution }))).rejects.toBeInstanceOf(
    ExecutionDoesNotExist,
  )
  await expect(
    client.send(new ListStateMachineAliasesCommand({ stateMachineArn: machine })),
  ).rejects.toBeInstanceOf(StateMachineDoesNotExist)
})
