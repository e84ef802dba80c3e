import { describe, expect, test } from 'vitest'
import { aTable, itemsOf } from '../../registry/registry.ts'
import { anApi, OPERATOR, OTHER_PRINCIPAL, OTHER_TEAM, ROLE, TEAM, TEAM_PRINCIPAL } from '../fixture.ts'
import { CONTENT, putTeam } from './fixture.ts'

describe('DELETE of a role', () => {
  test('has it removed, and says so', async () => {
    const table = await aTable()
    const ask = await anApi(table)
    await ask('PUT', ROLE, { json: CONTENT })

    const { statusCode, headers, json } = await ask('DELETE', ROLE)

    expect([statusCode, headers.etag, json.status]).toEqual([202, '"2"', 'REMOVING'])
    const before = await itemsOf(table)
    expect((await ask('DELETE', ROLE)).headers.etag).toBe('"2"')
    expect(await itemsOf(table)).toEqual(before)
    expect((await ask('PUT', ROLE, { json: CONTENT })).json).toMatchObject({ status: 'PENDING', version: 3 })
  })

  test('is tried again by force, once', async () => {
    const ask = await anApi(await aTable())
    await ask('PUT', ROLE, { json: CONTENT })
    await ask('DELETE', ROLE)
    const query = { force: 'true' }

    expect((await ask('DELETE', ROLE, { query })).json.version).toBe(3)
    expect((await ask('DELETE', ROLE, { query })).json.version).toBe(3)
    expect((await ask('DELETE', ROLE, { query: { force: 'yes' } })).statusCode).toBe(400)
  })

  test.each<[string, Readonly<Record<string, string>>, number]>([
    ['the ETag that it has', { 'if-match': '"1"' }, 202],
    ['another ETag', { 'if-match': '"2"' }, 412],
  ])('with %s', async (_, headers, expected) => {
    const ask = await anApi(await aTable())
    await ask('PUT', ROLE, { json: CONTENT })

    expect((await ask('DELETE', ROLE, { headers })).statusCode).toBe(expected)
  })

  test('that is not there answers who could have it', async () => {
    const ask = await anApi(await aTable())
    await putTeam(ask, 'team', TEAM_PRINCIPAL)

    const elsewhere = ROLE.replace('default', 'elsewhere')
    expect((await ask('DELETE', ROLE)).statusCode).toBe(204)
    expect((await ask('DELETE', ROLE, { userArn: TEAM })).statusCode).toBe(204)
    expect((await ask('DELETE', elsewhere, { userArn: TEAM })).statusCode).toBe(404)
    expect((await ask('DELETE', ROLE, { userArn: OTHER_TEAM })).statusCode).toBe(404)
  })

  test('is for its tenant and administrators only, and written down', async () => {
    const table = await aTable()
    const ask = await anApi(table)
    await putTeam(ask, 'team', TEAM_PRINCIPAL)
    await putTeam(ask, 'other', OTHER_PRINCIPAL)
    await ask('PUT', ROLE, { json: CONTENT, userArn: TEAM })
    const before = await itemsOf(table)

    const others = await ask('DELETE', ROLE, { userArn: OTHER_TEAM })
    expect([others.statusCode, others.json.type]).toEqual([404, 'urn:irsa:error:RoleNotFound'])
    expect((await ask('DELETE', ROLE, { userArn: OPERATOR })).statusCode).toBe(403)
    expect(await itemsOf(table)).toEqual(before)
    const removed = await ask('DELETE', ROLE, { userArn: TEAM })

    expect(removed.statusCode).toBe(202)
    const { json } = await ask('GET', '/audit', { query: { cluster: 'golem', role: 'default/reader' } })
    expect(json.entries).toContainEqual(
      expect.objectContaining({ what: 'RoleRemoved', who: TEAM_PRINCIPAL, changeId: removed.json.changeId }),
    )
  })
})
