import { describe, expect, test } from 'vitest'
import { ClusterNotFound } from '../../../lib/errors.ts'
import { changeCluster, readCluster } from '../../../lib/registry/cluster-record.ts'
import { executionArn, executionName, startRun, withNewRun } from '../../../lib/runs.ts'
import { refusal, sent } from '../aws/sdk.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { aRun, aTable, golemRecord, itemsOf } from '../registry/registry.ts'
import { arnOf, inputOf, MACHINE_ARN } from '../step-functions.ts'
import { runsOf } from './fixture.ts'

const RECORDED = golemRecord(aRun({ state: 'RECORDED' }))
const OVERTAKING = aRun({ number: 2, state: 'RECORDED' })

describe('withNewRun', () => {
  test('records the next number with the newest generation, whatever the last run came to', () => {
    const record = golemRecord({ ...aRun({ number: 3, state: 'FAILED' }), generation: 5 })

    expect(withNewRun(record)).toEqual({
      ...record,
      runs: 4,
      run: { number: 4, generation: 5, workflow: 'provision', state: 'RECORDED' },
    })
  })

  test('goes on counting when there is no run', () => {
    expect(withNewRun(golemRecord({ runs: 7 }))).toMatchObject({ runs: 8, run: { number: 8 } })
  })
})

test('an execution is found by the cluster and the number of the run', () => {
  expect(executionName('golem', 12)).toBe('golem-12')
  expect(executionArn(MACHINE_ARN, 'golem-12')).toBe(arnOf('golem-12'))
  expect(executionArn('arn:aws-cn:states:cn-north-1:1:stateMachine:m', 'golem-1')).toBe(
    'arn:aws-cn:states:cn-north-1:1:execution:m:golem-1',
  )
})

describe('startRun', () => {
  test('starts the recorded run by its name, and writes down that it did', async () => {
    const { runs, states } = await runsOf(RECORDED)

    await startRun(runs, 'golem')

    expect(sent(states.sfn)).toEqual([
      [
        'StartExecution',
        { stateMachineArn: MACHINE_ARN, name: 'golem-1', input: '{"cluster":"golem","run":1}' },
      ],
    ])
    expect(await readCluster(runs.table, 'golem')).toEqual({
      ...RECORDED,
      run: { number: 1, generation: 1, workflow: 'provision', state: 'STARTED' },
      revision: 2,
    })
  })

  test.each([
    ['no run is recorded', golemRecord({ runs: 3 })],
    ['the run was started', golemRecord(aRun({ state: 'STARTED' }))],
    ['the run has failed', golemRecord(aRun({ state: 'FAILED' }))],
  ])('does nothing when %s', async (_, record) => {
    const { runs, states } = await runsOf(record)
    const before = await itemsOf(runs.table)

    await startRun(runs, 'golem')

    expect(sent(states.sfn)).toEqual([])
    expect(await itemsOf(runs.table)).toEqual(before)
  })

  test('throws ClusterNotFound for an unknown cluster', async () => {
    const { runs } = await runsOf(RECORDED)

    await expect(startRun({ ...runs, table: await aTable() }, 'golem')).rejects.toThrow(ClusterNotFound)
  })

  test('takes a running execution with the same input for its own', async () => {
    const { runs, states } = await runsOf(RECORDED)
    states.put('golem-1', { input: inputOf(1) })

    await startRun(runs, 'golem')

    expect(await readCluster(runs.table, 'golem')).toMatchObject({ run: { number: 1, state: 'STARTED' } })
    expect(states.executions.size).toBe(1)
  })

  test.each(['SUCCEEDED', 'FAILED'] as const)(
    'takes the next number when one of the same input is %s already: it may be of a registry that was lost',
    async (status) => {
      const { runs, states } = await runsOf(RECORDED)
      states.put('golem-1', { input: inputOf(1), status })

      await startRun(runs, 'golem')

      expect(await readCluster(runs.table, 'golem')).toMatchObject({ run: { number: 2, state: 'STARTED' } })
      expect(states.executions.get('golem-2')?.input).toBe(inputOf(2))
    },
  )

  test.each(['RUNNING', 'SUCCEEDED'] as const)(
    'takes the next number when a %s execution of another input has the name',
    async (status) => {
      const { runs, states } = await runsOf(RECORDED)
      states.put('golem-1', { input: '{"by":"hand"}', status })
      states.put('golem-2', { input: '{"by":"hand"}', status })

      await startRun(runs, 'golem')

      expect(await readCluster(runs.table, 'golem')).toMatchObject({
        runs: 3,
        run: { number: 3, generation: 1, state: 'STARTED' },
      })
      expect(states.executions.get('golem-3')?.input).toBe(inputOf(3))
    },
  )

  test('leaves the run recorded when Step Functions refuses, for the next one who starts it', async () => {
    const { runs, states } = await runsOf(RECORDED)
    states.sfn.rejects(refusal('ExecutionLimitExceeded'))
    const before = await itemsOf(runs.table)

    await expect(startRun(runs, 'golem')).rejects.toMatchObject({ name: 'QuotaExceeded' })

    expect(await itemsOf(runs.table)).toEqual(before)
  })

  test('does not mark a run that was overtaken while it started', async () => {
    const { runs } = await runsOf(RECORDED, async (call, operation) => {
      const answer = await call()
      if (operation === 'StartExecution')
        await changeCluster(runs.table, 'golem', () => golemRecord({ ...OVERTAKING, revision: 1 }))
      return answer
    })

    await startRun(runs, 'golem')

    expect(await readCluster(runs.table, 'golem')).toMatchObject(OVERTAKING)
  })

  test('starts one execution when several start it at once', async () => {
    const { runs, states } = await runsOf(RECORDED)

    await Promise.all(Array.from({ length: 5 }, () => startRun(runs, 'golem')))

    expect([...states.executions.keys()]).toEqual(['golem-1'])
    expect(await readCluster(runs.table, 'golem')).toMatchObject({
      runs: 1,
      run: { number: 1, state: 'STARTED' },
    })
  })

  test('starts one execution wherever it was cut off before', async () => {
    const operations = await cutOffEverywhere({
      prepare: (around) => runsOf(RECORDED, around),
      act: ({ runs }) => startRun(runs, 'golem'),
      async assess({ runs, states }, where) {
        expect([...states.executions.keys()], where).toEqual(['golem-1'])
        expect(await readCluster(runs.table, 'golem'), where).toMatchObject({
          runs: 1,
          run: { number: 1, state: 'STARTED' },
        })
      },
    })

    expect(operations).toEqual(['GetItem', 'StartExecution', 'PutItem'])
  })
})
