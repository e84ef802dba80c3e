/**
 * What happens to a batch of stream records until all of it is processed or given up.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
import type { Clock } from '../clock.ts'
import type { MappingSettings } from './event-source-mapping.ts'
import type { Outcome } from './sandbox.ts'
import type { StreamRecord } from './stream-records.ts'

export interface Batch {
  readonly records: readonly StreamRecord[]
  /** Attempts that failed as a whole. */
  readonly attempts: number
  /** Of the last attempt; undefined if there was none. */
  readonly outcome: Outcome | undefined
}

export interface GivenUp extends Batch {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded'
}

export interface BatchCalls {
  readonly settings: () => MappingSettings
  /** `throttled` when the function had no room. */
  readonly invoke: (records: readonly StreamRecord[]) => Promise<Outcome | 'throttled'>
  readonly giveUp: (given: GivenUp) => Promise<void>
  /** All records up to this sequence number are done with. */
  readonly checkpoint: (sequenceNumber: string) => void
  /** False once the mapping was disabled or deleted. */
  readonly active: () => boolean
}

// AWS says only that it backs off: our choice.
const LEAST_BACKOFF_MILLISECONDS = 1_000
const MOST_BACKOFF_MILLISECONDS = 60_000

/** Resolves when nothing of it is left, or the mapping is no longer active. */
export async function processBatch(
  clock: Clock,
  records: readonly StreamRecord[],
  calls: BatchCalls,
): Promise<void> {
  let waiting: readonly Batch[] = [{ records, attempts: 0, outcome: undefined }]
  let backoff = LEAST_BACKOFF_MILLISECONDS
  while (calls.active()) {
    const [batch, ...later] = waiting
    if (batch === undefined) return
    const left = await attempt(clock, batch, calls)
    waiting = [...left, ...later]
    const done = records.length - waiting.reduce((sum, { records: these }) => sum + these.length, 0)
    const lastDone = records[done - 1]
    if (lastDone !== undefined) calls.checkpoint(lastDone.dynamodb.SequenceNumber)
    if (left.length === 0) {
      backoff = LEAST_BACKOFF_MILLISECONDS
      continue
    }
    await clock.wait(backoff)
    backoff = Math.min(backoff * 2, MOST_BACKOFF_MILLISECONDS)
  }
}

/** What is left of the batch, in order. */
async function attempt(clock: Clock, batch: Batch, calls: BatchCalls): Promise<readonly Batch[]> {
  const young = await withoutOld(clock, batch, calls)
  if (young.records.length === 0) return []
  const outcome = await calls.invoke(young.records)
  if (outcome === 'throttled') return [young]
  return leftAfter({ ...young, outcome }, outcome, calls)
}

// A stream keeps its records for 24 hours.
const STREAM_SECONDS = 86_400

async function withoutOld(clock: Clock, batch: Batch, { settings, giveUp }: BatchCalls): Promise<Batch> {
  const { maximumRecordAgeSeconds } = settings()
  const limit = maximumRecordAgeSeconds === -1 ? STREAM_SECONDS : maximumRecordAgeSeconds
  const oldest = clock.now().getTime() / 1000 - limit
  const isOld = ({ dynamodb }: StreamRecord) => dynamodb.ApproximateCreationDateTime < oldest
  const old = batch.records.filter(isOld)
  if (old.length === 0) return batch
  await giveUp({ ...batch, records: old, condition: 'RecordAgeExceeded' })
  return { ...batch, records: batch.records.filter((record) => !isOld(record)) }
}

async function leftAfter(batch: Batch, outcome: Outcome, calls: BatchCalls): Promise<readonly Batch[]> {
  const { responseTypes, bisectOnError, maximumRetryAttempts } = calls.settings()
  const { records } = batch
  const failedFrom = responseTypes.includes('ReportBatchItemFailures')
    ? firstFailure(records, outcome)
    : firstOf(outcome)
  if (failedFrom === undefined) return []
  // What came before is done with; splitting does not count as a retry.
  if (failedFrom > 0) return [{ ...batch, records: records.slice(failedFrom), attempts: 0 }]
  if (bisectOnError && records.length > 1) {
    const middle = Math.ceil(records.length / 2)
    return [
      { ...batch, records: records.slice(0, middle) },
      { ...batch, records: records.slice(middle) },
    ]
  }
  const attempts = batch.attempts + 1
  if (maximumRetryAttempts === -1 || attempts <= maximumRetryAttempts) return [{ ...batch, attempts }]
  await calls.giveUp({ ...batch, attempts, condition: 'RetryAttemptsExhausted' })
  return []
}

function firstOf({ failed }: Outcome): number | undefined {
  return failed ? 0 : undefined
}

/** Index of the first record that the function says it could not process; undefined if it could process all. */
function firstFailure(records: readonly StreamRecord[], outcome: Outcome): number | undefined {
  if (outcome.failed) return 0
  const answer: unknown = JSON.parse(outcome.payload)
  const failures = memberOf(answer, 'batchItemFailures') ?? []
  if (!Array.isArray(failures)) return 0
  const indexes = failures.map((failure: unknown) => {
    const identifier = memberOf(failure, 'itemIdentifier')
    return records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === identifier)
  })
  if (indexes.length === 0) return undefined
  // An identifier of no record fails the whole batch.
  return Math.max(0, Math.min(...indexes))
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
