import { describe, expect, test } from 'vitest'
import { InvalidInput } from '../../../lib/errors.ts'
import { openEnvelope } from '../../../lib/events/envelope.ts'
import { anEvent } from './event.ts'

describe('openEnvelope', () => {
  test('gives who speaks, when, and the detail untouched', () => {
    const detail = { anything: [1] }

    expect(openEnvelope(anEvent('X', detail, { 'replay-name': 'again' }))).toEqual({
      envelope: {
        id: '17793124-05d4-b198-2fde-7ededc63b103',
        account: '111122223333',
        time: '2026-01-31T12:00:00.000Z',
        source: 'cluster.lifecycle',
        detailType: 'X',
      },
      detail,
    })
  })

  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500Z'],
    ['2026-01-31T12:00:00.123456789Z', '2026-01-31T12:00:00.123Z'],
  ])('writes the time %s as %s, so that times compare as strings', (time, written) => {
    expect(openEnvelope(anEvent('X', {}, { time })).envelope.time).toBe(written)
  })

  test.each([
    ['a time without zone', { time: '2026-01-31T12:00:00' }],
    ['a time in another zone', { time: '2026-01-31T12:00:00+01:00' }],
    ['a date that does not exist', { time: '2026-13-31T12:00:00Z' }],
    ['an account that is a number', { account: 111122223333 }],
    ['an account that is too short', { account: '11112222333' }],
    ['an ID of odd characters', { id: 'a#b' }],
    ['no ID', { id: undefined }],
    ['no source', { source: '' }],
  ])('refuses %s', (_, around) => {
    expect(() => openEnvelope(anEvent('X', {}, around))).toThrow(InvalidInput)
  })

  test('leaves what the detail may have to who knows its schema', () => {
    const detail = JSON.parse('{"tags":{"__proto__":"x"}}')

    expect(openEnvelope(anEvent('X', detail)).detail).toBe(detail)
    expect(() => openEnvelope(JSON.parse('{"__proto__":{}}'))).toThrow('event.__proto__: is not known')
  })

  test.each([[null], ['text'], [[]], [{}]])('refuses %j', (event) => {
    expect(() => openEnvelope(event)).toThrow(InvalidInput)
  })
})
