/** Which queues send their dead letters to a queue, through an SDK client. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ListDeadLetterSourceQueuesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { expect, onTestFinished, test } from 'vitest'
import { startLocalAws } from '../../../local/aws.ts'
import { ACCOUNT, QUEUE_ARN, QUEUE_URL, REGION, sqsFixture } from './fixture.ts'

const RedrivePolicy = JSON.stringify({
  deadLetterTargetArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:dead`,
  maxReceiveCount: 2,
})

async function sqs() {
  const directory = mkdtempSync(join(tmpdir(), 'local-aws-'))
  const aws = await startLocalAws({ speed: 1, directory })
  const client = new SQSClient({
    endpoint: aws.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  onTestFinished(async () => {
    client.destroy()
    await aws.stop()
    rmSync(directory, { recursive: true })
  })
  const url = (name: string) => `${aws.endpoint}/${ACCOUNT}/${name}`
  const create = (QueueName: string, Attributes: Record<string, string> = {}) =>
    client.send(new CreateQueueCommand({ QueueName, Attributes }))
  const sources = async (name: string, more: object = {}) => {
    const input = { QueueUrl: url(name), ...more }
    const { queueUrls, NextToken } = await client.send(new ListDeadLetterSourceQueuesCommand(input))
    return { queueUrls, NextToken }
  }
  return { client, url, create, sources }
}

test('the sources are the queues whose redrive policy names the queue', async () => {
  const { client, url, create, sources } = await sqs()
  await create('dead')
  await create('two', { RedrivePolicy })
  await create('one', { RedrivePolicy })
  await create('other')

  expect(await sources('dead')).toEqual({ queueUrls: [url('one'), url('two')], NextToken: undefined })
  expect(await sources('one')).toEqual({ queueUrls: [], NextToken: undefined })
  await client.send(new DeleteQueueCommand({ QueueUrl: url('one') }))
  expect(await sources('dead')).toMatchObject({ queueUrls: [url('two')] })
})

test('the sources come in pages for who asks for pages', async () => {
  const { url, create, sources } = await sqs()
  await create('dead')
  for (const name of ['a', 'b', 'c']) await create(name, { RedrivePolicy })

  const first = await sources('dead', { MaxResults: 2 })

  expect(first).toEqual({ queueUrls: [url('a'), url('b')], NextToken: expect.any(String) })
  expect(await sources('dead', { MaxResults: 2, NextToken: first.NextToken })).toEqual({
    queueUrls: [url('c')],
    NextToken: undefined,
  })
  await expect(sources('dead', { MaxResults: 1001 })).rejects.toMatchObject({ name: 'InvalidParameterValue' })
})

test('a queue that is not there has no sources, and IAM is asked about the queue', async () => {
  const { sources } = await sqs()
  await expect(sources('none')).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
  expect(sqsFixture().asks('ListDeadLetterSourceQueues', { QueueUrl: QUEUE_URL })).toMatchObject([
    { action: 'sqs:ListDeadLetterSourceQueues', resource: QUEUE_ARN },
  ])
})
