import type {
  DescribeStateMachineOutput,
  ListStateMachinesOutput,
  ListStateMachineVersionsOutput,
  UpdateStateMachineOutput,
} from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { administrator, FUNCTION, ROLE, statesFixture } from './fixture.ts'

const ARN = 'arn:aws:states:eu-central-1:000000000000:stateMachine:machine'

function passing(result: string) {
  return { StartAt: 'P', States: { P: { Type: 'Pass', Result: result, End: true } } }
}

function creation(more: object = {}) {
  return { name: 'machine', roleArn: ROLE, definition: JSON.stringify(passing('a')), ...more }
}

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

describe('what IAM is asked', () => {
  const owner = '000000000000'
  const execution = ARN.replace(':stateMachine:', ':execution:')

  test('to make a machine: the machine with its tags, the version, and to pass the role to Step Functions', () => {
    const input = creation({ publish: true, tags: [{ key: 'team', value: 'ops' }] })

    expect(statesFixture().asks('CreateStateMachine', input)).toEqual([
      {
        action: 'states:CreateStateMachine',
        resource: ARN,
        context: { 'aws:RequestTag/team': 'ops', 'aws:TagKeys': ['team'] },
        owner,
      },
      { action: 'states:PublishStateMachineVersion', resource: ARN, context: {}, owner },
      { action: 'iam:PassRole', resource: ROLE, context: { 'iam:PassedToService': 'states.amazonaws.com' } },
    ])
  })

  test('to update a machine: the role only if it changes', () => {
    const { asks } = statesFixture()
    const actions = (input: object) =>
      asks('UpdateStateMachine', { stateMachineArn: ARN, ...input }).map(({ action }) => action)

    expect(actions({ definition: '{}' })).toEqual(['states:UpdateStateMachine'])
    expect(actions({ roleArn: ROLE })).toEqual(['states:UpdateStateMachine', 'iam:PassRole'])
  })

  test.each<[string, object, string]>([
    ['DescribeStateMachine', { stateMachineArn: ARN }, ARN],
    ['DeleteStateMachine', { stateMachineArn: ARN }, ARN],
    ['ListStateMachineVersions', { stateMachineArn: ARN }, ARN],
    ['PublishStateMachineVersion', { stateMachineArn: ARN }, ARN],
    ['DeleteStateMachineVersion', { stateMachineVersionArn: `${ARN}:1` }, `${ARN}:1`],
    ['StartExecution', { stateMachineArn: `${ARN}:1` }, `${ARN}:1`],
    ['ListExecutions', { stateMachineArn: ARN }, ARN],
    ['StopExecution', { executionArn: `${execution}:run` }, `${execution}:run`],
    ['DescribeExecution', { executionArn: `${execution}:run` }, `${execution}:run`],
    ['DescribeStateMachineForExecution', { executionArn: `${execution}:run` }, `${execution}:run`],
    ['GetExecutionHistory', { executionArn: `${execution}:run` }, `${execution}:run`],
    ['RedriveExecution', { executionArn: `${execution}:run` }, `${execution}:run`],
    ['ListTagsForResource', { resourceArn: ARN }, ARN],
  ])('for %s', (operation, input, resource) => {
    expect(statesFixture().asks(operation, input)).toEqual([
      { action: `states:${operation}`, resource, context: {}, owner },
    ])
  })

  test.each(['ListStateMachines', 'ValidateStateMachineDefinition'])(
    'for %s, which has no resource',
    (operation) => {
      expect(statesFixture().asks(operation, {})).toEqual([{ action: `states:${operation}`, resource: '*' }])
    },
  )
})
