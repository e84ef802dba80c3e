import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PAYLOAD_BYTES, payloadsOf } from '../../../local/lambda/payloads.ts'
import type { StreamRecord } from '../../../local/lambda/stream-records.ts'

function record(number: number, characters: number): StreamRecord {
  return {
    dynamodb: { SequenceNumber: String(number), ApproximateCreationDateTime: 0 },
    // Three bytes each.
    text: '€'.repeat(characters),
  }
}

it('one payload holds all that fits into 6 MB', () => {
  const records = [record(1, 1_000_000), record(2, 1_000_000)]

  expect(payloadsOf(records)).toEqual([records])
  expect(payloadsOf([])).toEqual([])
})

it('payloads hold all records in order, never over 6 MB, and no fewer than fit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_900_000 }), { maxLength: 6 }), (lengths) => {
      const records = lengths.map((length, index) => record(index, length))

      const payloads = payloadsOf(records)

      const bytes = (these: readonly StreamRecord[]) => Buffer.byteLength(JSON.stringify({ Records: these }))
      expect(payloads.flat()).toEqual(records)
      for (const [index, payload] of payloads.entries()) {
        expect(bytes(payload)).toBeLessThanOrEqual(PAYLOAD_BYTES)
        const next = payloads[index + 1]?.[0]
        if (next) expect(bytes([...payload, next])).toBeGreaterThan(PAYLOAD_BYTES)
      }
    }),
    { numRuns: 10 },
  )
})
