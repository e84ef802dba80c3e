/** The three queues with dead letters in them, as SQS would have them. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import type { QueueName } from '../../../lib/ops/dead-letters.ts'

export const FUNCTION = 'arn:aws:lambda:eu-central-1:000000000000:function:irsa-dev-cluster-events'
const PRIVATE_KEY =
  '-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgw\n-----END PRIVATE KEY-----\n'
export const EVENT = {
  id: 'event-1',
  account: '111122223333',
  time: '2026-01-31T12:00:00Z',
  region: 'eu-central-1',
  source: 'hooks',
  'detail-type': 'Cluster Created',
  detail: { cluster: 'golem', serviceAccountKeys: [PRIVATE_KEY] },
}

export function undelivered(id: string, target = FUNCTION): Message {
  const attributes = { TARGET_ARN: target, ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'may not invoke' }
  return {
    MessageId: id,
    ReceiptHandle: `receipt of ${id}`,
    Body: JSON.stringify(EVENT),
    Attributes: { SentTimestamp: '1769860800000' },
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  }
}

function message(id: string, body: object, sentAt = '1769860800000'): Message {
  return {
    MessageId: id,
    ReceiptHandle: `receipt of ${id}`,
    Body: JSON.stringify(body),
    Attributes: { SentTimestamp: sentAt },
  }
}

export const refused = (id: string) =>
  message(
    id,
    { error: 'InvalidInput', message: 'detail: no', remedy: 'Correct it.', event: {} },
    '1769864400000',
  )

export const failed = (id: string) =>
  message(id, {
    version: '1.0',
    requestContext: {
      functionArn: `${FUNCTION}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: EVENT,
    responsePayload: { errorType: 'AwsUnavailable', errorMessage: 'dynamodb:GetItem: no' },
  })

export const streamFailure = (id: string) =>
  message(id, {
    requestContext: {
      functionArn: FUNCTION.replace('cluster-events', 'role-requests'),
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 6,
    },
    DDBStreamBatchInfo: { batchSize: 7, shardId: 'shardId-1' },
  })

/** Queues that hide what is received until it is given back; `counted` is what SQS says that somebody else has. */
export function theQueues(
  contents: Partial<Record<QueueName, readonly Message[]>>,
  counted: Partial<Record<QueueName, number>> = {},
) {
  const clients = {
    sqs: new SQSClient({ region: 'eu-central-1' }),
    lambda: new LambdaClient({ region: 'eu-central-1' }),
  }
  const [sqs, lambda] = [mockClient(clients.sqs), mockClient(clients.lambda)]
  const urls = {
    'undelivered-events': 'https://sqs/undelivered-events',
    'dead-letters': 'https://sqs/dead-letters',
    'stream-failures': 'https://sqs/stream-failures',
  }
  const visible = new Map(
    Object.entries(urls).map(([queue, url]) => [url, [...(contents[queue as QueueName] ?? [])]]),
  )
  const hidden: Message[] = []
  sqs.on(ReceiveMessageCommand).callsFake(async ({ QueueUrl, MaxNumberOfMessages }) => {
    const Messages = (visible.get(QueueUrl) ?? []).splice(0, MaxNumberOfMessages)
    hidden.push(...Messages)
    return { Messages }
  })
  sqs.on(GetQueueAttributesCommand).callsFake(async ({ QueueUrl = '' }) => ({
    Attributes: {
      ApproximateNumberOfMessages: String(visible.get(QueueUrl)?.length),
      ApproximateNumberOfMessagesNotVisible: String(
        counted[QueueUrl.slice('https://sqs/'.length) as QueueName] ?? 0,
      ),
    },
  }))
  sqs.on(DeleteMessageCommand).resolves({})
  sqs.on(ChangeMessageVisibilityCommand).callsFake(async ({ QueueUrl, ReceiptHandle }) => {
    const [given] = hidden.filter((one) => one.ReceiptHandle === ReceiptHandle)
    if (given !== undefined) visible.get(QueueUrl)?.push(given)
    return {}
  })
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 })
  return { sqs, lambda, visible, queues: { ...clients, urls, functionPrefix: 'irsa-dev-' } }
}
