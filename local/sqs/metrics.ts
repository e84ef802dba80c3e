/** What SQS tells of its queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
import type { Measured, World } from '../world.ts'
import { expire, type Queue, type Queues } from './queue.ts'

export function sampleQueues(world: World, queues: Queues): void {
  world.metrics().sample(() => [...queues.values()].flatMap((queue) => measure(world, queue)))
}

function measure(world: World, queue: Queue): Measured[] {
  expire(world, queue)
  const time = world.clock.now()
  const now = time.getTime()
  const { account, region, name: QueueName, messages } = queue
  const about = { account, region, namespace: 'AWS/SQS', dimensions: { QueueName }, time }
  const visible = messages.filter(({ visibleAt }) => visibleAt <= now).length
  const oldest = messages.reduce((earliest, { sentAt }) => Math.min(earliest, sentAt), now)
  return [
    { ...about, name: 'ApproximateNumberOfMessagesVisible', values: [visible], unit: 'Count' },
    {
      ...about,
      name: 'ApproximateAgeOfOldestMessage',
      values: [Math.floor((now - oldest) / 1000)],
      unit: 'Seconds',
    },
  ]
}
