import { describe, expect, test } from 'vitest'
import { InvalidInput, RequestRefused, RoleNameTaken, TargetAccountFixed } from '../../../../lib/errors.ts'
import { NO_LIMITS } from '../../../../lib/policy/guard-rails.ts'
import { claimRoleName } from '../../../../lib/registry/claims.ts'
import { removeRole } from '../../../../lib/registry/request-role.ts'
import { listTrustingRoles } from '../../../../lib/registry/subject-clusters.ts'
import { golemRecord, itemsOf } from '../registry.ts'
import { ask, KEY, theTable } from './fixture.ts'

/** One of the stack's. */
const TARGET = '444455556666'
const OWN = golemRecord().desired.accountId
const NAME = 'dev_golem_default_reader'

describe('requestRole with a target account', () => {
  test('claims the role’s name there, and writes down that the role trusts its cluster from there', async () => {
    const table = await theTable()

    await ask(table, { targetAccountId: TARGET })

    const claims = (await itemsOf(table))
      .map(({ pk }) => pk)
      .filter((pk) => String(pk).startsWith('ROLENAME'))
    expect(claims).toEqual([`ROLENAME#${TARGET}#${NAME}`])
    const trusting: object[] = []
    for await (const role of listTrustingRoles(table, 'golem')) trusting.push(role)
    expect(trusting).toEqual([{ cluster: 'golem', ...KEY }])
  })

  test('is held by names of that account, and not by those of another one', async () => {
    const table = await theTable()
    await claimRoleName(table, { accountId: OWN, roleName: NAME }, 'somebody', 1)
    await expect(ask(table, { targetAccountId: TARGET })).resolves.toMatchObject({ version: 1 })

    const other = await theTable()
    await claimRoleName(other, { accountId: TARGET, roleName: NAME }, 'somebody', 1)
    await expect(ask(other, { targetAccountId: TARGET })).rejects.toThrow(RoleNameTaken)
  })

  test.each<[string, string, new (...parts: never[]) => Error]>([
    ['what is no account', '4444', InvalidInput],
    ['an account that is not one of the stack’s', '777788889999', RequestRefused],
  ])('refuses %s before anything is written', async (_, targetAccountId, kind) => {
    const table = await theTable()
    const before = await itemsOf(table)

    await expect(ask(table, { targetAccountId })).rejects.toThrow(kind)

    expect(await itemsOf(table)).toEqual(before)
  })

  test('says where in the request the account is that the rules of the tenant do not list', async () => {
    const table = await theTable()
    const guardRails = { ...NO_LIMITS, absolute: { targetAccounts: [] } }
    const admit = () => [{ tenant: 'team', guardRails }] as const

    await expect(ask(table, { targetAccountId: TARGET }, { admit })).rejects.toMatchObject({
      name: 'RequestRefused',
      findings: [{ rule: 'TargetAccountNotAllowed', pointer: '/targetAccountId' }],
    })
  })

  test('may name the cluster’s own account, which any tenant may', async () => {
    const table = await theTable()
    const guardRails = { ...NO_LIMITS, absolute: { targetAccounts: [] } }
    const admit = () => [{ tenant: 'team', guardRails }] as const

    expect(await ask(table, { targetAccountId: OWN }, { admit })).toMatchObject({ version: 1 })
    expect(await ask(table, {}, { admit })).toMatchObject({ version: 2 })
  })

  test.each([
    ['into another account', {}, { targetAccountId: TARGET }],
    ['back', { targetAccountId: TARGET }, {}],
  ])('never moves a role %s, nor one that is being removed', async (_, first, second) => {
    const table = await theTable()
    await ask(table, first)

    await expect(ask(table, second)).rejects.toThrow(TargetAccountFixed)
    await removeRole(table, 'golem', KEY, { requestedBy: 'iam:deployer', now: new Date() })
    await expect(ask(table, second)).rejects.toThrow(TargetAccountFixed)
    await expect(ask(table, first)).resolves.toMatchObject({ version: 3 })
  })
})
