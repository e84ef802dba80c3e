import { describe, expect, test } from 'vitest'
import { ClusterNotAbandonable, ClusterNotFound, InvalidInput } from '../../../lib/errors.ts'
import { abandonCluster } from '../../../lib/ops/abandonment.ts'
import { type ClusterRecord, readCluster } from '../../../lib/registry/cluster-record.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { type Around, aRun } from '../registry/registry.ts'
import { FAILED, inputOf } from '../step-functions.ts'
import { anOperator, OPERATOR, written } from './an-operator.ts'
import { clusterRecord, opsFixture } from './fixture.ts'

const STOPPED = clusterRecord('golem', {
  ...aRun({ number: 2, workflow: 'deprovision', state: 'FAILED' }),
  status: 'DELETING',
  removal: { force: false },
  changeId: 'earlier',
})

async function fixture(record: ClusterRecord = STOPPED, around?: Around) {
  const { table, states, replaying } = await opsFixture([record], around)
  states.executions.set('golem-2', {
    ...FAILED,
    input: inputOf(2),
    definition: 'as first deployed',
    redriveCount: 0,
  })
  const operator = await anOperator()
  return {
    operator,
    states,
    switching: { ...replaying, ...operator },
    golem: () => readCluster(table, 'golem'),
  }
}

describe('a cluster that is abandoned', () => {
  test('has its run go on where it stopped, with the reason in the audit and in its record', async () => {
    const { operator, switching, states, golem } = await fixture()

    expect(await abandonCluster(switching, 'golem', 'closed')).toMatchObject({ run: { state: 'FAILED' } })

    const [entry] = await written(operator)
    expect(entry).toMatchObject({
      who: OPERATOR,
      what: 'ClusterAbandoned',
      about: { cluster: 'golem' },
      before: { changeId: 'earlier' },
      after: { reason: 'closed' },
    })
    expect(await golem()).toMatchObject({
      status: 'DELETING',
      abandoned: { reason: 'closed', accounts: [] },
      changeId: entry?.changeId,
      run: { number: 2, state: 'STARTED' },
    })
    expect(states.executions.get('golem-2')).toMatchObject({ redriveCount: 1 })
  })

  test('may be so again: neither reason nor audit changes', async () => {
    const { operator, switching, golem } = await fixture()
    await abandonCluster(switching, 'golem', 'closed')

    await abandonCluster(switching, 'golem', 'another reason')

    expect(await golem()).toMatchObject({ abandoned: { reason: 'closed' } })
    expect(await written(operator)).toHaveLength(1)
  })

  test('goes on when it is said again, wherever it was cut off', async () => {
    const operations = await cutOffEverywhere({
      prepare: (around) => fixture(STOPPED, around),
      act: ({ switching }) => abandonCluster(switching, 'golem', 'closed'),
      async assess({ golem, states }, where) {
        expect(await golem(), where).toMatchObject({
          abandoned: { reason: 'closed' },
          run: { state: 'STARTED' },
        })
        expect(states.executions.get('golem-2'), where).toMatchObject({ status: 'RUNNING' })
      },
    })

    expect(operations).toContain('RedriveExecution')
  })

  test.each<[string, Partial<ClusterRecord>]>([
    ['is ready', { status: 'READY' }],
    ['failed to be made', { status: 'ANNOUNCED' }],
    ['is being removed', aRun({ number: 2, workflow: 'deprovision', state: 'STARTED' })],
    ['is gone', { status: 'DELETED' }],
  ])('is none that %s: nothing is written', async (_, changes) => {
    const { operator, switching, golem } = await fixture({ ...STOPPED, ...changes })
    const before = await golem()

    await expect(abandonCluster(switching, 'golem', 'closed')).rejects.toThrow(ClusterNotAbandonable)

    expect(await golem()).toEqual(before)
    expect(await written(operator)).toEqual([])
  })

  test('needs to be there, and a reason', async () => {
    const { switching } = await fixture()

    await expect(abandonCluster(switching, 'other', 'closed')).rejects.toThrow(ClusterNotFound)
    for (const reason of ['', ' ', 'a\nb', 'x'.repeat(257)])
      await expect(abandonCluster(switching, 'golem', reason)).rejects.toThrow(InvalidInput)
  })
})
