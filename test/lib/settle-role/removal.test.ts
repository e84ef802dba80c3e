import { describe, expect, test } from 'vitest'
import { ProvisionerRoleDenied, RoleHasOtherPolicies, RoleNotOurs, Throttled } from '../../../lib/errors.ts'
import { NO_LIMITS } from '../../../lib/policy/guard-rails.ts'
import { claimRoleName } from '../../../lib/registry/claims.ts'
import { type ClusterRecord, changeCluster } from '../../../lib/registry/cluster-record.ts'
import { removeRole, requestRole } from '../../../lib/registry/request-role.ts'
import { putRoleRequest, putRoleStatus, readRoleRequest } from '../../../lib/registry/roles.ts'
import type { Settling } from '../../../lib/settle-role.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { aRoleRequest, aRoleStatus, aTableWith, golemRecord, itemsOf } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { ROLE_ARN } from '../settling.ts'
import { ABOUT, failing, KEY, NOW, theRole } from './fixture.ts'

const S3_READ = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const SQS_READ = 'arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess'
const ASKED = { requestedBy: 'iam:team', now: new Date(NOW) }

/** A role that was asked for with this policy. */
async function requested(fails?: Parameters<typeof failing>[0]) {
  const table = await aTableWith(golemRecord())
  const request = { ...KEY, policies: [{ arn: S3_READ }] }
  await requestRole(table, STACK, { cluster: 'golem', request, ...ASKED })
  return theRole({ table, ...(fails !== undefined && { fails: failing(fails) }) })
}

describe('a role that is to be removed', () => {
  test('goes, with its request and its status; what is left of its name is its last version', async () => {
    const { table, settle, deleted, there, published } = await requested()
    await settle()
    await removeRole(table, 'golem', KEY, ASKED)

    expect(await settle()).toBeUndefined()

    expect(deleted).toMatchObject([{ roleName: 'dev_golem_default_reader', managedPolicies: [S3_READ] }])
    expect(there.size).toBe(0)
    expect((await itemsOf(table)).map(({ pk, sk, holder }) => [pk, sk, holder])).toEqual([
      ['CLUSTER#golem', 'CLUSTER', undefined],
      ['ROLENAME#000000000000#dev_golem_default_reader', 'CLAIM', undefined],
    ])
    expect(published().map(([name]) => name)).toEqual(['Role Ready'])
  })

  test('goes as well when it never was made', async () => {
    const { table, settle, deleted } = await requested()
    await removeRole(table, 'golem', KEY, ASKED)

    expect(await settle()).toBeUndefined()
    expect(deleted).toEqual([])
    expect(await readRoleRequest(table, 'golem', KEY)).toBeUndefined()
  })

  test('goes when it has expired', async () => {
    const table = await aTableWith(golemRecord())
    const content = { ...aRoleRequest().content, expiresAt: NOW }
    await putRoleRequest(table, aRoleRequest({ content }), 0)
    const { settle, there } = await theRole({ table })
    const before = { now: () => new Date(Date.parse(NOW) - 1) }
    expect(await settle(before)).toMatchObject({ state: 'READY' })

    expect(await settle()).toBeUndefined()

    expect(there.size).toBe(0)
    expect(await readRoleRequest(table, 'golem', KEY)).toBeUndefined()
  })

  test('may be asked for anew afterwards: with a version of its own', async () => {
    const { table, settle, there } = await requested()
    await settle()
    await removeRole(table, 'golem', KEY, ASKED)
    await settle()

    await requestRole(table, STACK, { cluster: 'golem', request: { ...KEY, policies: [] }, ...ASKED })

    expect(await settle()).toMatchObject({ version: 3, state: 'READY' })
    expect(there.size).toBe(1)
  })

  test.each([
    ['while it is deleted', 'delete'],
    ['before it is looked at again', 'observe'],
  ] as const)('and is asked for again %s is there in the end', async (_, verb) => {
    const { table, settling, settle, there } = await requested()
    await settle()
    await removeRole(table, 'golem', KEY, ASKED)
    const again = { cluster: 'golem', request: { ...KEY, policies: [] }, ...ASKED }
    let calls = 0
    const roles: Settling['roles'] = {
      ...settling.roles,
      async [verb](role: Parameters<Settling['roles'][typeof verb]>[0]) {
        if (calls++ === 0) await requestRole(table, STACK, again)
        return settling.roles[verb](role)
      },
    }

    expect(await settle({ roles })).toMatchObject({ version: 3, state: 'READY', desired: 'present' })
    expect(there.size).toBe(1)
    const name = { accountId: STACK.accountId, roleName: 'dev_golem_default_reader' }
    await expect(claimRoleName(table, name, 'golem/other/one', 9)).rejects.toMatchObject({
      name: 'RoleNameTaken',
    })
  })
})

test('a removal that was cut off anywhere is brought to its end by the next attempt', async () => {
  const operations = await cutOffEverywhere({
    async prepare(around) {
      const table = await aTableWith(golemRecord(), around)
      const request = { ...KEY, policies: [{ arn: S3_READ }] }
      const admit = () => [{ tenant: 'shop', guardRails: NO_LIMITS, roleQuota: 1 }] as const
      await requestRole(table, STACK, { cluster: 'golem', request, admit, ...ASKED })
      const role = await theRole({ table })
      await role.settle()
      await removeRole(table, 'golem', KEY, ASKED)
      return role
    },
    act: ({ settle }) => settle(),
    async assess({ table, there }, where) {
      expect(there.size, where).toBe(0)
      expect(
        (await itemsOf(table)).map(({ sk, taken }) => [sk, taken]),
        where,
      ).toEqual([
        ['CLUSTER', undefined],
        ['CLAIM', undefined],
        ['ROLES', 0],
      ])
    },
  })

  expect(operations.filter((operation) => operation === 'DeleteItem')).toHaveLength(2)
})

describe('what stands in the way of a removal', () => {
  test.each([
    ['policies that others attached', new RoleHasOtherPolicies(ROLE_ARN, ['door'])],
    ['tags that somebody took off our role', new RoleNotOurs(ROLE_ARN, 'it lacks our tags')],
  ])('is told of, and the request stays: %s', async (_, error) => {
    const { table, settle, published } = await requested(error)
    await putRoleStatus(table, 'golem', aRoleStatus({ roleId: 'AROA1' }))
    await removeRole(table, 'golem', KEY, ASKED)

    const settled = await settle()

    expect(settled).toMatchObject({
      version: 2,
      desired: 'removed',
      state: 'FAILED',
      roleArn: ROLE_ARN,
      roleId: 'AROA1',
      error: error.name,
      message: error.message,
      remedy: error.remedy,
    })
    expect(published()).toEqual([
      [
        'Role Failed',
        { ...ABOUT, roleArn: ROLE_ARN, error: `${error.name}: ${error.message}`, remedy: error.remedy },
      ],
    ])
    expect(await readRoleRequest(table, 'golem', KEY)).toMatchObject({ version: 2 })
  })

  test('is not the role of somebody else who had the name first: only the request goes', async () => {
    const { table, settle, published } = await requested(new RoleNotOurs(ROLE_ARN, 'it lacks our tags'))
    expect(await settle()).toMatchObject({ state: 'FAILED' })
    await removeRole(table, 'golem', KEY, ASKED)

    expect(await settle()).toBeUndefined()
    expect(await readRoleRequest(table, 'golem', KEY)).toBeUndefined()
    expect(published()).toHaveLength(1)
  })

  test('is given up when it is forced', async () => {
    const { table, settle } = await requested(new RoleNotOurs(ROLE_ARN, 'it lacks our tags'))
    await putRoleStatus(table, 'golem', aRoleStatus({ roleId: 'AROA1' }))
    await removeRole(table, 'golem', KEY, { ...ASKED, force: true })

    expect(await settle()).toBeUndefined()
    expect(await readRoleRequest(table, 'golem', KEY)).toBeUndefined()
  })

  test('is tried again when it is nobody’s fault', async () => {
    const { table, settle } = await requested(new Throttled('iam:DeleteRole: slow down'))
    await removeRole(table, 'golem', KEY, ASKED)

    expect(await settle()).toMatchObject({ state: 'RETRY', attempts: 1, error: 'Throttled' })
    expect(await settle()).toMatchObject({ state: 'RETRY', attempts: 2 })
  })

  test('is a role that IAM still shows', async () => {
    const { table, settling, settle } = await requested()
    await settle()
    await removeRole(table, 'golem', KEY, ASKED)
    const roles = { ...settling.roles, delete: async () => undefined }

    expect(await settle({ roles })).toMatchObject({ state: 'RETRY', error: 'RolePending' })
  })
})

describe('policies that are known to be ours', () => {
  test('are those of every version since the role was last ready, settled or not', async () => {
    const { table, settle, deleted } = await requested()
    await settle()
    const request = { ...KEY, policies: [{ arn: SQS_READ }] }
    await requestRole(table, STACK, { cluster: 'golem', request, ...ASKED })
    await removeRole(table, 'golem', KEY, ASKED)

    await settle()

    expect(deleted).toMatchObject([{ managedPolicies: [S3_READ, SQS_READ] }])
  })

  test('are those of before while the change to others has not succeeded', async () => {
    const { table, settle, status } = await requested()
    await settle()
    const request = { ...KEY, policies: [{ arn: SQS_READ }] }
    await requestRole(table, STACK, { cluster: 'golem', request, ...ASKED })
    const { settle: settleInVain } = await theRole({ table, fails: failing(new Throttled('slow down')) })

    await settleInVain()

    expect(await status()).toMatchObject({ managedPolicies: [S3_READ, SQS_READ], roleId: 'AROA1' })

    await settle()

    expect(await status()).toMatchObject({ managedPolicies: [SQS_READ] })
  })

  test('are those of the status alone when the request cannot be understood any more', async () => {
    const { table, settle, deleted } = await requested()
    await settle()
    const content = { ...aRoleRequest().content, trustPolicy: {} }
    await putRoleRequest(table, aRoleRequest({ version: 2, desired: 'removed', content }), 1)

    expect(await settle()).toBeUndefined()
    expect(deleted).toMatchObject([{ managedPolicies: [S3_READ] }])
  })
})

describe('a role in an account that cannot be reached, of a cluster that goes', () => {
  const denied = new ProvisionerRoleDenied('arn:aws:iam::000000000000:role/irsa-dev-provisioner')
  const abandoned = { reason: 'closed', at: NOW, accounts: [] }
  const going = { status: 'DELETING', removal: { force: false } } as const

  async function settledIn(changes: Partial<ClusterRecord>) {
    const role = await requested()
    await role.settle()
    await changeCluster(role.table, 'golem', (record) => record && { ...record, ...changes })
    const locked = await theRole({ table: role.table, fails: failing(denied) })
    return { ...role, locked }
  }

  test('is tried again until somebody abandons it', async () => {
    const { locked, table } = await settledIn(going)

    expect(await locked.settle()).toMatchObject({ state: 'RETRY', error: 'ProvisionerRoleDenied' })
    expect(await readRoleRequest(table, 'golem', KEY)).toBeDefined()
  })

  test('is left behind then: its status says so, keeps its name, and is told; its request goes', async () => {
    const { locked, table, status } = await settledIn({ ...going, abandoned })

    await locked.settle()

    expect(await status()).toMatchObject({
      state: 'FAILED',
      desired: 'removed',
      error: 'ProviderAccountUnreachable',
      roleArn: ROLE_ARN,
    })
    expect(await readRoleRequest(table, 'golem', KEY)).toBeUndefined()
    expect((await itemsOf(table)).find(({ sk }) => sk === 'CLAIM')).toHaveProperty('holder')
    expect(locked.published().map(([name]) => name)).toEqual(['Role Failed'])
    expect(locked.deleted).toEqual([])
  })

  test('holds up no cluster of the same name, and goes when its account can be reached again', async () => {
    const { locked, settle, status, table } = await settledIn({ ...going, abandoned })
    await locked.settle()
    await changeCluster(table, 'golem', () => golemRecord({ generation: 7, revision: 100 }))

    expect(await locked.settle()).toMatchObject({ state: 'FAILED', generation: 7 })
    expect(await settle()).toBeUndefined()

    expect(await status()).toBeUndefined()
    expect((await itemsOf(table)).find(({ sk }) => sk === 'CLAIM')).not.toHaveProperty('holder')
  })

  test('may be asked for anew by that cluster, with a version of its own', async () => {
    const { locked, settle, table } = await settledIn({ ...going, abandoned })
    await locked.settle()
    await changeCluster(table, 'golem', () => golemRecord({ generation: 7, revision: 100 }))

    await requestRole(table, STACK, { cluster: 'golem', request: { ...KEY, policies: [] }, ...ASKED })

    expect(await settle()).toMatchObject({ state: 'READY', version: 2 })
  })
})

describe('a role of a cluster that goes', () => {
  test.each(['DELETING', 'DELETED'] as const)('goes with it, whatever is asked for: %s', async (status) => {
    const { table, settle, there, deleted } = await requested()
    await settle()
    await changeCluster(table, 'golem', (record) => record && { ...record, status, removal: { force: true } })

    expect(await settle()).toBeUndefined()
    expect(deleted).toMatchObject([{ force: true }])
    expect(there.size).toBe(0)
    expect(await readRoleRequest(table, 'golem', KEY)).toBeUndefined()
  })

  test('goes too when its cluster began to go while it was made', async () => {
    const { table, settling, settle, there } = await requested()
    const roles: Settling['roles'] = {
      ...settling.roles,
      async create(role) {
        await changeCluster(
          table,
          'golem',
          (record) => record && { ...record, generation: 2, status: 'DELETING', removal: { force: false } },
        )
        return settling.roles.create(role)
      },
    }

    expect(await settle({ roles })).toBeUndefined()
    expect(there.size).toBe(0)
  })
})
