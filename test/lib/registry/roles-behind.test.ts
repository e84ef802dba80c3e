import { describe, expect, test } from 'vitest'
import type { RoleAccepted } from '../../../lib/registry/request-role.ts'
import { putRoleRequest, putRoleStatus } from '../../../lib/registry/roles.ts'
import { listRolesBehind } from '../../../lib/registry/roles-behind.ts'
import { aRoleRequest, aRoleStatus, aTable } from './registry.ts'

const NOW = new Date('2026-01-31T12:30:00Z')

describe('listRolesBehind', () => {
  test('lists the requests of every cluster that no status has caught up with', async () => {
    const table = await aTable()
    const requests: [Partial<RoleAccepted>, settled: number][] = [
      [{ serviceAccount: 'new' }, 0],
      [{ serviceAccount: 'settled', version: 2 }, 2],
      [{ serviceAccount: 'changed', version: 3 }, 2],
      [{ serviceAccount: 'settled', cluster: 'gaia' }, 0],
    ]
    for (const [request, settled] of requests) {
      const record = aRoleRequest(request)
      await putRoleRequest(table, record, 0)
      if (settled > 0)
        await putRoleStatus(table, record.cluster, aRoleStatus({ ...request, version: settled }))
    }

    const behind = await all(listRolesBehind(table, NOW))

    expect(behind.map(({ cluster, serviceAccount }) => `${cluster} ${serviceAccount}`).toSorted()).toEqual([
      'gaia settled',
      'golem changed',
      'golem new',
    ])
  })

  test('takes a role that failed for settled: only its requester can mend it', async () => {
    const table = await aTable()
    await putRoleRequest(table, aRoleRequest(), 0)
    await putRoleStatus(table, 'golem', aRoleStatus({ state: 'FAILED' }))

    expect(await all(listRolesBehind(table, NOW))).toEqual([])
  })

  test('lists those that have expired, and not those that will', async () => {
    const table = await aTable()
    const times = {
      past: '2026-01-31T12:29:59.9Z',
      now: '2026-01-31T12:30:00Z',
      later: '2026-01-31T12:30:01Z',
    }
    for (const [serviceAccount, expiresAt] of Object.entries(times)) {
      const content = { ...aRoleRequest().content, expiresAt }
      await putRoleRequest(table, aRoleRequest({ serviceAccount, content }), 0)
      await putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount }))
    }
    const content = { ...aRoleRequest().content, expiresAt: times.later }
    await putRoleRequest(table, aRoleRequest({ serviceAccount: 'new', content }), 0)

    const behind = await all(listRolesBehind(table, NOW))

    expect(behind.map(({ serviceAccount }) => serviceAccount).toSorted()).toEqual(['new', 'now', 'past'])
  })

  test('lists a status whose request is gone: its role may have been left behind', async () => {
    const table = await aTable()
    await putRoleStatus(table, 'golem', aRoleStatus())

    expect(await all(listRolesBehind(table, NOW))).toEqual([
      { cluster: 'golem', namespace: 'default', serviceAccount: 'reader' },
    ])
  })
})

async function all<Element>(elements: AsyncIterable<Element>): Promise<Element[]> {
  const read: Element[] = []
  for await (const element of elements) read.push(element)
  return read
}
