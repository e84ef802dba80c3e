/** What operators do is written into the audit before it is done, whether through the API or on the command line. */
import { type AuditEntry, auditEntry } from '../audit/entry.ts'
import { appendAudit } from '../audit/log.ts'
import type { Table } from '../registry/table.ts'

export interface Auditing {
  readonly audit: Table
  /** The principal. */
  readonly who: string
  readonly now: () => Date
}

/** Returns its `changeId`. */
export async function writeEntry(
  { audit, who, now }: Auditing,
  change: Pick<AuditEntry, 'what' | 'about' | 'before' | 'after'>,
): Promise<string> {
  const entry = auditEntry({ at: now().toISOString(), who, ...change })
  await appendAudit(audit, entry)
  return entry.changeId
}
