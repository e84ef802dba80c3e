/** The parts of the audit of all clusters, page by page. */
import * as z from 'zod'
import type { AuditPart } from './find-drift.ts'
import { listClusterNames } from './registry/cluster-record.ts'
import { inForceOf, listRoleRequests, type RoleKey } from './registry/roles.ts'
import type { Table } from './registry/table.ts'

/** What the page before left. Absent: it is the first. */
export const auditPage = z.object({
  /** Whether what has drifted is mended. */
  repair: z.boolean().default(false),
  after: z
    .object({
      cluster: z.string(),
      /** How many of its roles are in a part already; absent: all of it is. */
      roles: z.int().exactOptional(),
    })
    .exactOptional(),
})

type AuditPage = z.output<typeof auditPage>

export interface AuditList extends AuditPage {
  /** `look`: at the batches, then list again. */
  readonly status: 'look' | 'done'
  readonly batches: readonly (readonly AuditPart[])[]
}

/** A part is some 25 calls to AWS for the steps and four for each role: a batch takes seconds, so that trying it again costs little. */
const ROLES_IN_PART = 20
const PARTS_IN_BATCH = 5
/** A key has at most 352 bytes as JSON: some 140 KB of the payload's 256. */
const MAX_ROLES = 400
const MAX_PARTS = 100

/** In the order of the clusters' names, so that one that is announced meanwhile moves no other. */
export async function listAudit(table: Table, page: AuditPage): Promise<AuditList> {
  const { repair, after } = page
  const names = (await listClusterNames(table)).filter((name) => isLeft(name, after))
  const parts: AuditPart[] = []
  for (const cluster of names) {
    const done = cluster === after?.cluster ? (after.roles ?? 0) : 0
    const keys = (await rolesOf(table, cluster)).slice(done)
    const room = Math.min(MAX_PARTS - parts.length, Math.floor((MAX_ROLES - count(parts)) / ROLES_IN_PART))
    const all = partsOf(cluster, keys, done === 0)
    parts.push(...all.slice(0, room))
    if (all.length > room) {
      const roles = done + count(all.slice(0, room))
      return { status: 'look', repair, after: { cluster, roles }, batches: batchesOf(parts) }
    }
  }
  const last = names.at(-1)
  if (last === undefined || parts.length === 0) return { status: 'done', repair, batches: [] }
  return { status: 'look', repair, after: { cluster: last }, batches: batchesOf(parts) }
}

/** One whose first part did not fit in is not begun with. */
function isLeft(name: string, after: AuditPage['after']): boolean {
  if (after === undefined) return true
  return after.roles === undefined ? name > after.cluster : name >= after.cluster
}

async function rolesOf(table: Table, cluster: string): Promise<RoleKey[]> {
  const keys: RoleKey[] = []
  for await (const request of listRoleRequests(table, cluster)) {
    const { namespace, serviceAccount } = request
    if (inForceOf(request) !== undefined) keys.push({ namespace, serviceAccount })
  }
  return keys
}

function partsOf(cluster: string, keys: readonly RoleKey[], isFirst: boolean): AuditPart[] {
  const length = Math.max(Math.ceil(keys.length / ROLES_IN_PART), isFirst ? 1 : 0)
  return Array.from({ length }, (_, index) => ({
    cluster,
    steps: isFirst && index === 0,
    roles: keys.slice(index * ROLES_IN_PART, (index + 1) * ROLES_IN_PART),
  }))
}

function count(parts: readonly AuditPart[]): number {
  return parts.reduce((sum, { roles }) => sum + roles.length, 0)
}

function batchesOf(parts: readonly AuditPart[]): AuditPart[][] {
  return Array.from({ length: Math.ceil(parts.length / PARTS_IN_BATCH) }, (_, index) =>
    parts.slice(index * PARTS_IN_BATCH, (index + 1) * PARTS_IN_BATCH),
  )
}
