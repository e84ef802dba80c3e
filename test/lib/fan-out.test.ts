import { describe, expect, test } from 'vitest'
import { SHARED_HOST } from '../../lib/aws/names.ts'
import {
  ProviderAccountUnreachable,
  RolesIncomplete,
  RolesLeft,
  RolesTrusting,
  SharedHostInUse,
  Throttled,
} from '../../lib/errors.ts'
import type { TaskInput } from '../../lib/execution.ts'
import { listRoles as listRolesAt, type RoleList } from '../../lib/fan-out.ts'
import { type ClusterRecord, changeCluster } from '../../lib/registry/cluster-record.ts'
import { putRoleRequest, putRoleStatus, type RoleStatus } from '../../lib/registry/roles.ts'
import { recordUse } from '../../lib/registry/sharing-clusters.ts'
import { putTrust } from '../../lib/registry/subject-clusters.ts'
import { deleteItem, type Table } from '../../lib/registry/table.ts'
import { settleRole } from '../../lib/settle-role.ts'
import {
  aRoleRequest,
  aRoleStatus,
  aRun,
  aTable,
  aTableWith,
  golemRecord,
  itemsOf,
  putCluster,
} from './registry/registry.ts'
import { STACK } from './resources/golem.ts'
import { aBus, aRoleResource } from './settling.ts'
import { aTask } from './task.ts'

const RUNNING = golemRecord(aRun())

function listRoles(table: Table, task: TaskInput): Promise<RoleList> {
  return listRolesAt({ table, now: () => new Date('2026-01-31T12:30:00Z') }, task)
}

/** A table with a run under way and requests of these service accounts. */
async function aTableWithRoles(...serviceAccounts: readonly string[]): Promise<Table> {
  const table = await aTableWith(RUNNING)
  await Promise.all(
    serviceAccounts.map((serviceAccount) => putRoleRequest(table, aRoleRequest({ serviceAccount }), 0)),
  )
  return table
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `reader-${1000 + index}`)
}

function listed({ batches }: RoleList): string[] {
  return batches.flat().map(({ serviceAccount }) => serviceAccount)
}

describe('listRoles', () => {
  test('is done where no role is asked for', async () => {
    const table = await aTableWith(RUNNING)

    expect(await listRoles(table, aTask())).toEqual({
      cluster: 'golem',
      run: 1,
      step: 'roles',
      status: 'done',
      pass: 0,
      batches: [],
    })
  })

  test('lists roles that nobody has tried, by key only', async () => {
    const table = await aTableWithRoles('reader', 'writer')

    expect(await listRoles(table, aTask())).toEqual({
      cluster: 'golem',
      run: 1,
      step: 'roles',
      status: 'settle',
      pass: 0,
      batches: [
        [
          { namespace: 'default', serviceAccount: 'reader' },
          { namespace: 'default', serviceAccount: 'writer' },
        ],
      ],
    })
  })

  test.each([
    ['READY', aRoleStatus(), []],
    ['FAILED, which only its requester can mend', aRoleStatus({ state: 'FAILED' }), []],
    ['RETRY', aRoleStatus({ state: 'RETRY' }), ['reader']],
    ['READY in an earlier version', aRoleStatus({ version: 0 }), ['reader']],
    ['FAILED in an earlier version', aRoleStatus({ version: 0, state: 'FAILED' }), ['reader']],
    ['READY for an earlier generation of the cluster', aRoleStatus({ generation: 0 }), ['reader']],
    ['FAILED for an earlier generation', aRoleStatus({ generation: 0, state: 'FAILED' }), ['reader']],
  ])('of a role that is %s lists what is left to do', async (_, status, expected) => {
    const table = await aTableWithRoles('reader')
    await putRoleStatus(table, 'golem', status)

    const list = await listRoles(table, aTask({ step: 'roles', status: 'wait', pass: 0 }))

    expect(listed(list)).toEqual(expected)
    expect(list.status).toBe(expected.length > 0 ? 'settle' : 'done')
  })

  test('makes batches of 20, of 400 keys at most, and goes on from there', async () => {
    const table = await aTableWithRoles(...names(425))

    const first = await listRoles(table, aTask())

    expect(first.batches.map((batch) => batch.length)).toEqual(Array.from({ length: 20 }, () => 20))
    expect(listed(first)).toEqual(names(425).slice(0, 400))

    const settled = first.batches.flat().map((key) => putRoleStatus(table, 'golem', aRoleStatus(key)))
    await Promise.all(settled)
    const rest = await listRoles(table, aTask({ step: 'roles', status: 'settle', pass: 0 }))

    expect(rest).toMatchObject({ status: 'settle', pass: 0 })
    expect(rest.batches.map((batch) => batch.length)).toEqual([20, 5])
    expect(listed(rest)).toEqual(names(425).slice(400))
  })

  test.each([
    ['another run has taken over', golemRecord(aRun({ number: 2 }))],
    ['no run works on it', golemRecord({ runs: 1 })],
  ])('is superseded when %s', async (_, record) => {
    const table = await aTableWith(record)
    await putRoleRequest(table, aRoleRequest(), 0)

    expect(await listRoles(table, aTask())).toMatchObject({ status: 'superseded', batches: [] })
  })

  test('is superseded when the cluster is unknown', async () => {
    expect(await listRoles(await aTable(), aTask())).toMatchObject({ status: 'superseded' })
  })
})

/** The loop of the state machine: lists, settles what is listed, waits, until it is done. IAM throttles these. */
async function fanOut(table: Table, throttled: readonly string[], first = aTask()) {
  const steps: string[] = []
  const { publisher } = aBus()
  const { roles } = aRoleResource(({ serviceAccount }) => {
    if (throttled.includes(serviceAccount)) throw new Throttled('slow down')
  })
  const since = first.execution.RedriveTime ?? first.execution.StartTime
  const now = () => new Date(Date.parse(since) + 60_000)
  const settling = { table, stack: STACK, publisher, roles, now, run: 1, since }
  let task: TaskInput = first
  for (;;) {
    const list = await listRoles(table, task).catch((error: unknown) => error)
    if (!isList(list)) return { steps, error: list }
    steps.push([list.status, ...listed(list)].join(' '))
    if (list.status === 'done') return { steps, error: undefined }
    for (const key of list.batches.flat()) await settleRole(settling, 'golem', key)
    const { cluster, run, step, status, pass } = list
    task = { ...first, input: { cluster, run, step, status, pass } }
  }
}

function isList(answer: unknown): answer is RoleList {
  return typeof answer === 'object' && answer !== null && 'batches' in answer
}

describe('the loop', () => {
  test('ends after one pass when every role is settled', async () => {
    const table = await aTableWithRoles('reader', 'writer')

    expect(await fanOut(table, [])).toEqual({ steps: ['settle reader writer', 'done'], error: undefined })
  })

  test('tries what is left five times, with a wait between, and then throws RolesIncomplete', async () => {
    const table = await aTableWithRoles('reader', 'throttled', 'writer')

    const { steps, error } = await fanOut(table, ['throttled'])

    const again = ['wait', 'settle throttled']
    expect(steps).toEqual(['settle reader throttled writer', ...again, ...again, ...again, ...again])
    expect(error).toBeInstanceOf(RolesIncomplete)
    expect(error).toMatchObject({
      message: expect.stringMatching(/^1 role .*default\/throttled: Throttled: slow down$/),
    })
  })

  test('tries all of them once more before any a third time, in lists of 400', async () => {
    const serviceAccounts = names(410)
    const table = await aTableWithRoles(...serviceAccounts)
    const statuses = (attempts: number) =>
      serviceAccounts.map((serviceAccount) =>
        putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount, state: 'RETRY', attempts })),
      )
    await Promise.all(statuses(1))
    const first = await listRoles(table, aTask({ step: 'roles', status: 'wait', pass: 0 }))
    for (const { serviceAccount } of first.batches.flat())
      await putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount, state: 'RETRY', attempts: 2 }))

    const second = await listRoles(table, aTask({ step: 'roles', status: 'settle', pass: 1 }))

    expect(first).toMatchObject({ status: 'settle', pass: 1 })
    expect(second).toMatchObject({ status: 'settle', pass: 1 })
    expect([...listed(first), ...listed(second)]).toEqual(serviceAccounts)
  })

  test('tries them again after a redrive, which lists from where it failed', async () => {
    const table = await aTableWithRoles('reader', 'throttled')
    await fanOut(table, ['throttled'])
    const failedAt = { step: 'roles', status: 'settle', pass: 4 } as const
    const redriven = aTask(failedAt, { RedriveTime: '2026-02-01T08:00:00.000Z' })

    expect((await fanOut(table, ['throttled'], redriven)).steps).toEqual([
      'settle throttled',
      ...Array.from({ length: 4 }, () => ['wait', 'settle throttled']).flat(),
    ])
    const again = aTask(failedAt, { RedriveTime: '2026-02-02T08:00:00.000Z' })
    expect(await fanOut(table, [], again)).toEqual({ steps: ['settle throttled', 'done'], error: undefined })
  })

  test('takes in a role that is asked for meanwhile, at once', async () => {
    const table = await aTableWithRoles('new', 'throttled')
    await putRoleStatus(
      table,
      'golem',
      aRoleStatus({ serviceAccount: 'throttled', state: 'RETRY', attempts: 3 }),
    )

    const list = await listRoles(table, aTask({ step: 'roles', status: 'settle', pass: 2 }))

    expect(list).toMatchObject({ status: 'settle', pass: 0 })
    expect(listed(list)).toEqual(['new'])
  })
})

const GOING = golemRecord({
  ...aRun({ workflow: 'deprovision' }),
  status: 'DELETING',
  removal: { force: false },
})
const AT = '2026-01-31T12:10:00.000Z'

/** The same table, whose cluster is going. */
async function going(...serviceAccounts: readonly string[]): Promise<Table> {
  const table = await aTableWithRoles(...serviceAccounts)
  await changeCluster(table, 'golem', (record) => record && { ...GOING, revision: record.revision })
  return table
}

describe('the roles of a cluster that goes', () => {
  test('are all listed: settled ones, and those whose request is gone', async () => {
    const table = await going('reader', 'writer')
    await putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount: 'writer' }))
    await putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount: 'stray' }))

    expect(listed(await listRoles(table, aTask()))).toEqual(['reader', 'writer', 'stray'])
  })

  test('go, each with its request', async () => {
    const table = await going('reader', 'writer')

    expect(await fanOut(table, [])).toEqual({ steps: ['settle reader writer', 'done'], error: undefined })
    expect((await itemsOf(table)).map(({ sk }) => sk)).toEqual(['CLUSTER'])
  })

  test('are tried five times when it is nobody’s fault, and then stop the run', async () => {
    const table = await going('throttled')

    const { steps, error } = await fanOut(table, ['throttled'])

    expect(steps.filter((step) => step === 'settle throttled')).toHaveLength(5)
    expect(error).toBeInstanceOf(RolesLeft)
    expect(error).toMatchObject({
      message: '1 role could not be removed, among them default/throttled: Throttled: slow down',
    })
  })

  const failed = aRoleStatus({ desired: 'removed', state: 'FAILED', error: 'RoleNotOurs', at: AT })

  test('stop it at once when only people can mend it; the others are done before', async () => {
    const table = await going('reader', 'writer')
    await putRoleStatus(table, 'golem', failed)

    expect(listed(await listRoles(table, aTask()))).toEqual(['writer'])

    await deleteItem(table, { pk: 'CLUSTER#golem', sk: 'ROLE#default#writer' })
    await expect(listRoles(table, aTask())).rejects.toThrow(RolesLeft)
  })

  test.each([
    ['a redrive', failed, aTask({}, { RedriveTime: '2026-01-31T12:20:00.000Z' })],
    ['another run', { ...failed, run: 0 }, aTask()],
    ['its removal, when it was its making that failed', { ...failed, desired: 'present' as const }, aTask()],
  ])('are tried again by %s', async (_, status, task) => {
    const table = await going('reader')
    await putRoleStatus(table, 'golem', status)

    expect(listed(await listRoles(table, task))).toEqual(['reader'])
  })
})

describe('the roles of a cluster that goes, in an account that cannot be reached', () => {
  const denied = {
    desired: 'removed',
    error: 'ProvisionerRoleDenied',
    message: 'no',
    roleArn: 'arn:aws:iam::444455556666:role/x',
    at: AT,
  } as const
  const tried = aRoleStatus({ ...denied, state: 'RETRY', attempts: 5 })
  const left = aRoleStatus({ ...denied, state: 'FAILED', error: 'ProviderAccountUnreachable' })
  const abandoned = { reason: 'closed', at: AT, accounts: [] }

  async function goingWith(status: RoleStatus, changes: Partial<ClusterRecord> = {}): Promise<Table> {
    const table = await going()
    await changeCluster(table, 'golem', (record) => record && { ...record, ...changes })
    await putRoleStatus(table, 'golem', status)
    return table
  }

  test('stop it in the name of their account', async () => {
    const table = await goingWith(tried)

    await expect(listRoles(table, aTask())).rejects.toMatchObject({
      name: 'ProviderAccountUnreachable',
      message: 'Account 444455556666 cannot be reached: default/reader: ProvisionerRoleDenied: no',
    })

    await putRoleStatus(table, 'golem', { ...tried, serviceAccount: 'other', error: 'Throttled' })
    await expect(listRoles(table, aTask())).rejects.toThrow(RolesLeft)
  })

  test('are tried once more when it is abandoned, and then passed over', async () => {
    const redriven = aTask({}, { RedriveTime: '2026-01-31T12:20:00.000Z' })
    const table = await goingWith(tried, { abandoned })
    expect(listed(await listRoles(table, redriven))).toEqual(['reader'])

    await putRoleStatus(table, 'golem', { ...left, at: '2026-01-31T12:21:00.000Z' })

    expect(await listRoles(table, redriven)).toMatchObject({ status: 'done' })
  })

  test('that another removal left are tried again by this one, and stop it', async () => {
    const table = await goingWith({ ...left, run: 0 })
    expect(listed(await listRoles(table, aTask()))).toEqual(['reader'])

    await putRoleStatus(table, 'golem', left)

    await expect(listRoles(table, aTask())).rejects.toThrow(ProviderAccountUnreachable)
  })
})

describe('roles of other clusters that trust one that goes', () => {
  const role = { namespace: 'shop', serviceAccount: 'cart' }
  const trusting = aRoleStatus({ ...role, trusts: { golem: 1 } })
  const failed = { ...trusting, state: 'FAILED', error: 'PolicyRefused', message: 'no', at: AT } as const

  async function trustedBy(status: RoleStatus, changes: Partial<ClusterRecord> = {}): Promise<Table> {
    const table = await going()
    await changeCluster(table, 'golem', (record) => record && { ...record, ...changes })
    await putCluster(table, golemRecord({ desired: { ...golemRecord().desired, cluster: 'gaia' } }))
    await putTrust(table, 'golem', { cluster: 'gaia', ...role })
    await putRoleStatus(table, 'gaia', status)
    return table
  }

  test('whose account cannot be reached stop it in that name; abandoned, it goes on', async () => {
    const denied = { state: 'RETRY', error: 'ProvisionerRoleDenied', attempts: 5, at: AT } as const
    const roleArn = 'arn:aws:iam::444455556666:role/x'
    const table = await trustedBy({ ...trusting, ...denied, roleArn })
    await expect(listRoles(table, aTask())).rejects.toThrow(ProviderAccountUnreachable)

    const abandoned = { reason: 'closed', at: AT, accounts: [] }
    await changeCluster(table, 'golem', (record) => record && { ...record, abandoned })

    expect(await listRoles(table, aTask())).toMatchObject({ status: 'done' })
  })

  test('are settled once its own are gone', async () => {
    const table = await trustedBy(trusting)
    await putRoleRequest(table, aRoleRequest(), 0)

    expect(await listRoles(table, aTask())).toMatchObject({ batches: [[KEY]] })

    await deleteItem(table, { pk: 'CLUSTER#golem', sk: 'ROLE#default#reader' })
    expect(await listRoles(table, aTask())).toMatchObject({ batches: [[{ cluster: 'gaia', ...role }]] })
  })

  test('are left alone when they trust it no more, whatever was asked for once', async () => {
    const table = await trustedBy(aRoleStatus(role))

    expect(await listRoles(table, aTask())).toMatchObject({ status: 'done' })
  })

  test('stop the run when only people can mend them, and are passed over by force', async () => {
    const table = await trustedBy(failed)
    const forced = await trustedBy(failed, { removal: { force: true } })

    await expect(listRoles(table, aTask())).rejects.toThrow(
      new RolesTrusting('golem', 1, 'gaia shop/cart: PolicyRefused: no'),
    )
    expect(await listRoles(forced, aTask())).toMatchObject({ status: 'done' })
  })

  test('are tried again by a redrive', async () => {
    const table = await trustedBy(failed)
    const task = aTask({}, { RedriveTime: '2026-01-31T12:20:00.000Z' })

    expect(await listRoles(table, task)).toMatchObject({ batches: [[{ cluster: 'gaia', ...role }]] })
  })

  test('stop the run when their cluster is paused: nothing works on it', async () => {
    const table = await trustedBy(trusting)
    await changeCluster(table, 'gaia', (record) => record && { ...record, paused: true })

    await expect(listRoles(table, aTask())).rejects.toThrow('gaia shop/cart, whose cluster is paused.')
  })
})

describe('the host that clusters share', () => {
  const theHost = async (changes: Partial<ClusterRecord>) => {
    const { desired, ...rest } = golemRecord({ ...aRun({ workflow: 'deprovision' }), status: 'DELETING' })
    const table = await aTableWith({ ...rest, desired: { ...desired, cluster: SHARED_HOST }, ...changes })
    await recordUse(table, { cluster: 'golem', run: 1 })
    return table
  }

  test('is not taken away from a cluster that has come to use it since that was asked for', async () => {
    const table = await theHost({ removal: { force: true } })

    await expect(listRoles(table, aTask({ cluster: SHARED_HOST }))).rejects.toThrow(
      new SharedHostInUse(['golem']),
    )
  })

  test('is made anew when a cluster has asked for it since, and goes until then', async () => {
    expect(await listRoles(await theHost({}), aTask({ cluster: SHARED_HOST }))).toMatchObject({
      status: 'done',
    })
  })
})

const KEY = { namespace: 'default', serviceAccount: 'reader' }
