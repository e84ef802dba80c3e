import { describe, expect, test } from 'vitest'
import type { AuditPart } from '../../lib/find-drift.ts'
import { type AuditList, auditPage, listAudit } from '../../lib/list-audit.ts'
import { putRoleRequest } from '../../lib/registry/roles.ts'
import type { Table } from '../../lib/registry/table.ts'
import { clusterRecord } from './ops/fixture.ts'
import { aRoleRequest, aTable, putCluster } from './registry/registry.ts'

/** Clusters with so many roles. */
async function aTableOf(counts: Readonly<Record<string, number>>): Promise<Table> {
  const table = await aTable()
  for (const [cluster, count] of Object.entries(counts)) {
    await putCluster(table, clusterRecord(cluster))
    const names = Array.from({ length: count }, (_, index) => `sa-${1000 + index}`)
    await Promise.all(
      names.map((serviceAccount) => putRoleRequest(table, aRoleRequest({ cluster, serviceAccount }), 0)),
    )
  }
  return table
}

/** Every page, as the state machine goes through them. */
async function pagesOf(table: Table): Promise<AuditList[]> {
  const pages: AuditList[] = []
  for (let page: unknown = {}; pages.length < 100; ) {
    const list = await listAudit(table, auditPage.parse(page))
    if (list.status === 'done') return pages
    pages.push(list)
    page = JSON.parse(JSON.stringify(list))
  }
  throw new Error('it does not end')
}

function partsIn(pages: readonly AuditList[]): AuditPart[] {
  return pages.flatMap(({ batches }) => batches.flat())
}

describe('the parts of the audit', () => {
  test('are each cluster’s steps once, and each of its roles once', async () => {
    const counts = { golem: 0, ogre: 45, troll: 20 }

    const parts = partsIn(await pagesOf(await aTableOf(counts)))

    expect(parts.map(({ cluster, steps, roles }) => [cluster, steps, roles.length])).toEqual([
      ['golem', true, 0],
      ['ogre', true, 20],
      ['ogre', false, 20],
      ['ogre', false, 5],
      ['troll', true, 20],
    ])
    const roles = parts.flatMap(({ cluster, roles }) =>
      roles.map(({ serviceAccount }) => cluster + serviceAccount),
    )
    expect(new Set(roles).size).toBe(65)
  })

  test('go on in the middle of a cluster that is more than a page', async () => {
    const pages = await pagesOf(await aTableOf({ golem: 410, troll: 1 }))

    expect(pages.map(({ batches }) => batches.map(({ length }) => length))).toEqual([[5, 5, 5, 5], [2]])
    expect(pages[0]?.after).toEqual({ cluster: 'golem', roles: 400 })
    const parts = partsIn(pages)
    expect(parts.filter(({ steps }) => steps).map(({ cluster }) => cluster)).toEqual(['golem', 'troll'])
    expect(
      new Set(parts.flatMap(({ roles }) => roles.map(({ serviceAccount }) => serviceAccount))).size,
    ).toBe(410)
  })

  test('are none without clusters; whether to repair is passed on', async () => {
    const table = await aTableOf({ golem: 0 })

    expect(await listAudit(await aTable(), { repair: false })).toEqual({
      status: 'done',
      repair: false,
      batches: [],
    })
    expect(await listAudit(table, { repair: true })).toMatchObject({ status: 'look', repair: true })
  })
})
