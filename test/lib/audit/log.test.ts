import { describe, expect, test } from 'vitest'
import { type AuditEntry, auditEntry } from '../../../lib/audit/entry.ts'
import { type AuditSubject, appendAudit, readAudit } from '../../../lib/audit/log.ts'
import type { Table } from '../../../lib/registry/table.ts'
import { itemsOf } from '../registry/registry.ts'
import { anAuditTable } from './audit-table.ts'

function anEntry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return auditEntry({
    at: '2026-01-31T12:00:00.000Z',
    who: 'iam:deployer',
    what: 'RoleChanged',
    about: { cluster: 'golem', role: 'default/reader' },
    before: { version: 1, policies: [] },
    after: { version: 2, policies: [] },
    ...changes,
  })
}

async function tableWith(...entries: readonly AuditEntry[]): Promise<Table> {
  const table = await anAuditTable()
  for (const entry of entries) await appendAudit(table, entry)
  return table
}

describe('auditEntry', () => {
  test('has one id for one change, and another for every other', () => {
    const entries = [
      anEntry(),
      anEntry({ who: 'iam:other' }),
      anEntry({ at: '2026-01-31T12:00:00.001Z' }),
      anEntry({ after: undefined }),
      anEntry({ about: { tenant: 'shop' } }),
    ]

    expect(new Set(entries.map(({ changeId }) => changeId)).size).toBe(entries.length)
    expect(anEntry()).toEqual(anEntry())
  })
})

describe('appendAudit', () => {
  test('writes the same entry once', async () => {
    const table = await tableWith(anEntry(), anEntry())

    expect(await itemsOf(table)).toEqual([
      expect.objectContaining({ ...anEntry(), pk: 'CLUSTER#golem#ROLE#default/reader' }),
    ])
  })

  test('changes nothing that is there', async () => {
    const table = await tableWith(anEntry())
    const before = await itemsOf(table)

    await appendAudit(table, { ...anEntry(), who: 'iam:somebody-else' })

    expect(await itemsOf(table)).toEqual(before)
  })

  test('leaves out what was not there before, or is not after', async () => {
    const created = anEntry({ before: undefined })
    const table = await tableWith(created)

    const [entry] = (await readAudit(table, { cluster: 'golem' }, { limit: 10 })).entries

    expect(entry).toEqual(JSON.parse(JSON.stringify(created)))
  })
})

describe('readAudit', () => {
  const first = anEntry({ at: '2026-01-30T12:00:00.000Z' })
  const second = anEntry()
  const other = anEntry({
    about: { cluster: 'golem', role: 'default/writer' },
    at: '2026-01-31T13:00:00.000Z',
  })
  const tenant = anEntry({
    what: 'TenantChanged',
    about: { tenant: 'golem' },
    at: '2026-01-31T14:00:00.000Z',
  })
  const elsewhere = anEntry({ about: { cluster: 'gole', role: 'm/x' }, at: '2026-02-01T00:00:00.000Z' })

  test.each<[string, AuditSubject, readonly AuditEntry[]]>([
    ['a role', { cluster: 'golem', role: 'default/reader' }, [second, first]],
    ['a cluster with its roles', { cluster: 'golem' }, [other, second, first]],
    ['a tenant', { tenant: 'golem' }, [tenant]],
    ['a day', { day: '2026-01-31' }, [tenant, other, second]],
    ['what never was', { cluster: 'nobody' }, []],
  ])('tells of %s, the latest first', async (_, subject, expected) => {
    const table = await tableWith(first, second, other, tenant, elsewhere)

    expect(await readAudit(table, subject, { limit: 10 })).toEqual({ entries: expected, next: undefined })
  })

  test.each<[string, AuditSubject]>([
    ['a role', { cluster: 'golem', role: 'default/reader' }],
    ['a cluster', { cluster: 'golem' }],
    ['a day', { day: '2026-01-31' }],
  ])('of %s goes on where a page ends, without a gap or a repetition', async (_, subject) => {
    const entries = Array.from({ length: 5 }, (_, index) =>
      anEntry({ at: `2026-01-31T12:00:0${index}.000Z` }),
    )
    const table = await tableWith(...entries)
    const read: AuditEntry[] = []

    let page = await readAudit(table, subject, { limit: 2 })
    read.push(...page.entries)
    while (page.next !== undefined) {
      page = await readAudit(table, subject, { limit: 2, after: page.next })
      read.push(...page.entries)
    }

    expect(read).toEqual(entries.toReversed())
  })
})
