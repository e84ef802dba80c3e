import { describe, expect, test } from 'vitest'
import { changeCluster, readCluster, requireCluster } from '../../../lib/registry/cluster-record.ts'
import { finishRun } from '../../../lib/runs.ts'
import { sent } from '../aws/sdk.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { aRun, golemRecord, itemsOf } from '../registry/registry.ts'
import { inputOf, MACHINE_ARN } from '../step-functions.ts'
import { runsOf } from './fixture.ts'

const LAST_ERROR = {
  step: 'alias',
  error: 'RecordTaken',
  message: 'taken',
  remedy: 'Remove it.',
  at: '2026-01-31T12:00:00.000Z',
  redriveCount: 0,
} as const

const RUNNING = golemRecord({ ...aRun(), status: 'ISSUER_READY', lastError: LAST_ERROR })
const CHANGED = { ...RUNNING, generation: 2 }

describe('finishRun', () => {
  test('makes the cluster ready: no run, no error, and the counter goes on from there', async () => {
    const { runs, states } = await runsOf(RUNNING)

    await finishRun(runs, await requireCluster(runs.table, 'golem'), 1)

    expect(await readCluster(runs.table, 'golem')).toEqual(
      golemRecord({ runs: 1, status: 'READY', revision: 2 }),
    )
    expect(sent(states.sfn)).toEqual([])
  })

  test('starts the next run when something was changed meanwhile', async () => {
    const { runs, states } = await runsOf(CHANGED)

    await finishRun(runs, await requireCluster(runs.table, 'golem'), 1)

    expect(await readCluster(runs.table, 'golem')).toMatchObject({
      status: 'READY',
      generation: 2,
      runs: 2,
      run: { number: 2, generation: 2, state: 'STARTED' },
    })
    expect(sent(states.sfn)).toEqual([
      ['StartExecution', { stateMachineArn: MACHINE_ARN, name: 'golem-2', input: inputOf(2) }],
    ])
  })

  test('of a cluster that takes over what others made shuts in another run who else could read the bucket', async () => {
    const adopted = { bucket: 'golem-oidc', audiences: [], arns: ['arn:aws:s3:::golem-oidc'], changeId: 'c1' }
    const { runs } = await runsOf({ ...RUNNING, adopted: { ...adopted, isOpen: true } })

    await finishRun(runs, await requireCluster(runs.table, 'golem'), 1)

    expect(await readCluster(runs.table, 'golem')).toMatchObject({
      status: 'READY',
      run: { number: 2, state: 'STARTED' },
    })
    expect((await readCluster(runs.table, 'golem'))?.adopted).toEqual(adopted)
  })

  test('sees a change that is made while it finishes', async () => {
    let changes = 0
    const { runs, states } = await runsOf(RUNNING, async (call, operation) => {
      if (operation === 'PutItem' && changes-- > 0)
        await changeCluster(runs.table, 'golem', () => ({ ...CHANGED, revision: 1 }))
      return call()
    })
    changes = 1

    await finishRun(runs, await requireCluster(runs.table, 'golem'), 1)

    expect([...states.executions.keys()]).toEqual(['golem-2'])
  })

  test.each([
    ['another run has taken over', golemRecord(aRun({ number: 2 }))],
    ['it has finished before', golemRecord({ runs: 1, status: 'READY' })],
  ])('touches nothing when %s', async (_, record) => {
    const { runs, states } = await runsOf(record)
    const before = await itemsOf(runs.table)

    await finishRun(runs, await requireCluster(runs.table, 'golem'), 1)

    expect(await itemsOf(runs.table)).toEqual(before)
    expect(sent(states.sfn)).toEqual([])
  })

  test('starts the next run that it recorded before it was cut off', async () => {
    const { runs, states } = await runsOf(golemRecord(aRun({ number: 2, state: 'RECORDED' })))

    await finishRun(runs, await requireCluster(runs.table, 'golem'), 1)

    expect([...states.executions.keys()]).toEqual(['golem-2'])
    expect(await readCluster(runs.table, 'golem')).toMatchObject({ run: { number: 2, state: 'STARTED' } })
  })

  test.each([
    ['ends', RUNNING, { runs: 1 }, [], ['GetItem', 'PutItem']],
    [
      'goes on with one next run',
      CHANGED,
      { runs: 2, run: { number: 2, state: 'STARTED' } },
      ['golem-2'],
      ['GetItem', 'PutItem', 'StartExecution', 'PutItem'],
    ],
  ])('%s wherever it was cut off before', async (_, record, ended, executions, calls) => {
    const operations = await cutOffEverywhere({
      prepare: (around) => runsOf(record, around),
      act: async ({ runs }) => finishRun(runs, await requireCluster(runs.table, 'golem'), 1),
      async assess({ runs, states }, where) {
        expect([...states.executions.keys()], where).toEqual(executions)
        const cluster = await readCluster(runs.table, 'golem')
        expect(cluster, where).toMatchObject({ status: 'READY', ...ended })
        expect(cluster?.run?.number, where).toBe(executions.length > 0 ? 2 : undefined)
      },
    })

    expect(operations).toEqual(calls)
  })
})

describe('the end of a run that deprovisions', () => {
  const GOING = golemRecord({
    ...aRun({ number: 2, generation: 2, workflow: 'deprovision' }),
    generation: 2,
    status: 'DELETING',
    removal: { force: true },
    protected: true,
    outputs: { alias: { recordName: 'irsa.golem.gigantic.io', hostedZoneId: 'Z1', domainName: 'd1' } },
    hints: { alias: { changeId: 'C1' } },
    lastError: LAST_ERROR,
  })

  test('leaves a tombstone', async () => {
    const { runs, states } = await runsOf(GOING)

    await finishRun(runs, await requireCluster(runs.table, 'golem'), 2)

    expect(await readCluster(runs.table, 'golem')).toEqual(
      golemRecord({
        runs: 2,
        generation: 2,
        status: 'DELETED',
        removal: { force: true },
        revision: 2,
      }),
    )
    expect(sent(states.sfn)).toEqual([])
  })

  test('begins anew what was announced meanwhile', async () => {
    const { removal: _, ...announced } = GOING
    const { runs, states } = await runsOf({ ...announced, generation: 3 })

    await finishRun(runs, await requireCluster(runs.table, 'golem'), 2)

    const { run } = aRun({ number: 3, generation: 3 })
    expect(await readCluster(runs.table, 'golem')).toEqual(
      golemRecord({ runs: 3, generation: 3, status: 'ANNOUNCED', run, revision: 3 }),
    )
    expect(sent(states.sfn)).toEqual([
      ['StartExecution', { stateMachineArn: MACHINE_ARN, name: 'golem-3', input: inputOf(3) }],
    ])
  })
})

describe('the end of a removal', () => {
  const GOING = golemRecord({
    ...aRun({ workflow: 'deprovision' }),
    status: 'DELETING',
    removal: { force: false },
    outputs: { certificate: { certificateArn: 'arn', notAfter: '' } },
    changeId: 'abandoning',
  })
  const abandoned = { reason: 'closed', at: '2026-01-31T12:00:00.000Z', accounts: ['111122223333'] }
  const adopted = { bucket: 'golem-oidc', audiences: [], arns: ['arn:aws:s3:::golem-oidc'], changeId: 'c1' }

  test('leaves the host where something trusts the issuer, and why', async () => {
    const { runs } = await runsOf({ ...GOING, abandoned, adopted })

    await finishRun(runs, await requireCluster(runs.table, 'golem'), 1)

    const { outputs, changeId } = GOING
    expect(await readCluster(runs.table, 'golem')).toMatchObject({
      status: 'DELETED',
      abandoned,
      adopted,
      outputs,
      changeId,
    })
  })

  test('leaves nothing when nothing was left behind after all', async () => {
    const { runs } = await runsOf({ ...GOING, adopted, abandoned: { ...abandoned, accounts: [] } })

    await finishRun(runs, await requireCluster(runs.table, 'golem'), 1)

    const record = await readCluster(runs.table, 'golem')
    expect(record).toMatchObject({ status: 'DELETED', outputs: {} })
    expect(record?.abandoned).toBeUndefined()
    expect(record?.adopted).toBeUndefined()
  })

  test('begins anew, with the host that is there, when the cluster was announced meanwhile', async () => {
    const { removal: _, ...announced } = GOING
    const { runs } = await runsOf({ ...announced, abandoned, adopted })

    await finishRun(runs, await requireCluster(runs.table, 'golem'), 1)

    const record = await readCluster(runs.table, 'golem')
    expect(record).toMatchObject({ status: 'ANNOUNCED', outputs: GOING.outputs, adopted, runs: 2 })
    expect(record?.abandoned).toBeUndefined()
  })
})
