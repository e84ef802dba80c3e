import { describe, expect, test } from 'vitest'
import { RoleNameTaken, VersionConflict } from '../../../../lib/errors.ts'
import { NO_LIMITS } from '../../../../lib/policy/guard-rails.ts'
import { claimRoleName } from '../../../../lib/registry/claims.ts'
import { readRoleRequest } from '../../../../lib/registry/roles.ts'
import { cutOffEverywhere } from '../../cut-off.ts'
import { STACK } from '../../resources/golem.ts'
import { itemsOf } from '../registry.ts'
import { ask, KEY, SQS_READ, theTable } from './fixture.ts'

describe('a role name', () => {
  test('that somebody else holds in another case is refused, and nothing of the request is written', async () => {
    const table = await theTable()
    const roleName = 'DEV_Golem_default_READER'
    await claimRoleName(table, { accountId: STACK.accountId, roleName }, 'gaia/default/reader', 1)
    const before = await itemsOf(table)

    await expect(ask(table)).rejects.toThrow(RoleNameTaken)

    expect(await itemsOf(table)).toEqual(before)
  })

  test('that was cut is told apart from every other with the same beginning', async () => {
    const table = await theTable()
    const long = 'reader-of-everything-that-there-is-to-read-in-the-bucket-of'

    await ask(table, { serviceAccount: `${long}-a` })
    await ask(table, { serviceAccount: `${long}-b` })

    expect(await itemsOf(table)).toHaveLength(5)
  })

  test('that is spelt like a cut one is refused', async () => {
    const table = await theTable()
    const namespace = 'n'.repeat(60)
    await ask(table, { namespace })
    const cut = String((await itemsOf(table)).at(-1)?.pk).replace('ROLENAME#000000000000#', '')
    const [, , sameNamespace, sameServiceAccount] = cut.split('_')
    const before = await itemsOf(table)

    const collision = ask(table, { namespace: sameNamespace, serviceAccount: sameServiceAccount })

    await expect(collision).rejects.toThrow(RoleNameTaken)
    expect(await itemsOf(table)).toEqual(before)
  })
})

describe('requests at once', () => {
  test('for different things: one is taken, the other is told', async () => {
    const table = await theTable()

    const settled = await Promise.allSettled([ask(table), ask(table, { policies: [{ arn: SQS_READ }] })])

    const refusals = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    const taken = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(refusals.filter((reason) => !(reason instanceof VersionConflict))).toEqual([])
    const stored = await readRoleRequest(table, 'golem', KEY)
    expect(stored?.version).toBe(taken.length)
    expect(taken).toContainEqual(stored)
  })

  test('for the same thing are one request', async () => {
    const table = await theTable()

    const [one, other] = await Promise.all([ask(table), ask(table)])

    expect(one).toEqual(other)
    expect(await readRoleRequest(table, 'golem', KEY)).toMatchObject({ version: 1 })
  })

  test('are one request too when the SDK sends it twice because the first answer was lost', async () => {
    let puts = 0
    const table = await theTable(async (call, operation) => {
      if (operation === 'PutItem' && ++puts === 3) await call()
      return call()
    })

    expect(await ask(table)).toMatchObject({ version: 1 })
    expect(puts).toBe(3)
  })

  test('of different roles do not hinder each other', async () => {
    const table = await theTable()
    const names = Array.from({ length: 8 }, (_, index) => `reader-${index}`)

    const records = await Promise.all(names.map((serviceAccount) => ask(table, { serviceAccount })))

    expect(records.map(({ version }) => version)).toEqual(names.map(() => 1))
  })
})

test('a request that was cut off anywhere is taken once when it is sent again', async () => {
  const operations = await cutOffEverywhere({
    prepare: theTable,
    act: (table) =>
      ask(table, {}, { admit: () => [{ tenant: 'shop', guardRails: NO_LIMITS, roleQuota: 1 }] }),
    async assess(table, where) {
      expect(await readRoleRequest(table, 'golem', KEY), where).toMatchObject({ version: 1 })
      const items = await itemsOf(table)
      expect(items, where).toHaveLength(4)
      expect(items, where).toContainEqual(expect.objectContaining({ pk: 'TENANT#shop', taken: 1 }))
    },
  })

  expect(operations).toEqual([...Array(5).fill('GetItem'), 'PutItem', 'UpdateItem', 'PutItem'])
})
