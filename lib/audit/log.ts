/**
 * The audit's table: put to and queried, never changed. An entry is written before its change, so that there is no change
 * without one; the entry of a change that was refused, or lost a race, is the one whose id nothing carries.
 */
import { type Key, putItem, queryLatest, type Table } from '../registry/table.ts'
import { type AuditEntry, auditEntrySchema } from './entry.ts'

/** Does nothing when it is there already. An entry has at most some 70 KB: before and after are a request each. */
export async function appendAudit(table: Table, entry: AuditEntry): Promise<void> {
  const { at, changeId, about } = entry
  const item = {
    ...entry,
    pk: subjectKey(about),
    sk: `${at}#${changeId}`,
    ...(about.cluster !== undefined && { cluster: about.cluster }),
    day: at.slice(0, 10),
  }
  await putItem(table, item, { expression: 'attribute_not_exists(pk)' })
}

/** One role, one tenant, a cluster and all its roles, or a day (`2026-01-31`, UTC) and all that happened. */
export type AuditSubject =
  | { readonly cluster: string; readonly role: string }
  | { readonly tenant: string }
  | { readonly cluster: string }
  | { readonly day: string }

export interface AuditPage {
  /** The latest first. */
  readonly entries: readonly AuditEntry[]
  /** To go on from; undefined at the end. */
  readonly next: Key | undefined
}

/**
 * At most `limit` entries from `after` on. What is told of a cluster or a day may lag by a moment: it is read from an index.
 * `after` is a `next` of the same subject.
 */
export async function readAudit(
  table: Table,
  subject: AuditSubject,
  { limit, after }: { readonly limit: number; readonly after?: Key | undefined },
): Promise<AuditPage> {
  const partition = partitionOf(subject)
  // Whatever a caller makes of a cursor, it stays in the partition.
  const start =
    after === undefined || partition.index !== undefined ? after : { ...after, pk: partition.value }
  const { items, next } = await queryLatest(table, { ...partition, limit, after: start })
  return { entries: items.map((item) => auditEntrySchema.parse(item)), next }
}

function partitionOf(subject: AuditSubject) {
  if ('day' in subject) return { index: 'by-day', attribute: 'day', value: subject.day }
  if ('cluster' in subject && !('role' in subject))
    return { index: 'by-cluster', attribute: 'cluster', value: subject.cluster }
  return { index: undefined, attribute: 'pk', value: subjectKey(subject) }
}

function subjectKey({ cluster, role, tenant, deadLetter }: AuditEntry['about']): string {
  if (deadLetter !== undefined) return `DEADLETTER#${deadLetter}`
  if (tenant !== undefined) return `TENANT#${tenant}`
  return role === undefined ? `CLUSTER#${cluster}` : `CLUSTER#${cluster}#ROLE#${role}`
}
