import { describe, expect, test } from 'vitest'
import { IssuerTaken, RoleNameTaken } from '../../../lib/errors.ts'
import { claimIssuer, claimRoleName, releaseRoleName } from '../../../lib/registry/claims.ts'
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
    await claimRoleName(table, ROLE, 'golem/default/reader', 1)

    const claim = claimRoleName(
      table,
      { ...ROLE, roleName: 'DEV_golem_Default_reader' },
      'gaia/default/reader',
      1,
    )

    await expect(claim).rejects.toThrow(RoleNameTaken)
    expect(await itemsOf(table)).toEqual([
      {
        pk: 'ROLENAME#111122223333#dev_golem_default_reader',
        sk: 'CLAIM',
        holder: 'golem/default/reader',
        version: 1,
      },
    ])
  })

  test('may be repeated by its holder', async () => {
    const table = await aTable()

    await claimRoleName(table, ROLE, 'golem/default/reader', 1)
    await claimRoleName(table, ROLE, 'golem/default/reader', 1)

    expect(await itemsOf(table)).toHaveLength(1)
  })

  test('is free in every other account', async () => {
    const table = await aTable()
    await claimRoleName(table, ROLE, 'golem/default/reader', 1)

    await claimRoleName(table, { ...ROLE, accountId: '444455556666' }, 'gaia/default/reader', 1)

    expect(await itemsOf(table)).toHaveLength(2)
  })
})

describe('releaseRoleName', () => {
  const now = new Date('2026-01-31T12:00:00Z')

  test('frees the name for every other request, and has its versions go on', async () => {
    const table = await aTable()
    await claimRoleName(table, ROLE, 'golem/default/reader', 3)

    await releaseRoleName(table, ROLE, 'golem/default/reader', { version: 4, now })

    expect(await itemsOf(table)).toEqual([
      {
        pk: 'ROLENAME#111122223333#dev_golem_default_reader',
        sk: 'CLAIM',
        version: 4,
        expiresAt: Date.parse('2026-05-11T12:00:00Z') / 1000,
      },
    ])
    expect(await claimRoleName(table, ROLE, 'gaia/default/reader', 1)).toBe(5)
    await expect(claimRoleName(table, ROLE, 'golem/default/reader', 5)).rejects.toThrow(RoleNameTaken)
  })

  test('leaves a claim that a later request has made, and that of another one', async () => {
    const table = await aTable()
    await claimRoleName(table, ROLE, 'golem/default/reader', 5)
    const before = await itemsOf(table)

    await releaseRoleName(table, ROLE, 'golem/default/reader', { version: 4, now })
    await releaseRoleName(table, ROLE, 'gaia/default/reader', { version: 5, now })

    expect(await itemsOf(table)).toEqual(before)
  })

  test('is nothing where there is no claim', async () => {
    const table = await aTable()

    await releaseRoleName(table, ROLE, 'golem/default/reader', { version: 1, now })

    expect(await itemsOf(table)).toEqual([])
  })
})

describe('the version of a claim', () => {
  test('never goes back: who is slow gets the next one', async () => {
    const table = await aTable()
    await claimRoleName(table, ROLE, 'golem/default/reader', 7)

    expect(await claimRoleName(table, ROLE, 'golem/default/reader', 2)).toBe(8)
  })
})
