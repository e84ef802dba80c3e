import { describe, expect, it } from 'vitest'
import { gone } from '../fixture.ts'
import { lifeOf } from './lifecycle.ts'

const url = 'http://127.0.0.1:4566/000000000000/q'

describe('AWS::SQS::Queue', () => {
  it('gives every attribute as text, policies as JSON, and tags as a map', async () => {
    const redrive = { deadLetterTargetArn: 'arn:dead', maxReceiveCount: 3 }
    const { created, values, deleted } = await lifeOf({
      type: 'AWS::SQS::Queue',
      properties: {
        QueueName: 'q',
        MessageRetentionPeriod: 1_209_600,
        SqsManagedSseEnabled: true,
        RedrivePolicy: redrive,
        Tags: [{ Key: 'k', Value: 'v' }],
      },
      attributes: ['Arn', 'QueueName', 'QueueUrl'],
    })

    expect(created).toEqual([
      [
        'sqs CreateQueue',
        {
          QueueName: 'q',
          Attributes: {
            MessageRetentionPeriod: '1209600',
            SqsManagedSseEnabled: 'true',
            RedrivePolicy: JSON.stringify(redrive),
          },
          tags: { k: 'v' },
        },
      ],
      ['sqs GetQueueAttributes', { QueueUrl: url, AttributeNames: ['QueueArn'] }],
    ])
    expect(values).toEqual({
      Ref: url,
      QueueUrl: url,
      QueueName: 'q',
      Arn: 'arn:aws:sqs:eu-central-1:000000000000:q',
    })
    expect(deleted).toEqual([['sqs DeleteQueue', { QueueUrl: url }]])
  })

  it('goes back to SQS’s default for what has left the template', async () => {
    const { updated } = await lifeOf({
      type: 'AWS::SQS::Queue',
      properties: {
        QueueName: 'q',
        VisibilityTimeout: 60,
        RedrivePolicy: { maxReceiveCount: 3 },
        Tags: [{ Key: 'k', Value: 'v' }],
      },
      changed: { QueueName: 'q', DelaySeconds: 5 },
    })

    expect(updated).toEqual([
      [
        'sqs SetQueueAttributes',
        { QueueUrl: url, Attributes: { VisibilityTimeout: '30', RedrivePolicy: '', DelaySeconds: '5' } },
      ],
      ['sqs UntagQueue', { QueueUrl: url, TagKeys: ['k'] }],
    ])
  })

  it('gets a name that ends as a FIFO queue’s must', async () => {
    const { created } = await lifeOf({ type: 'AWS::SQS::Queue', properties: { FifoQueue: true } })

    expect(created[0]).toEqual([
      'sqs CreateQueue',
      {
        QueueName: expect.stringMatching(/^irsa-It-[A-Z0-9]{12}\.fifo$/),
        Attributes: { FifoQueue: 'true' },
      },
    ])
  })

  it('may be gone already', async () => {
    await lifeOf({
      type: 'AWS::SQS::Queue',
      properties: {},
      answers: {
        'sqs DeleteQueue': () => {
          throw gone('QueueDoesNotExist')
        },
      },
    })
  })
})

describe('AWS::SQS::QueuePolicy', () => {
  it('is set on every queue and emptied where it has left', async () => {
    const document = { Version: '2012-10-17', Statement: [] }
    const Policy = JSON.stringify(document)
    const { created, updated, deleted } = await lifeOf({
      type: 'AWS::SQS::QueuePolicy',
      properties: { PolicyDocument: document, Queues: ['one', 'two'] },
      changed: { PolicyDocument: document, Queues: ['two'] },
    })

    expect(created).toEqual([
      ['sqs SetQueueAttributes', { QueueUrl: 'one', Attributes: { Policy } }],
      ['sqs SetQueueAttributes', { QueueUrl: 'two', Attributes: { Policy } }],
    ])
    expect(updated).toEqual([
      ['sqs SetQueueAttributes', { QueueUrl: 'two', Attributes: { Policy } }],
      ['sqs SetQueueAttributes', { QueueUrl: 'one', Attributes: { Policy: '' } }],
    ])
    expect(deleted).toEqual([['sqs SetQueueAttributes', { QueueUrl: 'two', Attributes: { Policy: '' } }]])
  })
})
