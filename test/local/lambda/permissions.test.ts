import type { AddPermissionResponse, GetPolicyResponse } from '@aws-sdk/client-lambda'
import { describe, expect, it } from 'vitest'
import { ACCOUNT, FUNCTION, lambdaFixture, REGION } from './fixture.ts'

const FunctionName = 'work'
const RULE = `arn:aws:events:${REGION}:${ACCOUNT}:rule/created`
const bus = {
  FunctionName,
  StatementId: 'bus',
  Action: 'lambda:InvokeFunction',
  Principal: 'events.amazonaws.com',
  SourceArn: RULE,
}

async function withFunction() {
  const fixture = lambdaFixture()
  await fixture.create('export const handler = async () => 1', { Publish: true })
  const { send } = fixture
  return {
    ...fixture,
    async add(input: object = {}) {
      const { Statement = '' } = await send<AddPermissionResponse>('AddPermission', { ...bus, ...input })
      return JSON.parse(Statement)
    },
    async policy(input = {}) {
      const output = await send<GetPolicyResponse>('GetPolicy', { FunctionName, ...input })
      return { RevisionId: output.RevisionId, ...JSON.parse(output.Policy ?? '') }
    },
  }
}

describe('a permission', () => {
  it('for a service holds for the source that it names', async () => {
    const { add, policy } = await withFunction()

    const statement = await add({ SourceAccount: ACCOUNT })

    expect(statement).toEqual({
      Sid: 'bus',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: FUNCTION,
      Condition: {
        StringEquals: { 'AWS:SourceAccount': ACCOUNT },
        ArnLike: { 'AWS:SourceArn': RULE },
      },
    })
    expect(await policy()).toEqual({
      RevisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      Version: '2012-10-17',
      Id: 'default',
      Statement: [statement],
    })
  })

  it.each([
    ['an account', '111111111111', { AWS: 'arn:aws:iam::111111111111:root' }],
    ['a role', `arn:aws:iam::${ACCOUNT}:role/caller`, { AWS: `arn:aws:iam::${ACCOUNT}:role/caller` }],
    ['everybody', '*', '*'],
    ['a service', 's3.amazonaws.com', { Service: 's3.amazonaws.com' }],
  ])('can be for %s', async (_, Principal, expected) => {
    const { add } = await withFunction()

    const { Principal: principal, Condition } = await add({ Principal, SourceArn: undefined })

    expect(principal).toEqual(expected)
    expect(Condition).toBeUndefined()
  })

  it('for a version holds for that alone', async () => {
    const { add, policy, asks, send } = await withFunction()

    expect(await add({ Qualifier: '1' })).toMatchObject({ Resource: `${FUNCTION}:1` })

    expect((await policy({ Qualifier: '1' })).Statement).toHaveLength(1)
    await expect(send('GetPolicy', { FunctionName })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
    const policyOf = (name: string) => asks('Invoke', { FunctionName: name })[0]?.resourcePolicy
    expect(policyOf('work:1')?.Statement).toHaveLength(1)
    expect(policyOf('work')).toBeUndefined()
  })

  it('is part of what IAM is asked about an invocation, until it is taken away', async () => {
    const { add, send, asks } = await withFunction()
    await add()
    await add({ StatementId: 'other' })
    const sids = () =>
      [asks('Invoke', { FunctionName })[0]?.resourcePolicy?.Statement]
        .flat()
        .map((statement) => statement?.Sid)
    expect(sids()).toEqual(['bus', 'other'])

    await send('RemovePermission', { FunctionName, StatementId: 'bus' })
    expect(sids()).toEqual(['other'])
    await send('RemovePermission', { FunctionName, StatementId: 'other' })

    expect(asks('Invoke', { FunctionName })[0]?.resourcePolicy).toBeUndefined()
    await expect(send('GetPolicy', { FunctionName })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    })
  })

  it('may name the revision of the policy that it is meant for', async () => {
    const { add, policy, send } = await withFunction()
    await add()
    const { RevisionId } = await policy()

    await add({ StatementId: 'second', RevisionId })

    const late = { code: 'PreconditionFailedException', status: 412 }
    await expect(add({ StatementId: 'third', RevisionId })).rejects.toMatchObject(late)
    await expect(
      send('RemovePermission', { FunctionName, StatementId: 'second', RevisionId }),
    ).rejects.toMatchObject(late)
    expect((await policy()).Statement).toHaveLength(2)
  })
})

describe('a permission is refused', () => {
  it.each<[string, object, object]>([
    ['under an id that there is', { StatementId: 'bus' }, { code: 'ResourceConflictException', status: 409 }],
    ['under no id', { StatementId: '' }, { code: 'ValidationException' }],
    ['under an id with a dot', { StatementId: 'a.b' }, { code: 'ValidationException' }],
    ['under an id of 101 characters', { StatementId: 'a'.repeat(101) }, { code: 'ValidationException' }],
    ['for an action of another service', { Action: 's3:GetObject' }, { code: 'ValidationException' }],
    ['for a source account that is none', { SourceAccount: '12' }, { code: 'ValidationException' }],
    ['for a source that is no ARN', { SourceArn: 'created' }, { code: 'ValidationException' }],
    ['for a principal that is none', { Principal: 'somebody' }, { code: 'InvalidParameterValueException' }],
    ['for no function', { FunctionName: 'missing' }, { code: 'ResourceNotFoundException' }],
    ['for no version', { Qualifier: '9' }, { code: 'ResourceNotFoundException' }],
    // https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    ['for $LATEST by that name', { Qualifier: '$LATEST' }, { code: 'InvalidParameterValueException' }],
    ['for an organization', { PrincipalOrgID: 'o-1234567890' }, { code: 'NotInLocalMode' }],
    ['for a URL', { FunctionUrlAuthType: 'AWS_IAM' }, { code: 'NotInLocalMode' }],
    ['through a URL', { InvokedViaFunctionUrl: true }, { code: 'NotInLocalMode' }],
    ['for a token', { EventSourceToken: 'a' }, { code: 'NotInLocalMode' }],
  ])('%s', async (_, input, error) => {
    const { add, policy } = await withFunction()
    await add()

    await expect(add({ StatementId: 'new', ...input })).rejects.toMatchObject(error)

    expect((await policy()).Statement).toHaveLength(1)
  })

  it('when the policy would be over 20 KB', async () => {
    const { add, policy } = await withFunction()
    const SourceArn = `${RULE}${'x'.repeat(1000)}`
    let count = 0
    const addAll = async () => {
      for (; count < 30; count += 1) await add({ StatementId: `s${count}`, SourceArn })
    }

    await expect(addAll()).rejects.toMatchObject({ code: 'PolicyLengthExceededException', status: 400 })

    const { RevisionId: _, ...document } = await policy()
    expect(document.Statement).toHaveLength(count)
    expect(JSON.stringify(document).length).toBeLessThanOrEqual(20 * 1024)
  })
})

describe('RemovePermission', () => {
  it.each([
    ['no policy', 'bus', false],
    ['no such statement', 'other', true],
  ])('finds nothing where there is %s', async (_, StatementId, hasPolicy) => {
    const { add, send } = await withFunction()
    if (hasPolicy) await add()

    await expect(send('RemovePermission', { FunctionName, StatementId })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    })
  })
})

it('IAM is asked who is given a permission', async () => {
  const { asks } = await withFunction()

  expect(asks('AddPermission', bus)).toEqual([
    {
      action: 'lambda:AddPermission',
      resource: FUNCTION,
      context: { 'lambda:Principal': 'events.amazonaws.com' },
      owner: ACCOUNT,
    },
  ])
  for (const operation of ['RemovePermission', 'GetPolicy'])
    expect(asks(operation, { FunctionName })).toMatchObject([
      { action: `lambda:${operation}`, resource: FUNCTION },
    ])
})
