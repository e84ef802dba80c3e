import { describe, expect, test } from 'vitest'
import { parseStreamEvent } from '../../../lib/registry/stream.ts'

/** As Lambda delivers it from a stream of keys only. */
function aRecord(pk: string, sk: string, SequenceNumber: string) {
  return {
    eventID: SequenceNumber,
    eventName: 'MODIFY',
    eventSource: 'aws:dynamodb',
    dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } }, SequenceNumber, StreamViewType: 'KEYS_ONLY' },
  }
}

describe('parseStreamEvent', () => {
  test('reads which roles were asked for, in the order of the stream', () => {
    const Records = [
      aRecord('CLUSTER#golem', 'ROLE#default#reader', '111'),
      aRecord('CLUSTER#gaia', 'ROLE#kube-system#dns.v2', '112'),
    ]

    expect(parseStreamEvent({ Records })).toEqual([
      { cluster: 'golem', namespace: 'default', serviceAccount: 'reader', sequenceNumber: '111' },
      { cluster: 'gaia', namespace: 'kube-system', serviceAccount: 'dns.v2', sequenceNumber: '112' },
    ])
  })

  test('leaves other items out: settling a role makes no loop', () => {
    const Records = [
      aRecord('CLUSTER#golem', 'CLUSTER', '111'),
      aRecord('CLUSTER#golem', 'STATUS#default#reader', '112'),
      aRecord('EVENT#1', 'SEEN', '113'),
    ]

    expect(parseStreamEvent({ Records })).toEqual([])
  })

  test.each([
    ['no records', {}],
    ['a record without its keys', { Records: [{ dynamodb: { SequenceNumber: '1' } }] }],
  ])('refuses %s', (_, event) => {
    expect(() => parseStreamEvent(event)).toThrow(expect.objectContaining({ name: 'ZodError' }))
  })
})
