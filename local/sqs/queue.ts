/** A standard queue, its messages, and how they come back or go to the dead-letter queue. */
import { createHash, randomUUID } from 'node:crypto'
import { AwsError } from '../errors.ts'
import type { World } from '../world.ts'
import { checkMessageAttributes, type MessageAttributes, sizeOf } from './message-attributes.ts'
import { redriveOf } from './redrive.ts'

export interface Queue {
  readonly name: string
  readonly account: string
  readonly region: string
  readonly arn: string
  readonly createdAt: Date
  modifiedAt: Date
  /** As given and AWS's defaults; computed ones come from `attributesOf`. */
  readonly attributes: Map<string, string>
  readonly tags: Map<string, string>
  messages: Message[]
  isPurging: boolean
}

export interface Message {
  readonly id: string
  readonly body: string
  readonly attributes: MessageAttributes
  readonly sentAt: number
  readonly senderId: string
  /** ARN of the queue that it was a dead letter of. */
  readonly deadLetterSource?: string
  /** In the queues that it was in before. */
  readonly receivedElsewhere: number
  visibleAt: number
  receiveCount: number
  firstReceivedAt: number | undefined
  lastReceivedAt: number
  receiptHandle: string | undefined
}

/** By ARN. */
export type Queues = Map<string, Queue>

export function seconds(queue: Queue, name: string): number {
  return Number(queue.attributes.get(name) ?? '0')
}

export interface Sent {
  readonly body: string
  readonly attributes: MessageAttributes
  readonly delaySeconds: number | undefined
}

/** Throws AwsError (MissingParameter, InvalidParameterValue, InvalidMessageContents). */
export function send(world: World, queue: Queue, senderId: string, sent: Sent): Message {
  const { body, attributes, delaySeconds = seconds(queue, 'DelaySeconds') } = sent
  checkMessage(queue, sent)
  checkRange('DelaySeconds', delaySeconds, 900)
  const now = world.clock.now().getTime()
  const message: Message = {
    id: randomUUID(),
    body,
    attributes,
    sentAt: now,
    senderId,
    receivedElsewhere: 0,
    visibleAt: now + delaySeconds * 1000,
    receiveCount: 0,
    firstReceivedAt: undefined,
    lastReceivedAt: 0,
    receiptHandle: undefined,
  }
  queue.messages.push(message)
  return message
}

export function bytesOf({ body, attributes }: Pick<Sent, 'body' | 'attributes'>): number {
  return Buffer.byteLength(body) + sizeOf(attributes)
}

/** Throws AwsError (InvalidParameterValue). */
export function checkRange(name: string, value: number, most: number, least = 0): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  )
}

function checkMessage(queue: Queue, sent: Sent): void {
  const limit = seconds(queue, 'MaximumMessageSize')
  if (sent.body === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.')
  if (!VALID_CHARACTERS.test(sent.body))
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    )
  checkMessageAttributes(sent.attributes)
  if (bytesOf(sent) > limit)
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    )
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const VALID_CHARACTERS = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u

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
  // Our choice: without the dead-letter queue nothing is lost.
  const dead = redrive && queues.get(redrive.deadLetterTargetArn)
  const taken: Message[] = []
  for (const message of [...queue.messages]) {
    if (taken.length >= most) break
    if (message.visibleAt > now) continue
    if (dead && message.receiveCount >= redrive.maxReceiveCount) {
      queue.messages = queue.messages.filter((other) => other !== message)
      dead.messages.push(deadLetter(message, queue, now))
      continue
    }
    message.receiveCount += 1
    message.firstReceivedAt ??= now
    message.lastReceivedAt = now
    message.visibleAt = now + visibilitySeconds * 1000
    message.receiptHandle = randomUUID()
    taken.push(message)
  }
  return taken
}

/** It keeps its age: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
function deadLetter(message: Message, { arn }: Queue, now: number): Message {
  return {
    ...message,
    deadLetterSource: arn,
    receivedElsewhere: message.receivedElsewhere + message.receiveCount,
    receiveCount: 0,
    visibleAt: now,
    receiptHandle: undefined,
  }
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
  return {
    ...Object.fromEntries(queue.attributes),
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible.length),
    ApproximateNumberOfMessagesNotVisible: String(inFlight.length),
    ApproximateNumberOfMessagesDelayed: String(queue.messages.length - visible.length - inFlight.length),
    CreatedTimestamp: epochSeconds(queue.createdAt),
    LastModifiedTimestamp: epochSeconds(queue.modifiedAt),
  }
}

function epochSeconds(date: Date): string {
  return String(Math.floor(date.getTime() / 1000))
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
