/** Batches of numbered records, given to a function that is a callback. */
import { type BatchCalls, type GivenUp, processBatch } from '../../../local/lambda/batches.ts'
import type { MappingSettings } from '../../../local/lambda/event-source-mapping.ts'
import { defaultMappingSettings } from '../../../local/lambda/mapping-settings.ts'
import type { Outcome } from '../../../local/lambda/sandbox.ts'
import type { StreamRecord } from '../../../local/lambda/stream-records.ts'
import { manualClock } from '../states/manual-clock.ts'
import { FUNCTION } from './fixture.ts'

/** What the function returns; 'fails' and 'throttled' instead of returning. */
export type Answer = unknown

export interface BatchFixture {
  readonly clock: ReturnType<typeof manualClock>
  /** Sequence numbers of each invocation. */
  readonly invoked: string[][]
  /** Seconds from the beginning at which they were. */
  readonly at: number[]
  readonly givenUp: GivenUp[]
  readonly checkpoints: string[]
  readonly isDone: () => boolean
  readonly deactivate: () => void
}

/** Records 1 to `count`, all written now unless `age` in seconds says otherwise. */
export function batchFixture(
  count: number,
  settings: Partial<MappingSettings>,
  answer: (numbers: readonly string[], invocation: number) => Answer,
  age: (index: number) => number = () => 0,
): BatchFixture {
  const clock = manualClock()
  const start = clock.now().getTime()
  const invoked: string[][] = []
  const at: number[] = []
  const givenUp: GivenUp[] = []
  const checkpoints: string[] = []
  let active = true
  let done = false
  const calls: BatchCalls = {
    settings: () => ({ ...defaultMappingSettings, functionArn: FUNCTION, qualifier: undefined, ...settings }),
    async invoke(records) {
      const numbers = numbersOf(records)
      invoked.push(numbers)
      at.push((clock.now().getTime() - start) / 1000)
      const answered = answer(numbers, invoked.length)
      return answered === 'throttled' ? 'throttled' : outcomeOf(answered)
    },
    async giveUp(given) {
      givenUp.push(given)
    },
    checkpoint: (sequenceNumber) => checkpoints.push(sequenceNumber),
    active: () => active,
  }
  const records = Array.from({ length: count }, (_, index) =>
    numberedRecord(index + 1, start / 1000 - age(index)),
  )
  void processBatch(clock, records, calls).then(() => {
    done = true
  })
  return {
    clock,
    invoked,
    at,
    givenUp,
    checkpoints,
    isDone: () => done,
    deactivate: () => {
      active = false
    },
  }
}

export function numbersOf(records: readonly StreamRecord[]): string[] {
  return records.map(({ dynamodb }) => dynamodb.SequenceNumber)
}

/** What the function answers to say that it could not process these. */
export function failures(...itemIdentifiers: unknown[]) {
  return { batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })) }
}

function numberedRecord(number: number, ApproximateCreationDateTime: number): StreamRecord {
  return { dynamodb: { SequenceNumber: String(number), ApproximateCreationDateTime } }
}

function outcomeOf(answered: Answer): Outcome {
  return answered === 'fails'
    ? { payload: '{"errorMessage":"no"}', failed: true, log: '' }
    : { payload: JSON.stringify(answered ?? null), failed: false, log: '' }
}
