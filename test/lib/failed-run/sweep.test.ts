import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { sweepRuns } from '../../../lib/failed-run.ts'
import {
  type ClusterRecord,
  changeCluster,
  readCluster,
  requireCluster,
} from '../../../lib/registry/cluster-record.ts'
import { finishRun } from '../../../lib/runs.ts'
import { refusal, sent } from '../aws/sdk.ts'
import { aRun, aTable, golemRecord, putCluster } from '../registry/registry.ts'
import { inputOf } from '../step-functions.ts'
import { theRun } from './fixture.ts'

describe('sweepRuns', () => {
  const named = (cluster: string, changes: Partial<ClusterRecord>) => {
    const { desired } = golemRecord()
    return golemRecord({ ...changes, desired: { ...desired, cluster } })
  }

  test('starts runs that never began, judges those that did, and leaves all others alone', async () => {
    const { table, watching, states, published } = await theRun()
    await putCluster(table, named('never-began', aRun({ state: 'RECORDED' })))
    await putCluster(table, named('failed-before', aRun({ state: 'FAILED' })))
    await putCluster(table, named('ready', { runs: 1, status: 'READY' }))

    await sweepRuns(watching)

    expect([...states.executions.keys()]).toEqual(['golem-1', 'never-began-1'])
    expect(await readCluster(table, 'never-began')).toMatchObject({ run: { state: 'STARTED' } })
    expect(await readCluster(table, 'golem')).toMatchObject({ run: { state: 'FAILED' } })
    expect(published()).toMatchObject([['Provisioning Failed', { cluster: 'golem' }]])
  })

  test.each(['STARTED', 'FAILED'] as const)(
    'begins the next run where the registry says %s of one that ended well: it was restored',
    async (state) => {
      const record = golemRecord({ ...aRun({ state }), ...(state === 'FAILED' && { lastError: LAST_ERROR }) })
      const { table, watching, states, published } = await theRun({
        record,
        execution: { status: 'SUCCEEDED' },
      })

      await sweepRuns(watching)

      expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
      expect(await readCluster(table, 'golem')).toMatchObject({ run: { number: 2, state: 'STARTED' } })
      expect(published()).toEqual([])
    },
  )

  test('lets a run be that is under way, and one that has finished meanwhile', async () => {
    const { table, watching, states } = await theRun({ execution: { status: 'RUNNING' } })

    await sweepRuns(watching)
    expect([...states.executions.keys()]).toEqual(['golem-1'])

    states.put('golem-1', { input: inputOf(1), status: 'SUCCEEDED' })
    states.sfn.on(DescribeExecutionCommand).callsFake(async () => {
      await finishRun(watching, await requireCluster(watching.table, 'golem'), 1)
      return { status: 'SUCCEEDED' }
    })
    await changeCluster(table, 'golem', (known) => known && { ...known, generation: 1 })
    await sweepRuns(watching)

    expect([...states.executions.keys()]).toEqual(['golem-1'])
    expect((await readCluster(table, 'golem'))?.run).toBeUndefined()
  })

  test('does nothing where nothing is under way', async () => {
    const { watching, states, published } = await theRun()

    await sweepRuns({ ...watching, table: await aTable() })

    expect(sent(states.sfn)).toEqual([])
    expect(published()).toEqual([])
  })

  test('goes on with the others when one cannot be started, and fails at the end', async () => {
    const { table, watching, states } = await theRun()
    await putCluster(table, named('a-broken', { ...aRun({ state: 'RECORDED' }), lastEvent: EARLIER }))
    await putCluster(table, named('b-sound', aRun({ state: 'RECORDED' })))
    states.sfn.on(StartExecutionCommand, { name: 'a-broken-1' }).rejects(refusal('InvalidName'))

    await expect(sweepRuns(watching)).rejects.toMatchObject({ name: 'AwsRefused' })

    expect(await readCluster(table, 'b-sound')).toMatchObject({ run: { state: 'STARTED' } })
    expect(await readCluster(table, 'golem')).toMatchObject({ run: { state: 'FAILED' } })
  })

  test('tells of every one that it could not look at', async () => {
    const { table, watching, states } = await theRun()
    await putCluster(table, named('a-broken', aRun({ state: 'RECORDED' })))
    states.sfn.rejects(refusal('ThrottlingException'))

    const failed = await sweepRuns(watching).catch((error) => error)

    expect(failed).toBeInstanceOf(AggregateError)
    expect(failed.errors).toMatchObject([{ name: 'Throttled' }, { name: 'Throttled' }])
  })
})

const EARLIER = { id: 'event-0', time: '2026-01-31T11:00:00.000Z' }

const LAST_ERROR = {
  step: 'alias' as const,
  error: 'RecordTaken',
  message: 'no',
  remedy: 'Remove it.',
  at: '2026-01-31T12:30:00.000Z',
  redriveCount: 0,
}
