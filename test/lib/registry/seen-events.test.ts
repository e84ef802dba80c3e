import { describe, expect, test } from 'vitest'
import { markSeen, wasSeen } from '../../../lib/registry/seen-events.ts'
import { aTable, itemsOf } from './registry.ts'

describe('wasSeen', () => {
  test('is false until the event is marked, and for every other event', async () => {
    const table = await aTable()

    expect(await wasSeen(table, 'event-1')).toBe(false)
    await markSeen(table, 'event-1', new Date('2026-01-31T12:00:00Z'))

    expect(await wasSeen(table, 'event-1')).toBe(true)
    expect(await wasSeen(table, 'event-2')).toBe(false)
  })
})

describe('markSeen', () => {
  test('has the event forgotten after 15 days, in the seconds that DynamoDB counts in', async () => {
    const table = await aTable()

    await markSeen(table, 'event-1', new Date('2026-01-31T12:00:00.999Z'))

    const expiresAt = Date.parse('2026-02-15T12:00:00Z') / 1000
    expect(await itemsOf(table)).toEqual([{ pk: 'EVENT#event-1', sk: 'SEEN', expiresAt }])
  })

  test('may be repeated', async () => {
    const table = await aTable()

    await markSeen(table, 'event-1', new Date('2026-01-31T12:00:00Z'))
    await markSeen(table, 'event-1', new Date('2026-01-31T12:01:00Z'))

    expect(await itemsOf(table)).toHaveLength(1)
  })
})
