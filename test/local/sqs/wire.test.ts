/** SQS as an SDK client sees it, through the server. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { expect, onTestFinished, test } from 'vitest'
import { startLocalAws } from '../../../local/aws.ts'

async function sqs() {
  const directory = mkdtempSync(join(tmpdir(), 'local-aws-'))
  const aws = await startLocalAws({ speed: 1, directory })
  const client = new SQSClient({
    endpoint: aws.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  onTestFinished(async () => {
    client.destroy()
    await aws.stop()
    rmSync(directory, { recursive: true })
  })
  return { aws, client }
}

test('a message goes there and back, and the client finds its digests right', async () => {
  const { aws, client } = await sqs()
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'events' }))
  expect(QueueUrl).toBe(`${aws.endpoint}/000000000000/events`)
  const MessageAttributes = {
    reason: { DataType: 'String', StringValue: 'é' },
    raw: { DataType: 'Binary', BinaryValue: Uint8Array.from([0, 255]) },
  }

  const sent = await client.send(
    new SendMessageCommand({ QueueUrl, MessageBody: '{"a":1}', MessageAttributes }),
  )
  const { Messages } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }),
  )

  expect(Messages).toEqual([
    expect.objectContaining({ MessageId: sent.MessageId, Body: '{"a":1}', MessageAttributes }),
  ])
})

test('a queue that does not exist has its name of the older protocol too', async () => {
  const { aws, client } = await sqs()
  const input = { QueueUrl: `${aws.endpoint}/000000000000/none`, MessageBody: 'a' }

  const answer = await fetch(aws.endpoint, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/sqs/aws4_request, Signature=0',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.SendMessage',
    },
    body: JSON.stringify(input),
  })

  expect(answer.status).toBe(400)
  expect(answer.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender')
  expect(await answer.json()).toMatchObject({ __type: expect.stringMatching(/QueueDoesNotExist$/) })
  await expect(client.send(new SendMessageCommand(input))).rejects.toBeInstanceOf(QueueDoesNotExist)
})
