import { describe, expect, test } from 'vitest'
import { RoleNotOurs, RolesIncomplete, Throttled } from '../../../lib/errors.ts'
import type { RoleTask } from '../../../lib/execution.ts'
import { reconcileRole } from '../../../lib/reconcile-role.ts'
import { changeCluster } from '../../../lib/registry/cluster-record.ts'
import { readRoleStatus } from '../../../lib/registry/roles.ts'
import { refusal } from '../aws/sdk.ts'
import { aRun, golemRecord } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { aBus, aRoleResource, ROLE_ARN } from '../settling.ts'
import { KEY, nameOf, READY_CLUSTER, roleRuns } from './fixture.ts'

const INPUT = { cluster: 'golem', ...KEY, version: 1 }
const NOON = '2026-01-31T12:00:00.000Z'

function aTask(redriveTime?: string): RoleTask {
  const Name = nameOf()
  const redrive = redriveTime === undefined ? {} : { RedriveTime: redriveTime }
  return { input: INPUT, execution: { Id: `arn:${Name}`, Name, StartTime: NOON, ...redrive } }
}

/** What fails is thrown at every look at the role. */
async function reconciling(
  setting: Parameters<typeof roleRuns>[0] = {},
  fails?: Parameters<typeof aRoleResource>[0],
) {
  const { table } = await roleRuns(setting)
  const { bus, publisher, published } = aBus()
  const { roles, made } = aRoleResource(fails)
  let now = NOON
  return {
    table,
    bus,
    made,
    published,
    status: () => readRoleStatus(table, 'golem', KEY),
    at(time: string) {
      now = time
    },
    reconcile: (task = aTask()) =>
      reconcileRole({ table, stack: STACK, publisher, roles, now: () => new Date(now) }, task),
  }
}

function throttled() {
  throw new Throttled('iam:GetRole: slow down')
}

describe('reconcileRole', () => {
  test('settles the role for the cluster’s last run and generation', async () => {
    const record = { ...READY_CLUSTER, runs: 3, generation: 2 }
    const { reconcile, status, made, published } = await reconciling({ record })

    expect(await reconcile()).toEqual({ ...INPUT, status: 'settled' })

    expect(made).toMatchObject([{ roleName: 'dev_golem_default_reader' }])
    expect(await status()).toMatchObject({
      state: 'READY',
      version: 1,
      run: 3,
      generation: 2,
      roleArn: ROLE_ARN,
    })
    expect(published()).toMatchObject([['Role Ready', { cluster: 'golem', run: 3, roleArn: ROLE_ARN }]])
  })

  test('is done with a role that only its requester can mend', async () => {
    const { reconcile, status, published } = await reconciling({}, () => {
      throw new RoleNotOurs(ROLE_ARN, 'it lacks our tags')
    })

    expect(await reconcile()).toEqual({ ...INPUT, status: 'settled' })

    expect(await status()).toMatchObject({ state: 'FAILED', error: 'RoleNotOurs' })
    expect(published()).toMatchObject([['Role Failed', {}]])
  })

  test('settles the latest request, whichever version it was started for', async () => {
    const { reconcile, status } = await reconciling({ requests: [{ version: 4 }] })

    expect(await reconcile()).toEqual({ ...INPUT, status: 'settled' })

    expect(await status()).toMatchObject({ state: 'READY', version: 4 })
  })

  test('touches nothing of a cluster that is paused', async () => {
    const { reconcile, made, published, status } = await reconciling({
      record: { ...READY_CLUSTER, paused: true },
    })

    expect(await reconcile()).toEqual({ ...INPUT, status: 'paused' })

    expect([made, published(), await status()]).toEqual([[], [], undefined])
  })

  test.each([
    ['the cluster', { record: null }],
    ['the request', { requests: [] }],
  ] as const)('finds nothing to do when %s is gone', async (_, setting) => {
    const { reconcile, made, published, status } = await reconciling(setting)

    expect(await reconcile()).toEqual({ ...INPUT, status: 'gone' })

    expect([made, published(), await status()]).toEqual([[], [], undefined])
  })

  test('is pending, with the reason, while it is nobody’s fault', async () => {
    const { reconcile, status, published } = await reconciling({}, throttled)

    expect(await reconcile()).toEqual({
      ...INPUT,
      status: 'pending',
      reason: 'default/reader: Throttled: iam:GetRole: slow down',
    })

    expect(await status()).toMatchObject({ state: 'RETRY', attempts: 1 })
    expect(published()).toEqual([])
  })

  test('settles a role that was pending', async () => {
    let isThrottled = true
    const { reconcile, status } = await reconciling({}, () => {
      if (isThrottled) throttled()
    })
    await reconcile()
    isThrottled = false

    expect(await reconcile()).toEqual({ ...INPUT, status: 'settled' })

    expect(await status()).toMatchObject({ state: 'READY', attempts: 2 })
  })

  test('throws RolesIncomplete at the fifth pass, and keeps what it came to', async () => {
    const { reconcile, status } = await reconciling({}, throttled)
    for (let pass = 1; pass < 5; pass++) expect(await reconcile()).toMatchObject({ status: 'pending' })

    const error = await reconcile().catch((thrown) => thrown)

    expect(error).toBeInstanceOf(RolesIncomplete)
    expect(error.message).toMatch(/^1 role .*default\/reader: Throttled: iam:GetRole: slow down$/)
    expect(await status()).toMatchObject({ state: 'RETRY', attempts: 5 })
  })

  test('has five passes again after a redrive', async () => {
    const { reconcile, at } = await reconciling({}, throttled)
    for (let pass = 1; pass < 5; pass++) await reconcile()
    await expect(reconcile()).rejects.toThrow(RolesIncomplete)
    const redriven = aTask('2026-02-01T08:00:00.000Z')
    at('2026-02-01T08:00:01.000Z')

    for (let pass = 1; pass < 5; pass++)
      expect(await reconcile(redriven)).toMatchObject({ status: 'pending' })
    await expect(reconcile(redriven)).rejects.toThrow(RolesIncomplete)
  })

  test('does not count what a run of the cluster tried before it was asked for', async () => {
    const attempts = { state: 'RETRY', attempts: 4, at: '2026-01-31T11:59:59.999Z' } as const
    const { reconcile, status } = await reconciling({ statuses: [attempts] }, throttled)

    expect(await reconcile()).toMatchObject({ status: 'pending' })

    expect(await status()).toMatchObject({ attempts: 1 })
  })

  test('counts anew when a run of the cluster comes between', async () => {
    const { table, reconcile, status } = await reconciling({}, throttled)
    for (let pass = 1; pass < 5; pass++) await reconcile()
    await changeCluster(table, 'golem', (record) => record && { ...record, ...aRun({ number: 2 }) })

    expect(await reconcile()).toMatchObject({ status: 'pending' })

    expect(await status()).toMatchObject({ run: 2, attempts: 1 })
  })

  test('throws what only the state machine can try again: its status could not be told', async () => {
    const { bus, reconcile, status } = await reconciling({
      record: golemRecord({ runs: 1, status: 'READY' }),
    })
    bus.rejects(refusal('InternalException', 'no', 500))

    await expect(reconcile()).rejects.toMatchObject({ name: 'AwsUnavailable' })

    expect(await status()).toBeUndefined()
  })
})
