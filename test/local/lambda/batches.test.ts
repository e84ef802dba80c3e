import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchFixture, numbersOf } from './batch-fixture.ts'

const HOUR = 3_600_000
const DAY_SECONDS = 86_400

describe('a batch', () => {
  it('that the function takes is done with', async () => {
    const { clock, invoked, checkpoints, givenUp, isDone } = batchFixture(3, {}, () => null)

    await clock.settle()

    expect(invoked).toEqual([['1', '2', '3']])
    expect(checkpoints).toEqual(['3'])
    expect(givenUp).toEqual([])
    expect(isDone()).toBe(true)
  })

  it('that fails comes back whole, with growing pauses of a minute at most', async () => {
    const { clock, invoked, at, checkpoints } = batchFixture(2, {}, (_, call) => (call < 9 ? 'fails' : null))

    await clock.pass(HOUR)

    expect(at).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183])
    expect(new Set(invoked.map((numbers) => numbers.join()))).toEqual(new Set(['1,2']))
    expect(checkpoints).toEqual(['2'])
  })

  it('that fails blocks the shard until its records leave the stream after 24 hours', async () => {
    const { clock, givenUp, isDone, at } = batchFixture(1, {}, () => 'fails')

    await clock.pass(24 * HOUR - 1_000)
    expect(isDone()).toBe(false)
    await clock.pass(61_000)

    expect(isDone()).toBe(true)
    expect(at.at(-1)).toBeLessThanOrEqual(DAY_SECONDS)
    expect(givenUp).toMatchObject([{ condition: 'RecordAgeExceeded', attempts: at.length }])
  })

  it.each([0, 1, 2])('is retried %d times and then given up', async (maximumRetryAttempts) => {
    const { clock, invoked, givenUp, checkpoints, isDone } = batchFixture(
      2,
      { maximumRetryAttempts },
      () => 'fails',
    )

    await clock.pass(HOUR)

    expect(invoked).toHaveLength(maximumRetryAttempts + 1)
    expect(givenUp).toMatchObject([
      {
        condition: 'RetryAttemptsExhausted',
        attempts: maximumRetryAttempts + 1,
        outcome: { failed: true, payload: '{"errorMessage":"no"}' },
      },
    ])
    expect(givenUp.map(({ records }) => numbersOf(records))).toEqual([['1', '2']])
    expect(checkpoints.at(-1)).toBe('2')
    expect(isDone()).toBe(true)
  })

  it('that never reached the function has used up no attempt', async () => {
    const { clock, invoked, givenUp } = batchFixture(1, { maximumRetryAttempts: 0 }, (_, call) =>
      call < 6 ? 'throttled' : 'fails',
    )

    await clock.pass(HOUR)

    expect(invoked).toHaveLength(6)
    expect(givenUp).toMatchObject([{ condition: 'RetryAttemptsExhausted', attempts: 1 }])
  })

  it('is left alone once the mapping is disabled, and keeps what was done', async () => {
    const { clock, invoked, checkpoints, givenUp, deactivate, isDone } = batchFixture(
      4,
      { bisectOnError: true },
      (numbers) => (numbers.includes('3') ? 'fails' : null),
    )
    await clock.pass(1_000)

    deactivate()
    await clock.pass(HOUR)

    expect(invoked).toEqual([
      ['1', '2', '3', '4'],
      ['1', '2'],
      ['3', '4'],
    ])
    expect(checkpoints.at(-1)).toBe('2')
    expect(givenUp).toEqual([])
    expect(isDone()).toBe(true)
  })
})

describe('a batch that is split when it fails', () => {
  it('is halved until the bad record is alone, which alone is retried', async () => {
    const settings = { bisectOnError: true, maximumRetryAttempts: 1 }
    const { clock, invoked, givenUp, checkpoints } = batchFixture(5, settings, (numbers) =>
      numbers.includes('4') ? 'fails' : null,
    )

    await clock.pass(HOUR)

    expect(invoked.map((numbers) => numbers.join())).toEqual(['1,2,3,4,5', '1,2,3', '4,5', '4', '4', '5'])
    expect(givenUp.map(({ records }) => numbersOf(records))).toEqual([['4']])
    expect(checkpoints.at(-1)).toBe('5')
  })

  it('loses nothing but bad records, and keeps the order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 16 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 16 })),
        fc.integer({ min: 0, max: 2 }),
        async (count, poison, maximumRetryAttempts) => {
          const bad = new Set(poison.filter((number) => number <= count).map(String))
          const done: string[] = []
          const settings = { bisectOnError: true, maximumRetryAttempts }
          const { clock, givenUp, checkpoints } = batchFixture(count, settings, (numbers) => {
            if (numbers.some((number) => bad.has(number))) return 'fails'
            done.push(...numbers)
            return null
          })

          await clock.pass(HOUR)

          const all = Array.from({ length: count }, (_, index) => String(index + 1))
          expect(done).toEqual(all.filter((number) => !bad.has(number)))
          expect(givenUp.map(({ records }) => numbersOf(records))).toEqual(
            all.filter((number) => bad.has(number)).map((number) => [number]),
          )
          expect(checkpoints.at(-1)).toBe(String(count))
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('records that are too old', () => {
  const settings = { maximumRecordAgeSeconds: 60 }
  /** 1 and 2 are older than a minute, 3 is just that old. */
  const ages = [120, 61, 60, 0]

  it('are given up before they are tried, and the others are not', async () => {
    const { clock, invoked, givenUp, checkpoints } = batchFixture(
      4,
      settings,
      () => null,
      (index) => ages[index] ?? 0,
    )

    await clock.settle()

    expect(invoked).toEqual([['3', '4']])
    expect(givenUp).toMatchObject([{ condition: 'RecordAgeExceeded', attempts: 0, outcome: undefined }])
    expect(givenUp.map(({ records }) => numbersOf(records))).toEqual([['1', '2']])
    expect(checkpoints).toEqual(['4'])
  })

  it('are given up between two attempts', async () => {
    const { clock, at, givenUp, isDone } = batchFixture(1, settings, () => 'fails')

    await clock.pass(HOUR)

    expect(at).toEqual([0, 1, 3, 7, 15, 31])
    expect(givenUp).toMatchObject([
      { condition: 'RecordAgeExceeded', attempts: 6, outcome: { failed: true } },
    ])
    expect(isDone()).toBe(true)
  })

  it('are given up though the function was never reached', async () => {
    const { clock, givenUp } = batchFixture(1, settings, () => 'throttled')

    await clock.pass(HOUR)

    expect(givenUp).toMatchObject([{ condition: 'RecordAgeExceeded', attempts: 0, outcome: undefined }])
  })

  it('are never too old for a mapping without a maximum, within the day that the stream keeps them', async () => {
    const { clock, invoked, givenUp } = batchFixture(
      2,
      {},
      () => null,
      (index) => DAY_SECONDS - index,
    )

    await clock.settle()

    expect(invoked).toEqual([['1', '2']])
    expect(givenUp).toEqual([])
  })
})
