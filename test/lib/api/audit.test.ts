import { describe, expect, test } from 'vitest'
import type { AuditEntry } from '../../../lib/audit/entry.ts'
import { anAuditTable } from '../audit/audit-table.ts'
import { type Around, aTable, itemsOf } from '../registry/registry.ts'
import {
  ADMINISTRATOR,
  type Answered,
  type Ask,
  anApi,
  OPERATOR,
  OTHER_TEAM,
  ROLE,
  TEAM,
  TEAM_PRINCIPAL,
} from './fixture.ts'

const CONTENT = { policies: [{ catalogue: 's3-read', parameters: { bucket: 'golem-data' } }] }
const OF_ROLE = { cluster: 'golem', role: 'default/reader' }

function rulesFor(name: string): object {
  const principals = [`iam:arn:aws:iam::000000000000:role/${name}`]
  return { rules: [{ principals, clusters: ['golem'], namespaces: ['default'], catalogue: ['s3-read'] }] }
}

/** With two tenants, and a role of the first of them. */
async function withTeams(): Promise<Ask> {
  const ask = await anApi(await aTable())
  await ask('PUT', '/tenants/team', { json: rulesFor('team') })
  await ask('PUT', '/tenants/other', { json: rulesFor('other') })
  expect((await ask('PUT', ROLE, { json: CONTENT, userArn: TEAM })).statusCode).toBe(201)
  return ask
}

function entriesOf({ json }: Answered): readonly AuditEntry[] {
  return json.entries as readonly AuditEntry[]
}

describe('a change of a role', () => {
  test('is written down with who, before and after, and the role carries its id', async () => {
    const ask = await withTeams()
    const changed = await ask('PUT', ROLE, { json: { ...CONTENT, description: 'x' }, userArn: TEAM })

    const entries = entriesOf(await ask('GET', '/audit', { query: OF_ROLE }))
    const latest = entries.find(({ changeId }) => changeId === changed.json.changeId)
    const first = entries.find((entry) => entry !== latest)

    expect(entries).toHaveLength(2)
    expect(first).toMatchObject({
      what: 'RoleChanged',
      about: OF_ROLE,
      after: { version: 1, tenant: 'team' },
    })
    expect(first).not.toHaveProperty('before')
    expect(latest).toMatchObject({
      at: '2026-01-31T12:00:00.000Z',
      who: TEAM_PRINCIPAL,
      before: { version: 1, changeId: first?.changeId },
      after: { version: 2, content: { description: 'x' } },
    })
  })

  test('is not one when nothing is written, or it is refused', async () => {
    const audit = await anAuditTable()
    const ask = await anApi(await aTable(), audit)
    await ask('PUT', ROLE, { json: CONTENT })
    const before = await itemsOf(audit)

    await ask('PUT', ROLE, { json: CONTENT })
    await ask('PUT', ROLE, { json: { policies: [{ catalogue: 'none' }] } })
    await ask('PUT', ROLE, { json: { ...CONTENT, description: 'x' }, userArn: TEAM })

    expect(await itemsOf(audit)).toEqual(before)
  })

  test.each([
    [ROLE, CONTENT],
    ['/tenants/team', rulesFor('team')],
  ])('of %s is not made when it cannot be written down', async (path, json) => {
    const refuse: Around = (call, operation) =>
      operation === 'PutItem' ? Promise.reject(new Error('no')) : call()
    const ask = await anApi(await aTable(), await anAuditTable(refuse))

    expect((await ask('PUT', path, { json })).statusCode).toBe(500)

    expect((await ask('GET', path)).statusCode).toBe(404)
  })
})

test('a tenant is written down as it was and as it is, until it is gone', async () => {
  const ask = await anApi(await aTable())
  const put = await ask('PUT', '/tenants/team', { json: rulesFor('team') })
  await ask('DELETE', '/tenants/team')
  await ask('DELETE', '/tenants/team')

  const entries = entriesOf(await ask('GET', '/audit', { query: { tenant: 'team' } }))

  expect(entries).toHaveLength(2)
  const removed = entries.find(({ what }) => what === 'TenantRemoved')
  const made = entries.find(({ what }) => what === 'TenantChanged')
  expect(made).toMatchObject({
    changeId: put.json.changeId,
    who: `iam:${ADMINISTRATOR}`,
    after: { version: 1 },
  })
  expect(removed).toMatchObject({ before: { version: 1, changeId: put.json.changeId } })
  expect(removed).not.toHaveProperty('after')
})

describe('GET of the audit', () => {
  test.each([
    [{ cluster: 'golem' }, 1],
    [OF_ROLE, 1],
    [{ tenant: 'team' }, 1],
    [{ day: '2026-01-31' }, 3],
    [{ day: '2026-02-01' }, 0],
  ])('answers operators %o with %i entries', async (query, count) => {
    const ask = await withTeams()

    expect(entriesOf(await ask('GET', '/audit', { query, userArn: OPERATOR }))).toHaveLength(count)
  })

  test('answers a tenant its own roles only', async () => {
    const ask = await withTeams()
    const asked = (userArn: string, query: Readonly<Record<string, string>>) =>
      ask('GET', '/audit', { query, userArn })

    expect(entriesOf(await asked(TEAM, OF_ROLE))).toHaveLength(1)
    expect((await asked(OTHER_TEAM, OF_ROLE)).json).toEqual({ entries: [] })
    for (const query of [{ cluster: 'golem' }, { tenant: 'team' }, { day: '2026-01-31' }])
      expect((await asked(TEAM, query)).statusCode).toBe(403)
    const ofOther = await asked(TEAM, { ...OF_ROLE, cluster: 'other' })
    expect([ofOther.statusCode, ofOther.json.type]).toEqual([404, 'urn:irsa:error:ClusterNotFound'])
  })

  test('comes in pages, and ends', async () => {
    const ask = await anApi(await aTable())
    for (let number = 1; number <= 25; number += 1)
      await ask('PUT', ROLE, { json: { ...CONTENT, description: String(number) } })

    for (const query of [OF_ROLE, { cluster: 'golem' }, { day: '2026-01-31' }]) {
      const first = await ask('GET', '/audit', { query })
      const second = await ask('GET', '/audit', { query: { ...query, cursor: String(first.json.cursor) } })

      expect([entriesOf(first).length, entriesOf(second).length]).toEqual([20, 5])
      expect(second.json).not.toHaveProperty('cursor')
      expect(new Set([...entriesOf(first), ...entriesOf(second)].map(({ changeId }) => changeId)).size).toBe(
        25,
      )
    }
  })

  test('does not leave its subject, whatever the cursor', async () => {
    const ask = await withTeams()
    const cursor = Buffer.from('TENANT#team 9999').toString('base64url')

    const { json } = await ask('GET', '/audit', { query: { ...OF_ROLE, cursor }, userArn: TEAM })

    expect(json.entries).toMatchObject([{ about: OF_ROLE }])
  })

  test.each<[string, Readonly<Record<string, string>>]>([
    ['nothing', {}],
    ['two subjects', { cluster: 'golem', tenant: 'team' }],
    ['a role without its cluster', { role: 'default/reader' }],
    ['what is no role', { cluster: 'golem', role: 'default' }],
    ['what is no day', { day: 'yesterday' }],
    ['a cursor that is none', { ...OF_ROLE, cursor: 'forged' }],
  ])('refuses %s', async (_, query) => {
    const ask = await anApi(await aTable())

    expect((await ask('GET', '/audit', { query })).statusCode).toBe(400)
  })
})
