import { describe, expect, it } from 'vitest'
import { batchFixture, failures, numbersOf } from './batch-fixture.ts'

const HOUR = 3_600_000
const reporting = { responseTypes: ['ReportBatchItemFailures' as const] }

/** Answers one thing the first time and nothing afterwards. */
function once(answer: unknown) {
  return (_: readonly string[], invocation: number) => (invocation === 1 ? answer : null)
}

// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
describe('a function that reports failures', () => {
  it('gets the records again from the failed one on', async () => {
    const { clock, invoked, checkpoints } = batchFixture(4, reporting, once(failures('3')))

    await clock.pass(HOUR)

    expect(invoked).toEqual([
      ['1', '2', '3', '4'],
      ['3', '4'],
    ])
    expect(checkpoints).toEqual(['2', '4'])
  })

  it('gets them from the lowest on that it names, in whatever order', async () => {
    const { clock, invoked } = batchFixture(4, reporting, once(failures('4', '2', '3')))

    await clock.pass(HOUR)

    expect(invoked[1]).toEqual(['2', '3', '4'])
  })

  it('compares numbers, not texts', async () => {
    const { clock, invoked } = batchFixture(12, reporting, once(failures('10', '9')))

    await clock.pass(HOUR)

    expect(invoked[1]).toEqual(['9', '10', '11', '12'])
  })

  it.each([
    ['null', null],
    ['nothing', undefined],
    ['an empty answer', {}],
    ['no failures', { batchItemFailures: [] }],
    ['null for failures', { batchItemFailures: null }],
  ])('is done with the batch when it answers %s', async (_, answer) => {
    const { clock, invoked, checkpoints } = batchFixture(2, reporting, once(answer))

    await clock.pass(HOUR)

    expect(invoked).toHaveLength(1)
    expect(checkpoints).toEqual(['2'])
  })

  it.each([
    ['an empty identifier', failures('')],
    ['null for an identifier', failures(null)],
    ['the identifier under another name', { batchItemFailures: [{ itemIdentifer: '2' }] }],
    ['the identifier of no record', failures('99')],
    ['a good and a bad identifier', failures('2', '')],
    ['failures that are no list', { batchItemFailures: '2' }],
  ])('gets the whole batch again when it answers %s', async (_, answer) => {
    const { clock, invoked, checkpoints } = batchFixture(2, reporting, once(answer))

    await clock.pass(HOUR)

    expect(invoked).toEqual([
      ['1', '2'],
      ['1', '2'],
    ])
    expect(checkpoints).toEqual(['2'])
  })

  it('gets the whole batch again when it fails', async () => {
    const { clock, invoked } = batchFixture(2, reporting, once('fails'))

    await clock.pass(HOUR)

    expect(invoked).toEqual([
      ['1', '2'],
      ['1', '2'],
    ])
  })

  it('is not listened to unless the mapping says so', async () => {
    const { clock, invoked, checkpoints } = batchFixture(2, {}, once(failures('1')))

    await clock.pass(HOUR)

    expect(invoked).toHaveLength(1)
    expect(checkpoints).toEqual(['2'])
  })

  it('loses a record that it never can process, and those behind it, only after all retries', async () => {
    const { clock, invoked, givenUp, checkpoints } = batchFixture(
      3,
      { ...reporting, maximumRetryAttempts: 2 },
      () => failures('2'),
    )

    await clock.pass(HOUR)

    expect(invoked.map((numbers) => numbers.join())).toEqual(['1,2,3', '2,3', '2,3', '2,3'])
    expect(givenUp).toMatchObject([
      { condition: 'RetryAttemptsExhausted', attempts: 3, outcome: { failed: false } },
    ])
    expect(givenUp.map(({ records }) => numbersOf(records))).toEqual([['2', '3']])
    expect(checkpoints.at(-1)).toBe('3')
  })
})

describe('a function that reports failures of a mapping that splits', () => {
  const settings = { ...reporting, bisectOnError: true }

  it('gets the batch split at what it reports', async () => {
    const { clock, invoked } = batchFixture(6, settings, once(failures('2')))

    await clock.pass(HOUR)

    expect(invoked).toEqual([
      ['1', '2', '3', '4', '5', '6'],
      ['2', '3', '4', '5', '6'],
    ])
  })

  it('gets the batch in halves when it fails', async () => {
    const { clock, invoked } = batchFixture(4, settings, once('fails'))

    await clock.pass(HOUR)

    expect(invoked.slice(1)).toEqual([
      ['1', '2'],
      ['3', '4'],
    ])
  })
})
