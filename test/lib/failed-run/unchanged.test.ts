import { describe, expect, test } from 'vitest'
import { RecordTaken } from '../../../lib/errors.ts'
import { judgeRun } from '../../../lib/failed-run.ts'
import { sent, sentNames } from '../aws/sdk.ts'
import { aRun, aTable, golemRecord, itemsOf } from '../registry/registry.ts'
import { NOW, theRun } from './fixture.ts'

const LAST_ERROR = {
  step: 'alias',
  error: 'RecordTaken',
  message: 'The record exists.',
  remedy: RecordTaken.remedy,
  at: NOW,
  redriveCount: 0,
} as const

describe('a run is left as it is', () => {
  test.each(['RUNNING', 'SUCCEEDED', 'PENDING_REDRIVE'] as const)(
    'when Step Functions says %s, whatever an event said',
    async (status) => {
      const { table, judge, published, states } = await theRun({ execution: { status } })
      const before = await itemsOf(table)

      await judge()

      expect(await itemsOf(table)).toEqual(before)
      expect(published()).toEqual([])
      expect(sentNames(states.sfn)).toEqual(['DescribeExecution'])
    },
  )

  test.each([
    ['it has not begun', golemRecord(aRun({ state: 'RECORDED' }))],
    ['there is none', golemRecord({ runs: 1 })],
  ])('when %s: nothing is asked', async (_, record) => {
    const { table, judge, published, states } = await theRun({ record })
    const before = await itemsOf(table)

    await judge()

    expect(await itemsOf(table)).toEqual(before)
    expect(published()).toEqual([])
    expect(sent(states.sfn)).toEqual([])
  })

  test('when its failure was told', async () => {
    const record = golemRecord({ ...aRun({ state: 'FAILED' }), lastError: LAST_ERROR })
    const { table, judge, published, states } = await theRun({ record })
    const before = await itemsOf(table)

    await judge()

    expect(await itemsOf(table)).toEqual(before)
    expect(published()).toEqual([])
    expect(sentNames(states.sfn)).toEqual(['DescribeExecution'])
  })

  test('when somebody redrives it without us, as long as it runs', async () => {
    const record = golemRecord({ ...aRun({ state: 'FAILED' }), lastError: LAST_ERROR })
    const { table, judge, published } = await theRun({
      record,
      execution: { status: 'RUNNING', redriveCount: 1 },
    })
    const before = await itemsOf(table)

    await judge()

    expect(await itemsOf(table)).toEqual(before)
    expect(published()).toEqual([])
  })

  test('when Step Functions does not know the execution', async () => {
    const { table, judge, published } = await theRun({ record: golemRecord(aRun({ number: 9 })) })
    const before = await itemsOf(table)

    await judge()

    expect(await itemsOf(table)).toEqual(before)
    expect(published()).toEqual([])
  })

  test('when its cluster is unknown', async () => {
    const { watching, states } = await theRun()

    await judgeRun({ ...watching, table: await aTable() }, 'golem')

    expect(sent(states.sfn)).toEqual([])
  })
})
