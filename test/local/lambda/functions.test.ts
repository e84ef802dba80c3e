import type {
  FunctionConfiguration,
  GetFunctionResponse,
  ListFunctionsResponse,
} from '@aws-sdk/client-lambda'
import { describe, expect, it } from 'vitest'
import { ACCOUNT, administrator, FUNCTION, lambdaFixture, REGION, ROLE, zipOf } from './fixture.ts'

const ECHO = 'export const handler = async (event) => event'
const FunctionName = 'work'
const required = {
  FunctionName,
  Runtime: 'nodejs24.x',
  Handler: 'functions/work.handler',
  Role: ROLE,
  Code: { ZipFile: zipOf(ECHO) },
}

function callOf(account: string, region = REGION) {
  const principal = { kind: 'administrator', account, arn: `arn:aws:iam::${account}:root` } as const
  return { ...administrator, principal, region }
}

describe('a function', () => {
  it('is Pending, then Active, with all that it was given', async () => {
    const { send, clock } = lambdaFixture()

    const created = await send<FunctionConfiguration>('CreateFunction', {
      ...required,
      Description: 'd',
      Timeout: 30,
      MemorySize: 512,
      Environment: { Variables: { STAGE: 'prod' } },
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    })

    const configuration = {
      FunctionName,
      FunctionArn: FUNCTION,
      Runtime: 'nodejs24.x',
      Role: ROLE,
      Handler: 'functions/work.handler',
      CodeSize: required.Code.ZipFile.length,
      CodeSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      Description: 'd',
      Timeout: 30,
      MemorySize: 512,
      LastModified: '2026-01-01T00:00:00.000+0000',
      Version: '$LATEST',
      RevisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      PackageType: 'Zip',
      Architectures: ['arm64'],
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: '/aws/lambda/work' },
      Environment: { Variables: { STAGE: 'prod' } },
    }
    expect(created).toEqual({
      ...configuration,
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
      LastUpdateStatus: 'InProgress',
    })
    await clock.pass(2_000)
    expect(await send('GetFunctionConfiguration', { FunctionName })).toEqual({
      ...configuration,
      RevisionId: created.RevisionId,
      State: 'Active',
      LastUpdateStatus: 'Successful',
    })
  })

  it('is shown with its code, its tags and its concurrency', async () => {
    const { send, create } = lambdaFixture()
    await create(ECHO, { Tags: { team: 'identity' } })
    await send('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 5 })

    const shown = await send<GetFunctionResponse>('GetFunction', { FunctionName: FUNCTION })

    expect(shown).toMatchObject({
      Configuration: await send('GetFunctionConfiguration', { FunctionName }),
      Code: { RepositoryType: 'S3', Location: expect.stringMatching(/^file:\/\/\//) },
      Tags: { team: 'identity' },
      Concurrency: { ReservedConcurrentExecutions: 5 },
    })
  })

  it('can be published as it is made', async () => {
    const { send, create } = lambdaFixture()

    expect(await create(ECHO, { Publish: true })).toBe(`${FUNCTION}:1`)

    expect(await send('GetFunctionConfiguration', { FunctionName: 'work:1' })).toMatchObject({
      FunctionArn: `${FUNCTION}:1`,
      Version: '1',
      State: 'Active',
    })
  })

  it('is one for each account and region', async () => {
    const { send } = lambdaFixture()
    const calls = [administrator, callOf('111111111111'), callOf(ACCOUNT, 'us-east-1')]

    for (const call of calls) await send('CreateFunction', required, call)

    for (const call of calls) {
      const { Functions = [] } = await send<ListFunctionsResponse>('ListFunctions', {}, call)
      expect(Functions.map(({ FunctionArn }) => FunctionArn)).toEqual([
        `arn:aws:lambda:${call.region}:${call.principal.account}:function:work`,
      ])
    }
  })

  it('that is deleted is gone, and a new one under its name has nothing of it', async () => {
    const { send, create } = lambdaFixture()
    await create(ECHO, { Tags: { team: 'identity' }, Publish: true })
    await send('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 5 })
    await send('PutFunctionEventInvokeConfig', { FunctionName, MaximumRetryAttempts: 0 })
    await send('AddPermission', {
      FunctionName,
      StatementId: 'bus',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
    })

    expect(await send('DeleteFunction', { FunctionName })).toEqual({ StatusCode: 204 })

    const gone = { code: 'ResourceNotFoundException', status: 404 }
    for (const operation of ['GetFunction', 'GetFunctionConfiguration', 'DeleteFunction', 'Invoke'])
      await expect(send(operation, { FunctionName })).rejects.toMatchObject(gone)
    await create(ECHO)
    const shown = await send<GetFunctionResponse>('GetFunction', { FunctionName })
    expect(shown.Tags).toBeUndefined()
    expect(shown.Concurrency).toBeUndefined()
    for (const operation of ['GetPolicy', 'GetFunctionEventInvokeConfig'])
      await expect(send(operation, { FunctionName })).rejects.toMatchObject(gone)
    await expect(send('GetFunction', { FunctionName: 'work:1' })).rejects.toMatchObject(gone)
  })
})

describe('a function is not made', () => {
  it.each<[string, object, object]>([
    ['twice', {}, { code: 'ResourceConflictException', status: 409 }],
    ['of an image', { FunctionName: 'b', PackageType: 'Image' }, { code: 'NotInLocalMode' }],
    [
      'without a runtime',
      { FunctionName: 'b', Runtime: undefined },
      { code: 'InvalidParameterValueException' },
    ],
    ['for another runtime', { FunctionName: 'b', Runtime: 'nodejs20.x' }, { code: 'NotInLocalMode' }],
    ['without a name', { FunctionName: '' }, { code: 'ValidationException' }],
    ['under a name of 65 characters', { FunctionName: 'b'.repeat(65) }, { code: 'ValidationException' }],
    ['under a name with a dot', { FunctionName: 'b.c' }, { code: 'ValidationException' }],
    ['without code', { FunctionName: 'b', Code: {} }, { code: 'InvalidParameterValueException' }],
    ['for another machine', { FunctionName: 'b', Architectures: ['z80'] }, { code: 'ValidationException' }],
    [
      'with tags of AWS’s own',
      { FunctionName: 'b', Tags: { 'aws:a': 'b' } },
      { code: 'InvalidParameterValueException' },
    ],
    ['with signed code', { FunctionName: 'b', CodeSigningConfigArn: 'arn:x' }, { code: 'NotInLocalMode' }],
    ['for tenants', { FunctionName: 'b', TenancyConfig: {} }, { code: 'NotInLocalMode' }],
    ['published elsewhere', { FunctionName: 'b', PublishTo: 'LATEST_PUBLISHED' }, { code: 'NotInLocalMode' }],
  ])('%s', async (_, input, error) => {
    const { send, create } = lambdaFixture()
    await create(ECHO)

    await expect(send('CreateFunction', { ...required, ...input })).rejects.toMatchObject(error)

    const { Functions = [] } = await send<ListFunctionsResponse>('ListFunctions', {})
    expect(Functions).toHaveLength(1)
  })

  it('for a role that does not trust Lambda', async () => {
    const { send, untrusted } = lambdaFixture()
    untrusted.add(ROLE)

    await expect(send('CreateFunction', required)).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    })
  })
})

describe('ListFunctions', () => {
  async function threeFunctions() {
    const fixture = lambdaFixture()
    for (const name of ['gamma', 'alpha', 'beta']) await fixture.create(ECHO, { FunctionName: name })
    return {
      ...fixture,
      async list(input: object) {
        const { Functions = [], NextMarker } = await fixture.send<ListFunctionsResponse>(
          'ListFunctions',
          input,
        )
        return { names: Functions.map(({ FunctionName }) => FunctionName), NextMarker }
      },
    }
  }

  it('pages through the names in their order', async () => {
    const { list } = await threeFunctions()

    const first = await list({ MaxItems: 2 })
    const second = await list({ MaxItems: 2, Marker: first.NextMarker })

    expect(first.names).toEqual(['alpha', 'beta'])
    expect(second).toEqual({ names: ['gamma'], NextMarker: undefined })
  })

  it('goes on behind a function that is deleted meanwhile', async () => {
    const { list, send } = await threeFunctions()
    const { NextMarker } = await list({ MaxItems: 2 })

    await send('DeleteFunction', { FunctionName: 'beta' })

    expect((await list({ Marker: NextMarker })).names).toEqual(['gamma'])
  })

  it.each([
    ['a marker of nobody’s', { Marker: 'next' }, 'InvalidParameterValueException'],
    ['a page of nothing', { MaxItems: 0 }, 'ValidationException'],
    ['a page of over 10,000', { MaxItems: 10_001 }, 'ValidationException'],
    ['versions', { FunctionVersion: 'ALL' }, 'NotInLocalMode'],
    ['a master region', { MasterRegion: 'us-east-1' }, 'NotInLocalMode'],
  ])('refuses %s', async (_, input, code) => {
    const { list } = await threeFunctions()

    await expect(list(input)).rejects.toMatchObject({ code })
  })
})

it('IAM is asked for the function with its tags, and for the role that it is given', () => {
  const { asks } = lambdaFixture()

  expect(asks('CreateFunction', { ...required, Tags: { team: 'identity' } })).toEqual([
    {
      action: 'lambda:CreateFunction',
      resource: FUNCTION,
      context: { 'aws:RequestTag/team': 'identity', 'aws:TagKeys': ['team'] },
      owner: ACCOUNT,
    },
    {
      action: 'iam:PassRole',
      resource: ROLE,
      context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    },
  ])
  for (const operation of ['GetFunction', 'GetFunctionConfiguration', 'DeleteFunction'])
    expect(asks(operation, { FunctionName })).toMatchObject([
      { action: `lambda:${operation}`, resource: FUNCTION },
    ])
  expect(asks('ListFunctions', {})).toEqual([{ action: 'lambda:ListFunctions', resource: '*' }])
})
