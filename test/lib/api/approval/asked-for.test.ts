import { describe, expect, test } from 'vitest'
import { itemsOf } from '../../registry/registry.ts'
import { ADMINISTRATOR, APPROVER, ROLE, TEAM, TEAM_PRINCIPAL } from '../fixture.ts'
import { SMALL, theWorld, WIDE } from './fixture.ts'

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
