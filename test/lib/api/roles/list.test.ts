import { describe, expect, test } from 'vitest'
import { putRoleRequest, putRoleStatus } from '../../../../lib/registry/roles.ts'
import { aRoleRequest, aRoleStatus, aTable } from '../../registry/registry.ts'
import { type Ask, anApi, TEAM, TEAM_PRINCIPAL } from '../fixture.ts'
import { putTeam } from './fixture.ts'

describe('the list of roles', () => {
  test('comes in pages of 50, each role once, in order', async () => {
    const { ask, names } = await withRoles(120)

    const pages = await everyPage(ask)

    expect(pages.map(({ length }) => length)).toEqual([50, 50, 20])
    expect(pages.flat()).toEqual(names)
  })

  test('has only those of a status if that is asked for', async () => {
    const { table, ask } = await withRoles(70)
    await putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount: 'reader-060' }))

    expect((await everyPage(ask, { status: 'READY' })).flat()).toEqual(['reader-060'])
    expect((await everyPage(ask, { status: 'PENDING' })).flat()).toHaveLength(69)
    expect((await ask('GET', '/clusters/golem/roles', { query: { status: 'GONE' } })).statusCode).toBe(400)
  })

  test.each([
    '',
    'x',
    'AAAA',
    Buffer.from('a/b/c').toString('base64url'),
    `${Buffer.from('a/b').toString('base64url')}=`,
    Buffer.from('\u0000/b').toString('base64url'),
  ])('refuses the forged cursor "%s"', async (cursor) => {
    const { ask } = await withRoles(1)

    const { statusCode, json } = await ask('GET', '/clusters/golem/roles', { query: { cursor } })

    expect([statusCode, json.errors]).toEqual([
      400,
      [{ pointer: '/cursor', detail: 'must be the cursor of the page before' }],
    ])
  })

  test('names no role of others in its cursors, and finds its own behind however many of them', async () => {
    const table = await aTable()
    const ask = await anApi(table)
    await putTeam(ask, 'team', TEAM_PRINCIPAL)
    const put = (serviceAccount: string, tenant: string) =>
      putRoleRequest(table, aRoleRequest({ serviceAccount, tenant }), 0)
    const names = Array.from({ length: 1100 }, (_, index) => `role-${String(index).padStart(4, '0')}`)
    const own = (name: string) => name < 'role-0060' || name === 'role-1099'
    await Promise.all(names.map((name) => put(name, own(name) ? 'team' : 'other')))

    const cursors: string[] = []
    const found: unknown[] = []
    for (let query = {}; cursors.length < 100; ) {
      const { json } = await ask('GET', '/clusters/golem/roles', { query, userArn: TEAM })
      found.push(...(json.roles as { serviceAccount: string }[]).map(({ serviceAccount }) => serviceAccount))
      if (json.cursor === undefined) break
      query = { cursor: json.cursor }
      cursors.push(Buffer.from(String(json.cursor), 'base64url').toString())
    }

    expect(found).toEqual(names.filter(own))
    expect(cursors.length).toBeGreaterThan(0)
    for (const cursor of cursors) expect(own(cursor.replace('default/', ''))).toBe(true)
  })

  test('goes on behind a role that is there no more', async () => {
    const { ask } = await withRoles(2)
    const cursor = Buffer.from('default/reader-000a').toString('base64url')

    const { json } = await ask('GET', '/clusters/golem/roles', { query: { cursor } })

    expect(json.roles).toMatchObject([{ serviceAccount: 'reader-001' }])
  })
})

async function withRoles(count: number) {
  const table = await aTable()
  const ask = await anApi(table)
  const names = Array.from({ length: count }, (_, index) => `reader-${String(index).padStart(3, '0')}`)
  await Promise.all(names.map((serviceAccount) => putRoleRequest(table, aRoleRequest({ serviceAccount }), 0)))
  return { table, ask, names }
}

async function everyPage(ask: Ask, query: Readonly<Record<string, string>> = {}) {
  const pages: string[][] = []
  for (let cursor: string | undefined; pages.length === 0 || cursor !== undefined; ) {
    const wish = { query: { ...query, ...(cursor !== undefined && { cursor }) } }
    const { json } = await ask('GET', '/clusters/golem/roles', wish)
    const { roles, cursor: next } = json as { roles: { serviceAccount: string }[]; cursor?: string }
    pages.push(roles.map(({ serviceAccount }) => serviceAccount))
    cursor = next
  }
  return pages
}
