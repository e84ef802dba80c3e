/** Facts from https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
import { expect, test } from 'vitest'
import { createSqs } from '../../../local/sqs/index.ts'
import type { Measured } from '../../../local/world.ts'
import { manualClock } from '../states/manual-clock.ts'
import { testWorld } from '../world.ts'
import { callOf, QUEUE_URL } from './fixture.ts'

test('a queue has its visible messages and the age of the oldest one, at any time', async () => {
  const clock = manualClock()
  let sample: () => readonly Measured[] = () => []
  const metrics = () => ({
    put: () => undefined,
    putEmbedded: () => undefined,
    sample: (source: typeof sample) => {
      sample = source
    },
  })
  const { operations } = createSqs(testWorld({ clock, metrics })).service
  const run = (name: string, input: object) => operations[name]?.run(input as never, callOf())
  const values = () => sample().map(({ name, values }) => `${name} ${values.join()}`)
  await run('CreateQueue', { QueueName: 'events' })
  expect(values()).toEqual(['ApproximateNumberOfMessagesVisible 0', 'ApproximateAgeOfOldestMessage 0'])

  await run('SendMessage', { QueueUrl: QUEUE_URL, MessageBody: 'a' })
  await clock.pass(90_000)
  await run('SendMessage', { QueueUrl: QUEUE_URL, MessageBody: 'b' })
  expect(values()).toEqual(['ApproximateNumberOfMessagesVisible 2', 'ApproximateAgeOfOldestMessage 90'])

  await run('ReceiveMessage', { QueueUrl: QUEUE_URL })
  expect(values()).toEqual(['ApproximateNumberOfMessagesVisible 1', 'ApproximateAgeOfOldestMessage 90'])
  expect(sample()[0]).toMatchObject({ namespace: 'AWS/SQS', dimensions: { QueueName: 'events' } })
})
