import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { documentClient } from '../../lib/aws/document-client.ts'
import { EnvironmentInvalid } from '../../lib/config.ts'
import { RecordTaken } from '../../lib/errors.ts'
import { readCluster } from '../../lib/registry/cluster-record.ts'
import { createStepHandler } from '../../lib/step-handler.ts'
import { aContext } from './lambda-context.ts'
import { printed } from './printed.ts'
import { aRun, aTableWith, golemRecord } from './registry/registry.ts'
import { anAlias, OUTPUTS, PENDING, READY } from './resource-step/fixture.ts'
import { STACK } from './resources/golem.ts'
import { aTask } from './task.ts'

const ENVIRONMENT = {
  STAGE: 'dev',
  STACK_NAME: 'irsa-dev',
  ACCOUNT_ID: '000000000000',
  AWS_REGION: 'eu-central-1',
  ORIGIN_ACCESS_CONTROL_ID: 'E1OAC',
  HOSTED_ZONES: '',
  ROLE_PATH: '/irsa/',
  MANAGED_POLICIES: 'arn:aws:iam::aws:policy/*',
  ACCOUNTS: '444455556666',
  ROLE_TAG_KEYS: 'team,owner',
  ALLOW_PUBLIC_BUCKETS: 'false',
  SHARED_HOST: 'irsa.shared.gigantic.io',
  ADOPTED_BUCKETS: '',
  TRUST_POLICY_CHARACTERS: '2048',
  TABLE_NAME: 'registry',
}

beforeEach(() => {
  for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value)
})

afterEach(() => void vi.unstubAllEnvs())

/** The registry that a function in the stack's region finds. */
async function registry() {
  const table = await aTableWith(golemRecord(aRun()))
  vi.stubEnv('TABLE_NAME', table.tableName)
  const documents = mockClient(documentClient('eu-central-1'))
  onTestFinished(() => documents.restore())
  documents.on(GetCommand).callsFake((input) => table.documents.send(new GetCommand(input)))
  documents.on(PutCommand).callsFake((input) => table.documents.send(new PutCommand(input)))
  return table
}

describe('createStepHandler', () => {
  test('forgets before each task what was remembered in the one before', async () => {
    await registry()
    const forget = vi.fn()
    const handler = createStepHandler('alias', (_, beforeTask) => {
      beforeTask(forget)
      return anAlias([READY]).resource
    })
    printed()

    await handler(aTask(), aContext())
    await handler(aTask(), aContext())

    expect(forget).toHaveBeenCalledTimes(2)
  })

  test('refuses at its first breath an environment that is not whole, and names everything', () => {
    for (const name of ['STAGE', 'HOSTED_ZONES', 'TABLE_NAME']) vi.stubEnv(name, undefined)
    const resourceOf = vi.fn()

    expect(() => createStepHandler('alias', resourceOf)).toThrow(
      new EnvironmentInvalid('Environment variables missing or wrong: HOSTED_ZONES, STAGE, TABLE_NAME'),
    )
    expect(resourceOf).not.toHaveBeenCalled()
  })

  test('makes the resource for the stack, once', async () => {
    await registry()
    const resourceOf = vi.fn(() => anAlias([READY]).resource)
    const handler = createStepHandler('alias', resourceOf)
    printed()

    await handler(aTask(), aContext())
    await handler(aTask(), aContext())

    expect(resourceOf.mock.calls).toEqual([[STACK, expect.any(Function)]])
  })

  test('answers what the step came to, records it, and logs it with cluster, execution and step', async () => {
    const table = await registry()
    const handler = createStepHandler('alias', () => anAlias([READY]).resource)
    const { logged } = printed()

    const answer = await handler(aTask(), aContext())

    expect(answer).toEqual({
      cluster: 'golem',
      run: 1,
      step: 'alias',
      status: 'ready',
      since: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    expect(await readCluster(table, 'golem')).toMatchObject({ outputs: { alias: OUTPUTS } })
    expect(logged()).toMatchObject([
      {
        level: 'INFO',
        message: 'The alias is ready.',
        cluster: 'golem',
        execution: 'golem-1',
        step: 'alias',
      },
    ])
    expect(logged()[0]).not.toHaveProperty('reason')
  })

  test('logs what a pending step waits for', async () => {
    await registry()
    const handler = createStepHandler('alias', () => anAlias([PENDING]).resource)
    const { logged } = printed()

    await handler(
      aTask({ step: 'alias', status: 'pending', since: new Date().toISOString() }, JUST_NOW),
      aContext(),
    )

    expect(logged()).toMatchObject([{ message: 'The alias is pending.', reason: PENDING.reason }])
  })

  test('throws what the resource throws, and logs it with its remedy', async () => {
    await registry()
    const error = new RecordTaken('irsa.golem.gigantic.io', 'A', '192.0.2.1')
    const { resource } = anAlias([])
    const handler = createStepHandler('alias', () => ({ ...resource, observe: () => Promise.reject(error) }))
    const { logged } = printed()

    await expect(handler(aTask(), aContext())).rejects.toBe(error)

    expect(logged()).toMatchObject([
      { level: 'ERROR', message: error.message, step: 'alias', cluster: 'golem', remedy: error.remedy },
    ])
  })
})

/** The step's bound is counted by the real time. */
const JUST_NOW = { StartTime: new Date().toISOString() }
