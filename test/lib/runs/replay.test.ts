import { describe, expect, test } from 'vitest'
import { readCluster } from '../../../lib/registry/cluster-record.ts'
import { planReplay, replayRun } from '../../../lib/runs.ts'
import { refusal, sent, sentNames } from '../aws/sdk.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { inAnyOrder } from '../in-any-order.ts'
import { type Around, aRun, golemRecord, itemsOf } from '../registry/registry.ts'
import { arnOf, type Execution, FAILED, inputOf, MACHINE_ARN } from '../step-functions.ts'
import { runsOf } from './fixture.ts'

const FAILED_RUN = golemRecord(aRun({ state: 'FAILED' }))

/** The example's first run has failed, and so has its execution. */
async function aFailedRun(
  {
    record = FAILED_RUN,
    execution = {},
  }: { record?: typeof FAILED_RUN; execution?: Partial<Execution> } = {},
  around?: Around,
) {
  const fixture = await runsOf(record, around)
  fixture.states.put('golem-1', { input: inputOf(1), ...FAILED, ...execution })
  return fixture
}

describe('replayRun', () => {
  test('redrives the execution when AWS allows it and the machine is still the same', async () => {
    const { runs, states } = await aFailedRun()

    await replayRun(runs, 'golem')

    const executionArn = arnOf('golem-1')
    expect(sent(states.sfn)).toEqual([
      ['DescribeExecution', { executionArn }],
      ['DescribeStateMachineForExecution', { executionArn }],
      ['DescribeStateMachine', { stateMachineArn: MACHINE_ARN }],
      ['RedriveExecution', { executionArn }],
    ])
    expect(await readCluster(runs.table, 'golem')).toMatchObject({
      runs: 1,
      run: { number: 1, generation: 1, state: 'STARTED' },
    })
  })

  test.each([
    ['AWS does not allow a redrive any more', { execution: { redriveStatus: 'NOT_REDRIVABLE' } }],
    ['the machine was deployed anew', { execution: { definition: 'an older one' } }],
    ['something else is desired by now', { record: { ...FAILED_RUN, generation: 2 } }],
  ] as const)('begins a new run when %s', async (_, state) => {
    const { runs, states } = await aFailedRun(state)

    await replayRun(runs, 'golem')

    const { generation } = await readGolem(runs.table)
    expect(sentNames(states.sfn)).not.toContain('RedriveExecution')
    expect(await readGolem(runs.table)).toMatchObject({
      runs: 2,
      run: { number: 2, generation, state: 'STARTED' },
    })
    expect(states.executions.get('golem-2')).toMatchObject({ input: inputOf(2), status: 'RUNNING' })
  })

  test.each([
    [{}, 'redrive', /goes on at the step/],
    [{ definition: 'an older one' }, 'new-run', /deployed anew/],
    [{ redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: 'Too old' }, 'new-run', /^Too old$/],
  ] as const)(
    'says what it did and why, as its plan did before it changed anything',
    async (execution, how, why) => {
      const { runs } = await aFailedRun({ execution })
      const before = await itemsOf(runs.table)

      const plan = await planReplay(runs, 'golem')
      const unchanged = await itemsOf(runs.table)
      const replay = await replayRun(runs, 'golem')

      expect(plan).toEqual({ cluster: 'golem', execution: 'golem-1', how, why: expect.stringMatching(why) })
      expect(unchanged).toEqual(before)
      expect(replay).toEqual(plan)
    },
  )

  test('begins a new run when Step Functions has forgotten the execution', async () => {
    const { runs, states } = await runsOf(FAILED_RUN)

    await replayRun(runs, 'golem')

    expect(await readGolem(runs.table)).toMatchObject({ run: { number: 2, state: 'STARTED' } })
    expect([...states.executions.keys()]).toEqual(['golem-2'])
  })

  test('begins a new run when the redrive is refused after all', async () => {
    const { runs, states } = await aFailedRun({}, async (call, operation) => {
      if (operation === 'RedriveExecution') throw refusal('ExecutionNotRedrivable')
      return call()
    })

    await replayRun(runs, 'golem')

    expect(await readGolem(runs.table)).toMatchObject({ run: { number: 2, state: 'STARTED' } })
    expect(states.executions.get('golem-1')?.redriveCount).toBe(0)
  })

  test.each(['RUNNING', 'PENDING_REDRIVE'] as const)(
    'takes a redrive that is under way (%s) for its own',
    async (status) => {
      const { runs, states } = await aFailedRun({ execution: { status, redriveStatus: 'NOT_REDRIVABLE' } })

      await replayRun(runs, 'golem')

      expect(sentNames(states.sfn)).toEqual(['DescribeExecution'])
      expect(await readGolem(runs.table)).toMatchObject({ runs: 1, run: { number: 1, state: 'STARTED' } })
    },
  )

  test.each([
    ['there is none', {}, { record: golemRecord() }],
    ['it is under way', { status: 'RUNNING' }, { record: golemRecord(aRun()) }],
    ['it has succeeded', { status: 'SUCCEEDED' }, { record: golemRecord(aRun()) }],
  ] as const)('does nothing when %s', async (_, execution, { record }) => {
    const { runs, states } = await aFailedRun({ record, execution })
    const before = await itemsOf(runs.table)

    expect(await replayRun(runs, 'golem')).toMatchObject({ how: 'nothing' })

    expect(sentNames(states.sfn).filter((name) => name !== 'DescribeExecution')).toEqual([])
    expect(await itemsOf(runs.table)).toEqual(before)
  })

  test.each([
    [{}, { runs: 1, run: { number: 1, state: 'STARTED' } }],
    [{ redriveStatus: 'NOT_REDRIVABLE' }, { runs: 2, run: { number: 2, state: 'STARTED' } }],
  ] as const)('replays a run whose failure was not recorded yet', async (execution, record) => {
    const { runs } = await aFailedRun({ record: golemRecord(aRun()), execution })

    await replayRun(runs, 'golem')

    expect(await readGolem(runs.table)).toMatchObject(record)
  })

  test('starts a run that is only recorded', async () => {
    const { runs, states } = await runsOf(golemRecord(aRun({ number: 2, state: 'RECORDED' })))

    await replayRun(runs, 'golem')

    expect([...states.executions.keys()]).toEqual(['golem-2'])
  })

  test('redrives once when two replay at once, and begins no other run', async () => {
    await inAnyOrder({
      prepare: (around) => aFailedRun({}, around),
      act: ({ runs }) => [replayRun(runs, 'golem'), replayRun(runs, 'golem')],
      async assess({ runs, states }) {
        expect([...states.executions]).toMatchObject([['golem-1', { status: 'RUNNING', redriveCount: 1 }]])
        expect(await readGolem(runs.table)).toMatchObject({ runs: 1, run: { number: 1, state: 'STARTED' } })
      },
    })
  })

  test('begins one new run when two replay at once', async () => {
    await inAnyOrder({
      prepare: (around) => aFailedRun({ execution: { definition: 'an older one' } }, around),
      act: ({ runs }) => [replayRun(runs, 'golem'), replayRun(runs, 'golem')],
      async assess({ runs, states }) {
        expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
        expect(await readGolem(runs.table)).toMatchObject({ runs: 2, run: { number: 2, state: 'STARTED' } })
      },
    })
  })

  test.each([
    ['redrives once', {}, [['golem-1', { status: 'RUNNING', redriveCount: 1 }]]],
    [
      'begins one new run',
      { execution: { definition: 'an older one' } },
      [
        ['golem-1', { status: 'FAILED', redriveCount: 0 }],
        ['golem-2', { status: 'RUNNING', redriveCount: 0 }],
      ],
    ],
  ])('%s wherever it was cut off before', async (_, state, executions) => {
    const operations = await cutOffEverywhere({
      prepare: (around) => aFailedRun(state, around),
      act: ({ runs }) => replayRun(runs, 'golem'),
      async assess({ runs, states }, where) {
        expect([...states.executions], where).toMatchObject(executions)
        expect(await readGolem(runs.table), where).toMatchObject({
          runs: executions.length,
          run: { number: executions.length, state: 'STARTED' },
        })
      },
    })

    expect(operations.length).toBeGreaterThan(5)
  })
})

async function readGolem(table: Parameters<typeof readCluster>[0]) {
  const record = await readCluster(table, 'golem')
  if (record === undefined) throw new Error('the cluster is gone')
  return record
}
