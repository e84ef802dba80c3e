import type { DescribeStackEventsOutput, DescribeStacksOutput } from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import { cloudformationFixture, template } from './fixture.ts'

const trust = { Version: '2012-10-17', Statement: [] }
const role = (name: string, more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName: name, AssumeRolePolicyDocument: trust, ...more },
})
const refuse = (message: string) => () => {
  throw new AwsError('MalformedPolicyDocument', message)
}

describe('a creation that fails', () => {
  const twoRoles = template({
    A: role('a'),
    B: role('b', {
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/One'],
      Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [] } }],
    }),
    C: role('c'),
  })

  it('names the resource and the service’s reason', async () => {
    const { deploy } = cloudformationFixture({ 'iam PutRolePolicy': refuse('Syntax errors in policy.') })

    await expect(deploy(twoRoles)).rejects.toThrow(
      expect.objectContaining({
        name: 'DeploymentFailed',
        logicalId: 'B',
        leftBehind: [],
        message: 'B: Syntax errors in policy. (MalformedPolicyDocument)',
        cause: expect.objectContaining({ code: 'MalformedPolicyDocument' }),
      }),
    )
  })

  it('takes back what was made, half-made included, the last one first', async () => {
    const { deploy, sent } = cloudformationFixture({ 'iam PutRolePolicy': refuse('no') })

    await deploy(twoRoles).catch(() => undefined)

    expect(sent.map(({ operation, input }) => [operation, input.RoleName])).toEqual([
      ['iam CreateRole', 'a'],
      ['iam CreateRole', 'b'],
      ['iam AttachRolePolicy', 'b'],
      ['iam PutRolePolicy', 'b'],
      ['iam DeleteRolePolicy', 'b'],
      ['iam DetachRolePolicy', 'b'],
      ['iam DeleteRole', 'b'],
      ['iam DeleteRole', 'a'],
    ])
  })

  it('deletes what the template would retain: nobody has used it yet', async () => {
    const { deploy, operations } = cloudformationFixture({ 'sqs CreateQueue': refuse('no') })

    await deploy(
      template({
        A: { ...role('a'), DeletionPolicy: 'Retain' },
        Q: { Type: 'AWS::SQS::Queue', DependsOn: 'A' },
      }),
    ).catch(() => undefined)

    expect(operations()).toContain('iam DeleteRole')
  })

  it('says what the rollback could not take back', async () => {
    const { deploy, send } = cloudformationFixture({
      'iam PutRolePolicy': refuse('no'),
      'iam DeleteRole': ({ RoleName }) => {
        if (RoleName === 'a') throw new AwsError('DeleteConflict', 'still used')
      },
    })

    await expect(deploy(twoRoles)).rejects.toThrow(
      expect.objectContaining({ leftBehind: ['A (still used (DeleteConflict))'] }),
    )

    const { Stacks = [] } = await send<DescribeStacksOutput>('DescribeStacks', { StackName: 'irsa' })
    expect(Stacks[0]?.StackStatus).toBe('ROLLBACK_FAILED')
  })

  it('fails on values of another kind, naming the property', async () => {
    const { deploy, operations } = cloudformationFixture()

    await expect(
      deploy(template({ Q: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 'soon' } } })),
    ).rejects.toThrow(
      expect.objectContaining({
        logicalId: 'Q',
        message: 'Q: Properties validation failed: #/DelaySeconds: expected type: Integer',
      }),
    )
    expect(operations()).toEqual([])
  })

  it('fails on unknown properties below the first level, naming them', async () => {
    const { deploy } = cloudformationFixture()
    const nested = role('a', { Policies: [{ PolicyName: 'p', PolicyDocument: {}, Foo: 1 }] })

    await expect(deploy(template({ A: nested }))).rejects.toThrow(/^A: .*#\/Policies\/0: .*"Foo"/)
  })

  it('fails on an output that is no text, and takes everything back', async () => {
    const { deploy, operations } = cloudformationFixture()
    const outputs = { Outputs: { Out: { Value: ['a'] } } }

    await expect(deploy(template({ A: role('a') }, outputs))).rejects.toThrow(
      expect.objectContaining({ logicalId: 'Outputs' }),
    )
    expect(operations()).toEqual(['iam CreateRole', 'iam DeleteRole'])
  })

  it.each(['iam CreateRole', 'iam PutRolePolicy'])(
    'leaves its name for the next deployment: %s',
    async (failing) => {
      let fails = true
      const { deploy, send } = cloudformationFixture({
        [failing]: () => {
          if (fails) throw new AwsError('MalformedPolicyDocument', 'no')
          return {}
        },
      })
      await deploy(twoRoles).catch(() => undefined)
      fails = false

      await deploy(twoRoles)

      const { Stacks = [] } = await send<DescribeStacksOutput>('DescribeStacks', { StackName: 'irsa' })
      expect(Stacks[0]?.StackStatus).toBe('CREATE_COMPLETE')
    },
  )

  it('can be followed in the stack’s events', async () => {
    const { deploy, send } = cloudformationFixture({ 'iam PutRolePolicy': refuse('no') })

    await deploy(twoRoles).catch(() => undefined)

    const { StackEvents = [] } = await send<DescribeStackEventsOutput>('DescribeStackEvents', {
      StackName: 'irsa',
    })
    expect(
      StackEvents.map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`).toReversed(),
    ).toEqual([
      'irsa CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS',
      'A CREATE_COMPLETE',
      'B CREATE_IN_PROGRESS',
      'B CREATE_IN_PROGRESS',
      'B CREATE_FAILED',
      'irsa ROLLBACK_IN_PROGRESS',
      'B DELETE_IN_PROGRESS',
      'B DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'irsa ROLLBACK_COMPLETE',
    ])
  })
})

describe('what AWS does not do at once', () => {
  const code = { S3Bucket: 'b', S3Key: 'k' }
  const lambda = template({
    F: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'f', Code: code, Handler: 'h', Runtime: 'nodejs24.x', Role: 'r' },
    },
  })
  const artefacts = () => new Uint8Array([1])

  it('is asked for again while the service throttles', async () => {
    let calls = 0
    const { deploy, waits } = cloudformationFixture({
      'iam CreateRole': () => {
        calls += 1
        if (calls < 3) throw new AwsError('Throttling', 'Rate exceeded')
        return { Role: { Arn: 'arn', RoleId: 'id' } }
      },
    })

    await deploy(template({ A: role('a') }))

    expect(waits).toEqual([1000, 2000])
  })

  it('fails at last when the throttling does not end', async () => {
    const { deploy, waits } = cloudformationFixture({
      'iam CreateRole': () => {
        throw new AwsError('Throttling', 'Rate exceeded')
      },
    })

    await expect(deploy(template({ A: role('a') }))).rejects.toThrow('A: Rate exceeded (Throttling)')
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000])
  })

  it('is waited for: a new role that Lambda cannot assume yet', async () => {
    let calls = 0
    const { deploy } = cloudformationFixture({
      'lambda CreateFunction': () => {
        calls += 1
        if (calls < 4)
          throw new AwsError(
            'InvalidParameterValueException',
            'The role defined for the function cannot be assumed by Lambda.',
          )
        return { FunctionArn: 'arn' }
      },
    })

    await deploy(lambda, { artefacts })

    expect(calls).toBe(4)
  })

  it('is not waited for for ever: a role that Lambda may never assume', async () => {
    const { deploy, inputs } = cloudformationFixture({
      'lambda CreateFunction': () => {
        throw new AwsError(
          'InvalidParameterValueException',
          'The role defined for the function cannot be assumed by Lambda.',
        )
      },
    })

    await expect(deploy(lambda, { artefacts })).rejects.toThrow(/^F: The role defined/)
    expect(inputs('lambda CreateFunction')).toHaveLength(31)
  })

  it('is waited for: a function until it is active', async () => {
    const states = ['Pending', 'Pending', 'Active']
    const { deploy, waits } = cloudformationFixture({
      'lambda GetFunctionConfiguration': () => ({
        State: states.shift(),
        LastUpdateStatus: states.length === 0 ? 'Successful' : 'InProgress',
      }),
    })

    await deploy(lambda, { artefacts })

    expect(waits).toEqual([1000, 1000])
  })

  it('ends the deployment when a function fails', async () => {
    const { deploy, operations } = cloudformationFixture({
      'lambda GetFunctionConfiguration': () => ({ State: 'Failed', StateReason: 'no room' }),
    })

    await expect(deploy(lambda, { artefacts })).rejects.toThrow('F: no room')
    expect(operations().at(-1)).toBe('lambda DeleteFunction')
  })

  it('ends the deployment when the package is missing', async () => {
    const { deploy, operations } = cloudformationFixture()

    await expect(deploy(lambda)).rejects.toThrow('F: no artefact k')
    expect(operations()).toEqual([])
  })
})
