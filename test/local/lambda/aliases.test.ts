import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  GetAccountSettingsCommand,
  LambdaClient,
  ListAliasesCommand,
  ListLayersCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startLocalAws } from '../../../local/aws.ts'
import { FUNCTION, lambdaFixture, REGION } from './fixture.ts'

const FunctionName = 'work'

async function withFunction() {
  const fixture = lambdaFixture()
  await fixture.create('export const handler = async () => 1', { Publish: true })
  return fixture
}

describe('there are no', () => {
  test.each([{}, { FunctionVersion: '$LATEST' }, { FunctionVersion: '1' }, { FunctionVersion: '9' }])(
    'aliases of a function (%j)',
    async (input) => {
      const { send } = await withFunction()

      expect(await send('ListAliases', { FunctionName, ...input })).toEqual({ Aliases: [] })
    },
  )

  test('layers', async () => {
    const { send } = lambdaFixture()

    expect(await send('ListLayers', { CompatibleRuntime: 'nodejs24.x', MaxItems: 50 })).toEqual({
      Layers: [],
    })
  })
})

test.each<[string, string, object, string]>([
  [
    'aliases of a function that does not exist',
    'ListAliases',
    { FunctionName: 'idle' },
    'ResourceNotFoundException',
  ],
  ['aliases of what can be no function', 'ListAliases', { FunctionName: 'a b' }, 'ValidationException'],
  ['aliases of a version by name', 'ListAliases', { FunctionVersion: 'live' }, 'ValidationException'],
  ['no alias', 'ListAliases', { MaxItems: 0 }, 'ValidationException'],
  ['51 layers', 'ListLayers', { MaxItems: 51 }, 'ValidationException'],
  ["layers after a marker of nobody's", 'ListLayers', { Marker: 'none' }, 'InvalidParameterValueException'],
])('an error, and no empty list, is answered for %s', async (_, operation, input, code) => {
  const { send } = await withFunction()

  await expect(send(operation, { FunctionName, ...input })).rejects.toMatchObject({ code })
})

test('IAM is asked about the function for its aliases, and about none for layers', () => {
  const { asks } = lambdaFixture()

  expect(asks('ListAliases', { FunctionName })).toMatchObject([
    { action: 'lambda:ListAliases', resource: FUNCTION },
  ])
  expect(asks('ListLayers', {})).toEqual([{ action: 'lambda:ListLayers', resource: '*' }])
})

test('SDK clients read the empty lists and the settings of the account', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'local-lambda-'))
  const { endpoint, stop } = await startLocalAws({ speed: 1000, directory })
  onTestFinished(async () => {
    await stop()
    rmSync(directory, { recursive: true })
  })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'secret' }
  const client = new LambdaClient({ endpoint, region: REGION, credentials, maxAttempts: 1 })

  expect(await client.send(new ListLayersCommand({}))).toMatchObject({ Layers: [] })
  await expect(client.send(new ListAliasesCommand({ FunctionName }))).rejects.toBeInstanceOf(
    ResourceNotFoundException,
  )
  expect(await client.send(new GetAccountSettingsCommand({}))).toMatchObject({
    AccountLimit: { ConcurrentExecutions: 1000, TotalCodeSize: 80_530_636_800 },
    AccountUsage: { FunctionCount: 0, TotalCodeSize: 0 },
  })
})
