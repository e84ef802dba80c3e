/** Message attributes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
import { createHash } from 'node:crypto'
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
import { AwsError } from '../errors.ts'

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>

const MOST_ATTRIBUTES = 10

/** Throws AwsError (InvalidParameterValue). */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const all = Object.entries(attributes)
  if (all.length > MOST_ATTRIBUTES)
    throw invalid(
      `Number of message attributes [${all.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
    )
  for (const [name, value] of all) {
    if (!/^[\w.-]{1,256}$/.test(name) || /^\.|\.$|\.\.|^(aws|amazon)\./i.test(name))
      throw invalid(`The message attribute name '${name}' is invalid.`)
    checkValue(name, value)
  }
}

/** Name, type and value all count. */
export function sizeOf(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(value.DataType ?? '') + bytesOf(value).length,
    0,
  )
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).toSorted()
  if (names.length === 0) return undefined
  const hash = createHash('md5')
  const field = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    hash.update(length).update(bytes)
  }
  for (const name of names) {
    const value = attributes[name] ?? { DataType: '' }
    field(Buffer.from(name))
    field(Buffer.from(value.DataType ?? ''))
    hash.update(Buffer.from([isBinary(value) ? 2 : 1]))
    field(bytesOf(value))
  }
  return hash.digest('hex')
}

function checkValue(name: string, value: MessageAttributeValue): void {
  const { DataType = '', StringValue, BinaryValue, StringListValues, BinaryListValues } = value
  if (StringListValues !== undefined || BinaryListValues !== undefined)
    throw new AwsError(
      'UnsupportedOperation',
      'Message attribute list values in SendMessage operation are not supported.',
    )
  if (!/^(String|Number|Binary)(\..+)?$/.test(DataType) || DataType.length > 256)
    throw invalid(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    )
  const isRightKind = isBinary(value) ? StringValue === undefined : BinaryValue === undefined
  if (!isRightKind || bytesOf(value).length === 0)
    throw invalid(
      `The message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`,
    )
  if (DataType.startsWith('Number') && (StringValue?.trim() === '' || Number.isNaN(Number(StringValue))))
    throw invalid(`Can't cast the value of message (user) attribute '${name}' to a number.`)
}

function isBinary({ DataType = '' }: MessageAttributeValue): boolean {
  return DataType.startsWith('Binary')
}

function bytesOf({ StringValue, BinaryValue }: MessageAttributeValue): Uint8Array {
  return BinaryValue ?? Buffer.from(StringValue ?? '')
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message)
}
