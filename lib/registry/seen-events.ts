/** Event ids that were worked on. Delivery is at least once; a doubt that lasts longer is the envelope's time's to settle. */
import { getItem, type Key, putItem, type Table } from './table.ts'

/** EventBridge's archive replays give new ids; its retries end after a day. */
const REMEMBERED_DAYS = 15

export async function wasSeen(table: Table, eventId: string): Promise<boolean> {
  return (await getItem(table, keyOf(eventId))) !== undefined
}

/** Last of all: an event whose handling was cut off is handled again. */
export async function markSeen(table: Table, eventId: string, now: Date): Promise<void> {
  const expiresAt = Math.floor(now.getTime() / 1000) + REMEMBERED_DAYS * 86_400
  await putItem(table, { ...keyOf(eventId), expiresAt })
}

function keyOf(eventId: string): Key {
  return { pk: `EVENT#${eventId}`, sk: 'SEEN' }
}
