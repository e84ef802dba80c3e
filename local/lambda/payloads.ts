/** What an invocation can carry of a batch. https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html */
import type { StreamRecord } from './stream-records.ts'

export const PAYLOAD_BYTES = 6 * 1024 * 1024

// Of `{"Records":[]}`.
const FRAME_BYTES = 14

/** Of one record among others. */
export function payloadBytes(record: StreamRecord): number {
  return Buffer.byteLength(JSON.stringify(record)) + 1
}

/** The records in order, in as few parts as their payloads allow. */
export function payloadsOf(records: readonly StreamRecord[]): readonly (readonly StreamRecord[])[] {
  const payloads: StreamRecord[][] = []
  let bytes = PAYLOAD_BYTES
  for (const record of records) {
    const size = payloadBytes(record)
    if (bytes + size > PAYLOAD_BYTES) {
      payloads.push([])
      bytes = FRAME_BYTES
    }
    bytes += size
    payloads.at(-1)?.push(record)
  }
  return payloads
}
