import { describe, expect, test } from 'vitest'
import { itemsOf } from '../../registry/registry.ts'
import { APPROVER_PRINCIPAL, SMALL, theWorld, WIDE, WIDER } from './fixture.ts'

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
