/** Facts from https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html */
import type { DescribeEventBusResponse } from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { authorize } from '../../../local/policy/authorize.ts'
import type { Statement } from '../../../local/policy/document.ts'
import { allow, iamOf, policy, session } from '../policy/principals.ts'
import { ACCOUNT, anEntry, BUS, callOf, eventsFixture, OTHER_ACCOUNT, REGION } from './fixture.ts'

const statement: Statement = {
  Sid: 'other',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` },
  Action: 'events:PutEvents',
  Resource: BUS,
}
const permission = {
  EventBusName: 'irsa',
  Action: 'events:PutEvents',
  Principal: OTHER_ACCOUNT,
  StatementId: 'other',
}
const invalid = { code: 'ValidationException' }

async function bus() {
  const fixture = eventsFixture()
  await fixture.run('CreateEventBus', { Name: 'irsa' })
  return {
    ...fixture,
    permit: (input: object) => fixture.run('PutPermission', { EventBusName: 'irsa', ...input }),
    policyOf: async () => {
      const { Policy } = await fixture.run<DescribeEventBusResponse>('DescribeEventBus', { Name: 'irsa' })
      return Policy === undefined ? undefined : JSON.parse(Policy)
    },
  }
}

describe('PutPermission', () => {
  test('adds a statement for an account, and replaces the one of the same name', async () => {
    const { permit, policyOf } = await bus()
    await permit(permission)
    await permit({ ...permission, StatementId: 'third', Principal: '222222222222' })

    await permit({
      ...permission,
      Principal: '*',
      Condition: { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-1' },
    })

    expect(await policyOf()).toEqual({
      Version: '2012-10-17',
      Statement: [
        { ...statement, Sid: 'third', Principal: { AWS: 'arn:aws:iam::222222222222:root' } },
        { ...statement, Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
      ],
    })
  })

  test('of a whole policy replaces all statements', async () => {
    const { permit, policyOf } = await bus()
    await permit(permission)
    const whole = policy({
      ...statement,
      Sid: 'whole',
      Condition: { StringEquals: { 'events:source': 'test' } },
    })

    await permit({ Policy: JSON.stringify(whole) })

    expect(await policyOf()).toEqual(whole)
  })

  test('names principals in the partition of the bus', async () => {
    const { run } = eventsFixture()
    const call = callOf(ACCOUNT, 'cn-north-1')
    await run('PutPermission', { ...permission, EventBusName: undefined }, call)

    const { Policy = '' } = await run<DescribeEventBusResponse>('DescribeEventBus', {}, call)

    expect(Policy).toContain(`arn:aws-cn:iam::${OTHER_ACCOUNT}:root`)
  })

  test.each<[string, object, { code: string }]>([
    ['another action', { ...permission, Action: 'events:PutRule' }, invalid],
    [
      'a principal that is no account',
      { ...permission, Principal: 'arn:aws:iam::111111111111:role/a' },
      invalid,
    ],
    ['a statement without name', { ...permission, StatementId: '' }, invalid],
    ['a name with a space', { ...permission, StatementId: 'a b' }, invalid],
    ['a name of 65 characters', { ...permission, StatementId: 'a'.repeat(65) }, invalid],
    [
      'another condition',
      { ...permission, Condition: { Type: 'StringEquals', Key: 'aws:SourceIp', Value: 'a' } },
      invalid,
    ],
    ['nothing', {}, invalid],
    ['a policy that is no JSON', { Policy: '{' }, invalid],
    ['a policy without statements', { Policy: '{}' }, invalid],
    [
      'a policy without principal',
      { Policy: JSON.stringify(policy({ ...allow('events:PutEvents'), Resource: BUS })) },
      invalid,
    ],
    [
      'a policy of more than 10,240 characters',
      { Policy: JSON.stringify(policy({ ...statement, Sid: 'a'.repeat(10_240) })) },
      { code: 'PolicyLengthExceededException' },
    ],
    [
      'a bus that is not there',
      { ...permission, EventBusName: 'none' },
      { code: 'ResourceNotFoundException' },
    ],
  ])('refuses %s, and leaves the policy as it was', async (_, input, error) => {
    const { permit, policyOf } = await bus()
    await permit({ ...permission, StatementId: 'before' })

    await expect(permit(input)).rejects.toMatchObject(error)
    expect((await policyOf()).Statement).toMatchObject([{ Sid: 'before' }])
  })
})

test('RemovePermission takes one statement away, or all', async () => {
  const { permit, policyOf, run } = await bus()
  for (const StatementId of ['a', 'b', 'c']) await permit({ ...permission, StatementId })
  const remove = (input: object) => run('RemovePermission', { EventBusName: 'irsa', ...input })

  await remove({ StatementId: 'b' })
  expect((await policyOf()).Statement).toMatchObject([{ Sid: 'a' }, { Sid: 'c' }])
  await expect(remove({ StatementId: 'b' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' })

  await remove({ RemoveAllPermissions: true })
  expect(await policyOf()).toBeUndefined()
})

describe('a bus policy', () => {
  const putEvents = { Entries: [{ ...anEntry, EventBusName: BUS }] }
  const stranger = callOf(OTHER_ACCOUNT)
  const role = { ...callOf(), principal: session() }
  const attempt =
    ({ asks }: Awaited<ReturnType<typeof bus>>, operation: string, input: object, call = stranger) =>
    () =>
      authorize(
        call,
        asks(operation, input, call),
        iamOf({ identityPolicies: [policy(allow('*'))] }),
        'events',
      )
  const denied = expect.objectContaining({ code: 'AccessDenied' })

  test('lets another account put events, and do nothing else', async () => {
    const fixture = await bus()
    expect(attempt(fixture, 'PutEvents', putEvents)).toThrow(denied)

    await fixture.permit(permission)

    expect(attempt(fixture, 'PutEvents', putEvents)).not.toThrow()
    for (const [operation, input] of [
      ['PutRule', { Name: 'rule', EventBusName: BUS }],
      ['PutTargets', { Rule: 'rule', EventBusName: BUS, Targets: [] }],
      ['DeleteRule', { Name: 'rule', EventBusName: BUS }],
      ['DescribeEventBus', { Name: BUS }],
      ['DeleteEventBus', { Name: BUS }],
      ['PutPermission', { EventBusName: BUS }],
      ['TagResource', { ResourceARN: BUS }],
    ] as const)
      expect(attempt(fixture, operation, input)).toThrow(denied)
  })

  test('can let another account write rules', async () => {
    const fixture = await bus()
    const Resource = `arn:aws:events:${REGION}:${ACCOUNT}:rule/irsa/*`
    await fixture.permit({
      Policy: JSON.stringify(policy({ ...statement, Action: 'events:PutRule', Resource })),
    })

    expect(attempt(fixture, 'PutRule', { Name: 'rule', EventBusName: BUS })).not.toThrow()
    expect(attempt(fixture, 'PutEvents', putEvents)).toThrow(denied)
  })

  test.each<[string, NonNullable<Statement['Condition']>]>([
    ['source', { StringEquals: { 'events:source': 'irsa.provisioner' } }],
    ['detail type', { StringEquals: { 'events:detail-type': 'Cluster Created' } }],
  ])('can keep everybody from a %s, in the account too', async (_, Condition) => {
    const fixture = await bus()
    const deny = { ...statement, Effect: 'Deny' as const, Principal: '*' as const, Condition }
    await fixture.permit({ Policy: JSON.stringify(policy(deny)) })
    const entry = { ...putEvents.Entries[0], Source: 'irsa.provisioner', DetailType: 'Cluster Created' }

    expect(attempt(fixture, 'PutEvents', putEvents, role)).not.toThrow()
    expect(attempt(fixture, 'PutEvents', { Entries: [entry] }, role)).toThrow(denied)
    // One entry that is refused fails the request.
    expect(attempt(fixture, 'PutEvents', { Entries: [...putEvents.Entries, entry] }, role)).toThrow(denied)
  })
})
