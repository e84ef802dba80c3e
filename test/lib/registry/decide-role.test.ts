import { expect, test } from 'vitest'
import { readAudit } from '../../../lib/audit/log.ts'
import { RequestRefused } from '../../../lib/errors.ts'
import { NO_LIMITS } from '../../../lib/policy/guard-rails.ts'
import { decideRole } from '../../../lib/registry/decide-role.ts'
import { type Approval, putRoleRequest, readRoleRequest } from '../../../lib/registry/roles.ts'
import type { Table } from '../../../lib/registry/table.ts'
import { anAuditTable } from '../audit/audit-table.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { STACK } from '../resources/golem.ts'
import { aRoleRequest, aTableWith, golemRecord } from './registry.ts'

const KEY = { namespace: 'default', serviceAccount: 'reader' }
const WAITING: Approval = { state: 'waiting', needs: [] }

function decide(table: Table, audit: Table, rejectedFor?: string) {
  return decideRole(table, STACK, {
    cluster: 'golem',
    key: KEY,
    by: 'iam:approver',
    now: new Date('2026-01-31T13:00:00Z'),
    audit,
    expectedVersion: 1,
    rejectedFor,
    admit: () => [{ guardRails: NO_LIMITS }],
  })
}

test.each([
  ['approved', undefined],
  ['rejected', 'no'],
] as const)(
  'what is %s and cut off anywhere is decided once when it is sent again',
  async (state, reason) => {
    const operations = await cutOffEverywhere({
      async prepare(around) {
        const table = await aTableWith(golemRecord(), around)
        await putRoleRequest(table, aRoleRequest({ approval: WAITING }), 0)
        return { table, audit: await anAuditTable(around) }
      },
      act: ({ table, audit }) => decide(table, audit, reason),
      async assess({ table, audit }, where) {
        const { entries } = await readAudit(audit, { cluster: 'golem', role: 'default/reader' }, { limit: 9 })
        expect(entries, where).toHaveLength(1)
        expect(await readRoleRequest(table, 'golem', KEY), where).toMatchObject({
          version: 2,
          approval: { state, version: 1, by: 'iam:approver' },
          changeId: entries[0]?.changeId,
        })
      },
    })

    expect(operations).toEqual(['GetItem', 'GetItem', 'PutItem', 'PutItem'])
  },
)

test('what nobody may have by now is not approved, and can be rejected', async () => {
  const table = await aTableWith(golemRecord())
  const audit = await anAuditTable()
  const statements = [
    { Effect: 'Allow' as const, Action: 'iam:CreateUser', Resource: 'arn:aws:iam::*:user/*' },
  ]
  const content = { ...aRoleRequest().content, policies: [{ statements }] }
  await putRoleRequest(table, aRoleRequest({ content, approval: WAITING }), 0)

  await expect(decide(table, audit)).rejects.toThrow(RequestRefused)

  expect(await readRoleRequest(table, 'golem', KEY)).toMatchObject({ version: 1, approval: WAITING })
  expect(await decide(table, audit, 'no')).toMatchObject({ approval: { state: 'rejected' } })
})
