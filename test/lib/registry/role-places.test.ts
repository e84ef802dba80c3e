import { describe, expect, test } from 'vitest'
import { RoleQuotaReached } from '../../../lib/errors.ts'
import { NO_LIMITS } from '../../../lib/policy/guard-rails.ts'
import { removeRole, requestRole } from '../../../lib/registry/request-role.ts'
import { giveBackPlace, takePlace } from '../../../lib/registry/role-places.ts'
import { listRoleRequests } from '../../../lib/registry/roles.ts'
import { getItem, type Table } from '../../../lib/registry/table.ts'
import { STACK } from '../resources/golem.ts'
import { theRole } from '../settle-role/fixture.ts'
import { aTableWith, golemRecord, itemsOf } from './registry.ts'

const NOON = new Date('2026-01-31T12:00:00Z')
const LATER = new Date('2026-01-31T12:20:00Z')
const KEY = { namespace: 'default', serviceAccount: 'reader' }

function ask(
  table: Table,
  serviceAccount = 'reader',
  { quota = 2, tenant = 'shop', now = NOON, description = '' } = {},
) {
  return requestRole(table, STACK, {
    cluster: 'golem',
    request: { ...KEY, serviceAccount, policies: [], description },
    requestedBy: 'iam:shop',
    now,
    admit: () => [{ tenant, guardRails: NO_LIMITS, roleQuota: quota }],
  })
}

async function takenBy(table: Table, tenant = 'shop'): Promise<string[]> {
  const {
    pk: _,
    sk: __,
    taken,
    ...places
  } = (await getItem(table, { pk: `TENANT#${tenant}`, sk: 'ROLES' })) ?? {}
  expect(taken ?? 0).toBe(Object.keys(places).length)
  return Object.keys(places).toSorted()
}

async function requested(table: Table): Promise<string[]> {
  const names = []
  for await (const { serviceAccount } of listRoleRequests(table, 'golem')) names.push(serviceAccount)
  return names
}

describe('the role quota of a tenant', () => {
  test('holds however many ask at once, each of them twice', async () => {
    const table = await aTableWith(golemRecord())
    const names = Array.from({ length: 12 }, (_, index) => `role-${index}`)

    const answers = await Promise.allSettled(
      [...names, ...names].map((name) => ask(table, name, { quota: 5 })),
    )

    const made = await requested(table)
    expect(made).toHaveLength(5)
    expect(await takenBy(table)).toEqual(made.map((name) => `golem/default/${name}`).toSorted())
    for (const [index, answer] of answers.entries()) {
      const isMade = made.includes(names[index % names.length] ?? '')
      expect(answer.status).toBe(isMade ? 'fulfilled' : 'rejected')
      if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(RoleQuotaReached)
    }
  })

  test('writes nothing when it is reached, and says whose and how many', async () => {
    const table = await aTableWith(golemRecord())
    await ask(table, 'one')
    await ask(table, 'two')
    const before = await itemsOf(table)

    await expect(ask(table, 'three')).rejects.toThrow(new RoleQuotaReached('Tenant shop', 2))

    expect(await itemsOf(table)).toEqual(before)
  })

  test('of none is none', async () => {
    const table = await aTableWith(golemRecord())
    const place = { tenant: 'shop', role: { cluster: 'golem', ...KEY }, version: 1, now: NOON }

    await expect(ask(table, 'one', { quota: 0 })).rejects.toThrow(RoleQuotaReached)
    await expect(takePlace(table, place, 0)).rejects.toThrow(RoleQuotaReached)
    expect(await requested(table)).toEqual([])
  })

  test('is for one more role, not for a change of one; of others it is not', async () => {
    const table = await aTableWith(golemRecord())
    await ask(table, 'one', { quota: 1 })

    expect(await ask(table, 'one', { quota: 0, description: 'x' })).toMatchObject({ version: 2 })
    expect(await ask(table, 'two', { quota: 1, tenant: 'bank' })).toMatchObject({ tenant: 'bank' })
  })

  test('counts a role that was there before there was a quota, once it is changed', async () => {
    const table = await aTableWith(golemRecord())
    await ask(table, 'one')
    await giveBackPlace(table, {
      tenant: 'shop',
      role: { cluster: 'golem', ...KEY, serviceAccount: 'one' },
      version: 1,
    })

    await ask(table, 'one', { quota: 0, description: 'x' })

    expect(await takenBy(table)).toEqual(['golem/default/one'])
  })

  test('is given back when the role is gone, and not before', async () => {
    const table = await aTableWith(golemRecord())
    await ask(table, 'reader', { quota: 1 })
    const { settle } = await theRole({ table })
    await settle()
    await removeRole(table, 'golem', KEY, { requestedBy: 'iam:shop', now: NOON })
    await expect(ask(table, 'two', { quota: 1 })).rejects.toThrow(RoleQuotaReached)

    expect(await settle()).toBeUndefined()

    expect(await takenBy(table)).toEqual([])
    expect(await ask(table, 'two', { quota: 1 })).toMatchObject({ version: 1 })
  })

  test('is not given back by who removes the role of before slowly', async () => {
    const table = await aTableWith(golemRecord())
    const { version } = await ask(table)
    await removeRole(table, 'golem', KEY, { requestedBy: 'iam:shop', now: NOON })
    await ask(table)

    await giveBackPlace(table, { tenant: 'shop', role: { cluster: 'golem', ...KEY }, version: version + 1 })

    expect(await takenBy(table)).toEqual(['golem/default/reader'])
  })

  test('that was lost with who took it is found again, once nobody can be on the way with it', async () => {
    const table = await aTableWith(golemRecord())
    const place = {
      tenant: 'shop',
      role: { cluster: 'golem', ...KEY, serviceAccount: 'lost' },
      version: 1,
      now: NOON,
    }
    await takePlace(table, place, 2)
    await ask(table, 'one')

    await expect(ask(table, 'two')).rejects.toThrow(RoleQuotaReached)
    await ask(table, 'two', { now: LATER })

    expect(await takenBy(table)).toEqual(['golem/default/one', 'golem/default/two'])
  })
})
