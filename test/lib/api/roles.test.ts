import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { claimRoleName } from '../../../lib/registry/claims.ts'
import { putRoleRequest, putRoleStatus } from '../../../lib/registry/roles.ts'
import { aRoleRequest, aRoleStatus, aTable, itemsOf } from '../registry/registry.ts'
import { type Ask, anApi, OPERATOR, OTHER_TEAM, TEAM } from './fixture.ts'

const ROLE = '/clusters/golem/roles/default/reader'
const ARN = 'arn:aws:iam::000000000000:role/irsa/golem/dev_golem_default_reader'
const CONTENT = { policies: [{ catalogue: 's3-read', parameters: { bucket: 'golem-data' } }] }

async function putTeam(ask: Ask, tenant: string, principal: string, changes: object = {}): Promise<void> {
  const rule = {
    principals: [principal],
    clusters: ['golem'],
    namespaces: ['default'],
    catalogue: ['s3-read'],
    ...changes,
  }
  expect((await ask('PUT', `/tenants/${tenant}`, { json: { rules: [rule] } })).statusCode).toBe(201)
}

const TEAM_PRINCIPAL = 'iam:arn:aws:iam::000000000000:role/team'
const OTHER_PRINCIPAL = 'iam:arn:aws:iam::000000000000:role/other'

describe('PUT of a role', () => {
  test('takes the request, and says what the role will be called', async () => {
    const ask = await anApi(await aTable())

    const { statusCode, headers, json } = await ask('PUT', ROLE, { json: CONTENT })

    expect([statusCode, headers.etag]).toEqual([201, '"1"'])
    expect(json).toEqual({
      cluster: 'golem',
      namespace: 'default',
      serviceAccount: 'reader',
      status: 'PENDING',
      roleArn: ARN,
      version: 1,
      request: { ...CONTENT, description: '', maxSessionDuration: 3600, tags: {} },
      requestedBy: 'iam:arn:aws:iam::000000000000:user/admin',
      requestedAt: '2026-01-31T12:00:00.000Z',
      changeId: expect.any(String),
    })
  })

  test('writes nothing when the same is asked for again', async () => {
    const table = await aTable()
    const ask = await anApi(table)
    await ask('PUT', ROLE, { json: CONTENT })
    const before = await itemsOf(table)

    const { statusCode, headers } = await ask('PUT', ROLE, { json: { ...CONTENT, description: '' } })

    expect([statusCode, headers.etag]).toEqual([200, '"1"'])
    expect(await itemsOf(table)).toEqual(before)
  })

  test('raises the version when something else is asked for', async () => {
    const ask = await anApi(await aTable())
    await ask('PUT', ROLE, { json: CONTENT })

    const { statusCode, headers, json } = await ask('PUT', ROLE, { json: { ...CONTENT, description: 'x' } })

    expect([statusCode, headers.etag, json.version]).toEqual([200, '"2"', 2])
  })

  test.each<[string, Readonly<Record<string, string>>, number]>([
    ['the ETag that it has', { 'if-match': '"1"' }, 200],
    ['another ETag', { 'if-match': '"2"' }, 412],
    ['an ETag that is none of ours', { 'if-match': 'W/"1"' }, 412],
    ['several', { 'if-match': '"1", "2"' }, 412],
    ['that there must be none', { 'if-none-match': '*' }, 412],
  ])('with %s', async (_, headers, expected) => {
    const table = await aTable()
    const ask = await anApi(table)
    await ask('PUT', ROLE, { json: CONTENT })
    const before = await itemsOf(table)

    const { statusCode } = await ask('PUT', ROLE, { json: { ...CONTENT, description: 'x' }, headers })

    expect(statusCode).toBe(expected)
    if (expected === 412) expect(await itemsOf(table)).toEqual(before)
  })

  test('that must make it may only make it', async () => {
    const ask = await anApi(await aTable())

    expect((await ask('PUT', ROLE, { json: CONTENT, headers: { 'if-match': '"1"' } })).statusCode).toBe(412)
    expect((await ask('PUT', ROLE, { json: CONTENT, headers: { 'if-none-match': '*' } })).statusCode).toBe(
      201,
    )
  })

  test('never takes from the request who asks', async () => {
    const ask = await anApi(await aTable())

    const { json } = await ask('PUT', ROLE, {
      json: CONTENT,
      headers: { 'x-requested-by': 'eve', authorization: 'eve' },
    })

    expect(json.requestedBy).toBe('iam:arn:aws:iam::000000000000:user/admin')
    expect((await ask('PUT', ROLE, { json: { ...CONTENT, requestedBy: 'eve' } })).statusCode).toBe(400)
  })

  test.each<[string, object, string]>([
    ['its place in the body', { ...CONTENT, namespace: 'other' }, '/namespace'],
    ['an unknown member', { ...CONTENT, polices: [] }, '/polices'],
    ['no policies', {}, '/policies'],
    [
      "a parameter's value",
      { policies: [{ catalogue: 's3-read', parameters: { bucket: 'X' } }] },
      '/policies/0/parameters/bucket',
    ],
    ['an audience that the cluster has not', { ...CONTENT, audience: 'vault' }, '/audience'],
    ['a session that is too long', { ...CONTENT, maxSessionDuration: 90_000 }, '/maxSessionDuration'],
    ['a tag that every object has', { ...CONTENT, tags: JSON.parse('{"__proto__":"1"}') }, '/tags/__proto__'],
    [
      'a parameter that every object has',
      {
        policies: [
          { catalogue: 's3-read', parameters: JSON.parse('{"bucket":"photos","__proto__":{"bucket":"x"}}') },
        ],
      },
      '/policies/0/parameters/__proto__',
    ],
    ['a name with a slash and a tilde', { ...CONTENT, tags: { 'irsa:/x': '1' } }, '/tags/irsa:~1x'],
    ['an end that is over', { ...CONTENT, expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    [
      'a subject that is longer than STS takes',
      { ...CONTENT, subjects: [{ namespace: 'shop', serviceAccount: 'a'.repeat(240) }] },
      '/subjects/0/serviceAccount',
    ],
  ])('refuses %s, and names the field', async (_, json, pointer) => {
    const table = await aTable()
    const ask = await anApi(table)
    const before = await itemsOf(table)

    const refused = await ask('PUT', ROLE, { json })

    expect(refused.statusCode).toBe(400)
    expect(refused.json).toMatchObject({
      type: 'urn:irsa:error:InvalidInput',
      title: 'Invalid input',
      status: 400,
      remedy: 'Correct the named fields and send it again.',
      instance: 'urn:irsa:request:request-1',
    })
    expect(refused.json.errors).toEqual([{ pointer, detail: expect.any(String) }])
    expect(await itemsOf(table)).toEqual(before)
  })

  test.each<[string, object, number, string]>([
    [
      'a policy that gives away the account',
      { arn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      422,
      'RequestRefused',
    ],
    ['a catalogue entry that there is not', { catalogue: 's4' }, 422, 'PolicyRefused'],
    [
      'a private key',
      { catalogue: 's3-read', parameters: { bucket: '-----BEGIN PRIVATE KEY-----' } },
      400,
      'PrivateKeyInInput',
    ],
  ])('refuses %s', async (_, policy, status, error) => {
    const ask = await anApi(await aTable())

    const refused = await ask('PUT', ROLE, { json: { policies: [policy] } })

    expect([refused.statusCode, refused.json.type]).toEqual([status, `urn:irsa:error:${error}`])
  })

  test.each<[string, object, number, string, string, RegExp]>([
    [
      'a subject on a cluster that there is not',
      {
        ...CONTENT,
        subjects: [
          { namespace: 'shop', serviceAccount: 'cart' },
          { cluster: 'nobody', namespace: 'shop', serviceAccount: 'cart' },
        ],
      },
      404,
      'ClusterNotFound',
      '/subjects/1/cluster',
      /^there is no cluster nobody$/,
    ],
    [
      'more managed policies than IAM attaches',
      { policies: Array.from({ length: 21 }, (_, index) => ({ arn: `arn:aws:iam::aws:policy/A${index}` })) },
      422,
      'PolicyRefused',
      '/policies',
      /^21 managed policies are asked for/,
    ],
    [
      'a resource of another partition',
      {
        policies: [
          ...CONTENT.policies,
          {
            statements: [
              { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/b' },
              { Effect: 'Deny', Action: 's3:*', NotResource: ['arn:aws:s3:::a', 'arn:aws-cn:s3:::a'] },
            ],
          },
        ],
      },
      422,
      'PolicyRefused',
      '/policies/1/statements/1/NotResource/1',
      /^is of another partition; the role is in aws$/,
    ],
    [
      'parameters of another partition',
      {
        policies: [
          {
            catalogue: 'sqs-consumer',
            parameters: { queueArns: ['arn:aws-cn:sqs:cn-north-1:111122223333:orders'] },
          },
        ],
      },
      422,
      'PolicyRefused',
      '/policies/0/parameters',
      /^lead to another partition; the role is in aws$/,
    ],
  ])('names the place of %s', async (_, json, status, error, pointer, detail) => {
    const ask = await anApi(await aTable())

    const refused = await ask('PUT', ROLE, { json })

    expect([refused.statusCode, refused.json.type]).toEqual([status, `urn:irsa:error:${error}`])
    expect(refused.json.errors).toEqual([{ pointer, detail: expect.stringMatching(detail) }])
  })

  test('names the account when the role is in another one', async () => {
    const ask = await anApi(await aTable())
    await ask('PUT', ROLE, { json: CONTENT })

    const refused = await ask('PUT', ROLE, { json: { ...CONTENT, targetAccountId: '444455556666' } })

    expect([refused.statusCode, refused.json.type]).toEqual([409, 'urn:irsa:error:TargetAccountFixed'])
    expect(refused.json.errors).toMatchObject([{ pointer: '/targetAccountId' }])
  })

  test('names the entry that the catalogue has not, and all that it has', async () => {
    const ask = await anApi(await aTable())

    const { json } = await ask('PUT', ROLE, {
      json: { policies: [...CONTENT.policies, { catalogue: 's4' }] },
    })

    expect(json.errors).toEqual([
      { pointer: '/policies/1/catalogue', detail: expect.stringMatching(/^must be one of .*, s3-read, /) },
    ])
  })

  test('names the service account when the subject is longer than STS takes', async () => {
    const ask = await anApi(await aTable())

    const { statusCode, json } = await ask('PUT', `${ROLE}${'a'.repeat(240)}`, { json: CONTENT })

    expect(statusCode).toBe(400)
    expect(json.errors).toEqual([
      { pointer: '/serviceAccount', detail: 'the subject must have at most 255 characters' },
    ])
  })

  test('refuses a policy that is larger than IAM takes', async () => {
    const ask = await anApi(await aTable())
    const Resource = Array.from(
      { length: 300 },
      (_, index) => `arn:aws:s3:::a-bucket-with-a-long-name-${index}/*`,
    )

    const refused = await ask('PUT', ROLE, {
      json: { policies: [{ statements: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }] }] },
    })

    expect([refused.statusCode, refused.json.type]).toEqual([422, 'urn:irsa:error:PolicyTooLarge'])
  })

  test('in a cluster that was never announced is 404', async () => {
    const ask = await anApi(await aTable())

    const refused = await ask('PUT', ROLE.replace('golem', 'gargoyle'), { json: CONTENT })

    expect([refused.statusCode, refused.json.type]).toEqual([404, 'urn:irsa:error:ClusterNotFound'])
  })
})

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

describe('GET of a role', () => {
  test('is 404 when nobody has asked for it', async () => {
    const ask = await anApi(await aTable())

    const { statusCode, json } = await ask('GET', ROLE)

    expect([statusCode, json.type]).toEqual([404, 'urn:irsa:error:RoleNotFound'])
  })

  test.each<[string, Parameters<typeof aRoleStatus>[0], object]>([
    ['READY when IAM has it', {}, { status: 'READY' }],
    [
      'FAILED, with what to do',
      { state: 'FAILED', error: 'PolicyMalformed', message: 'no', remedy: 'Correct it.' },
      {
        status: 'FAILED',
        error: {
          error: 'PolicyMalformed',
          message: 'no',
          remedy: 'Correct it.',
          at: '2026-01-31T12:30:00.000Z',
        },
      },
    ],
    [
      'PENDING while it is tried again, and says why',
      { state: 'RETRY', error: 'Throttled', message: 'slow', remedy: 'Wait.' },
      {
        status: 'PENDING',
        error: { error: 'Throttled', message: 'slow', remedy: 'Wait.', at: '2026-01-31T12:30:00.000Z' },
      },
    ],
    [
      'PENDING when only an earlier request was settled',
      { version: 0, state: 'FAILED', error: 'x' },
      { status: 'PENDING' },
    ],
    ['PENDING when the cluster has changed since', { generation: 0 }, { status: 'PENDING' }],
  ])('is %s', async (_, status, expected) => {
    const table = await aTable()
    const ask = await anApi(table)
    await putRoleRequest(table, aRoleRequest(), 0)
    await putRoleStatus(table, 'golem', aRoleStatus(status))

    const { json, headers } = await ask('GET', ROLE)

    expect(json).toMatchObject({ roleArn: ARN, ...expected })
    expect('error' in json).toBe('error' in expected)
    expect(headers.etag).toBe('"1"')
  })
})

describe('the manifest', () => {
  test('is a ServiceAccount with the role', async () => {
    const ask = await anApi(await aTable())
    await ask('PUT', ROLE, { json: CONTENT })

    const { statusCode, headers, body } = await ask('GET', `${ROLE}/manifest`, {
      query: { tokenExpiration: '3600' },
    })

    expect([statusCode, headers['content-type']]).toEqual([200, 'text/yaml'])
    expect(parse(body)).toMatchObject({
      kind: 'ServiceAccount',
      metadata: {
        name: 'reader',
        namespace: 'default',
        annotations: {
          'eks.amazonaws.com/role-arn': ARN,
          'eks.amazonaws.com/audience': 'sts.amazonaws.com',
          'eks.amazonaws.com/sts-regional-endpoints': 'true',
          'eks.amazonaws.com/token-expiration': '3600',
        },
      },
    })
  })

  test.each(['599', '86401', 'x', ''])(
    'refuses %s as the expiration of its tokens',
    async (tokenExpiration) => {
      const ask = await anApi(await aTable())
      await ask('PUT', ROLE, { json: CONTENT })

      expect((await ask('GET', `${ROLE}/manifest`, { query: { tokenExpiration } })).statusCode).toBe(400)
    },
  )
})

describe('the list of roles', () => {
  async function withRoles(count: number) {
    const table = await aTable()
    const ask = await anApi(table)
    const names = Array.from({ length: count }, (_, index) => `reader-${String(index).padStart(3, '0')}`)
    await Promise.all(
      names.map((serviceAccount) => putRoleRequest(table, aRoleRequest({ serviceAccount }), 0)),
    )
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

    expect((await ask('DELETE', ROLE, { userArn: OTHER_TEAM })).statusCode).toBe(404)
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
