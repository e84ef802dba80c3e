/** Messages: sent, received, deleted, one by one and in batches of up to ten. */
import type {
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageRequest,
  ReceiveMessageRequest,
  SendMessageBatchRequest,
  SendMessageRequest,
  Message as WireMessage,
} from '@aws-sdk/client-sqs'
import { AwsError } from '../errors.ts'
import { type Call, type Operation, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import {
  type Message,
  md5,
  md5OfAttributes,
  type Queue,
  type Queues,
  receive,
  seconds,
  send,
} from './queue.ts'
import { findQueue, queueAsks } from './queues.ts'

export function messageOperations(world: World, queues: Queues): Record<string, Operation<never, unknown>> {
  return {
    SendMessage: operation<SendMessageRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:SendMessage', input, call),
      run: (input, call) => sendOne(world, findQueue(queues, input, call), input, call),
    }),
    SendMessageBatch: operation<SendMessageBatchRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:SendMessage', input, call),
      run: (input, call) => {
        const queue = findQueue(queues, input, call)
        return eachEntry(input.Entries, (entry) => sendOne(world, queue, entry, call))
      },
    }),
    ReceiveMessage: operation<ReceiveMessageRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:ReceiveMessage', input, call),
      run: (input, call) => receiveMessages(world, queues, findQueue(queues, input, call), input),
    }),
    DeleteMessage: operation<DeleteMessageRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:DeleteMessage', input, call),
      run: (input, call) => {
        deleteMessage(findQueue(queues, input, call), input.ReceiptHandle)
        return {}
      },
    }),
    DeleteMessageBatch: operation<DeleteMessageBatchRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:DeleteMessage', input, call),
      run: (input, call) => {
        const queue = findQueue(queues, input, call)
        return eachEntry(input.Entries, ({ ReceiptHandle }) => {
          deleteMessage(queue, ReceiptHandle)
          return {}
        })
      },
    }),
    ChangeMessageVisibility: operation<ChangeMessageVisibilityRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:ChangeMessageVisibility', input, call),
      run: (input, call) => {
        const queue = findQueue(queues, input, call)
        const message = queue.messages.find(({ receiptHandle }) => receiptHandle === input.ReceiptHandle)
        if (message === undefined) throw invalidReceipt(input.ReceiptHandle)
        message.visibleAt = world.clock.now().getTime() + (input.VisibilityTimeout ?? 0) * 1000
        return {}
      },
    }),
  }
}

type Sent = Pick<
  SendMessageRequest,
  | 'MessageBody'
  | 'MessageAttributes'
  | 'DelaySeconds'
  | 'MessageSystemAttributes'
  | 'MessageDeduplicationId'
  | 'MessageGroupId'
>

function sendOne(world: World, queue: Queue, input: Sent, { principal }: Call): object {
  refuseMembers('SendMessage', input, ['MessageSystemAttributes', 'MessageDeduplicationId', 'MessageGroupId'])
  const { MessageBody: body = '', MessageAttributes: attributes = {}, DelaySeconds: delaySeconds } = input
  const message = send(world, queue, principal.arn, { body, attributes, delaySeconds })
  const digest = md5OfAttributes(attributes)
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5(body),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest }),
  }
}

async function receiveMessages(
  world: World,
  queues: Queues,
  queue: Queue,
  input: ReceiveMessageRequest,
): Promise<object> {
  const { MaxNumberOfMessages: most = 1, VisibilityTimeout = seconds(queue, 'VisibilityTimeout') } = input
  if (most < 1 || most > 10)
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    )
  const take = () => receive(world, queues, queue, most, VisibilityTimeout)
  const waitSeconds = input.WaitTimeSeconds ?? seconds(queue, 'ReceiveMessageWaitTimeSeconds')
  let messages = take()
  for (let waited = 0; messages.length === 0 && waited < waitSeconds; waited++) {
    await world.clock.wait(1000)
    messages = take()
  }
  return messages.length === 0 ? {} : { Messages: messages.map((message) => wireMessage(message, input)) }
}

function wireMessage(message: Message, input: ReceiveMessageRequest): WireMessage {
  const system = new Set<string>([
    ...(input.AttributeNames ?? []),
    ...(input.MessageSystemAttributeNames ?? []),
  ])
  const all: Record<string, string> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? 0),
  }
  const attributes = Object.entries(all).filter(([name]) => system.has('All') || system.has(name))
  const wanted = input.MessageAttributeNames ?? []
  const isWanted = (name: string) =>
    wanted.some(
      (one) =>
        one === 'All' ||
        one === '.*' ||
        one === name ||
        (one.endsWith('.*') && name.startsWith(one.slice(0, -1))),
    )
  const custom = Object.fromEntries(Object.entries(message.attributes).filter(([name]) => isWanted(name)))
  const digest = md5OfAttributes(custom)
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(attributes.length > 0 && { Attributes: Object.fromEntries(attributes) }),
    ...(digest !== undefined && { MessageAttributes: custom, MD5OfMessageAttributes: digest }),
  }
}

function deleteMessage(queue: Queue, receiptHandle: string | undefined): void {
  if (receiptHandle === undefined || !/^[0-9a-f-]{36}$/.test(receiptHandle))
    throw invalidReceipt(receiptHandle)
  queue.messages = queue.messages.filter((message) => message.receiptHandle !== receiptHandle)
}

/** Each entry succeeds or fails by itself. */
function eachEntry<Entry extends { readonly Id: string | undefined }>(
  entries: readonly Entry[] | undefined,
  run: (entry: Entry) => object,
): object {
  if (!entries?.length)
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.')
  if (entries.length > 10)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    )
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    )
  const Successful: object[] = []
  const Failed: object[] = []
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message })
    }
  }
  return { Successful, ...(Failed.length > 0 && { Failed }) }
}

function invalidReceipt(handle = ''): AwsError {
  return new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
  )
}
