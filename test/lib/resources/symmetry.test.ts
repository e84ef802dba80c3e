/** What holds of every resource, whatever AWS thing it is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { IrsaError } from '../../../lib/errors.ts'
import { type EmbeddedAws, startEmbeddedAws } from './embedded-aws.ts'
import {
  ADDED,
  added,
  deleteUntilAbsent,
  MAKING,
  madeChain,
  makeUntilReady,
  newSubject,
  preparedSubject,
  type Subject,
} from './walk.ts'

let aws: EmbeddedAws

beforeAll(async () => {
  aws = await startEmbeddedAws()
})

afterAll(() => aws.stop())

describe.each(MAKING)('%s', (step) => {
  /** Absent before each test and after it. */
  let subject: Subject

  beforeAll(async () => {
    subject = await preparedSubject(aws, step, step)
  })

  test('goes as it came, found again without a record of it, and leaves nothing', async () => {
    const before = await aws.listEverything()
    expect(await subject.observe()).toEqual({ status: 'absent' })

    const outputs = await makeUntilReady(subject)
    await subject.create()
    subject.pass()
    expect(await subject.observe()).toEqual({ status: 'ready', outputs, differences: [] })
    expect(added(before, await aws.listEverything())).toEqual(ADDED[step])

    await deleteUntilAbsent(subject)
    await subject.delete()
    expect(await subject.observe()).toEqual({ status: 'absent' })
    expect(await aws.listEverything()).toEqual(before)
  })

  test('goes when it was only half made', async () => {
    const before = await aws.listEverything()

    await subject.create()
    subject.pass()
    await deleteUntilAbsent(subject)

    expect(await aws.listEverything()).toEqual(before)
  })

  test('is made once, and goes, when two do the same at the same time', async () => {
    const before = await aws.listEverything()

    expect(await refusals(subject.create(), subject.create())).toEqual([])
    subject.pass()
    await makeUntilReady(subject)
    expect(added(before, await aws.listEverything())).toEqual(ADDED[step])

    expect(await refusals(subject.delete(), subject.delete())).toEqual([])
    subject.pass()
    await deleteUntilAbsent(subject)
    expect(await aws.listEverything()).toEqual(before)
  })

  test('is made once, whichever answer is lost on the way', async () => {
    const before = await aws.listEverything()
    const changes = await aws.changesIn(() => makeUntilReady(subject))
    expect(changes).not.toEqual([])
    await deleteUntilAbsent(subject)

    for (const change of changes) {
      aws.loseAnswer(change)
      await expect(makeUntilReady(subject), change.operation).rejects.toMatchObject({ mendedBy: 'time' })
      await makeUntilReady(subject)
      expect(added(before, await aws.listEverything()), change.operation).toEqual(ADDED[step])
      await deleteUntilAbsent(subject)
      expect(await aws.listEverything(), change.operation).toEqual(before)
    }
  })

  test('is gone, whichever answer is lost on the way', async () => {
    const before = await aws.listEverything()
    await makeUntilReady(subject)
    const changes = await aws.changesIn(() => deleteUntilAbsent(subject))
    expect(changes).not.toEqual([])

    for (const change of changes) {
      await makeUntilReady(subject)
      aws.loseAnswer(change)
      await expect(deleteUntilAbsent(subject), change.operation).rejects.toMatchObject({ mendedBy: 'time' })
      await deleteUntilAbsent(subject)
      expect(await aws.listEverything(), change.operation).toEqual(before)
    }
  })
})

describe('issuer-check', () => {
  test('is pending until the issuer answers, ready then, and makes and takes away nothing', async () => {
    expect(await newSubject(aws, 'issuer-check', 'check').observe()).toMatchObject({ status: 'pending' })

    const check = await preparedSubject(aws, 'issuer-check', 'check')
    const before = await aws.listEverything()
    await makeUntilReady(check)
    await check.create()
    await check.delete()
    await check.delete()

    expect(await check.observe()).toMatchObject({ status: 'ready', differences: [] })
    expect(await aws.listEverything()).toEqual(before)
  })
})

test('the whole chain goes backwards, and leaves nothing', async () => {
  const before = await aws.listEverything()

  const chain = await madeChain(aws, 'chain')
  for (const { step, subject } of chain.toReversed())
    if (step !== 'issuer-check') await deleteUntilAbsent(subject)

  expect(await aws.listEverything()).toEqual(before)
})

/** But for those that the state machine tries again. */
async function refusals(...calls: readonly Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(calls)
  const reasons = settled.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  return reasons.filter((reason) => !(reason instanceof IrsaError && reason.mendedBy === 'time'))
}
