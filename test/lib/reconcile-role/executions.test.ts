import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { startReconcileRole } from '../../../lib/reconcile-role.ts'
import { refusal, sent, sentNames } from '../aws/sdk.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { golemRecord } from '../registry/registry.ts'
import { arnOf } from '../step-functions.ts'
import { inputOf, KEY, nameOf, roleRuns } from './fixture.ts'

describe('the name of an execution', () => {
  async function nameFor(serviceAccount: string, version: number, cluster = 'golem'): Promise<string> {
    const record = golemRecord({ status: 'READY', desired: { ...golemRecord().desired, cluster } })
    const { runs, started } = await roleRuns({ record, requests: [{ cluster, serviceAccount, version }] })
    await startReconcileRole(runs, cluster, { ...KEY, serviceAccount })
    return started()[0] ?? ''
  }

  test('is the same for the same version, and another for another version, role or cluster', async () => {
    const names = [
      await nameFor('reader', 1),
      await nameFor('reader', 2),
      await nameFor('writer', 1),
      await nameFor('reader', 1, 'gaia'),
    ]

    expect(new Set(names).size).toBe(4)
    expect(await nameFor('reader', 1)).toBe(names[0])
  })

  test('is no longer than Step Functions takes, with whatever names, versions and attempts', async () => {
    const { runs, states } = await roleRuns({
      requests: [{ serviceAccount: 'a'.repeat(253), version: Number.MAX_SAFE_INTEGER }],
    })
    states.sfn.on(StartExecutionCommand).rejects(refusal('ExecutionAlreadyExists'))
    states.sfn.on(DescribeExecutionCommand).resolves({ status: 'SUCCEEDED' })

    await startReconcileRole(runs, 'golem', { ...KEY, serviceAccount: 'a'.repeat(253) })

    const names = states.sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.name)
    expect(names.length).toBeGreaterThan(1)
    for (const name of names) expect(name).toMatch(/^[\w-]{1,80}$/)
  })

  test('tells roles apart whose names would be one when they are joined', async () => {
    const { runs, started } = await roleRuns({
      requests: [
        { namespace: 'a', serviceAccount: 'b-c' },
        { namespace: 'a-b', serviceAccount: 'c' },
      ],
    })

    await startReconcileRole(runs, 'golem', { namespace: 'a', serviceAccount: 'b-c' })
    await startReconcileRole(runs, 'golem', { namespace: 'a-b', serviceAccount: 'c' })

    expect(new Set(started()).size).toBe(2)
  })
})

describe('an execution of that name', () => {
  test('that is running is ours: nothing more is asked', async () => {
    const { runs, states, started } = await roleRuns()
    await startReconcileRole(runs, 'golem', KEY)

    await startReconcileRole(runs, 'golem', KEY)

    expect(started()).toEqual([nameOf()])
    expect(sentNames(states.sfn)).toEqual(['StartExecution', 'StartExecution'])
  })

  test('that ended well without settling the role makes way for the next attempt', async () => {
    const { runs, states, started } = await roleRuns()
    states.put(nameOf(), { input: inputOf(), status: 'SUCCEEDED' })
    states.put(nameOf('reader', 1, 2), { input: inputOf(), status: 'SUCCEEDED' })

    await startReconcileRole(runs, 'golem', KEY)

    expect(started()).toEqual([nameOf(), nameOf('reader', 1, 2), nameOf('reader', 1, 3)])
    expect(states.executions.get(nameOf('reader', 1, 3))).toMatchObject({ input: inputOf() })
  })

  test.each(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)(
    'that is %s, when AWS can redrive it no more, makes way for the next attempt',
    async (status) => {
      const { runs, states, started } = await roleRuns()
      states.put(nameOf(), { input: inputOf(), status, redriveStatus: 'NOT_REDRIVABLE' })

      await startReconcileRole(runs, 'golem', KEY)

      expect(started()).toEqual([nameOf(), nameOf('reader', 1, 2)])
    },
  )

  test.each([
    ['FAILED', 'REDRIVABLE'],
    ['TIMED_OUT', 'REDRIVABLE'],
    ['ABORTED', 'REDRIVABLE'],
    ['PENDING_REDRIVE', 'NOT_REDRIVABLE'],
  ] as const)(
    'that is %s is for the operators to redrive: it begins no other',
    async (status, redriveStatus) => {
      const { runs, states, started } = await roleRuns()
      states.put(nameOf(), { input: inputOf(), status, redriveStatus })

      await startReconcileRole(runs, 'golem', KEY)

      expect(started()).toEqual([nameOf()])
      expect(sent(states.sfn).slice(1)).toEqual([['DescribeExecution', { executionArn: arnOf(nameOf()) }]])
    },
  )

  test('that failed does not stand in the way of the next version', async () => {
    const { runs, states, started } = await roleRuns({ requests: [{ version: 2 }] })
    states.put(nameOf(), { input: inputOf(), status: 'FAILED' })

    await startReconcileRole(runs, 'golem', KEY)

    expect(started()).toEqual([nameOf(), nameOf('reader', 2)])
  })

  test('that is another attempt and is running: it begins no further one', async () => {
    const { runs, states, started } = await roleRuns()
    states.put(nameOf(), { input: inputOf(), status: 'SUCCEEDED' })
    states.put(nameOf('reader', 1, 2), { input: inputOf() })

    await startReconcileRole(runs, 'golem', KEY)

    expect(started()).toEqual([nameOf(), nameOf('reader', 1, 2)])
  })

  test('is not asked for without end', async () => {
    const { runs, states } = await roleRuns()
    states.sfn.on(StartExecutionCommand).rejects(refusal('ExecutionAlreadyExists'))
    states.sfn.on(DescribeExecutionCommand).resolves({ status: 'SUCCEEDED' })

    await startReconcileRole(runs, 'golem', KEY)

    expect(states.sfn.commandCalls(StartExecutionCommand).length).toBeLessThanOrEqual(100)
  })

  test.each([
    ['ThrottlingException', 'Throttled'],
    ['ExecutionLimitExceeded', 'QuotaExceeded'],
    ['StateMachineDoesNotExist', 'AwsRefused'],
  ])('is thrown about when Step Functions answers %s', async (answer, name) => {
    const { runs, states } = await roleRuns()
    states.sfn.on(StartExecutionCommand).rejects(refusal(answer))

    await expect(startReconcileRole(runs, 'golem', KEY)).rejects.toMatchObject({ name })
  })
})

test('one execution is started wherever it was cut off before', async () => {
  const operations = await cutOffEverywhere({
    prepare: (around) => roleRuns({}, around),
    act: ({ runs }) => startReconcileRole(runs, 'golem', KEY),
    async assess({ started }, where) {
      expect(started(), where).toEqual([nameOf()])
    },
  })

  expect(operations).toEqual(['GetItem', 'GetItem', 'GetItem', 'StartExecution'])
})

test('one execution is started for several records of the stream at once', async () => {
  const { runs, started } = await roleRuns()

  await Promise.all(Array.from({ length: 5 }, () => startReconcileRole(runs, 'golem', KEY)))

  expect(started()).toEqual([nameOf()])
})
