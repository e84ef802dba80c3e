import { describe, expect, test } from 'vitest'
import { readRoleRequest } from '../../../lib/registry/roles.ts'
import type { Table } from '../../../lib/registry/table.ts'
import { aTable, itemsOf } from '../registry/registry.ts'
import {
  ADMINISTRATOR,
  APPROVER,
  type Ask,
  anApi,
  OPERATOR,
  ROLE,
  ROLE_KEY,
  TEAM,
  TEAM_PRINCIPAL,
  type Wish,
} from './fixture.ts'

const SMALL = { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }] }
const WIDE = { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' }] }
const WIDER = { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonSQSFullAccess' }] }
const APPROVER_PRINCIPAL = 'iam:arn:aws:iam::000000000000:role/approver'

interface World {
  readonly table: Table
  readonly ask: Ask
  readonly put: (json: object, wish?: Wish) => ReturnType<Ask>
  readonly approve: (version: number, wish?: Wish) => ReturnType<Ask>
  readonly reject: (version: number, wish?: Wish) => ReturnType<Ask>
}

/** A team that may have managed policies of AWS's, and of which the approver is a member too. */
async function theWorld(rule: object = {}): Promise<World> {
  const table = await aTable()
  const ask = await anApi(table)
  const whole = {
    principals: [TEAM_PRINCIPAL, APPROVER_PRINCIPAL],
    clusters: ['golem'],
    namespaces: ['default'],
    managedPolicies: ['arn:aws:iam::aws:policy/*'],
    ...rule,
  }
  expect((await ask('PUT', '/tenants/team', { json: { rules: [whole] } })).statusCode).toBe(201)
  const decide =
    (how: string, json?: object) =>
    (version: number, wish: Wish = {}) =>
      ask('POST', `${ROLE}/${how}`, {
        userArn: APPROVER,
        headers: { 'if-match': `"${version}"` },
        ...(json && { json }),
        ...wish,
      })
  return {
    table,
    ask,
    put: (json, wish) => ask('PUT', ROLE, { json, userArn: TEAM, ...wish }),
    approve: decide('approve'),
    reject: decide('reject', { reason: 'One bucket is enough.' }),
  }
}

describe('a request beyond the automatic rules', () => {
  test('waits, and says what of it needs an approval', async () => {
    const { put } = await theWorld()

    const { statusCode, headers, json } = await put(WIDE)

    expect([statusCode, headers.etag, json.status]).toEqual([201, '"1"', 'PENDING_APPROVAL'])
    expect(json.approval).toEqual({
      needs: [{ rule: 'WideManagedPolicy', pointer: '/policies/0/arn', detail: expect.any(String) }],
    })
    expect(json).not.toHaveProperty('inForce')
  })

  test('waits for what its rule leaves to an approver', async () => {
    const tags = await theWorld({ withApproval: { tagKeys: ['team'] } })
    const actions = { actions: [], withApproval: { actions: ['s3:Get*'] } }
    const other = await theWorld(actions)
    const statements = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' }]
    const asked = await other.put({ policies: [{ statements }] })

    const tagged = await tags.put({ ...SMALL, tags: { team: 'a' } })

    expect([asked.statusCode, asked.json.status]).toEqual([201, 'PENDING_APPROVAL'])
    expect([tagged.statusCode, tagged.json.status]).toEqual([201, 'PENDING_APPROVAL'])
  })

  test('is one of those that the list of what waits has', async () => {
    const { ask, put } = await theWorld()
    await put(WIDE)
    await ask('PUT', ROLE.replace('reader', 'other'), { json: SMALL, userArn: TEAM })

    const { json } = await ask('GET', '/clusters/golem/roles', {
      userArn: APPROVER,
      query: { status: 'PENDING_APPROVAL' },
    })

    expect(json.roles).toMatchObject([{ serviceAccount: 'reader', status: 'PENDING_APPROVAL', version: 1 }])
  })

  test('writes nothing when it is sent again as it is', async () => {
    const { table, put } = await theWorld()
    await put(WIDE)
    const before = await itemsOf(table)

    expect((await put(WIDE)).statusCode).toBe(200)
    expect((await put(WIDE, { userArn: APPROVER })).json.requestedBy).toBe(TEAM_PRINCIPAL)

    expect(await itemsOf(table)).toEqual(before)
  })

  test('waits no more when the rules allow it by now, and it is sent again', async () => {
    const { ask, put } = await theWorld({
      managedPolicies: [],
      withApproval: { managedPolicies: ['arn:aws:iam::aws:policy/*'] },
    })
    expect((await put(SMALL)).json.status).toBe('PENDING_APPROVAL')
    const rule = {
      principals: [TEAM_PRINCIPAL],
      clusters: ['golem'],
      namespaces: ['default'],
      managedPolicies: ['arn:aws:iam::aws:policy/*'],
    }
    await ask('PUT', '/tenants/team', { json: { rules: [rule] } })

    const { json } = await put(SMALL)

    expect([json.status, json.version]).toEqual(['PENDING', 2])
    expect(json).not.toHaveProperty('approval')
  })

  test("needs none when an administrator asks, and the role stays the tenant's", async () => {
    const { put } = await theWorld()
    await put(WIDE)

    const { json } = await put(WIDE, { userArn: ADMINISTRATOR })

    expect([json.status, json.version, json.tenant]).toEqual(['PENDING', 2, 'team'])
  })
})

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

describe('a change of a role that is in force', () => {
  test('leaves it as it is while it waits', async () => {
    const { put } = await theWorld()
    await put(SMALL)

    const { json } = await put(WIDE)

    expect(json).toMatchObject({
      status: 'PENDING_APPROVAL',
      version: 2,
      request: WIDE,
      inForce: { version: 1, status: 'PENDING', request: SMALL },
    })
  })

  test('needs an approval anew, also of what was approved before', async () => {
    const { put, approve } = await theWorld()
    await put(WIDE)
    await approve(1)

    const changed = await put({ ...WIDE, expiresAt: '2030-01-31T12:00:00Z' })
    const again = await put(WIDER)

    expect([changed.json.status, changed.json.version]).toEqual(['PENDING_APPROVAL', 3])
    expect(again.json).toMatchObject({ status: 'PENDING_APPROVAL', inForce: { version: 2, request: WIDE } })
  })

  test('needs none when it is within the automatic rules', async () => {
    const { put, approve } = await theWorld()
    await put(WIDE)
    await approve(1)
    await put(WIDER)

    const { json } = await put(SMALL)

    expect([json.status, json.version]).toEqual(['PENDING', 4])
    expect(json).not.toHaveProperty('approval')
    expect(json).not.toHaveProperty('inForce')
  })

  test('changes nothing when what was approved is sent again', async () => {
    const { table, put, approve } = await theWorld()
    await put(WIDE)
    await approve(1)
    const before = await itemsOf(table)

    const { statusCode, json } = await put(WIDE)

    expect([statusCode, json.version]).toEqual([200, 2])
    expect(await itemsOf(table)).toEqual(before)
  })
})

describe('a rejection', () => {
  test('says why, and leaves what is in force', async () => {
    const { ask, put, reject } = await theWorld()
    await put(SMALL)
    await put(WIDE)

    const { statusCode, json } = await reject(2)

    expect(statusCode).toBe(200)
    expect(json).toMatchObject({
      status: 'REJECTED',
      version: 3,
      approval: { version: 2, by: APPROVER_PRINCIPAL, reason: 'One bucket is enough.' },
      inForce: { version: 1, request: SMALL },
    })
    const audit = await ask('GET', '/audit', { query: { cluster: 'golem', role: 'default/reader' } })
    expect(audit.json.entries).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ what: 'RoleRejected', who: APPROVER_PRINCIPAL })]),
    )
  })

  test('is taken up again by the same request', async () => {
    const { put, reject, approve } = await theWorld()
    await put(WIDE)
    await reject(1)

    const { json } = await put(WIDE)

    expect([json.status, json.version]).toEqual(['PENDING_APPROVAL', 3])
    expect((await approve(3)).json.status).toBe('PENDING')
  })

  test.each([{}, { reason: ' ' }, { reason: 'x', by: 'me' }])(
    'has a reason, and no more: not %o',
    async (json) => {
      const { put, reject } = await theWorld()
      await put(WIDE)

      expect((await reject(1, { json })).statusCode).toBe(400)
    },
  )
})

test('what is asked for while the role goes waits, and the role goes', async () => {
  const { ask, put, approve } = await theWorld()
  await put(WIDE)
  await approve(1)
  await ask('DELETE', ROLE, { userArn: TEAM })

  const { json } = await put(WIDE)

  expect(json).toMatchObject({
    status: 'PENDING_APPROVAL',
    version: 4,
    inForce: { version: 3, status: 'REMOVING' },
  })
})

test('what waits is withdrawn like any role', async () => {
  const { ask, put, approve } = await theWorld()
  await put(WIDE)

  const { statusCode, json } = await ask('DELETE', ROLE, { userArn: TEAM })

  expect([statusCode, json.status, json.version]).toEqual([202, 'REMOVING', 2])
  expect((await approve(2)).json.type).toBe('urn:irsa:error:RoleNotWaiting')
})

test('a role that an administrator asked for is no tenant’s to take, whoever reads it', async () => {
  const { put } = await theWorld()
  await put(SMALL, { userArn: ADMINISTRATOR })

  expect((await put(SMALL, { userArn: APPROVER })).statusCode).toBe(403)
  expect((await put(SMALL)).statusCode).toBe(404)
})
