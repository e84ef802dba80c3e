import { describe, expect, test } from 'vitest'
import { ProviderAccountUnreachable, RolesLeft, RolesTrusting } from '../../../lib/errors.ts'
import { type ClusterRecord, changeCluster } from '../../../lib/registry/cluster-record.ts'
import { putRoleRequest, putRoleStatus, type RoleStatus } from '../../../lib/registry/roles.ts'
import { putTrust } from '../../../lib/registry/subject-clusters.ts'
import { deleteItem, type Table } from '../../../lib/registry/table.ts'
import { aRoleRequest, aRoleStatus, golemRecord, itemsOf, putCluster } from '../registry/registry.ts'
import { aTask } from '../task.ts'
import { aTableWithRoles, fanOut, GOING, listed, listRoles } from './fixture.ts'

const AT = '2026-01-31T12:10:00.000Z'

/** The same table, whose cluster is going. */
async function going(...serviceAccounts: readonly string[]): Promise<Table> {
  const table = await aTableWithRoles(...serviceAccounts)
  await changeCluster(table, 'golem', (record) => record && { ...GOING, revision: record.revision })
  return table
}

const KEY = { namespace: 'default', serviceAccount: 'reader' }

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
