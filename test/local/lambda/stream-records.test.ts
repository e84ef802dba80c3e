import type { _Record } from '@aws-sdk/client-dynamodb-streams'
import { describe, expect, it } from 'vitest'
import { streamRecord } from '../../../local/lambda/stream-records.ts'

const ARN = 'arn:aws:dynamodb:eu-central-1:000000000000:table/registry/stream/2026-01-01T00:00:00.000'

const given: _Record = {
  eventID: '1',
  eventName: 'REMOVE',
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: 'eu-central-1',
  dynamodb: {
    ApproximateCreationDateTime: new Date('2026-01-01T00:00:01.900Z'),
    Keys: { pk: { S: 'a' } },
    OldImage: {
      pk: { S: 'a' },
      bytes: { B: new Uint8Array([1, 2, 255]) },
      many: { BS: [new Uint8Array([1])] },
      nested: {
        M: { list: { L: [{ B: new Uint8Array([2]) }, { N: '1' }, { NULL: true }, { BOOL: false }] } },
      },
    },
    SequenceNumber: '100000000000000000001',
    SizeBytes: 12,
    StreamViewType: 'OLD_IMAGE',
  },
}

describe('a record of a stream comes to a function', () => {
  it('as JSON: dates as seconds, bytes as base64', () => {
    expect(streamRecord(given, ARN)).toEqual({
      eventID: '1',
      eventName: 'REMOVE',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-central-1',
      dynamodb: {
        ApproximateCreationDateTime: 1_767_225_601,
        Keys: { pk: { S: 'a' } },
        OldImage: {
          pk: { S: 'a' },
          bytes: { B: 'AQL/' },
          many: { BS: ['AQ=='] },
          nested: { M: { list: { L: [{ B: 'Ag==' }, { N: '1' }, { NULL: true }, { BOOL: false }] } } },
        },
        SequenceNumber: '100000000000000000001',
        SizeBytes: 12,
        StreamViewType: 'OLD_IMAGE',
      },
      eventSourceARN: ARN,
    })
  })

  it('the same after it has been through JSON, so that filters see what the function sees', () => {
    const record = streamRecord(given, ARN)

    expect(JSON.parse(JSON.stringify(record))).toEqual(record)
  })

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
  it('with who deleted it in lower case, where it was DynamoDB', () => {
    const userIdentity = { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' }

    expect(streamRecord({ ...given, userIdentity }, ARN)).toMatchObject({
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    })
    expect('userIdentity' in streamRecord(given, ARN)).toBe(false)
  })
})
