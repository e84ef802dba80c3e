import type { DescribeStackResourcesOutput } from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from 'vitest'
import { AwsError } from '../../../../local/errors.ts'
import { cloudformationFixture } from '../fixture.ts'
import { create, describeOne, NAME, named, queues, withCode } from './fixture.ts'

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
    const id = await create(fixture)
    await fixture.send('DeleteStack', { StackName: NAME })
    await fixture.settle()

    expect((await describeOne(fixture, id))?.StackName).toBe(NAME)
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
