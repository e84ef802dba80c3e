import { describe, expect, test } from 'vitest'
import { changeCluster } from '../../../lib/registry/cluster-record.ts'
import { type Approval, putRoleRequest, readRoleRequest } from '../../../lib/registry/roles.ts'
import { listRolesBehind } from '../../../lib/registry/roles-behind.ts'
import { settleRole } from '../../../lib/settle-role.ts'
import { unsettledRoles } from '../../../lib/unsettled-roles.ts'
import { aRoleRequest, aTableWith, golemRecord } from '../registry/registry.ts'
import { KEY, NOW, theRole } from './fixture.ts'

const S3_READ = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const WAITING: Approval = { state: 'waiting', needs: [] }
const REJECTED: Approval = { state: 'rejected', needs: [], by: 'iam:approver', reason: 'no' }
const wide = { ...aRoleRequest().content, policies: [{ arn: S3_READ }] }

async function behind(table: Parameters<typeof listRolesBehind>[0]) {
  const roles = []
  for await (const role of listRolesBehind(table, new Date(NOW))) roles.push(role)
  return roles
}

describe.each([WAITING, REJECTED])('a request that is %o', (approval) => {
  test('and never was in force is made by nobody', async () => {
    const table = await aTableWith(golemRecord())
    await putRoleRequest(table, aRoleRequest({ approval }), 0)
    const { settle, made, deleted, published } = await theRole({ table })

    expect(await settle()).toBeUndefined()

    expect([made, deleted, published()]).toEqual([[], [], []])
    expect(await readRoleRequest(table, 'golem', KEY)).toMatchObject({ version: 1 })
    expect(await unsettledRoles(table, golemRecord(), new Date(NOW))).toEqual([])
    expect(await behind(table)).toEqual([])
  })

  test('leaves the role as it was in force', async () => {
    const table = await aTableWith(golemRecord())
    const { inForce: _, ...inForce } = aRoleRequest()
    await putRoleRequest(table, aRoleRequest({ version: 2, content: wide, approval, inForce }), 0)
    const { settle, there } = await theRole({ table })

    expect(await settle()).toMatchObject({ state: 'READY', version: 1 })

    expect([...there.values()]).toMatchObject([{ managedPolicies: [] }])
    expect(await unsettledRoles(table, golemRecord(), new Date(NOW))).toEqual([])
  })

  test('stays, when what was in force has expired and is gone', async () => {
    const table = await aTableWith(golemRecord())
    const { inForce: _, ...inForce } = aRoleRequest({ content: { ...wide, expiresAt: NOW } })
    await putRoleRequest(table, aRoleRequest({ version: 2, content: wide, approval, inForce }), 0)
    const { settle, there, status } = await theRole({ table })
    await settle({ now: () => new Date(Date.parse(NOW) - 1) })
    expect(there.size).toBe(1)

    expect(await settle()).toBeUndefined()

    expect([there.size, await status()]).toEqual([0, undefined])
    expect(await readRoleRequest(table, 'golem', KEY)).toEqual(
      aRoleRequest({ version: 2, content: wide, approval }),
    )
    expect(await settle()).toBeUndefined()
  })

  test('stays, when the role was asked to go before', async () => {
    const table = await aTableWith(golemRecord())
    await putRoleRequest(table, aRoleRequest(), 0)
    const { settle, there } = await theRole({ table })
    await settle()
    const { inForce: _, ...inForce } = aRoleRequest({ version: 2, desired: 'removed' })
    await putRoleRequest(table, aRoleRequest({ version: 3, content: wide, approval, inForce }), 1)
    expect(await unsettledRoles(table, golemRecord(), new Date(NOW))).toMatchObject([{ version: 2 }])

    expect(await settle()).toBeUndefined()

    expect(there.size).toBe(0)
    expect(await readRoleRequest(table, 'golem', KEY)).toEqual(
      aRoleRequest({ version: 3, content: wide, approval }),
    )
  })

  test('goes with its cluster, and so does what was in force', async () => {
    const table = await aTableWith(golemRecord())
    const { inForce: _, ...inForce } = aRoleRequest()
    const never = { ...aRoleRequest({ approval }), serviceAccount: 'never' }
    await putRoleRequest(table, never, 0)
    await putRoleRequest(table, aRoleRequest({ version: 2, content: wide, approval, inForce }), 0)
    const { settle, settling, there } = await theRole({ table })
    await settle()
    await changeCluster(table, 'golem', (record) => record && { ...record, status: 'DELETING' })
    const going = golemRecord({ status: 'DELETING' })
    const left = await unsettledRoles(table, going, new Date(NOW))
    expect(left.map(({ serviceAccount }) => serviceAccount)).toEqual(['never', 'reader'])

    for (const role of left) expect(await settleRole(settling, 'golem', role)).toBeUndefined()

    expect(there.size).toBe(0)
    expect(await unsettledRoles(table, going, new Date(NOW))).toEqual([])
  })
})

test('a role that waits for an approval is made once it is approved, also when that is while it is settled', async () => {
  const { inForce: _, ...inForce } = aRoleRequest()
  const asked = aRoleRequest({ version: 2, content: wide, approval: WAITING, inForce })
  const approved = aRoleRequest({ version: 3, content: wide, approval: { ...WAITING, state: 'approved' } })
  let isArmed = false
  const table = await aTableWith(golemRecord(), async (call, operation) => {
    if (operation === 'PutItem' && isArmed) {
      isArmed = false
      await putRoleRequest(table, approved, 2)
    }
    return call()
  })
  await putRoleRequest(table, asked, 0)
  const { settle, there } = await theRole({ table })
  isArmed = true

  expect(await settle()).toMatchObject({ state: 'READY', version: 3 })

  expect([...there.values()]).toMatchObject([{ managedPolicies: [S3_READ] }])
})
