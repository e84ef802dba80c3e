import type {
  DescribeStackEventsOutput,
  DescribeStackResourcesOutput,
  DescribeStacksOutput,
  GetTemplateOutput,
  ListExportsOutput,
  ListStacksOutput,
} from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import { ACCOUNT, caller, cloudformationFixture, REGION } from './fixture.ts'

const NAME = 'stack'
const queues = (...names: string[]) =>
  JSON.stringify({
    Description: 'queues',
    Parameters: {
      Delay: { Type: 'Number', Default: '0' },
      Secret: { Type: 'String', Default: 's', NoEcho: true },
    },
    Resources: Object.fromEntries(
      names.map((name) => [
        name,
        { Type: 'AWS::SQS::Queue', Properties: { QueueName: name, DelaySeconds: { Ref: 'Delay' } } },
      ]),
    ),
    Outputs: { First: { Description: 'd', Value: { Ref: names[0] }, Export: { Name: `first-${names[0]}` } } },
  })
const named = (name: string, more: object = {}) => ({ StackName: name, TemplateBody: queues('a'), ...more })

type Fixture = ReturnType<typeof cloudformationFixture>

async function create(fixture: Fixture, input: object = named(NAME)): Promise<string> {
  const { StackId } = await fixture.send<{ StackId: string }>('CreateStack', input)
  await fixture.settle()
  return StackId
}

async function describeOne({ send }: Fixture, StackName = NAME) {
  const { Stacks = [] } = await send<DescribeStacksOutput>('DescribeStacks', { StackName })
  return Stacks[0]
}

const withCode = (code: string, message?: RegExp) =>
  expect.objectContaining({ code, ...(message && { message: expect.stringMatching(message) }) })

describe('CreateStack', () => {
  it('answers at once and works as the caller', async () => {
    const fixture = cloudformationFixture()

    const { StackId } = await fixture.send<{ StackId: string }>('CreateStack', named(NAME))

    expect(StackId).toMatch(
      new RegExp(`^arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/stack/[0-9a-f-]{36}$`),
    )
    expect((await describeOne(fixture))?.StackStatus).toBe('CREATE_IN_PROGRESS')
    await fixture.settle()
    expect((await describeOne(fixture))?.StackStatus).toBe('CREATE_COMPLETE')
    expect(fixture.sent[0]?.call.principal).toEqual(caller.principal)
  })

  it('fails in the background, with the reason in the status', async () => {
    const fixture = cloudformationFixture({
      'sqs CreateQueue': () => {
        throw new AwsError('QueueNameExists', 'taken')
      },
    })

    await create(fixture)

    expect((await describeOne(fixture))?.StackStatus).toBe('ROLLBACK_COMPLETE')
    const { StackEvents = [] } = await fixture.send<DescribeStackEventsOutput>('DescribeStackEvents', {
      StackName: NAME,
    })
    expect(StackEvents.map((event) => event.ResourceStatusReason)).toContain('taken (QueueNameExists)')
  })

  it('reads the packages of functions from the bucket that the template names', async () => {
    const body = new Uint8Array([1, 2])
    const fixture = cloudformationFixture({ 's3 GetObject': () => ({ Body: body }) })
    const lambda = {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'f',
        Code: { S3Bucket: 'b', S3Key: 'k' },
        Handler: 'h',
        Runtime: 'nodejs24.x',
        Role: 'r',
      },
    }

    await create(fixture, named(NAME, { TemplateBody: JSON.stringify({ Resources: { F: lambda } }) }))

    expect(fixture.inputs('s3 GetObject')).toEqual([{ Bucket: 'b', Key: 'k' }])
    expect(fixture.inputs('lambda CreateFunction')[0]?.Code).toEqual({ ZipFile: body })
  })

  it('takes parameters', async () => {
    const fixture = cloudformationFixture()

    await create(fixture, named(NAME, { Parameters: [{ ParameterKey: 'Delay', ParameterValue: '7' }] }))

    expect(fixture.inputs('sqs CreateQueue')[0]?.Attributes).toEqual({ DelaySeconds: '7' })
  })

  it.each<[string, object, string, RegExp]>([
    ['no template', { TemplateBody: undefined }, 'ValidationError', /Template Body/],
    ['a bad name', { StackName: '1-x' }, 'ValidationError', /stackName/],
    ['a template in S3', { TemplateURL: 'https://x' }, 'NotInLocalMode', /TemplateURL/],
    ['a role', { RoleARN: 'arn:role' }, 'NotInLocalMode', /RoleARN/],
    ['tags', { Tags: [{ Key: 'k', Value: 'v' }] }, 'NotInLocalMode', /Tags/],
    [
      'a parameter without a value',
      { Parameters: [{ ParameterKey: 'Delay', UsePreviousValue: true }] },
      'ValidationError',
      /parameter key Delay/,
    ],
  ])('refuses %s', async (_, more, code, message) => {
    const { send } = cloudformationFixture()

    await expect(send('CreateStack', named(NAME, more))).rejects.toThrow(withCode(code, message))
  })

  it('refuses a name that is taken, until that stack is deleted', async () => {
    const fixture = cloudformationFixture()
    await create(fixture)

    await expect(fixture.send('CreateStack', named(NAME))).rejects.toThrow(withCode('AlreadyExistsException'))

    await fixture.send('DeleteStack', { StackName: NAME })
    await fixture.settle()
    await create(fixture)
    expect((await describeOne(fixture))?.StackStatus).toBe('CREATE_COMPLETE')
  })

  it.each([
    [{ AssumeRolePolicyDocument: {} }, [], 'CAPABILITY_IAM'],
    [{ AssumeRolePolicyDocument: {}, RoleName: 'r' }, ['CAPABILITY_IAM'], 'CAPABILITY_NAMED_IAM'],
  ])('wants changes of IAM acknowledged', async (properties, given, needed) => {
    const { send } = cloudformationFixture()
    const role = { Resources: { R: { Type: 'AWS::IAM::Role', Properties: properties } } }
    const input = (Capabilities: string[]) =>
      named(NAME, { TemplateBody: JSON.stringify(role), Capabilities })

    await expect(send('CreateStack', input(given))).rejects.toThrow(
      expect.objectContaining({
        code: 'InsufficientCapabilitiesException',
        message: `Requires capabilities : [${needed}]`,
      }),
    )
    await expect(send('CreateStack', input(['CAPABILITY_NAMED_IAM']))).resolves.toBeDefined()
  })

  it('refuses an export that another stack has', async () => {
    const fixture = cloudformationFixture()
    await create(fixture, named('one'))
    await create(fixture, named('two'))

    expect((await describeOne(fixture, 'two'))?.StackStatus).toBe('ROLLBACK_COMPLETE')
    const { StackEvents = [] } = await fixture.send<DescribeStackEventsOutput>('DescribeStackEvents', {
      StackName: 'two',
    })
    expect(StackEvents.map((event) => event.ResourceStatusReason).join()).toContain(
      'Export with name first-a is already exported',
    )
  })
})

describe('UpdateStack', () => {
  it('changes what differs', async () => {
    const fixture = cloudformationFixture()
    await create(fixture)
    fixture.forget()

    await fixture.send('UpdateStack', named(NAME, { TemplateBody: queues('a', 'b') }))
    await fixture.settle()

    expect(fixture.inputs('sqs CreateQueue').map(({ QueueName }) => QueueName)).toEqual(['b'])
    const stack = await describeOne(fixture)
    expect(stack?.StackStatus).toBe('UPDATE_COMPLETE')
    expect(stack?.LastUpdatedTime).toBeInstanceOf(Date)
  })

  it('can keep the template and single parameters', async () => {
    const fixture = cloudformationFixture()
    await create(fixture, named(NAME, { Parameters: [{ ParameterKey: 'Secret', ParameterValue: 'x' }] }))

    await fixture.send('UpdateStack', {
      StackName: NAME,
      UsePreviousTemplate: true,
      Parameters: [
        { ParameterKey: 'Delay', ParameterValue: '9' },
        { ParameterKey: 'Secret', UsePreviousValue: true },
      ],
    })
    await fixture.settle()

    expect(fixture.inputs('sqs SetQueueAttributes')).toEqual([
      { QueueUrl: expect.any(String), Attributes: { DelaySeconds: '9' } },
    ])
  })

  it('refuses an update that changes nothing', async () => {
    const fixture = cloudformationFixture()
    await create(fixture)

    await expect(fixture.send('UpdateStack', named(NAME))).rejects.toThrow(
      withCode('ValidationError', /^No updates are to be performed\.$/),
    )
  })

  it.each([
    ['is not there', async () => undefined, /Stack with id stack does not exist/],
    [
      'is still being created',
      (fixture: Fixture) => fixture.send('CreateStack', named(NAME)),
      /is in CREATE_IN_PROGRESS state and can not be updated/,
    ],
  ])('refuses a stack that %s', async (_, before: (fixture: Fixture) => Promise<unknown>, message) => {
    const fixture = cloudformationFixture()
    await before(fixture)

    await expect(fixture.send('UpdateStack', named(NAME, { TemplateBody: queues('b') }))).rejects.toThrow(
      withCode('ValidationError', message),
    )
  })

  it('refuses a stack whose creation was rolled back', async () => {
    const fixture = cloudformationFixture({
      'sqs CreateQueue': () => {
        throw new AwsError('QueueNameExists', 'taken')
      },
    })
    await create(fixture)

    await expect(fixture.send('UpdateStack', named(NAME, { TemplateBody: queues('b') }))).rejects.toThrow(
      withCode('ValidationError', /ROLLBACK_COMPLETE state and can not be updated/),
    )
  })
})

describe('DeleteStack', () => {
  it('deletes what depends on something before that, and keeps what the template retains', async () => {
    const fixture = cloudformationFixture()
    const queue = (more: object = {}) => ({ Type: 'AWS::SQS::Queue', ...more })
    const resources = {
      Last: queue({ DependsOn: 'First', Properties: { QueueName: 'last' } }),
      First: queue({ Properties: { QueueName: 'first' } }),
      Kept: queue({ Properties: { QueueName: 'kept' }, DeletionPolicy: 'Retain' }),
      KeptToo: queue({ Properties: { QueueName: 'kept2' }, DeletionPolicy: 'RetainExceptOnCreate' }),
    }
    const id = await create(fixture, named(NAME, { TemplateBody: JSON.stringify({ Resources: resources }) }))

    await fixture.send('DeleteStack', { StackName: NAME })
    await fixture.settle()

    const urls = fixture.inputs('sqs DeleteQueue').map(({ QueueUrl }) => String(QueueUrl).split('/').at(-1))
    expect(urls).toEqual(['last', 'first'])
    expect((await describeOne(fixture, id))?.StackStatus).toBe('DELETE_COMPLETE')
    const { StackResources = [] } = await fixture.send<DescribeStackResourcesOutput>(
      'DescribeStackResources',
      { StackName: id },
    )
    expect(StackResources.map((one) => `${one.LogicalResourceId} ${one.ResourceStatus}`).toSorted()).toEqual([
      'First DELETE_COMPLETE',
      'Kept DELETE_SKIPPED',
      'KeptToo DELETE_SKIPPED',
      'Last DELETE_COMPLETE',
    ])
  })

  it('is found by its id alone afterwards', async () => {
    const fixture = cloudformationFixture()
    await create(fixture)
    await fixture.send('DeleteStack', { StackName: NAME })
    await fixture.settle()

    await expect(describeOne(fixture)).rejects.toThrow(
      withCode('ValidationError', /Stack with id stack does not exist/),
    )
  })

  it('goes on past what cannot be deleted, and can be repeated for that', async () => {
    let fails = true
    const fixture = cloudformationFixture({
      'sqs DeleteQueue': ({ QueueUrl }) => {
        if (fails && String(QueueUrl).endsWith('/b')) throw new AwsError('AccessDenied', 'not you', 403)
      },
    })
    const id = await create(fixture, named(NAME, { TemplateBody: queues('a', 'b') }))
    await fixture.send('DeleteStack', { StackName: NAME })
    await fixture.settle()

    const stack = await describeOne(fixture)
    expect(stack?.StackStatus).toBe('DELETE_FAILED')
    expect(stack?.StackStatusReason).toBe(
      'The following resource(s) failed to delete: [b (not you (AccessDenied))].',
    )

    fails = false
    fixture.forget()
    await fixture.send('DeleteStack', { StackName: NAME })
    await fixture.settle()
    expect(fixture.operations()).toEqual(['sqs DeleteQueue'])
    expect((await describeOne(fixture, id))?.StackStatus).toBe('DELETE_COMPLETE')
  })

  it('is no error for a stack that is not there', async () => {
    const { send } = cloudformationFixture()

    await expect(send('DeleteStack', { StackName: 'nobody' })).resolves.toEqual({})
  })

  it('waits for nothing that is under way', async () => {
    const { send } = cloudformationFixture()
    await send('CreateStack', named(NAME))

    await expect(send('DeleteStack', { StackName: NAME })).rejects.toThrow(
      withCode('ValidationError', /CREATE_IN_PROGRESS state and can not be deleted/),
    )
  })
})

describe('CreateChangeSet', () => {
  it('is refused and says what to use instead', async () => {
    const { send } = cloudformationFixture()

    await expect(send('CreateChangeSet', {})).rejects.toThrow(
      withCode('NotInLocalMode', /change sets; CreateStack and UpdateStack do the same/),
    )
  })
})

describe('what is shown', () => {
  it('is the stack with its parameters and outputs, secrets hidden', async () => {
    const fixture = cloudformationFixture()
    const StackId = await create(fixture, named(NAME, { Capabilities: ['CAPABILITY_IAM'] }))

    expect(await describeOne(fixture)).toMatchObject({
      StackId,
      StackName: NAME,
      Description: 'queues',
      Parameters: [
        { ParameterKey: 'Delay', ParameterValue: '0' },
        { ParameterKey: 'Secret', ParameterValue: '****' },
      ],
      Capabilities: ['CAPABILITY_IAM'],
      Outputs: [
        {
          OutputKey: 'First',
          OutputValue: 'http://127.0.0.1:4566/000000000000/a',
          Description: 'd',
          ExportName: 'first-a',
        },
      ],
    })
  })

  it('is one resource or all of them', async () => {
    const fixture = cloudformationFixture()
    await create(fixture, named(NAME, { TemplateBody: queues('a', 'b') }))
    const show = async (more: object = {}) => {
      const input = { StackName: NAME, ...more }
      const output = await fixture.send<DescribeStackResourcesOutput>('DescribeStackResources', input)
      return output.StackResources?.map((one) => [one.LogicalResourceId, one.ResourceStatus])
    }

    expect(await show()).toEqual([
      ['a', 'CREATE_COMPLETE'],
      ['b', 'CREATE_COMPLETE'],
    ])
    expect(await show({ LogicalResourceId: 'b' })).toEqual([['b', 'CREATE_COMPLETE']])
    await expect(show({ LogicalResourceId: 'c' })).rejects.toThrow(withCode('ValidationError'))
  })

  it('is the template as it was given', async () => {
    const fixture = cloudformationFixture()
    await create(fixture)

    const { TemplateBody } = await fixture.send<GetTemplateOutput>('GetTemplate', { StackName: NAME })

    expect(TemplateBody).toBe(queues('a'))
  })

  it('is every stack, deleted ones included, unless a status is asked for', async () => {
    const fixture = cloudformationFixture()
    await create(fixture, named('one'))
    await fixture.send('DeleteStack', { StackName: 'one' })
    await fixture.settle()
    await create(fixture, named('two'))
    const list = async (input: object) => {
      const { StackSummaries = [] } = await fixture.send<ListStacksOutput>('ListStacks', input)
      return StackSummaries.map((one) => `${one.StackName} ${one.StackStatus}`)
    }

    expect(await list({})).toEqual(['two CREATE_COMPLETE', 'one DELETE_COMPLETE'])
    expect(await list({ StackStatusFilter: ['DELETE_COMPLETE'] })).toEqual(['one DELETE_COMPLETE'])
    const { Stacks = [] } = await fixture.send<DescribeStacksOutput>('DescribeStacks', {})
    expect(Stacks.map((stack) => stack.StackName)).toEqual(['two'])
  })

  it('is every export', async () => {
    const fixture = cloudformationFixture()
    const ExportingStackId = await create(fixture)

    expect(await fixture.send<ListExportsOutput>('ListExports', {})).toEqual({
      Exports: [{ ExportingStackId, Name: 'first-a', Value: 'http://127.0.0.1:4566/000000000000/a' }],
    })
  })

  it('comes in pages', async () => {
    const fixture = cloudformationFixture()
    const names = Array.from({ length: 60 }, (_, index) => `q${index}`)
    await fixture.send('CreateStack', named(NAME, { TemplateBody: queues(...names) }))
    for (let turn = 0; turn < 20; turn += 1) await fixture.settle()
    const page = (more: object = {}) =>
      fixture.send<DescribeStackEventsOutput>('DescribeStackEvents', { StackName: NAME, ...more })

    const first = await page()
    const second = await page({ NextToken: first.NextToken })

    expect(first.StackEvents).toHaveLength(100)
    const ids = [...(first.StackEvents ?? []), ...(second.StackEvents ?? [])].map((event) => event.EventId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(first.StackEvents?.[0]?.ResourceStatus).toBe('CREATE_COMPLETE')
    expect(second.StackEvents?.at(-1)).toMatchObject({
      LogicalResourceId: ids.length === 182 ? NAME : '',
      ResourceStatus: 'CREATE_IN_PROGRESS',
    })
    await expect(page({ NextToken: 'x' })).rejects.toThrow(withCode('ValidationError'))
  })

  it('is nobody else’s: neither of another account nor of another region', async () => {
    const fixture = cloudformationFixture()
    const StackName = await create(fixture)
    const stranger = { kind: 'administrator', account: '111111111111', arn: 'arn:stranger' } as const

    for (const call of [
      { ...caller, principal: stranger },
      { ...caller, region: 'eu-west-1' },
    ])
      for (const nameOrId of [StackName, NAME])
        await expect(fixture.send('DescribeStacks', { StackName: nameOrId }, call)).rejects.toThrow(
          withCode('ValidationError'),
        )
  })

  it('is asked of IAM for the stack', async () => {
    const fixture = cloudformationFixture()
    const made = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/stack/*`

    expect(fixture.asks('CreateStack', named(NAME))).toEqual([
      { action: 'cloudformation:CreateStack', resource: made },
    ])
    const id = await create(fixture)
    expect(fixture.asks('DeleteStack', { StackName: NAME })).toEqual([
      { action: 'cloudformation:DeleteStack', resource: id },
    ])
  })
})
