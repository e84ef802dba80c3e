/** The log of every call to the embedded AWS, refused ones included, for tests and people to read. */
import type { AwsError } from './errors.ts'

export interface CallRecord {
  /** When it came. */
  readonly time: Date
  readonly service: string
  readonly operation: string
  readonly account: string
  readonly region: string
  /** ARN of the principal. */
  readonly principal: string
  readonly input: object
  readonly error: AwsError | undefined
}

export interface CallLog {
  readonly record: (call: CallRecord) => void
  /** In the order in which they ended. */
  readonly list: (filter?: CallFilter) => readonly CallRecord[]
  /** How many older calls are no longer in the log. */
  readonly forgotten: () => number
  readonly clear: () => void
}

export type CallFilter = Partial<
  Pick<CallRecord, 'service' | 'operation' | 'account' | 'region' | 'principal'>
>

/** Keeps at least the last `limit` calls; a fan-out of 5,000 roles makes some 40,000. */
export function createCallLog(limit = 50_000): CallLog {
  let records: CallRecord[] = []
  let forgotten = 0
  return {
    record(call) {
      records.push(call)
      // Trimmed by half, not by one: moving 50,000 entries at each call would cost more than the call.
      if (records.length < limit * 2) return
      forgotten += limit
      records = records.slice(limit)
    },
    list: (filter = {}) => records.filter((record) => fits(record, filter)),
    forgotten: () => forgotten,
    clear() {
      records = []
      forgotten = 0
    },
  }
}

function fits(record: CallRecord, filter: CallFilter): boolean {
  return (
    (filter.service ?? record.service) === record.service &&
    (filter.operation ?? record.operation) === record.operation &&
    (filter.account ?? record.account) === record.account &&
    (filter.region ?? record.region) === record.region &&
    (filter.principal ?? record.principal) === record.principal
  )
}
