import { describe, expect, test } from 'vitest'
import { RecordTaken } from '../../../lib/errors.ts'
import { judgeRun } from '../../../lib/failed-run.ts'
import { readCluster } from '../../../lib/registry/cluster-record.ts'
import { refusal, sent } from '../aws/sdk.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { aRun, golemRecord, itemsOf, putCluster } from '../registry/registry.ts'
import { arnOf, type Execution, FAILED } from '../step-functions.ts'
import { NOW, STARTED, theRun } from './fixture.ts'

describe('a run whose execution has failed', () => {
  test('is FAILED with step, error, message and remedy, and is told of', async () => {
    const { table, judge, states, published } = await theRun()

    await judge()

    const executionArn = arnOf('golem-1')
    expect(sent(states.sfn)).toEqual([
      ['DescribeExecution', { executionArn }],
      [
        'GetExecutionHistory',
        { executionArn, reverseOrder: true, includeExecutionData: false, maxResults: 100 },
      ],
    ])
    expect(await readCluster(table, 'golem')).toEqual({
      ...STARTED,
      run: { number: 1, generation: 1, workflow: 'provision', state: 'FAILED' },
      lastError: {
        step: 'alias',
        error: 'RecordTaken',
        message: 'The record exists.',
        remedy: RecordTaken.remedy,
        at: NOW,
        redriveCount: 0,
      },
      revision: 2,
    })
    expect(published()).toEqual([
      [
        'Provisioning Failed',
        {
          cluster: 'golem',
          accountId: '000000000000',
          issuer: 'https://irsa.golem.gigantic.io',
          generation: 2,
          run: 1,
          workflow: 'provision',
          step: 'alias',
          error: 'RecordTaken: The record exists.',
          remedy: RecordTaken.remedy,
        },
      ],
    ])
  })

  test('is told of once, however often Step Functions says so', async () => {
    const { table, judge, published } = await theRun()
    await judge()
    const before = await itemsOf(table)

    await judge()

    expect(published()).toHaveLength(1)
    expect(await itemsOf(table)).toEqual(before)
  })

  test('is told of again after a redrive that fails too', async () => {
    const { table, judge, states, published } = await theRun()
    await judge()
    await putCluster(table, { ...STARTED, revision: 2 })
    states.put('golem-1', { redriveCount: 1 })

    await judge()

    expect(published()).toHaveLength(2)
    expect(await readCluster(table, 'golem')).toMatchObject({ lastError: { redriveCount: 1 } })
  })

  test('is told of again after a redrive that somebody else made and that fails too', async () => {
    const { table, judge, states, published } = await theRun()
    await judge()
    states.put('golem-1', { redriveCount: 1 })

    await judge()
    await judge()

    expect(published()).toHaveLength(2)
    expect(await readCluster(table, 'golem')).toMatchObject({
      run: { state: 'FAILED' },
      lastError: { redriveCount: 1 },
    })
  })

  test.each([
    [
      'what timed out as a whole',
      { status: 'TIMED_OUT', error: undefined, cause: undefined },
      { error: 'States.Timeout', message: '' },
    ],
    [
      'what a person stopped',
      { status: 'ABORTED', error: undefined, cause: undefined },
      { error: 'ExecutionAborted', message: '' },
    ],
    [
      'what a person stopped with a reason',
      { status: 'ABORTED', error: 'Maintenance', cause: 'Tonight we move.' },
      { error: 'Maintenance', message: 'Tonight we move.' },
    ],
    [
      'a cause that is no JSON',
      { error: 'States.Runtime', cause: 'The path $.x was not found.' },
      { error: 'States.Runtime', message: 'The path $.x was not found.' },
    ],
    [
      'a cause in another form',
      { error: 'Lambda.Unknown', cause: '{"reason":"?"}' },
      { error: 'Lambda.Unknown', message: '{"reason":"?"}' },
    ],
    [
      'a cause that is JSON but no object',
      { error: 'Other', cause: 'null' },
      { error: 'Other', message: 'null' },
    ],
  ])('is recorded for %s', async (_, execution, expected) => {
    const { judge, table, published } = await theRun({ execution: { ...FAILED, ...execution } as Execution })

    await judge()

    expect(await readCluster(table, 'golem')).toMatchObject({
      run: { state: 'FAILED' },
      lastError: { ...expected, remedy: expect.stringMatching(/replay\.$/) },
    })
    expect(published()).toHaveLength(1)
  })

  test('stays STARTED when the event could not be sent, to be told later', async () => {
    const { table, bus, judge } = await theRun()
    bus.rejects(refusal('InternalException', 'no', 500))

    await expect(judge()).rejects.toMatchObject({ name: 'AwsUnavailable' })

    expect(await readCluster(table, 'golem')).toMatchObject({ run: { state: 'STARTED' } })
  })

  test('is recorded and told of wherever it was cut off before', async () => {
    const operations = await cutOffEverywhere({
      prepare: (around) => theRun({}, around),
      act: ({ judge }) => judge(),
      async assess({ table, published }, where) {
        expect(await readCluster(table, 'golem'), where).toMatchObject({
          run: { number: 1, state: 'FAILED' },
          lastError: { step: 'alias' },
        })
        expect(published().length, where).toBeGreaterThan(0)
      },
    })

    expect(operations).toEqual(['GetItem', 'DescribeExecution', 'GetItem', 'PutItem'])
  })

  test('is left to the run that has overtaken it meanwhile', async () => {
    let others = 0
    const overtaken = golemRecord({ ...aRun({ number: 2 }), revision: 1 })
    const { table, watching } = await theRun({}, async (call, operation) => {
      if (operation === 'PutItem' && others-- > 0) await putCluster(table, overtaken)
      return call()
    })
    others = 1

    await judgeRun(watching, 'golem')

    expect(await readCluster(table, 'golem')).toEqual({ ...overtaken, revision: 2 })
  })
})
