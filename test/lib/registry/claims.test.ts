import { describe, expect, test } from 'vitest'
import { IssuerTaken, RoleNameTaken } from '../../../lib/errors.ts'
import { claimIssuer, claimRoleName } from '../../../lib/registry/claims.ts'
import { aTable, itemsOf } from './registry.ts'

const GOLEM = { issuer: 'https://irsa.golem.gigantic.io', cluster: 'golem', accountId: '111122223333' }
const ROLE = { accountId: '111122223333', roleName: 'dev_golem_default_reader' }

describe('claimIssuer', () => {
  test('writes down who has the issuer', async () => {
    const table = await aTable()

    await claimIssuer(table, GOLEM)

    expect(await itemsOf(table)).toEqual([
      { pk: 'ISSUER#irsa.golem.gigantic.io', sk: 'CLAIM', holder: '111122223333/golem' },
    ])
  })

  test('may be repeated by its holder', async () => {
    const table = await aTable()
    await claimIssuer(table, GOLEM)

    await claimIssuer(table, GOLEM)

    expect(await itemsOf(table)).toHaveLength(1)
  })

  test.each([
    ['another cluster', { ...GOLEM, cluster: 'gaia' }],
    ['the same name of another account', { ...GOLEM, accountId: '444455556666' }],
  ])('is refused to %s, which is told the holder', async (_, other) => {
    const table = await aTable()
    await claimIssuer(table, GOLEM)
    const before = await itemsOf(table)

    const refused = await claimIssuer(table, other).catch((error) => error)

    expect(refused).toBeInstanceOf(IssuerTaken)
    expect(refused.message).toContain('111122223333/golem')
    expect(await itemsOf(table)).toEqual(before)
  })

  test('goes to one of many that race for it', async () => {
    const table = await aTable()
    const names = Array.from({ length: 10 }, (_, index) => `golem${index}`)

    const claims = await Promise.allSettled(names.map((cluster) => claimIssuer(table, { ...GOLEM, cluster })))

    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await itemsOf(table)).toHaveLength(1)
  })
})

describe('claimRoleName', () => {
  test('is refused to another request, in whatever case IAM is given the name', async () => {
    const table = await aTable()
    await claimRoleName(table, ROLE, 'golem/default/reader')

    const claim = claimRoleName(
      table,
      { ...ROLE, roleName: 'DEV_golem_Default_reader' },
      'gaia/default/reader',
    )

    await expect(claim).rejects.toThrow(RoleNameTaken)
    expect(await itemsOf(table)).toEqual([
      {
        pk: 'ROLENAME#111122223333#dev_golem_default_reader',
        sk: 'CLAIM',
        holder: 'golem/default/reader',
      },
    ])
  })

  test('may be repeated by its holder', async () => {
    const table = await aTable()

    await claimRoleName(table, ROLE, 'golem/default/reader')
    await claimRoleName(table, ROLE, 'golem/default/reader')

    expect(await itemsOf(table)).toHaveLength(1)
  })

  test('is free in every other account', async () => {
    const table = await aTable()
    await claimRoleName(table, ROLE, 'golem/default/reader')

    await claimRoleName(table, { ...ROLE, accountId: '444455556666' }, 'gaia/default/reader')

    expect(await itemsOf(table)).toHaveLength(2)
  })
})
