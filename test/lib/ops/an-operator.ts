/** Somebody who does what operators do, and the audit that has it. */
import { readAudit } from '../../../lib/audit/log.ts'
import type { Auditing } from '../../../lib/ops/auditing.ts'
import { anAuditTable } from '../audit/audit-table.ts'

export const OPERATOR = 'iam:arn:aws:iam::000000000000:role/operator'

export async function anOperator(): Promise<Auditing> {
  return { audit: await anAuditTable(), who: OPERATOR, now: () => new Date('2026-01-31T12:30:00.000Z') }
}

/** What was written of that day, the latest first. */
export async function written({ audit }: Auditing) {
  const { entries } = await readAudit(audit, { day: '2026-01-31' }, { limit: 100 })
  return entries
}
