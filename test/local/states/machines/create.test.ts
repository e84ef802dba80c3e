/** CreateStateMachine, what it would refuse, and how machines are described and listed. */
import type { ListStateMachinesOutput } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { administrator, FUNCTION, ROLE, statesFixture } from '../fixture.ts'
import { ARN, creation, passing } from './fixture.ts'

describe('CreateStateMachine', () => {
  test('makes a machine that describes itself as AWS does', async () => {
    const states = statesFixture()

    expect(await states.send('CreateStateMachine', creation())).toEqual({
      stateMachineArn: ARN,
      creationDate: new Date('2026-01-01T00:00:00.000Z'),
    })
    expect(await states.send('DescribeStateMachine', { stateMachineArn: ARN })).toEqual({
      stateMachineArn: ARN,
      name: 'machine',
      status: 'ACTIVE',
      definition: JSON.stringify(passing('a')),
      roleArn: ROLE,
      type: 'STANDARD',
      creationDate: new Date('2026-01-01T00:00:00.000Z'),
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    })
  })

  test('keeps its tags', async () => {
    const states = statesFixture()
    const tags = [{ key: 'team', value: 'ops' }]

    await states.send('CreateStateMachine', creation({ tags }))

    expect(await states.send('ListTagsForResource', { resourceArn: ARN })).toEqual({ tags })
  })

  test('keeps logging and tracing configuration', async () => {
    const states = statesFixture()
    const loggingConfiguration = {
      level: 'ALL',
      includeExecutionData: true,
      destinations: [
        { cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:eu-central-1:000000000000:log-group:g:*' } },
      ],
    }
    const tracingConfiguration = { enabled: true }

    await states.send('CreateStateMachine', creation({ loggingConfiguration, tracingConfiguration }))

    expect(await states.send('DescribeStateMachine', { stateMachineArn: ARN })).toMatchObject({
      loggingConfiguration,
      tracingConfiguration,
    })
  })

  test('repeated is the same machine, whatever its role and tags say', async () => {
    const states = statesFixture()
    const first = await states.send('CreateStateMachine', creation())
    await states.clock.pass(1000)

    const roleArn = `${ROLE}-other`
    expect(
      await states.send('CreateStateMachine', creation({ roleArn, tags: [{ key: 'a', value: 'b' }] })),
    ).toEqual(first)

    expect(await states.send('DescribeStateMachine', { stateMachineArn: ARN })).toMatchObject({
      roleArn: ROLE,
    })
    expect(await states.send('ListTagsForResource', { resourceArn: ARN })).toEqual({ tags: [] })
  })

  test.each([
    { definition: JSON.stringify(passing('b')) },
    { definition: JSON.stringify(passing('a'), null, 2) },
    { tracingConfiguration: { enabled: true } },
    { loggingConfiguration: { level: 'ERROR' } },
  ])('refuses the name of a machine that differs in %j', async (difference) => {
    const states = statesFixture()
    await states.send('CreateStateMachine', creation())

    await expect(states.send('CreateStateMachine', creation(difference))).rejects.toMatchObject({
      code: 'StateMachineAlreadyExists',
      message: `State Machine Already Exists: '${ARN}'`,
    })
  })

  test('machines of one name live side by side in regions, accounts and partitions', async () => {
    const states = statesFixture()
    const arns = []
    for (const [region, account] of [
      ['eu-central-1', '000000000000'],
      ['us-east-1', '000000000000'],
      ['cn-north-1', '111111111111'],
    ] as const)
      arns.push(
        await states.send('CreateStateMachine', creation(), {
          ...administrator,
          region,
          principal: { ...administrator.principal, kind: 'administrator', account },
        }),
      )

    expect(arns).toMatchObject([
      { stateMachineArn: ARN },
      { stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:machine' },
      { stateMachineArn: 'arn:aws-cn:states:cn-north-1:111111111111:stateMachine:machine' },
    ])
    expect(await states.send('ListStateMachines', {})).toMatchObject({
      stateMachines: [{ stateMachineArn: ARN }],
    })
  })

  test.each<[object, string]>([
    [{ name: 'a b' }, 'InvalidName'],
    [{ name: '' }, 'InvalidName'],
    [{ definition: '{}' }, 'InvalidDefinition'],
    [{ roleArn: 'role' }, 'InvalidArn'],
    [{ roleArn: FUNCTION }, 'InvalidArn'],
    [{ type: 'EXPRESS' }, 'NotInLocalMode'],
    [{ encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'k' } }, 'NotInLocalMode'],
    [{ tags: [{ key: 'aws:a', value: 'b' }] }, 'ValidationException'],
    [{ tags: [{ key: 'a', value: 'x'.repeat(257) }] }, 'ValidationException'],
    [{ tags: Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: '' })) }, 'TooManyTags'],
  ])('refuses %j with %s', async (wrong, code) => {
    const states = statesFixture()

    await expect(states.send('CreateStateMachine', creation(wrong))).rejects.toMatchObject({ code })
    expect(await states.send('ListStateMachines', {})).toEqual({ stateMachines: [] })
  })

  test('refuses a role that does not trust Step Functions', async () => {
    const states = statesFixture()
    states.untrusted.add(ROLE)

    await expect(states.send('CreateStateMachine', creation())).rejects.toMatchObject({
      code: 'AccessDeniedException',
    })
  })
})

describe('ValidateStateMachineDefinition', () => {
  const validate = (definition: object, more: object = {}) =>
    statesFixture().send('ValidateStateMachineDefinition', {
      definition: JSON.stringify(definition),
      ...more,
    })

  test('finds nothing in a good definition', async () => {
    expect(await validate(passing('a'))).toEqual({ result: 'OK', diagnostics: [], truncated: false })
  })

  test('says what CreateStateMachine would refuse', async () => {
    expect(await validate({ StartAt: 'P', States: { P: { Type: 'Pass', Next: 'X' } } })).toEqual({
      result: 'FAIL',
      diagnostics: [
        { severity: 'ERROR', code: 'MISSING_TRANSITION_TARGET', message: expect.stringContaining('X') },
      ],
      truncated: false,
    })
  })

  test('throws for what only local mode refuses', async () => {
    await expect(validate({ ...passing('a'), QueryLanguage: 'JSONata' })).rejects.toMatchObject({
      code: 'NotInLocalMode',
    })
    await expect(validate(passing('a'), { type: 'EXPRESS' })).rejects.toMatchObject({
      code: 'NotInLocalMode',
    })
  })
})

describe('ListStateMachines', () => {
  test('pages by name', async () => {
    const states = statesFixture()
    for (const name of ['b', 'c', 'a']) states.create(passing('a'), { name })

    const first = await states.send<ListStateMachinesOutput>('ListStateMachines', { maxResults: 2 })
    const second = await states.send<ListStateMachinesOutput>('ListStateMachines', {
      maxResults: 2,
      nextToken: first.nextToken,
    })

    expect(first.stateMachines?.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(second).toMatchObject({ stateMachines: [{ name: 'c', type: 'STANDARD' }] })
    expect(second.nextToken).toBeUndefined()
  })
})
