import type {
  DescribeStackEventsOutput,
  DescribeStackResourcesOutput,
  DescribeStacksOutput,
} from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import { cloudformationFixture, template } from './fixture.ts'

const queue = (name: string | undefined, properties: object = {}, more: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { ...(name && { QueueName: name }), ...properties },
  ...more,
})
const url = (name: string) => `http://127.0.0.1:4566/000000000000/${name}`
const rule = (properties: object, more: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: { ScheduleExpression: 'rate(1 minute)', ...properties },
  ...more,
})

/** Deploys the one, forgets what was sent, and deploys the other. */
async function redeployed(before: object, after: object, answers = {}) {
  const fixture = cloudformationFixture(answers)
  await fixture.deploy(before)
  fixture.forget()
  const outcome = await fixture.deploy(after).catch((error: unknown) => error)
  const { Stacks = [] } = await fixture.send<DescribeStacksOutput>('DescribeStacks', { StackName: 'irsa' })
  return { ...fixture, outcome, status: Stacks[0]?.StackStatus }
}

describe('an update', () => {
  it('makes what is new, changes what differs, leaves the rest alone, and deletes what is gone', async () => {
    const { sent, status } = await redeployed(
      template({ Same: queue('same'), Changed: queue('changed', { DelaySeconds: 1 }), Gone: queue('gone') }),
      template({ Same: queue('same'), Changed: queue('changed', { DelaySeconds: 2 }), New: queue('new') }),
    )

    expect(sent.map(({ operation, input }) => [operation, input])).toEqual([
      ['sqs SetQueueAttributes', { QueueUrl: url('changed'), Attributes: { DelaySeconds: '2' } }],
      ['sqs CreateQueue', { QueueName: 'new', Attributes: {} }],
      ['sqs GetQueueAttributes', { QueueUrl: url('new'), AttributeNames: ['QueueArn'] }],
      ['sqs DeleteQueue', { QueueUrl: url('gone') }],
    ])
    expect(status).toBe('UPDATE_COMPLETE')
  })

  it('replaces what cannot be changed: the new one is made before the old one goes', async () => {
    const { operations, inputs } = await redeployed(
      template({ Q: queue('one') }),
      template({ Q: queue('two') }),
    )

    expect(operations()).toEqual(['sqs CreateQueue', 'sqs GetQueueAttributes', 'sqs DeleteQueue'])
    expect(inputs('sqs DeleteQueue')).toEqual([{ QueueUrl: url('one') }])
  })

  it('changes what depends on a replaced resource', async () => {
    const policy = {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Q' }], PolicyDocument: { Statement: [] } },
    }
    const { sent } = await redeployed(
      template({ Policy: policy, Q: queue('one') }),
      template({ Policy: policy, Q: queue('two') }),
    )

    expect(sent.map(({ operation, input }) => [operation, input.QueueUrl, input.Attributes])).toEqual([
      ['sqs CreateQueue', undefined, {}],
      ['sqs GetQueueAttributes', url('two'), undefined],
      ['sqs SetQueueAttributes', url('two'), { Policy: '{"Statement":[]}' }],
      ['sqs SetQueueAttributes', url('one'), { Policy: '' }],
      ['sqs DeleteQueue', url('one'), undefined],
    ])
  })

  it('refuses to replace a resource under the same name', async () => {
    const { outcome, operations, status } = await redeployed(
      template({ Q: queue('q.fifo') }),
      template({ Q: queue('q.fifo', { FifoQueue: true }) }),
    )

    expect(outcome).toMatchObject({
      logicalId: 'Q',
      message: expect.stringContaining(
        'cannot update a stack when a custom-named resource requires replacing. Rename q.fifo',
      ),
    })
    expect(operations()).toEqual([])
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE')
  })

  it('refuses another type under the same logical id', async () => {
    const { outcome } = await redeployed(template({ Q: queue('q') }), template({ Q: rule({}) }))

    expect(outcome).toMatchObject({
      message: expect.stringContaining('Update of resource type is not permitted'),
    })
  })

  it('keeps what is gone from the template when that said so', async () => {
    const { operations } = await redeployed(
      template({ Q: queue('q', {}, { DeletionPolicy: 'Retain' }), Other: queue('o') }),
      template({ Other: queue('o') }),
    )

    expect(operations()).toEqual([])
  })

  it('keeps what is replaced when the template said so', async () => {
    const { operations } = await redeployed(
      template({ Q: queue('one', {}, { UpdateReplacePolicy: 'Retain' }) }),
      template({ Q: queue('two', {}, { UpdateReplacePolicy: 'Retain' }) }),
    )

    expect(operations()).not.toContain('sqs DeleteQueue')
  })

  it('succeeds although something old cannot be deleted, and says so in the events', async () => {
    const { status, send } = await redeployed(
      template({ Q: queue('q'), Other: queue('o') }),
      template({ Other: queue('o') }),
      {
        'sqs DeleteQueue': () => {
          throw new AwsError('AccessDenied', 'not you', 403)
        },
      },
    )

    expect(status).toBe('UPDATE_COMPLETE')
    const { StackEvents = [] } = await send<DescribeStackEventsOutput>('DescribeStackEvents', {
      StackName: 'irsa',
    })
    expect(StackEvents[1]).toMatchObject({
      LogicalResourceId: 'Q',
      ResourceStatus: 'DELETE_FAILED',
      ResourceStatusReason: 'not you (AccessDenied)',
    })
  })
})

describe('an update that fails', () => {
  it('puts everything back: changed, made and replaced', async () => {
    const { sent, outcome, status, send } = await redeployed(
      template({ A: queue('a', { DelaySeconds: 1 }), B: queue('b') }),
      template({
        A: queue('a', { DelaySeconds: 2 }),
        B: queue('b2', {}, { DependsOn: 'A' }),
        New: queue('new', {}, { DependsOn: 'B' }),
        Fails: rule({ Name: 'r' }, { DependsOn: 'New' }),
      }),
      {
        'events PutRule': () => {
          throw new AwsError('ValidationException', 'no')
        },
      },
    )

    expect(outcome).toMatchObject({ name: 'DeploymentFailed', logicalId: 'Fails', leftBehind: [] })
    const changes = sent.filter(({ operation }) => operation !== 'sqs GetQueueAttributes')
    expect(changes.map(({ operation, input }) => [operation, input.QueueUrl ?? input.QueueName])).toEqual([
      ['sqs SetQueueAttributes', url('a')],
      ['sqs CreateQueue', 'b2'],
      ['sqs CreateQueue', 'new'],
      ['events PutRule', undefined],
      ['sqs DeleteQueue', url('new')],
      ['sqs DeleteQueue', url('b2')],
      ['sqs SetQueueAttributes', url('a')],
    ])
    expect(changes.at(-1)?.input.Attributes).toEqual({ DelaySeconds: '1' })
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE')
    const { StackResources = [] } = await send<DescribeStackResourcesOutput>('DescribeStackResources', {
      StackName: 'irsa',
    })
    expect(StackResources.map((one) => [one.LogicalResourceId, one.PhysicalResourceId])).toEqual([
      ['A', url('a')],
      ['B', url('b')],
    ])
  })

  it('has nothing to put back when the new properties are not valid', async () => {
    const { outcome, operations, status } = await redeployed(
      template({ A: queue('a', { DelaySeconds: 1 }) }),
      template({ A: queue('a', { DelaySeconds: 'soon' }) }),
    )

    expect(outcome).toMatchObject({ logicalId: 'A', leftBehind: [] })
    expect(operations()).toEqual([])
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE')
  })

  it('says what could not be put back', async () => {
    let calls = 0
    const { outcome, status } = await redeployed(
      template({ A: queue('a', { DelaySeconds: 1 }) }),
      template({ A: queue('a', { DelaySeconds: 2 }), R: rule({}, { DependsOn: 'A' }) }),
      {
        'sqs SetQueueAttributes': () => {
          calls += 1
          if (calls > 1) throw new AwsError('AccessDenied', 'not you', 403)
        },
        'events PutRule': () => {
          throw new AwsError('ValidationException', 'no')
        },
      },
    )

    expect(outcome).toMatchObject({ logicalId: 'R', leftBehind: ['A (not you (AccessDenied))'] })
    expect(status).toBe('UPDATE_ROLLBACK_FAILED')
  })

  it('can be followed by one that works', async () => {
    let fails = true
    const fixture = cloudformationFixture({
      'events PutRule': () => {
        if (fails) throw new AwsError('ValidationException', 'no')
        return { RuleArn: 'arn' }
      },
    })
    const after = template(
      { A: queue('a'), R: rule({ Name: 'r' }) },
      { Outputs: { A: { Value: { Ref: 'A' } } } },
    )
    await fixture.deploy(template({ A: queue('a') }))
    await fixture.deploy(after).catch(() => undefined)
    fails = false

    expect((await fixture.deploy(after)).outputs).toEqual({ A: url('a') })
  })
})
