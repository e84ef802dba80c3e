/** A standard queue, its messages, and how they come back or go to the dead-letter queue. */
import { createHash, randomUUID } from 'node:crypto'
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
import { AwsError } from '../errors.ts'
import type { World } from '../world.ts'

export interface Queue {
  readonly name: string
  readonly account: string
  readonly region: string
  readonly arn: string
  readonly createdAt: Date
  /** As given and AWS's defaults; computed ones come from `attributesOf`. */
  readonly attributes: Map<string, string>
  readonly tags: Map<string, string>
  messages: Message[]
}

export interface Message {
  readonly id: string
  readonly body: string
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>
  readonly sentAt: number
  readonly senderId: string
  visibleAt: number
  receiveCount: number
  firstReceivedAt: number | undefined
  receiptHandle: string | undefined
}

/** By ARN. */
export type Queues = Map<string, Queue>

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  SqsManagedSseEnabled: 'true',
}

export function seconds(queue: Queue, name: string): number {
  return Number(queue.attributes.get(name) ?? '0')
}

/** Throws AwsError (InvalidParameterValue) for a message over the queue's limit. */
export function send(
  world: World,
  queue: Queue,
  senderId: string,
  {
    body,
    attributes,
    delaySeconds,
  }: {
    readonly body: string
    readonly attributes: Readonly<Record<string, MessageAttributeValue>>
    readonly delaySeconds: number | undefined
  },
): Message {
  const limit = seconds(queue, 'MaximumMessageSize')
  const bytes = Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(attributes).slice(2))
  if (body === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.')
  if (bytes > limit)
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    )
  const now = world.clock.now().getTime()
  const message: Message = {
    id: randomUUID(),
    body,
    attributes,
    sentAt: now,
    senderId,
    visibleAt: now + (delaySeconds ?? seconds(queue, 'DelaySeconds')) * 1000,
    receiveCount: 0,
    firstReceivedAt: undefined,
    receiptHandle: undefined,
  }
  queue.messages.push(message)
  return message
}

/** Those that can be received now, marked as in flight; messages received too often go to the dead-letter queue instead. */
export function receive(
  world: World,
  queues: Queues,
  queue: Queue,
  most: number,
  visibilitySeconds: number,
): Message[] {
  const now = world.clock.now().getTime()
  expire(world, queue)
  const redrive = redriveOf(queue)
  const taken: Message[] = []
  for (const message of [...queue.messages]) {
    if (taken.length >= most) break
    if (message.visibleAt > now) continue
    if (redrive && message.receiveCount >= redrive.maxReceiveCount) {
      queue.messages = queue.messages.filter((other) => other !== message)
      const dead = queues.get(redrive.deadLetterTargetArn)
      dead?.messages.push({ ...message, receiveCount: 0, visibleAt: now, receiptHandle: undefined })
      continue
    }
    message.receiveCount += 1
    message.firstReceivedAt ??= now
    message.visibleAt = now + visibilitySeconds * 1000
    message.receiptHandle = randomUUID()
    taken.push(message)
  }
  return taken
}

export function expire(world: World, queue: Queue): void {
  const oldest = world.clock.now().getTime() - seconds(queue, 'MessageRetentionPeriod') * 1000
  queue.messages = queue.messages.filter(({ sentAt }) => sentAt > oldest)
}

export function attributesOf(world: World, queue: Queue): Record<string, string> {
  expire(world, queue)
  const now = world.clock.now().getTime()
  const visible = queue.messages.filter(({ visibleAt }) => visibleAt <= now)
  const inFlight = queue.messages.filter((one) => one.visibleAt > now && one.receiveCount > 0)
  const created = String(Math.floor(queue.createdAt.getTime() / 1000))
  return {
    ...Object.fromEntries(queue.attributes),
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible.length),
    ApproximateNumberOfMessagesNotVisible: String(inFlight.length),
    ApproximateNumberOfMessagesDelayed: String(queue.messages.length - visible.length - inFlight.length),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
  }
}

interface Redrive {
  readonly deadLetterTargetArn: string
  readonly maxReceiveCount: number
}

function redriveOf(queue: Queue): Redrive | undefined {
  const text = queue.attributes.get('RedrivePolicy')
  if (text === undefined || text === '') return undefined
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text)
  return { deadLetterTargetArn: String(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) }
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation */
export function md5OfAttributes(
  attributes: Readonly<Record<string, MessageAttributeValue>>,
): string | undefined {
  const names = Object.keys(attributes).toSorted()
  if (names.length === 0) return undefined
  const hash = createHash('md5')
  const field = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    hash.update(length).update(bytes)
  }
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {}
    field(Buffer.from(name))
    field(Buffer.from(DataType))
    hash.update(Buffer.from([DataType.startsWith('Binary') ? 2 : 1]))
    field(BinaryValue ?? Buffer.from(StringValue ?? ''))
  }
  return hash.digest('hex')
}
