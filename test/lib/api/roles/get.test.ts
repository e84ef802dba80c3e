import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { putRoleRequest, putRoleStatus } from '../../../../lib/registry/roles.ts'
import { aRoleRequest, aRoleStatus, aTable } from '../../registry/registry.ts'
import { anApi, ROLE } from '../fixture.ts'
import { ARN, CONTENT } from './fixture.ts'

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
