import { describe, expect, test } from 'vitest'
import { aTable, itemsOf } from '../../registry/registry.ts'
import { anApi, ROLE } from '../fixture.ts'
import { ARN, CONTENT } from './fixture.ts'

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

  test('in a cluster that was never announced is 404', async () => {
    const ask = await anApi(await aTable())

    const refused = await ask('PUT', ROLE.replace('golem', 'gargoyle'), { json: CONTENT })

    expect([refused.statusCode, refused.json.type]).toEqual([404, 'urn:irsa:error:ClusterNotFound'])
  })
})
