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
import { checkBatchSize, eachEntry } from './batches.ts'
import { md5OfAttributes } from './message-attributes.ts'
import { checkRange, type Message, md5, type Queue, type Queues, receive, seconds, send } from './queue.ts'
import { findQueue, queueAsks } from './queue-lookup.ts'

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
        checkBatchSize(input.Entries ?? [])
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
        changeVisibility(world, findQueue(queues, input, call), input)
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

function sendOne(world: World, queue: Queue, input: Sent, call: Call): object {
  refuseMembers('SendMessage', input, ['MessageSystemAttributes', 'MessageDeduplicationId', 'MessageGroupId'])
  const { MessageBody: body = '', MessageAttributes: attributes = {}, DelaySeconds: delaySeconds } = input
  const message = send(world, queue, senderId(world, call), { body, attributes, delaySeconds })
  const digest = md5OfAttributes(attributes)
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5(body),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest }),
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable */
function senderId(world: World, { principal }: Call): string {
  if (principal.kind !== 'role-session')
    return principal.kind === 'service' ? principal.arn : principal.account
  const { roleId = '' } = world.iam().role(principal.roleArn) ?? {}
  return `${roleId}:${principal.arn.slice(principal.arn.lastIndexOf('/') + 1)}`
}

async function receiveMessages(
  world: World,
  queues: Queues,
  queue: Queue,
  input: ReceiveMessageRequest,
): Promise<object> {
  refuseMembers('ReceiveMessage', input, ['ReceiveRequestAttemptId'])
  const { MaxNumberOfMessages: most = 1, VisibilityTimeout = seconds(queue, 'VisibilityTimeout') } = input
  const waitSeconds = input.WaitTimeSeconds ?? seconds(queue, 'ReceiveMessageWaitTimeSeconds')
  checkRange('MaxNumberOfMessages', most, 10, 1)
  checkRange('VisibilityTimeout', VisibilityTimeout, MOST_VISIBILITY_SECONDS)
  checkRange('WaitTimeSeconds', waitSeconds, 20)
  const take = () => receive(world, queues, queue, most, VisibilityTimeout)
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
    // Across all queues.
    ApproximateReceiveCount: String(message.receivedElsewhere + message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? 0),
    ...(message.deadLetterSource !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSource }),
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
  checkReceipt(receiptHandle)
  queue.messages = queue.messages.filter((message) => message.receiptHandle !== receiptHandle)
}

const MOST_VISIBILITY_SECONDS = 43_200

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
function changeVisibility(world: World, queue: Queue, input: ChangeMessageVisibilityRequest): void {
  const { ReceiptHandle, VisibilityTimeout: visibilitySeconds } = input
  checkReceipt(ReceiptHandle)
  if (visibilitySeconds === undefined)
    throw new AwsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.')
  checkRange('VisibilityTimeout', visibilitySeconds, MOST_VISIBILITY_SECONDS)
  const now = world.clock.now().getTime()
  const message = queue.messages.find(({ receiptHandle }) => receiptHandle === ReceiptHandle)
  if (message === undefined)
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    )
  if (message.visibleAt <= now)
    throw new AwsError('MessageNotInflight', 'The specified message is not in flight.')
  const visibleAt = now + visibilitySeconds * 1000
  if (visibleAt > message.lastReceivedAt + MOST_VISIBILITY_SECONDS * 1000)
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${visibilitySeconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${MOST_VISIBILITY_SECONDS} seconds].`,
    )
  message.visibleAt = visibleAt
}

/** Throws AwsError (ReceiptHandleIsInvalid) for what never was one. */
function checkReceipt(handle = ''): void {
  if (!/^[0-9a-f-]{36}$/.test(handle))
    throw new AwsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    )
}
