import { describe, expect, test } from 'vitest'
import { InvalidInput, VersionConflict } from '../../../../lib/errors.ts'
import { changeCluster } from '../../../../lib/registry/cluster-record.ts'
import { removeRole } from '../../../../lib/registry/request-role.ts'
import { deleteRoleRequest, putRoleStatus, readRoleRequest } from '../../../../lib/registry/roles.ts'
import type { Table } from '../../../../lib/registry/table.ts'
import { cutOffEverywhere } from '../../cut-off.ts'
import { aRoleStatus, itemsOf } from '../registry.ts'
import { ask, KEY, theTable } from './fixture.ts'

const ASKED = { requestedBy: 'iam:other', now: new Date('2026-02-01T12:00:00Z') }

function remove(table: Table, force = false) {
  return removeRole(table, 'golem', KEY, { ...ASKED, force })
}

describe('removeRole', () => {
  test('asks for the role to go, and keeps what it was', async () => {
    const table = await theTable()
    const { content } = await ask(table)

    const removal = await remove(table)

    expect(removal).toEqual({
      cluster: 'golem',
      ...KEY,
      version: 2,
      desired: 'removed',
      content,
      requestedBy: 'iam:other',
      requestedAt: '2026-02-01T12:00:00.000Z',
    })
    expect(await readRoleRequest(table, 'golem', KEY)).toEqual(removal)
  })

  test('is nothing where nobody asked for the role', async () => {
    const table = await theTable()
    const before = await itemsOf(table)

    expect(await remove(table)).toBeUndefined()
    expect(await itemsOf(table)).toEqual(before)
  })

  test('changes nothing the second time, unless it is forced now', async () => {
    const table = await theTable()
    await ask(table)
    await remove(table)

    expect(await remove(table)).toMatchObject({ version: 2 })
    expect(await remove(table, true)).toMatchObject({ version: 3, force: true })
    expect(await remove(table)).toMatchObject({ version: 3, force: true })
  })

  test('is tried again when it was given up', async () => {
    const table = await theTable()
    await ask(table)
    await remove(table)
    await putRoleStatus(table, 'golem', aRoleStatus({ version: 2, desired: 'removed', state: 'FAILED' }))

    expect(await remove(table)).toMatchObject({ version: 3 })
  })

  test('is taken back by another request, even for the same as before', async () => {
    const table = await theTable()
    await ask(table)
    await remove(table, true)

    const again = await ask(table)

    expect(again).toMatchObject({ version: 3, desired: 'present' })
    expect(again).not.toHaveProperty('force')
  })

  test('is refused when somebody asked for the role otherwise at the same time', async () => {
    let puts = Number.POSITIVE_INFINITY
    const table = await theTable(async (call, operation) => {
      if (operation === 'PutItem' && --puts === 0) await ask(table, { description: 'other' })
      return call()
    })
    await ask(table)
    puts = 1

    await expect(remove(table)).rejects.toThrow(VersionConflict)
  })

  test('that was cut off anywhere is asked for once when it is sent again', async () => {
    const operations = await cutOffEverywhere({
      prepare: async (around) => {
        const table = await theTable(around)
        await ask(table)
        return table
      },
      act: remove,
      async assess(table, where) {
        expect(await readRoleRequest(table, 'golem', KEY), where).toMatchObject({ version: 2 })
      },
    })

    expect(operations).toContain('PutItem')
  })
})

describe('a request that comes while a removal ends', () => {
  test('is taken, with a version after that of the removal', async () => {
    let puts = Number.POSITIVE_INFINITY
    const table = await theTable(async (call, operation) => {
      // The one of the request, after that of the claim.
      if (operation === 'PutItem' && --puts === 0)
        await deleteRoleRequest(table, 'golem', { ...KEY, version: 2 })
      return call()
    })
    await ask(table)
    await remove(table)
    puts = 2

    const taken = await ask(table)

    expect(taken.version).toBeGreaterThan(2)
    expect(await readRoleRequest(table, 'golem', KEY)).toEqual(taken)
  })
})

describe('expiresAt', () => {
  test.each(['2026-01-31T12:00:00Z', '2020-01-01T00:00:00Z'])(
    'is in the future: not %s',
    async (expiresAt) => {
      const table = await theTable()
      const before = await itemsOf(table)

      await expect(ask(table, { expiresAt })).rejects.toThrow(InvalidInput)
      expect(await itemsOf(table)).toEqual(before)
    },
  )

  test.each(['tomorrow', '2026-12-31', '2026-12-31T12:00:00', '2026-12-31T12:00:00+01:00', 1])(
    'is a time in UTC: not %s',
    async (expiresAt) => {
      await expect(ask(await theTable(), { expiresAt })).rejects.toThrow(InvalidInput)
    },
  )

  test('may be put off: that is another version', async () => {
    const table = await theTable()
    await ask(table, { expiresAt: '2026-12-31T12:00:00Z' })

    expect(await ask(table, { expiresAt: '2027-12-31T12:00:00Z' })).toMatchObject({ version: 2 })
  })
})

describe('a role of a cluster that goes', () => {
  test.each([
    ['DELETING', 'ClusterBeingDeleted'],
    ['DELETED', 'ClusterNotFound'],
  ] as const)('cannot be asked for: %s', async (status, name) => {
    const table = await theTable()
    await changeCluster(table, 'golem', (record) => record && { ...record, status })
    const before = await itemsOf(table)

    await expect(ask(table)).rejects.toMatchObject({ name })
    expect(await itemsOf(table)).toEqual(before)
  })
})
