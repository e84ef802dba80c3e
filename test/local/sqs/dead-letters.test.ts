/** Facts from https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
import type { Message, ReceiveMessageResult } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { ACCOUNT, ENDPOINT, QUEUE_ARN, REGION, sqsFixture } from './fixture.ts'

const deadArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:dead`
const deadUrl = `${ENDPOINT}/${ACCOUNT}/dead`

/** Messages are dead letters once they have been received twice; none is hidden from the next receiver. */
async function queues(deadAttributes: Record<string, string> = {}) {
  const fixture = sqsFixture()
  await fixture.create('dead', deadAttributes)
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 2 })
  await fixture.create('events', { RedrivePolicy, VisibilityTimeout: '0' })
  async function dead(more: object = {}): Promise<Message[]> {
    const input = { QueueUrl: deadUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0, ...more }
    const { Messages = [] } = await fixture.run<ReceiveMessageResult>('ReceiveMessage', input)
    return Messages
  }
  return { ...fixture, dead }
}

test('a message that was received too often goes to the dead-letter queue instead', async () => {
  const { bodies, counts, dead, send } = await queues()
  const { MessageId } = await send('poison', {
    MessageAttributes: { a: { DataType: 'String', StringValue: '1' } },
  })

  expect(await bodies()).toEqual(['poison'])
  expect(await bodies()).toEqual(['poison'])
  expect(await dead()).toEqual([])
  expect(await bodies()).toEqual([])

  expect(await counts()).toEqual([0, 0, 0])
  expect(await dead({ MessageAttributeNames: ['All'] })).toEqual([
    expect.objectContaining({
      MessageId,
      Body: 'poison',
      MessageAttributes: { a: { DataType: 'String', StringValue: '1' } },
    }),
  ])
})

test('a message goes there after ten times where the policy has no number', async () => {
  const { bodies, dead, send, set } = await queues()
  await set({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn }) })
  await send('poison')

  for (let n = 0; n < 10; n += 1) expect(await bodies()).toEqual(['poison'])

  expect(await bodies()).toEqual([])
  expect(await dead()).toHaveLength(1)
})

test('messages behind it are received nevertheless', async () => {
  const { bodies, send } = await queues()
  await send('poison')
  await bodies()
  await bodies()
  await send('good')

  expect(await bodies({ MaxNumberOfMessages: 1 })).toEqual(['good'])
})

test('a message that was deleted in time never goes there', async () => {
  const { bodies, dead, receive, remove, send } = await queues()
  await send('good')
  await receive()
  const [message] = await receive({ VisibilityTimeout: 30 })
  await remove(message)

  expect(await bodies()).toEqual([])
  expect(await dead()).toEqual([])
})

test('a dead letter tells where it was one, and how often it was received in all queues', async () => {
  const { bodies, dead, send } = await queues()
  await send('poison')
  for (let n = 0; n < 3; n += 1) await bodies()

  const [message] = await dead({ MessageSystemAttributeNames: ['All'] })

  expect(message?.Attributes).toMatchObject({
    DeadLetterQueueSourceArn: QUEUE_ARN,
    ApproximateReceiveCount: '3',
    SentTimestamp: '1767225600000',
  })
})

test('a dead letter is as old as the message', async () => {
  const { bodies, clock, dead, send } = await queues({ MessageRetentionPeriod: '3600' })
  await send('poison')
  await bodies()
  await bodies()
  clock.advance(3_000_000)
  await bodies()
  expect(await dead()).toHaveLength(1)

  clock.advance(600_000)

  expect(await dead()).toEqual([])
})

test('a dead-letter queue can have one of its own, which counts anew', async () => {
  const { bodies, create, dead, run, send, set } = await queues()
  await create('last')
  const deadLetterTargetArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:last`
  await set({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 }) }, deadUrl)
  await send('poison')
  for (let n = 0; n < 3; n += 1) await bodies()

  expect(await dead()).toHaveLength(1)
  expect(await dead()).toEqual([])
  const last = await run<ReceiveMessageResult>('ReceiveMessage', {
    QueueUrl: `${ENDPOINT}/${ACCOUNT}/last`,
    MessageSystemAttributeNames: ['DeadLetterQueueSourceArn', 'ApproximateReceiveCount'],
  })
  expect(last.Messages).toMatchObject([
    { Attributes: { DeadLetterQueueSourceArn: deadArn, ApproximateReceiveCount: '4' } },
  ])
})

test('nothing is lost when the dead-letter queue has gone', async () => {
  const { bodies, run, send } = await queues()
  await send('poison')
  await run('DeleteQueue', { QueueUrl: deadUrl })

  for (let n = 0; n < 4; n += 1) expect(await bodies()).toEqual(['poison'])
})
