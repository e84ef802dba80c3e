import { describe, expect, test } from 'vitest'
import { followRoles, nameOf, type RolesCount } from '../../../cli/start/roles-progress.ts'
import { putRoleStatus, type RoleStatus } from '../../../lib/registry/roles.ts'
import { aRoleStatus, aTable } from '../../lib/registry/registry.ts'

const ROLES = ['a', 'b', 'c'].map((serviceAccount) => ({ namespace: 'default', serviceAccount }))

async function aTableWith(...statuses: readonly Partial<RoleStatus>[]) {
  const table = await aTable()
  for (const status of statuses) await putRoleStatus(table, 'golem', aRoleStatus(status))
  return table
}

test('a role is named as a person would', () => {
  expect(nameOf({ namespace: 'default', serviceAccount: 'reader' })).toBe('default/reader')
})

describe('followRoles', () => {
  test('ends at once when every role is ready or has failed', async () => {
    const table = await aTableWith(
      { serviceAccount: 'a' },
      { serviceAccount: 'b', state: 'FAILED' },
      { serviceAccount: 'c' },
    )
    const told: RolesCount[] = []

    const statuses = await followRoles(table, 'golem', ROLES, (count) => void told.push(count))

    expect(told).toEqual([{ ready: 2, failed: 1, total: 3 }])
    expect([...statuses].map(([name, { state }]) => [name, state])).toEqual([
      ['default/a', 'READY'],
      ['default/b', 'FAILED'],
      ['default/c', 'READY'],
    ])
  })

  test('tells how far they are until then: what is tried again is not done', async () => {
    const table = await aTableWith({ serviceAccount: 'a' }, { serviceAccount: 'b', state: 'RETRY' })
    const told: RolesCount[] = []
    const writes: Promise<void>[] = []
    const write = (status: Partial<RoleStatus>) =>
      writes.push(putRoleStatus(table, 'golem', aRoleStatus(status)))

    const statuses = await followRoles(table, 'golem', ROLES, (count) => {
      told.push(count)
      if (writes.length === 0) write({ serviceAccount: 'b' })
      else if (writes.length === 1 && count.ready === 2) write({ serviceAccount: 'c', state: 'FAILED' })
    })
    await Promise.all(writes)

    expect(told.at(0)).toEqual({ ready: 1, failed: 0, total: 3 })
    expect(told).toContainEqual({ ready: 2, failed: 0, total: 3 })
    expect(told.at(-1)).toEqual({ ready: 2, failed: 1, total: 3 })
    expect(statuses.get('default/b')).toMatchObject({ state: 'READY' })
  })

  test('has nothing to wait for without roles, whatever others there are', async () => {
    const table = await aTableWith({ serviceAccount: 'other', state: 'RETRY' })
    const told: RolesCount[] = []

    await followRoles(table, 'golem', [], (count) => void told.push(count))

    expect(told).toEqual([{ ready: 0, failed: 0, total: 0 }])
  })

  test('ends with the registry’s error when that does not answer any more', async () => {
    const { documents, tableName } = await aTableWith()

    await expect(
      followRoles({ documents, tableName: `${tableName}-gone` }, 'golem', ROLES, () => undefined),
    ).rejects.toThrow()
  })
})
