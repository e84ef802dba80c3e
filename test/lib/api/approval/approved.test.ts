import { describe, expect, test } from 'vitest'
import { readRoleRequest } from '../../../../lib/registry/roles.ts'
import { itemsOf } from '../../registry/registry.ts'
import {
  ADMINISTRATOR,
  APPROVER,
  OPERATOR,
  ROLE,
  ROLE_KEY,
  TEAM,
  TEAM_PRINCIPAL,
  type Wish,
} from '../fixture.ts'
import { APPROVER_PRINCIPAL, SMALL, theWorld, WIDE, WIDER } from './fixture.ts'

describe('an approval', () => {
  test('brings the request into force, and says who has given it', async () => {
    const { table, ask, put, approve } = await theWorld()
    await put(WIDE)

    const { statusCode, headers, json } = await approve(1)

    expect([statusCode, headers.etag, json.status]).toEqual([200, '"2"', 'PENDING'])
    expect(json).toMatchObject({
      requestedBy: TEAM_PRINCIPAL,
      approval: { version: 1, by: APPROVER_PRINCIPAL, at: '2026-01-31T12:00:00.000Z' },
    })
    expect(await readRoleRequest(table, 'golem', ROLE_KEY)).toMatchObject({ version: 2, desired: 'present' })
    const audit = await ask('GET', '/audit', { query: { cluster: 'golem', role: 'default/reader' } })
    expect(audit.json.entries).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ what: 'RoleAsked', who: TEAM_PRINCIPAL }),
        expect.objectContaining({ what: 'RoleApproved', who: APPROVER_PRINCIPAL, changeId: json.changeId }),
      ]),
    )
  })

  test('is of what was looked at only', async () => {
    const { table, put, approve } = await theWorld()
    await put(WIDE)
    await put(WIDER)
    const before = await itemsOf(table)

    const refused = await approve(1)

    expect([refused.statusCode, refused.json.type]).toEqual([412, 'urn:irsa:error:PreconditionFailed'])
    expect(await itemsOf(table)).toEqual(before)
  })

  test('of what is changed at the same time is of one of both', async () => {
    const { table, put, approve } = await theWorld()
    await put(WIDE)

    const [approved, changed] = await Promise.all([approve(1), put(WIDER)])

    const record = await readRoleRequest(table, 'golem', ROLE_KEY)
    const inForce = record?.inForce ?? record
    if (record?.approval?.state === 'approved') expect(record.content).toMatchObject(WIDE)
    else
      expect(inForce?.approval?.state ?? 'waiting').toBe(approved.statusCode === 200 ? 'approved' : 'waiting')
    expect([approved.statusCode, changed.statusCode].some((status) => status < 300)).toBe(true)
  })

  test.each<[string, Wish, number, string]>([
    ['of the requester', { userArn: TEAM }, 403, 'NotPermitted'],
    ['of an operator', { userArn: OPERATOR }, 403, 'NotPermitted'],
    ['that names no version', { headers: {} }, 428, 'PreconditionRequired'],
    ['that names another version', { headers: { 'if-match': '"2"' } }, 412, 'PreconditionFailed'],
    ['of what must not be there', { headers: { 'if-none-match': '*' } }, 412, 'PreconditionFailed'],
  ])('%s is refused, and so is a rejection', async (_, wish, status, error) => {
    const { table, put, approve, reject } = await theWorld()
    await put(WIDE)
    const before = await itemsOf(table)

    for (const decide of [approve, reject]) {
      const refused = await decide(1, wish)
      expect([refused.statusCode, refused.json.type]).toEqual([status, `urn:irsa:error:${error}`])
    }
    expect(await itemsOf(table)).toEqual(before)
  })

  test('of a request of their own is refused to approvers, and to administrators', async () => {
    const { put, approve, reject } = await theWorld({
      principals: [APPROVER_PRINCIPAL, `iam:${ADMINISTRATOR}`],
    })
    await put(WIDE, { userArn: APPROVER })

    const own = await Promise.all([approve(1), reject(1)])

    expect(own.map(({ statusCode }) => statusCode)).toEqual([403, 403])
    expect((await approve(1, { userArn: ADMINISTRATOR })).statusCode).toBe(200)
  })

  test('may be sent again, and is then the one that was given', async () => {
    const { table, put, approve, reject } = await theWorld()
    await put(WIDE)
    const given = await approve(1)
    const before = await itemsOf(table)

    expect((await approve(1)).json).toEqual(given.json)
    expect((await approve(1, { userArn: ADMINISTRATOR })).statusCode).toBe(412)
    expect((await reject(1)).statusCode).toBe(412)

    expect(await itemsOf(table)).toEqual(before)
  })

  test.each<[string, object]>([
    ['is in force already', SMALL],
    ['has been approved', WIDE],
  ])('of what %s is refused', async (_, content) => {
    const { put, approve } = await theWorld()
    await put(content)
    await approve(1)
    const version = content === WIDE ? 2 : 1

    const refused = await approve(version)

    expect([refused.statusCode, refused.json.type]).toEqual([409, 'urn:irsa:error:RoleNotWaiting'])
  })

  test('of what nobody asked for, or of no cluster, is 404', async () => {
    const { approve, ask } = await theWorld()
    const elsewhere = ROLE.replace('golem', 'gaia')
    const wish = { userArn: APPROVER, headers: { 'if-match': '"1"' } }

    expect((await approve(1)).json.type).toBe('urn:irsa:error:RoleNotFound')
    expect((await ask('POST', `${elsewhere}/approve`, wish)).json.type).toBe('urn:irsa:error:ClusterNotFound')
  })
})

describe('what its rule allows no longer while it waits', () => {
  const admitting = (rule: object = {}) => ({
    principals: [TEAM_PRINCIPAL],
    clusters: ['golem'],
    namespaces: ['default'],
    managedPolicies: ['arn:aws:iam::aws:policy/*'],
    ...rule,
  })

  test.each<[string, object | undefined, number, string]>([
    ['the policy', admitting({ managedPolicies: [] }), 422, 'RequestRefused'],
    ['its requester', admitting({ principals: [APPROVER_PRINCIPAL] }), 409, 'RequestNotAdmitted'],
    ['its namespace', admitting({ namespaces: ['other'] }), 409, 'RequestNotAdmitted'],
    ['anything: the tenant is gone', undefined, 409, 'RequestNotAdmitted'],
  ])('is not approved: %s', async (_, rule, status, error) => {
    const { ask, table, put, approve, reject } = await theWorld()
    await put(WIDE)
    if (rule === undefined) await ask('DELETE', '/tenants/team')
    else await ask('PUT', '/tenants/team', { json: { rules: [rule] } })
    const before = await itemsOf(table)

    const refused = await approve(1)

    expect([refused.statusCode, refused.json.type]).toEqual([status, `urn:irsa:error:${error}`])
    expect(await itemsOf(table)).toEqual(before)
    expect((await reject(1)).json.status).toBe('REJECTED')
  })

  test('but another one allows by now is approved', async () => {
    const { ask, put, approve } = await theWorld()
    await put(WIDE)
    const rules = [
      admitting({ managedPolicies: [] }),
      admitting({ withApproval: { managedPolicies: [WIDE.policies[0]?.arn] } }),
    ]
    await ask('PUT', '/tenants/team', { json: { rules } })

    expect((await approve(1)).statusCode).toBe(200)
  })

  test('of who was admitted by a group is judged by that group', async () => {
    const issuer = 'https://idp.example.org'
    const group = `group:${issuer}|crew`
    const { ask, table, put, approve } = await theWorld()
    await ask('PUT', '/tenants/team', { json: { rules: [admitting({ principals: [group] })] } })
    const claims = Buffer.from(JSON.stringify({ groups: ['crew', 'other'] })).toString('base64url')
    const asMember = {
      userArn: undefined,
      authorizer: { jwt: { claims: { iss: issuer, sub: 'ann' } } },
      headers: { authorization: `Bearer e30.${claims}.c2ln` },
    }
    const asked = await put(WIDE, asMember)
    const record = await readRoleRequest(table, 'golem', ROLE_KEY)

    expect([asked.statusCode, record?.groups]).toEqual([201, [group]])
    await ask('PUT', '/tenants/team', { json: { rules: [admitting({ principals: [`${group}-2`] })] } })
    expect((await approve(1)).json.type).toBe('urn:irsa:error:RequestNotAdmitted')
    await ask('PUT', '/tenants/team', { json: { rules: [admitting({ principals: [group] })] } })
    expect((await approve(1)).statusCode).toBe(200)
  })
})
