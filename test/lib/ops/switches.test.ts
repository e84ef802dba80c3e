import { describe, expect, test } from 'vitest'
import { ClusterNotFound } from '../../../lib/errors.ts'
import { plan } from '../../../lib/ops/replay.ts'
import { pauseCluster, protectCluster, resumeCluster, unprotectCluster } from '../../../lib/ops/switches.ts'
import { startReconcileRole, startTrustingRoles } from '../../../lib/reconcile-role.ts'
import {
  type ClusterRecord,
  changeCluster,
  readCluster,
  requireCluster,
} from '../../../lib/registry/cluster-record.ts'
import { putRoleRequest, putRoleStatus } from '../../../lib/registry/roles.ts'
import { putTrust } from '../../../lib/registry/subject-clusters.ts'
import { finishRun, replayRun, startRun } from '../../../lib/runs.ts'
import { inAnyOrder } from '../in-any-order.ts'
import { type Around, aRoleRequest, aRoleStatus, aRun, itemsOf } from '../registry/registry.ts'
import { FAILED, inputOf } from '../step-functions.ts'
import { anOperator, OPERATOR, written } from './an-operator.ts'
import { clusterRecord, opsFixture } from './fixture.ts'

const READY = clusterRecord('golem', { runs: 1, status: 'READY' })

async function fixture(records: readonly ClusterRecord[] = [READY], around?: Around) {
  const { table, states, replaying } = await opsFixture(records, around)
  const operator = await anOperator()
  return {
    table,
    states,
    operator,
    switching: { ...replaying, ...operator },
    golem: () => readCluster(table, 'golem'),
  }
}

const started = (states: Awaited<ReturnType<typeof fixture>>['states']) => [...states.executions.keys()]

describe('protection', () => {
  test('is put on and taken off, and carries the id of its entry in the audit', async () => {
    const { switching, operator, golem } = await fixture()

    await protectCluster(switching, 'golem')
    const protectedRecord = await golem()
    await unprotectCluster({ ...switching, now: () => new Date('2026-01-31T12:31:00.000Z') }, 'golem')

    const [unprotecting, protecting] = await written(operator)
    expect(protecting).toMatchObject({
      who: OPERATOR,
      what: 'ClusterProtected',
      about: { cluster: 'golem' },
      before: { protected: false, paused: false },
      after: { protected: true, paused: false },
    })
    expect(protectedRecord).toEqual({
      ...READY,
      protected: true,
      changeId: protecting?.changeId,
      revision: expect.any(Number),
    })
    expect(unprotecting).toMatchObject({
      what: 'ClusterUnprotected',
      before: { protected: true, changeId: protecting?.changeId },
    })
    expect(await golem()).toEqual({
      ...READY,
      changeId: unprotecting?.changeId,
      revision: expect.any(Number),
    })
  })

  test('that is there already is written nowhere', async () => {
    const { switching, operator, table } = await fixture([{ ...READY, protected: true }])
    const before = await itemsOf(table)

    await protectCluster(switching, 'golem')

    expect(await itemsOf(table)).toEqual(before)
    expect(await written(operator)).toEqual([])
  })
})

test.each([protectCluster, pauseCluster])(
  '$name: not of a cluster that is not there, or not any more',
  async (turn) => {
    const { switching, operator } = await fixture([clusterRecord('golem', { status: 'DELETED' })])

    await expect(turn(switching, 'golem')).rejects.toThrow(ClusterNotFound)
    await expect(turn(switching, 'gaia')).rejects.toThrow(ClusterNotFound)

    expect(await written(operator)).toEqual([])
  },
)

describe('a paused cluster', () => {
  test('has no run that goes on: the one under way is taken over by one that waits', async () => {
    const { switching, states, golem } = await fixture([clusterRecord('golem', aRun())])
    states.put('golem-1', { status: 'RUNNING', input: inputOf(1) })

    await pauseCluster(switching, 'golem')
    await finishRun(switching, await requireCluster(switching.table, 'golem'), 1)
    await startRun(switching, 'golem')

    expect(await golem()).toMatchObject({
      paused: true,
      status: 'ANNOUNCED',
      run: { number: 2, state: 'RECORDED' },
    })
    expect(started(states)).toEqual(['golem-1'])
  })

  test('is not replayed, even if its run had failed', async () => {
    const { switching, states, golem } = await fixture([clusterRecord('golem', aRun({ state: 'FAILED' }))])
    states.put('golem-1', { ...FAILED, input: inputOf(1) })
    await pauseCluster(switching, 'golem')

    expect(await plan(switching, { kind: 'cluster', cluster: 'golem' })).toMatchObject({ how: 'nothing' })
    await replayRun(switching, 'golem')

    expect(started(states)).toEqual(['golem-1'])
    expect(await golem()).toMatchObject({ run: { number: 2, state: 'RECORDED' } })
  })

  test('has no role settled', async () => {
    const { switching, states, table } = await fixture()
    await pauseCluster(switching, 'golem')
    await putRoleRequest(table, aRoleRequest(), 0)

    await startReconcileRole(switching, 'golem', { namespace: 'default', serviceAccount: 'reader' })

    expect(started(states)).toEqual([])
  })

  test('has its roles looked at anew after it, when another cluster that they trust became another one meanwhile', async () => {
    const other = clusterRecord('other', { status: 'ISSUER_READY', generation: 2 })
    const { switching, states, table, golem } = await fixture([READY, other])
    const subjects = [{ cluster: 'other', namespace: 'shop', serviceAccount: 'cart' }]
    const request = aRoleRequest({ content: { ...aRoleRequest().content, subjects } })
    await putRoleRequest(table, request, 0)
    await putTrust(table, 'other', request)
    await putRoleStatus(table, 'golem', aRoleStatus({ trusts: { other: 1 } }))
    await pauseCluster(switching, 'golem')

    await startTrustingRoles(switching, await requireCluster(switching.table, 'other'))

    expect(started(states)).toEqual([])
    expect(await golem()).toMatchObject({ generation: READY.generation + 1 })
  })

  test('goes on with a run of what is desired by then', async () => {
    const { switching, states, table, golem, operator } = await fixture()
    await pauseCluster(switching, 'golem')
    await changeCluster(table, 'golem', (record) => record && { ...record, generation: 7 })

    await resumeCluster({ ...switching, now: () => new Date('2026-01-31T12:31:00.000Z') }, 'golem')

    const [entry] = await written(operator)
    const record = await golem()
    expect(entry).toMatchObject({
      what: 'ClusterResumed',
      before: { paused: true },
      after: { paused: false },
    })
    expect(record).toMatchObject({
      changeId: entry?.changeId,
      run: { number: 2, generation: 7, state: 'STARTED' },
    })
    expect(record).not.toHaveProperty('paused')
    expect(started(states)).toEqual(['golem-2'])
  })

  test('that is to go, goes on to go', async () => {
    const { switching, golem } = await fixture([
      clusterRecord('golem', { ...aRun(), status: 'DELETING', removal: { force: false } }),
    ])

    await pauseCluster(switching, 'golem')
    await resumeCluster(switching, 'golem')

    expect(await golem()).toMatchObject({
      status: 'DELETING',
      run: { workflow: 'deprovision', state: 'STARTED' },
    })
  })
})

test('however pausing and a run’s start fall together, no run is left that may touch anything', async () => {
  await inAnyOrder({
    prepare: (around) => fixture([clusterRecord('golem', aRun({ state: 'RECORDED' }))], around),
    act: ({ switching }) => [pauseCluster(switching, 'golem'), startRun(switching, 'golem')],
    async assess({ golem, states }) {
      const record = await golem()
      expect(record).toMatchObject({ paused: true, run: { state: 'RECORDED' } })
      expect(started(states)).not.toContain(`golem-${record?.run?.number}`)
    },
  })
})
