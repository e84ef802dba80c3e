import { describe, expect, test } from 'vitest'
import { plan, type Replayable, replay, replayableNamed, selectFailed } from '../../../lib/ops/replay.ts'
import { readCluster } from '../../../lib/registry/cluster-record.ts'
import { putRoleRequest, putRoleStatus } from '../../../lib/registry/roles.ts'
import { sentNames } from '../aws/sdk.ts'
import { inAnyOrder } from '../in-any-order.ts'
import { type Around, aRoleRequest, aRoleStatus, aRun } from '../registry/registry.ts'
import { arnOf, type Execution, FAILED, inputOf } from '../step-functions.ts'
import { anOperator, OPERATOR, written } from './an-operator.ts'
import { clusterRecord, LAST_ERROR, opsFixture } from './fixture.ts'

const failedRun = { ...aRun({ state: 'FAILED' }), lastError: LAST_ERROR }
const READY = clusterRecord('golem', { runs: 1, status: 'READY' })
const ROLE_INPUT = JSON.stringify({
  cluster: 'golem',
  namespace: 'default',
  serviceAccount: 'reader',
  version: 1,
})
const ROLE: Replayable = { kind: 'role', name: 'role-a', arn: arnOf('role-a') }

/** A role whose execution failed after its cluster was ready. */
async function aFailedRole(execution: Partial<Execution> = {}, around?: Around) {
  const fixture = await opsFixture([READY], around)
  await putRoleRequest(fixture.table, aRoleRequest(), 0)
  fixture.states.put('role-a', { ...FAILED, input: ROLE_INPUT, ...execution })
  return { ...fixture, auditing: await anOperator() }
}

describe('selectFailed', () => {
  test.each([
    ['all', {}, ['a', 'b']],
    ['those since a time', { since: new Date('2026-01-31T13:00:00Z') }, ['b']],
    ['those of a step', { step: 'certificate' }, ['a']],
  ] as const)('finds clusters whose run failed: %s', async (_, selection, clusters) => {
    const { replaying } = await opsFixture([
      clusterRecord('a', failedRun),
      clusterRecord('b', {
        ...failedRun,
        lastEvent: { id: 'event-2', time: '2026-01-31T14:00:00.000Z' },
        lastError: { ...LAST_ERROR, step: 'alias', at: '2026-01-31T14:00:00.000Z' },
      }),
      clusterRecord('c', aRun()),
      clusterRecord('d'),
    ])

    expect(await selectFailed(replaying, selection)).toEqual(
      clusters.map((cluster) => ({ kind: 'cluster', cluster })),
    )
  })

  test('finds a role whose execution failed, until somebody settles it', async () => {
    const { replaying, table } = await aFailedRole()

    expect(await selectFailed(replaying, { step: 'roles' })).toEqual([ROLE])
    expect(await selectFailed(replaying, { step: 'alias' })).toEqual([])
    await putRoleStatus(table, 'golem', aRoleStatus())
    expect(await selectFailed(replaying, {})).toEqual([])
  })

  test('leaves an execution alone that somebody else started for something else', async () => {
    const { replaying } = await aFailedRole({ input: '{"hello":"world"}' })

    expect(await selectFailed(replaying, {})).toEqual([])
  })
})

describe('a role’s replay', () => {
  test('redrives its execution when AWS allows it and the workflow is the same', async () => {
    const { replaying, states, auditing } = await aFailedRole()

    expect(await plan(replaying, ROLE)).toMatchObject({ cluster: 'golem', how: 'redrive' })
    expect(sentNames(states.sfn)).not.toContain('RedriveExecution')
    expect(await replay(replaying, ROLE, auditing)).toMatchObject({ cluster: 'golem', how: 'redrive' })

    expect([...states.executions]).toMatchObject([['role-a', { status: 'RUNNING', redriveCount: 1 }]])
  })

  test.each([{ definition: 'an older one' }, { redriveStatus: 'NOT_REDRIVABLE' }] as const)(
    'begins a new execution when that cannot be: %j',
    async (execution) => {
      const { replaying, states, auditing } = await aFailedRole(execution)

      expect(await replay(replaying, ROLE, auditing)).toMatchObject({ how: 'new-run' })

      expect([...states.executions.values()]).toMatchObject([
        { status: 'FAILED' },
        { status: 'RUNNING', input: ROLE_INPUT },
      ])
    },
  )

  test('begins one new execution when two replay at once', async () => {
    await inAnyOrder({
      prepare: (around) => aFailedRole({ definition: 'an older one' }, around),
      act: ({ replaying, auditing }) => [
        replay(replaying, ROLE, auditing),
        replay(replaying, ROLE, auditing),
      ],
      async assess({ states }) {
        expect([...states.executions.values()].map(({ status }) => status)).toEqual(['FAILED', 'RUNNING'])
      },
    })
  })

  test.each([
    ['its execution is under way', { status: 'RUNNING' }],
    ['its execution has succeeded', { status: 'SUCCEEDED' }],
  ] as const)('does nothing when %s', async (_, execution) => {
    const { replaying, states, auditing } = await aFailedRole(execution)

    expect(await replay(replaying, ROLE, auditing)).toMatchObject({ how: 'nothing' })

    expect(new Set(sentNames(states.sfn))).toEqual(new Set(['DescribeExecution']))
  })

  test('does nothing when a later version of the request has an execution of its own', async () => {
    const { replaying, table, auditing } = await aFailedRole()
    await putRoleRequest(table, aRoleRequest({ version: 2 }), 1)

    expect(await replay(replaying, ROLE, auditing)).toMatchObject({ how: 'nothing' })
  })
})

test('a cluster’s replay is that of its run', async () => {
  const { replaying, states, table } = await opsFixture([clusterRecord('golem', failedRun)])
  states.put('golem-1', { ...FAILED, input: inputOf(1) })
  const auditing = await anOperator()

  expect(await replay(replaying, { kind: 'cluster', cluster: 'golem' }, auditing)).toMatchObject({
    execution: 'golem-1',
    how: 'redrive',
  })

  expect(await readCluster(table, 'golem')).toMatchObject({ run: { state: 'STARTED' } })
  const [entry] = await written(auditing)
  expect(entry).toMatchObject({
    who: OPERATOR,
    what: 'ExecutionReplayed',
    about: { cluster: 'golem', execution: 'golem-1' },
    after: { how: 'redrive' },
  })
  expect(await readCluster(table, 'golem')).toMatchObject({ run: { changeId: entry?.changeId } })
})

test('what changes nothing is not in the audit', async () => {
  const { replaying } = await opsFixture([READY])
  const auditing = await anOperator()

  await replay(replaying, { kind: 'cluster', cluster: 'golem' }, auditing)

  expect(await written(auditing)).toEqual([])
})

describe('an execution by its name', () => {
  test('is the cluster’s run, though it has ended well', async () => {
    const { replaying, workflows, states } = await opsFixture([READY])
    states.put('golem-1', { status: 'SUCCEEDED', input: inputOf(1) })
    const what = await replayableNamed({ ...replaying, ...workflows }, 'golem-1')

    expect(await plan(replaying, what)).toMatchObject({ how: 'nothing' })
  })

  test('is the cluster’s run, if it is the last one', async () => {
    const { replaying, workflows, states } = await opsFixture([clusterRecord('golem', failedRun)])
    states.put('golem-1', { ...FAILED, input: inputOf(1) })
    states.put('golem-0', { ...FAILED, input: inputOf(0) })
    const asked = { ...replaying, ...workflows }

    expect(await replayableNamed(asked, 'golem-1')).toEqual({ kind: 'cluster', cluster: 'golem' })
    await expect(replayableNamed(asked, 'golem-0')).rejects.toMatchObject({ name: 'ExecutionSuperseded' })
    await expect(replayableNamed(asked, 'golem-2')).rejects.toMatchObject({ name: 'ExecutionNotFound' })
  })
})
