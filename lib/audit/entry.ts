/** One entry of the audit: who changed what, when, from what to what. */
import { createHash } from 'node:crypto'
import * as z from 'zod'

/** `RoleAsked`: it waits for an approval. `KeysChanged`: which keys a cluster's API server has, and the reason if others go at once. `KeysRetired`: those that go because their time is over. */
export const AUDITED = [
  'KeysChanged',
  'KeysRetired',
  'RoleAsked',
  'RoleChanged',
  'RoleRemoved',
  'RoleApproved',
  'RoleRejected',
  'TenantChanged',
  'TenantRemoved',
  'ClusterProtected',
  'ClusterUnprotected',
  'ClusterPaused',
  'ClusterResumed',
  'ClusterAbandoned',
  'ClusterAdopted',
  'MigrationStarted',
  'MigrationFinished',
  'MigrationAborted',
  'ExecutionReplayed',
  'DeadLetterReplayed',
  'DeadLetterDiscarded',
] as const

export const auditEntrySchema = z.object({
  /** The changed thing carries it, if the change took effect and there is a thing to carry it: not of what was sent again or thrown away. */
  changeId: z.string(),
  /** ISO 8601, UTC, with milliseconds. */
  at: z.string(),
  /** The principal; `account:111122223333` of an event, which says no more; `schedule`: nobody. */
  who: z.string(),
  what: z.enum(AUDITED),
  about: z.object({
    cluster: z.string().exactOptional(),
    /** `<namespace>/<serviceAccount>` */
    role: z.string().exactOptional(),
    tenant: z.string().exactOptional(),
    execution: z.string().exactOptional(),
    deadLetter: z.string().exactOptional(),
  }),
  /** Absent: it was not there, or is gone. */
  before: z.unknown().optional(),
  after: z.unknown().optional(),
})

export type AuditEntry = z.output<typeof auditEntrySchema>

/** The same change by the same principal at the same moment is one entry: sent again, it is the one that is there. */
export function auditEntry(change: Omit<AuditEntry, 'changeId'>): AuditEntry {
  const hash = createHash('sha256').update(JSON.stringify(change)).digest('hex')
  return { changeId: hash.slice(0, 32), ...change }
}
