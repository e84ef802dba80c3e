import { expect, test } from 'vitest'
import { aTable, itemsOf } from '../registry/registry.ts'
import { anApi, TEAM, TEAM_PRINCIPAL } from './fixture.ts'

const RULES = {
  rules: [{ principals: [TEAM_PRINCIPAL], clusters: ['golem'], namespaces: ['default'] }],
}
const NONE = { catalogue: [], managedPolicies: [], actions: [], tagKeys: [] }
const WHOLE = {
  ...RULES.rules[0],
  ...NONE,
  deniedActions: [],
  resources: ['*'],
  deniedResources: [],
  targetAccounts: [],
  wildcards: false,
  withApproval: { ...NONE, resources: [] },
}

test('a tenant is put, read and forgotten by administrators', async () => {
  const ask = await anApi(await aTable())

  const put = await ask('PUT', '/tenants/team', { json: RULES })
  const got = await ask('GET', '/tenants/team')

  expect([put.statusCode, put.headers.etag]).toEqual([201, '"1"'])
  expect(got.json).toEqual({
    tenant: 'team',
    description: '',
    roleQuota: 100,
    rules: [WHOLE],
    version: 1,
    changeId: expect.any(String),
  })
  expect((await ask('DELETE', '/tenants/team')).statusCode).toBe(204)
  expect((await ask('GET', '/tenants/team')).statusCode).toBe(404)
  expect((await ask('DELETE', '/tenants/team')).statusCode).toBe(204)
})

test('the same rules again write nothing', async () => {
  const table = await aTable()
  const ask = await anApi(table)
  await ask('PUT', '/tenants/team', { json: RULES })
  const before = await itemsOf(table)

  const { statusCode, headers } = await ask('PUT', '/tenants/team', { json: RULES })

  expect([statusCode, headers.etag]).toEqual([200, '"1"'])
  expect(await itemsOf(table)).toEqual(before)
})

test.each([
  ['"1"', 200],
  ['"2"', 412],
])('with If-Match: %s', async (etag, expected) => {
  const ask = await anApi(await aTable())
  await ask('PUT', '/tenants/team', { json: RULES })
  const headers = { 'if-match': etag }

  const { statusCode } = await ask('PUT', '/tenants/team', { json: { ...RULES, description: 'x' }, headers })

  expect(statusCode).toBe(expected)
  const removed = await ask('DELETE', '/tenants/team', {
    headers: { 'if-match': expected === 200 ? '"1"' : '"2"' },
  })
  expect(removed.statusCode).toBe(412)
})

test('of two who put at once one is told', async () => {
  const ask = await anApi(await aTable())

  const answers = await Promise.all(
    ['one', 'two', 'three'].map((description) =>
      ask('PUT', '/tenants/team', { json: { ...RULES, description } }),
    ),
  )

  const statuses = answers.map(({ statusCode }) => statusCode)
  expect(statuses).toContain(201)
  for (const status of statuses) expect([200, 201, 409]).toContain(status)
})

test.each(['GET', 'PUT', 'DELETE'])('%s is for administrators only', async (method) => {
  const table = await aTable()
  const ask = await anApi(table)
  await ask('PUT', '/tenants/team', { json: RULES })
  const before = await itemsOf(table)

  const refused = await ask(method, '/tenants/team', { json: { rules: [] }, userArn: TEAM })

  expect([refused.statusCode, refused.json.type]).toEqual([403, 'urn:irsa:error:NotPermitted'])
  expect(await itemsOf(table)).toEqual(before)
})

test('a rule that is none is refused, and the field is named', async () => {
  const ask = await anApi(await aTable())

  const { statusCode, json } = await ask('PUT', '/tenants/team', {
    json: { rules: [{ ...RULES.rules[0], principals: ['everybody'] }] },
  })

  expect(statusCode).toBe(400)
  expect(json.errors).toMatchObject([{ pointer: '/rules/0/principals/0' }])
})
