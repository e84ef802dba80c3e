/** CreateStack; CreateChangeSet, which there is not; and for which stack IAM is asked. */
import type { DescribeStackEventsOutput } from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from 'vitest'
import { AwsError } from '../../../../local/errors.ts'
import { ACCOUNT, caller, cloudformationFixture, REGION } from '../fixture.ts'
import { create, describeOne, NAME, named, withCode } from './fixture.ts'

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

describe('CreateChangeSet', () => {
  it('is refused and says what to use instead', async () => {
    const { send } = cloudformationFixture()

    await expect(send('CreateChangeSet', {})).rejects.toThrow(
      withCode('NotInLocalMode', /change sets; CreateStack and UpdateStack do the same/),
    )
  })
})

describe('an operation', () => {
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
