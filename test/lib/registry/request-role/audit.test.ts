import { describe, expect, test } from 'vitest'
import { readAudit } from '../../../../lib/audit/log.ts'
import { Throttled } from '../../../../lib/errors.ts'
import { readRoleRequest } from '../../../../lib/registry/roles.ts'
import type { Table } from '../../../../lib/registry/table.ts'
import { anAuditTable } from '../../audit/audit-table.ts'
import { itemsOf } from '../registry.ts'
import { ask, KEY, SQS_READ, theTable } from './fixture.ts'

async function entriesOf(audit: Table) {
  return (await readAudit(audit, { cluster: 'golem', role: 'default/reader' }, { limit: 10 })).entries
}

describe('requestRole with an audit', () => {
  test('writes down who changed what, and the change carries the entry’s id', async () => {
    const table = await theTable()
    const audit = await anAuditTable()
    const first = await ask(table, {}, { audit })

    const second = await ask(
      table,
      { policies: [{ arn: SQS_READ }] },
      { audit, requestedBy: 'iam:other', now: new Date('2026-02-01T12:00:00Z') },
    )

    const [latest, earliest] = await entriesOf(audit)
    expect(earliest).toMatchObject({ what: 'RoleChanged', who: 'iam:deployer', changeId: first.changeId })
    expect(earliest).not.toHaveProperty('before')
    expect(latest).toMatchObject({
      who: 'iam:other',
      at: '2026-02-01T12:00:00.000Z',
      changeId: second.changeId,
      before: first,
      after: { version: 2, content: { policies: [{ arn: SQS_READ }] } },
    })
    expect(await readRoleRequest(table, 'golem', KEY)).toEqual(second)
  })

  test('writes nothing down where nothing is changed, or it is refused', async () => {
    const table = await theTable()
    const audit = await anAuditTable()
    await ask(table, {}, { audit })

    await ask(table, {}, { audit, now: new Date('2026-02-01T12:00:00Z') })
    await expect(ask(table, { audience: 'vault' }, { audit })).rejects.toThrow()

    expect(await entriesOf(audit)).toHaveLength(1)
  })

  test('changes nothing that it could not write down', async () => {
    const audit = await anAuditTable((call, operation) => {
      if (operation === 'PutItem') throw new Throttled('no')
      return call()
    })
    const table = await theTable()

    await expect(ask(table, {}, { audit })).rejects.toThrow()

    expect(await readRoleRequest(table, 'golem', KEY)).toBeUndefined()
    expect(await itemsOf(audit)).toEqual([])
  })
})
