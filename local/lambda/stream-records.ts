/** Records of a DynamoDB stream as Lambda gives them to functions. */
import type { _Record, AttributeValue } from '@aws-sdk/client-dynamodb-streams'

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html: plain JSON, so that filters see what the function sees. */
export type StreamRecord = Readonly<Record<string, unknown>> & { readonly dynamodb: Change }

export interface Change {
  readonly SequenceNumber: string
  /** Seconds since 1970. */
  readonly ApproximateCreationDateTime: number
}

export function streamRecord(record: _Record, streamArn: string): StreamRecord {
  const { dynamodb = {}, userIdentity, ...head } = record
  const { ApproximateCreationDateTime: created = new Date(0), SequenceNumber = '', ...change } = dynamodb
  const { Keys, NewImage, OldImage, ...rest } = change
  return {
    ...head,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(created.getTime() / 1000),
      ...(Keys === undefined ? {} : { Keys: itemOf(Keys) }),
      ...(NewImage === undefined ? {} : { NewImage: itemOf(NewImage) }),
      ...(OldImage === undefined ? {} : { OldImage: itemOf(OldImage) }),
      SequenceNumber,
      ...rest,
    },
    ...(userIdentity === undefined
      ? {}
      : { userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId } }),
    eventSourceARN: streamArn,
  }
}

function itemOf(item: Readonly<Record<string, AttributeValue>>): object {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, jsonOf(value)]))
}

/** Binary values are base64. */
function jsonOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(jsonOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, jsonOf(inner)]))
}
