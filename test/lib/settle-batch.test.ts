import { describe, expect, test } from 'vitest'
import { RoleNotOurs, Throttled } from '../../lib/errors.ts'
import type { BatchTask } from '../../lib/execution.ts'
import { changeCluster } from '../../lib/registry/cluster-record.ts'
import { listRoleStatuses, putRoleRequest, putRoleStatus, readRoleStatus } from '../../lib/registry/roles.ts'
import { settleBatch } from '../../lib/settle-batch.ts'
import { refusal } from './aws/sdk.ts'
import {
  aRoleRequest,
  aRoleStatus,
  aRun,
  type aTable,
  aTableWith,
  golemRecord,
  putCluster,
} from './registry/registry.ts'
import { STACK } from './resources/golem.ts'
import { aBus, aRoleResource, ROLE_ARN } from './settling.ts'
import { aTask } from './task.ts'

const NOW = '2026-01-31T12:30:00.000Z'

function aBatch(serviceAccounts: readonly string[], redriveTime?: string): BatchTask {
  const { input, execution } = aTask()
  const redrive = redriveTime === undefined ? {} : { RedriveTime: redriveTime }
  return {
    input,
    batch: serviceAccounts.map((serviceAccount) => ({ namespace: 'default', serviceAccount })),
    execution: { ...execution, ...redrive },
  }
}

/** A run under way, and requests of these service accounts; `before` comes before each look at a role. */
async function batches(
  serviceAccounts: readonly string[],
  { record = golemRecord(aRun()), before = async () => undefined }: Setting = {},
) {
  const asked: string[] = []
  const table = await aTableWith(record, (call, operation) => {
    asked.push(operation)
    return call()
  })
  for (const serviceAccount of serviceAccounts)
    await putRoleRequest(table, aRoleRequest({ serviceAccount }), 0)
  const { bus, publisher, published } = aBus()
  const looked: string[] = []
  const { roles } = aRoleResource(({ serviceAccount }) => {
    if (serviceAccount.startsWith('foreign')) throw new RoleNotOurs(ROLE_ARN, 'it lacks our tags')
    if (serviceAccount.startsWith('throttled')) throw new Throttled('slow down')
  })
  const observing: typeof roles = {
    ...roles,
    async observe(role) {
      if (looked.at(-1) !== role.serviceAccount) looked.push(role.serviceAccount)
      await before(table, role.serviceAccount)
      return roles.observe(role)
    },
  }
  return {
    table,
    bus,
    published,
    /** Every call to the registry. */
    asked,
    /** Whose role was looked at, one after the other. */
    looked,
    settle: (task: BatchTask) =>
      settleBatch({ table, stack: STACK, publisher, roles: observing, now: () => new Date(NOW) }, task),
    async statuses() {
      const states: [string, string][] = []
      for await (const { serviceAccount, state } of listRoleStatuses(table, 'golem'))
        states.push([serviceAccount, state])
      return Object.fromEntries(states)
    },
  }
}

interface Setting {
  readonly record?: ReturnType<typeof golemRecord>
  readonly before?: (table: Awaited<ReturnType<typeof aTable>>, serviceAccount: string) => Promise<unknown>
}

describe('settleBatch', () => {
  test('reads the cluster before each role and after it, and nothing twice in between', async () => {
    const { asked, settle } = await batches(['a'])
    asked.length = 0

    await settle(aBatch(['a']))

    expect(asked).toEqual([
      ...['GetItem', 'GetItem', 'GetItem'], // the cluster, the request, its status
      'PutItem',
      ...['GetItem', 'GetItem'], // the cluster and the request, if they are still the same
    ])
  })

  test('settles the roles one after the other, in the order of the batch, and counts what they came to', async () => {
    const names = ['zebra', 'foreign-1', 'ant', 'throttled', 'foreign-2', 'bee']
    const { settle, looked, statuses } = await batches(names)

    const answer = await settle(aBatch(names))

    expect(answer).toEqual({ status: 'settled', READY: 3, FAILED: 2, RETRY: 1, WAITING: 0 })
    expect(looked).toEqual(names)
    expect(await statuses()).toEqual({
      zebra: 'READY',
      'foreign-1': 'FAILED',
      ant: 'READY',
      throttled: 'RETRY',
      'foreign-2': 'FAILED',
      bee: 'READY',
    })
  })

  test('settles only what the batch names', async () => {
    const { settle, statuses } = await batches(['ant', 'bee'])

    expect(await settle(aBatch(['bee']))).toMatchObject({ READY: 1 })

    expect(await statuses()).toEqual({ bee: 'READY' })
  })

  test('counts no role whose request is gone, and goes on', async () => {
    const { settle } = await batches(['ant', 'bee'])

    expect(await settle(aBatch(['ant', 'gone', 'bee']))).toEqual({
      status: 'settled',
      READY: 2,
      FAILED: 0,
      RETRY: 0,
      WAITING: 0,
    })
  })

  test('has nothing to do for an empty batch', async () => {
    const { settle } = await batches([])

    expect(await settle(aBatch([]))).toEqual({ status: 'settled', READY: 0, FAILED: 0, RETRY: 0, WAITING: 0 })
  })

  test('touches no further role once another run has taken over', async () => {
    const takeOver = golemRecord({ ...aRun({ number: 2 }), revision: 1 })
    const { settle, looked, statuses } = await batches(['ant', 'bee', 'cat'], {
      before: async (table, serviceAccount) => {
        if (serviceAccount === 'bee') await putCluster(table, takeOver)
      },
    })

    const answer = await settle(aBatch(['ant', 'bee', 'cat']))

    expect(answer).toEqual({ status: 'superseded', READY: 2, FAILED: 0, RETRY: 0, WAITING: 0 })
    expect(looked).toEqual(['ant', 'bee'])
    expect(await statuses()).toEqual({ ant: 'READY', bee: 'READY' })
  })

  test.each([
    ['another run works on the cluster', golemRecord(aRun({ number: 2 }))],
    ['no run works on it', golemRecord({ runs: 1 })],
  ])('touches nothing when %s', async (_, record) => {
    const { settle, looked, published } = await batches(['ant'], { record })

    expect(await settle(aBatch(['ant']))).toEqual({
      status: 'superseded',
      READY: 0,
      FAILED: 0,
      RETRY: 0,
      WAITING: 0,
    })

    expect([looked, published()]).toEqual([[], []])
  })

  test.each([
    ['since the start', undefined, 4],
    ['since the redrive', '2026-01-31T12:20:00.000Z', 1],
  ])('counts attempts %s', async (_, redriveTime, attempts) => {
    const { table, settle } = await batches(['throttled'])
    const tried = {
      serviceAccount: 'throttled',
      state: 'RETRY',
      attempts: 3,
      at: '2026-01-31T12:10:00.000Z',
    } as const
    await putRoleStatus(table, 'golem', aRoleStatus(tried))

    await settle(aBatch(['throttled'], redriveTime))

    const key = { namespace: 'default', serviceAccount: 'throttled' }
    expect(await readRoleStatus(table, 'golem', key)).toMatchObject({ state: 'RETRY', attempts })
  })

  test('settles roles for the generation that the cluster has by then', async () => {
    const { table, settle } = await batches(['ant', 'bee'], {
      before: (changing, serviceAccount) =>
        changeCluster(changing, 'golem', (record) =>
          serviceAccount === 'ant' && record?.generation === 1 ? { ...record, generation: 2 } : record,
        ),
    })

    await settle(aBatch(['ant', 'bee']))

    const generations = new Map<string, number>()
    for await (const { serviceAccount, generation } of listRoleStatuses(table, 'golem'))
      generations.set(serviceAccount, generation)
    expect(Object.fromEntries(generations)).toEqual({ ant: 2, bee: 2 })
  })

  test('throws when what became of a role cannot be told, and keeps what was settled before', async () => {
    const { settle, bus, statuses } = await batches(['ant', 'bee'], {
      before: async (_, serviceAccount) => {
        if (serviceAccount === 'bee') bus.rejects(refusal('InternalException', 'no', 500))
      },
    })

    await expect(settle(aBatch(['ant', 'bee']))).rejects.toMatchObject({ name: 'AwsUnavailable' })

    expect(await statuses()).toEqual({ ant: 'READY' })
  })
})
