/** Attributes of queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
import { AwsError } from '../errors.ts'
import { parseResourcePolicy } from '../iam/documents.ts'
import type { Queue, Queues } from './queue.ts'
import { parseRedriveAllowPolicy, parseRedrivePolicy } from './redrive.ts'

export const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  SqsManagedSseEnabled: 'true',
}

const DEFAULT_KEY_REUSE_SECONDS = '300'

const RANGES: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['DelaySeconds', [0, 900]],
  ['MaximumMessageSize', [1024, 1_048_576]],
  ['MessageRetentionPeriod', [60, 1_209_600]],
  ['ReceiveMessageWaitTimeSeconds', [0, 20]],
  ['VisibilityTimeout', [0, 43_200]],
  ['KmsDataKeyReusePeriodSeconds', [60, 86_400]],
])

const SETTABLE: ReadonlySet<string> = new Set([
  ...RANGES.keys(),
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'SqsManagedSseEnabled',
])

const READABLE: ReadonlySet<string> = new Set([
  ...SETTABLE,
  'All',
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
])

/** Throws AwsError (InvalidAttributeName). */
export function checkReadable(names: readonly string[]): void {
  for (const name of names) if (!READABLE.has(name)) throw unknownAttribute(name)
}

type Given = Readonly<Record<string, string>>

/** Throws AwsError (InvalidAttributeName, InvalidAttributeValue). */
export function checkAttributes(queues: Queues, arn: string, attributes: Given): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!SETTABLE.has(name)) throw unknownAttribute(name)
    checkValue(queues, arn, name, value)
  }
  if (attributes.KmsMasterKeyId && attributes.SqsManagedSseEnabled === 'true')
    throw new AwsError(
      'InvalidAttributeValue',
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    )
}

/** After `checkAttributes`. An empty document or key takes it away. */
export function setAttributes(queue: Queue, attributes: Given): void {
  for (const [name, value] of Object.entries(attributes))
    if (value === '') queue.attributes.delete(name)
    else queue.attributes.set(name, value)
  // One kind of encryption per queue: the one that was set last.
  if (attributes.KmsMasterKeyId) queue.attributes.set('SqsManagedSseEnabled', 'false')
  if (attributes.SqsManagedSseEnabled === 'true') queue.attributes.delete('KmsMasterKeyId')
  if (!queue.attributes.has('KmsMasterKeyId')) queue.attributes.delete('KmsDataKeyReusePeriodSeconds')
  else if (!queue.attributes.has('KmsDataKeyReusePeriodSeconds'))
    queue.attributes.set('KmsDataKeyReusePeriodSeconds', DEFAULT_KEY_REUSE_SECONDS)
}

function checkValue(queues: Queues, arn: string, name: string, value: string): void {
  const range = RANGES.get(name)
  if (range !== undefined) {
    const [least, most] = range
    if (!/^\d+$/.test(value) || Number(value) < least || Number(value) > most) throw invalidValue(name)
  }
  if (name === 'SqsManagedSseEnabled' && value !== 'true' && value !== 'false') throw invalidValue(name)
  if (value === '') return
  try {
    if (name === 'Policy') parseResourcePolicy(value)
    if (name === 'RedrivePolicy') parseRedrivePolicy(queues, arn, value)
    if (name === 'RedriveAllowPolicy') parseRedriveAllowPolicy(value)
  } catch (cause) {
    throw invalidValue(name, cause)
  }
}

function unknownAttribute(name: string): AwsError {
  return new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
}

function invalidValue(name: string, cause?: unknown): AwsError {
  const reason = cause instanceof RangeError ? ` Reason: ${cause.message}` : ''
  return new AwsError(
    'InvalidAttributeValue',
    `Invalid value for the parameter ${name}.${reason}`,
    400,
    {},
    { cause },
  )
}
