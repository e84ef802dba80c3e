/** Accounts that IAM makes no more roles in, as settling a role has found. */
import { expect, test } from 'vitest'
import { QuotaExceeded } from '../../../lib/errors.ts'
import { markFull } from '../../../lib/registry/full-accounts.ts'
import { aTable, itemsOf } from '../registry/registry.ts'
import { theRole } from '../settle-role/fixture.ts'
import { anApi, NOW, ROLE } from './fixture.ts'

const json = { policies: [] }
/** As test/lib/resources/golem.ts has them. */
const [ACCOUNT, TARGET] = ['000000000000', '444455556666']

function minutesBefore(minutes: number): Date {
  return new Date(NOW.getTime() - minutes * 60_000)
}

test('one more role in a full account is refused, with what has named the account, and nothing is written', async () => {
  const table = await aTable()
  const ask = await anApi(table)
  await markFull(table, ACCOUNT, minutesBefore(14))
  await markFull(table, TARGET, minutesBefore(14))
  const before = await itemsOf(table)

  const here = await ask('PUT', ROLE, { json })
  const there = await ask('PUT', ROLE, { json: { ...json, targetAccountId: TARGET } })

  for (const [refused, pointer] of [
    [here, ''],
    [there, '/targetAccountId'],
  ] as const) {
    expect([refused.statusCode, refused.json.type]).toEqual([409, 'urn:irsa:error:AccountRoleQuotaReached'])
    expect(refused.json.errors).toMatchObject([{ pointer }])
  }
  expect(await itemsOf(table)).toEqual(before)
})

test('a role that is there is changed all the same, and another account is another', async () => {
  const table = await aTable()
  const ask = await anApi(table)
  await ask('PUT', ROLE, { json })
  await markFull(table, ACCOUNT, NOW)

  const changed = await ask('PUT', ROLE, { json: { ...json, description: 'changed' } })
  const elsewhere = await ask('PUT', `${ROLE}-2`, { json: { ...json, targetAccountId: TARGET } })

  expect([changed.statusCode, elsewhere.statusCode]).toEqual([200, 201])
})

test('after a while it is tried again', async () => {
  const table = await aTable()
  const ask = await anApi(table)
  await markFull(table, ACCOUNT, minutesBefore(15))

  expect((await ask('PUT', ROLE, { json })).statusCode).toBe(201)
})

test.each([
  ['RolesPerAccount: 1000', 409],
  ['AttachedPoliciesPerRole: 10', 201],
])('IAM saying that no more are allowed of %s tells the next request', async (quota, status) => {
  const fails = () => {
    throw new QuotaExceeded(`iam:CreateRole: LimitExceeded: Cannot exceed quota for ${quota}`)
  }
  const { table, settle } = await theRole({ fails })
  await settle({ now: () => NOW })
  const ask = await anApi(table)

  expect((await ask('PUT', `${ROLE}-2`, { json })).statusCode).toBe(status)
})
