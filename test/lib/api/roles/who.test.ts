/** Who may ask for a role, and who is told of it. */
import { describe, expect, test } from 'vitest'
import { claimRoleName } from '../../../../lib/registry/claims.ts'
import { aTable, itemsOf } from '../../registry/registry.ts'
import { anApi, OPERATOR, OTHER_PRINCIPAL, OTHER_TEAM, ROLE, TEAM, TEAM_PRINCIPAL } from '../fixture.ts'
import { CONTENT, putTeam } from './fixture.ts'

describe('a tenant', () => {
  test('may ask for what a rule names, and owns it', async () => {
    const ask = await anApi(await aTable())
    await putTeam(ask, 'team', TEAM_PRINCIPAL)

    const { statusCode, json } = await ask('PUT', ROLE, { json: CONTENT, userArn: TEAM })

    expect([statusCode, json.tenant, json.requestedBy]).toEqual([201, 'team', TEAM_PRINCIPAL])
    expect((await ask('GET', ROLE, { userArn: TEAM })).statusCode).toBe(200)
  })

  test('is told what the rule allows when it asks for more', async () => {
    const table = await aTable()
    const ask = await anApi(table)
    await putTeam(ask, 'team', TEAM_PRINCIPAL)
    const before = await itemsOf(table)

    const refused = await ask('PUT', ROLE, {
      json: { ...CONTENT, tags: { team: 'a' } },
      userArn: TEAM,
    })

    expect(refused.statusCode).toBe(422)
    expect(refused.json.errors).toMatchObject([
      {
        pointer: '/tags/team',
        rule: 'TagKeyNotAllowed',
        detail: expect.stringMatching(/allowed: the tag keys of the tenant's rules: none$/),
      },
    ])
    expect(await itemsOf(table)).toEqual(before)
  })

  test("sees nothing of another one's roles, and cannot change them", async () => {
    const table = await aTable()
    const ask = await anApi(table)
    await putTeam(ask, 'team', TEAM_PRINCIPAL)
    await putTeam(ask, 'other', OTHER_PRINCIPAL)
    await ask('PUT', ROLE, { json: CONTENT, userArn: TEAM })
    const before = await itemsOf(table)

    const theirs = await Promise.all([
      ask('GET', ROLE, { userArn: OTHER_TEAM }),
      ask('GET', `${ROLE}/manifest`, { userArn: OTHER_TEAM }),
      ask('PUT', ROLE, { json: CONTENT, userArn: OTHER_TEAM }),
      ask('PUT', ROLE, { json: { policies: [] }, userArn: OTHER_TEAM }),
    ])
    const absent = await ask('GET', ROLE.replace('reader', 'nobody'), { userArn: OTHER_TEAM })

    expect(theirs.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404])
    for (const { json } of theirs) expect(json.type).toBe('urn:irsa:error:RoleNotFound')
    expect(theirs[0]?.body.replace('reader', 'nobody')).toBe(absent.body)
    expect((await ask('GET', '/clusters/golem/roles', { userArn: OTHER_TEAM })).json).toEqual({ roles: [] })
    expect(await itemsOf(table)).toEqual(before)
  })

  test('loses sight of its roles with its rule, at once', async () => {
    const ask = await anApi(await aTable())
    await putTeam(ask, 'team', TEAM_PRINCIPAL)
    await ask('PUT', ROLE, { json: CONTENT, userArn: TEAM })

    await ask('DELETE', '/tenants/team')

    expect((await ask('GET', ROLE, { userArn: TEAM })).statusCode).toBe(404)
    expect((await ask('GET', ROLE)).statusCode).toBe(200)
  })

  test('keeps its role when an administrator changes it', async () => {
    const ask = await anApi(await aTable())
    await putTeam(ask, 'team', TEAM_PRINCIPAL)
    await ask('PUT', ROLE, { json: CONTENT, userArn: TEAM })

    const { json } = await ask('PUT', ROLE, { json: { policies: [] } })

    expect([json.version, json.tenant]).toEqual([2, 'team'])
  })

  test('without a rule for the cluster does not know that there is one', async () => {
    const ask = await anApi(await aTable())

    expect((await ask('PUT', ROLE, { json: CONTENT, userArn: TEAM })).statusCode).toBe(404)
    expect((await ask('GET', '/clusters/golem', { userArn: TEAM })).statusCode).toBe(404)
    expect((await ask('GET', '/clusters', { userArn: TEAM })).json).toEqual({ clusters: [] })
  })

  test('may not ask in a namespace that is not its own', async () => {
    const ask = await anApi(await aTable())
    await putTeam(ask, 'team', TEAM_PRINCIPAL)

    const refused = await ask('PUT', ROLE.replace('default', 'kube-system'), { json: CONTENT, userArn: TEAM })

    expect([refused.statusCode, refused.json.type]).toEqual([403, 'urn:irsa:error:NotPermitted'])
  })
})

test('an operator reads everything and asks for nothing', async () => {
  const ask = await anApi(await aTable())
  await ask('PUT', ROLE, { json: CONTENT })

  expect((await ask('GET', ROLE, { userArn: OPERATOR })).statusCode).toBe(200)
  expect((await ask('PUT', ROLE, { json: CONTENT, userArn: OPERATOR })).statusCode).toBe(403)
  expect((await ask('GET', '/tenants/team', { userArn: OPERATOR })).statusCode).toBe(403)
})

describe('a name that is taken', () => {
  test('tells only administrators by whom', async () => {
    const table = await aTable()
    const ask = await anApi(table)
    await putTeam(ask, 'team', TEAM_PRINCIPAL)
    const claimed = { accountId: '000000000000', roleName: 'DEV_golem_default_READER' }
    await claimRoleName(table, claimed, 'secret-cluster/default/reader', 1)

    const team = await ask('PUT', ROLE, { json: CONTENT, userArn: TEAM })
    const administrator = await ask('PUT', ROLE, { json: CONTENT })

    expect([team.statusCode, administrator.statusCode]).toEqual([409, 409])
    expect(team.json.detail).toBe('The role name dev_golem_default_reader is taken.')
    expect(administrator.json.detail).toContain('secret-cluster')
  })
})
