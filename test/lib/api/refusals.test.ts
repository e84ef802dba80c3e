/** What every route refuses alike, and that nothing whatever is a failure of ours. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText } from '../any-text.ts'
import { aRoleRequestInput } from '../policy/arbitrary-request.ts'
import { aTable, itemsOf } from '../registry/registry.ts'
import { ADMINISTRATOR, anApi, ROLE, TEAM, TEAM_PRINCIPAL, type Wish } from './fixture.ts'

const CONTENT = { policies: [] }

test.each(['/', '/roles', '/clusters/golem/roles/default', `${ROLE}/manifest/x`, '/__proto__', '//'])(
  'nothing is at %s',
  async (path) => {
    const ask = await anApi(await aTable())

    const { statusCode, json, headers } = await ask('GET', path)

    expect([statusCode, json.type]).toEqual([404, 'urn:irsa:error:RouteNotFound'])
    expect(headers['content-type']).toBe('application/problem+json')
  },
)

test.each([
  ['POST', '/clusters', 'GET'],
  ['PATCH', ROLE, 'PUT, DELETE, GET'],
  ['HEAD', '/catalogue', 'GET'],
  ['DELETE', '/docs', 'GET'],
  ['PROPFIND', '/tenants/team', 'GET, PUT, DELETE'],
  ['__proto__', '/tenants/team/', 'GET, PUT, DELETE'],
])('%s of %s is not allowed, and the answer says what is', async (method, path, allow) => {
  const ask = await anApi(await aTable())

  const { statusCode, headers } = await ask(method, path)

  expect([statusCode, headers.allow]).toEqual([405, allow])
})

test.each<[string, Wish, number, string]>([
  ['no media type', { body: '{}' }, 415, 'MediaTypeNotSupported'],
  [
    'another media type',
    { body: '{}', headers: { 'content-type': 'text/plain' } },
    415,
    'MediaTypeNotSupported',
  ],
  [
    'another character set',
    { json: CONTENT, headers: { 'content-type': 'application/json; charset=latin1' } },
    415,
    'MediaTypeNotSupported',
  ],
  [
    'a compressed body',
    { json: CONTENT, headers: { 'content-encoding': 'gzip' } },
    415,
    'MediaTypeNotSupported',
  ],
  ['more than 64 KiB', { json: 'x'.repeat(65_536) }, 413, 'BodyTooLarge'],
  ['no body', { headers: { 'content-type': 'application/json' } }, 400, 'InvalidInput'],
  [
    'half of one',
    { body: '{"policies":', headers: { 'content-type': 'application/json' } },
    400,
    'InvalidInput',
  ],
  ['a list', { json: [] }, 400, 'InvalidInput'],
  ['null', { json: null }, 400, 'InvalidInput'],
  [
    'a body of great depth',
    { body: '['.repeat(30_000), headers: { 'content-type': 'application/json' } },
    400,
    'InvalidInput',
  ],
])('a PUT with %s is refused', async (_, wish, status, error) => {
  const table = await aTable()
  const ask = await anApi(table)
  const before = await itemsOf(table)

  const { statusCode, json } = await ask('PUT', ROLE, wish)

  expect([statusCode, json.type]).toEqual([status, `urn:irsa:error:${error}`])
  expect(await itemsOf(table)).toEqual(before)
})

test('a body says nothing of itself in the error', async () => {
  const ask = await anApi(await aTable())

  const { body } = await ask('PUT', ROLE, {
    body: 'hunter2',
    headers: { 'content-type': 'application/json' },
  })

  expect(body).not.toContain('hunter2')
})

test.each([
  ['no authorizer', undefined],
  ['an empty one', {}],
  ['one without a name', { iam: {} }],
  ['a token without a subject', { jwt: { claims: { iss: 'https://idp.example.org' } } }],
])('with %s nobody is let in, but to the documents', async (_, authorizer) => {
  const ask = await anApi(await aTable())
  const wish = { authorizer: authorizer ?? null }

  expect((await ask('GET', '/clusters', wish)).statusCode).toBe(403)
  expect((await ask('GET', '/docs', wish)).statusCode).toBe(200)
  expect((await ask('GET', '/openapi.json', wish)).statusCode).toBe(200)
})

test.each([
  ['/clusters/UPPER', '/cluster'],
  ['/clusters/golem/roles/a_b/reader', '/namespace'],
  ['/clusters/golem/roles/default/-', '/serviceAccount'],
  ['/tenants/a b', '/tenant'],
])('a name that there cannot be is refused: %s', async (path, pointer) => {
  const ask = await anApi(await aTable())

  const { statusCode, json } = await ask('GET', path)

  expect(statusCode).toBe(400)
  expect(json.errors).toMatchObject([{ pointer }])
})

test('a parameter that there is not is refused', async () => {
  const ask = await anApi(await aTable())

  const { statusCode, json } = await ask('GET', '/clusters', { query: { page: '2' } })

  expect([statusCode, json.errors]).toEqual([400, [{ pointer: '/page', detail: 'is not known' }]])
})

describe('whatever is sent', () => {
  const segment = fc.oneof(
    fc.constantFrom('clusters', 'golem', 'roles', 'default', 'reader', 'manifest', 'tenants', 'team', 'docs'),
    anyText({ maxLength: 8 }),
  )
  const path = fc.oneof(
    fc.constantFrom(
      ROLE,
      `${ROLE}/manifest`,
      '/clusters/golem/roles',
      '/clusters',
      '/tenants/team',
      '/catalogue',
    ),
    fc.array(segment, { maxLength: 7 }).map((segments) => `/${segments.join('/')}`),
  )
  const method = fc.constantFrom('GET', 'PUT', 'PUT', 'PUT', 'DELETE', 'POST', 'HEAD', 'OPTIONS', 'toString')
  const rule = fc.record(
    {
      principals: fc.constantFrom([TEAM_PRINCIPAL], [], ['*']),
      clusters: fc.constantFrom(['golem'], ['*'], ['']),
      namespaces: fc.constantFrom(['*'], ['de*lt']),
      actions: fc.array(fc.string({ maxLength: 6 }), { maxLength: 2 }),
      catalogue: fc.constantFrom(['*'], undefined),
    },
    { requiredKeys: ['principals', 'clusters', 'namespaces'] },
  )
  const json = fc.oneof(
    fc.jsonValue(),
    fc.object({
      withNullPrototype: false,
      key: fc.constantFrom('policies', 'tags', '__proto__', 'rules', 'x'),
    }),
    aRoleRequestInput.map(({ namespace: _, serviceAccount: __, ...content }) => content),
    fc.record({ rules: fc.array(rule, { maxLength: 3 }) }),
    fc.record({ policies: fc.constant([]), description: fc.constantFrom('', 'x', 'y') }),
  )
  const wish = fc.record(
    {
      json,
      query: fc.dictionary(
        fc.constantFrom('cursor', 'status', 'tokenExpiration', 'x'),
        fc.oneof(anyText(), fc.base64String(), fc.constantFrom('READY', '3600')),
        { noNullPrototype: true },
      ),
      headers: fc.dictionary(
        fc.constantFrom('if-match', 'if-none-match', 'authorization'),
        fc.oneof(fc.constantFrom('"1"', '*', '"0"'), fc.string()),
        { noNullPrototype: true },
      ),
      userArn: fc.constantFrom(ADMINISTRATOR, TEAM),
    },
    { requiredKeys: [] },
  )

  test('is answered as the OpenAPI document says, and never with a 5xx', async () => {
    const ask = await anApi(await aTable())
    const statuses = new Set<number>()

    await fc.assert(
      fc.asyncProperty(method, path, wish, async (one, place, sent) => {
        const { statusCode } = await ask(one, place, sent)
        statuses.add(statusCode)
        expect(statusCode).toBeLessThan(500)
      }),
      // The first one is sure to be answered; the others may all be wrong.
      { numRuns: Number(process.env.RUNS ?? 500), examples: [['GET', '/clusters', {}]] },
    )

    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 404]))
  })

  test('never makes a request that asks for another place than its path', async () => {
    const table = await aTable()
    const ask = await anApi(table)

    await fc.assert(
      fc.asyncProperty(json, async (sent) => {
        await ask('PUT', ROLE, { json: sent })
        const roles = (await itemsOf(table)).filter(({ sk }) => String(sk).startsWith('ROLE#'))
        for (const { sk, requestedBy } of roles)
          expect([sk, requestedBy]).toEqual(['ROLE#default#reader', `iam:${ADMINISTRATOR}`])
      }),
      { numRuns: 200 },
    )
  })
})
