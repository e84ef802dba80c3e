/** What every change of a request needs: its cluster, its guard rails, the version it is of, and an entry in the audit. */

import { type AuditEntry, auditEntry } from '../audit/entry.ts'
import { appendAudit } from '../audit/log.ts'
import { SHARED_HOST } from '../aws/names.ts'
import type { Stack } from '../aws/stack.ts'
import {
  ClusterBeingDeleted,
  ClusterIsCompanion,
  ClusterNotFound,
  InvalidInput,
  PreconditionFailed,
  RequestRefused,
  VersionConflict,
} from '../errors.ts'
import { type GuardRails, inOrder } from '../policy/guard-rails.ts'
import type { RoleContent } from '../policy/request.ts'
import { type Analyse, type CheckedRole, checkRoleRequest, type RoleWish } from '../role-check.ts'
import { type ClusterRecord, requireCluster } from './cluster-record.ts'
import { desiredStateOf, type RoleKey, type RoleRequestRecord } from './roles.ts'
import { desiredOf, readTrusted } from './subject-clusters.ts'
import type { Table } from './table.ts'

/** Throws ClusterNotFound, ClusterBeingDeleted, ClusterIsCompanion. */
export async function requireLivingCluster(table: Table, name: string): Promise<ClusterRecord> {
  const cluster = await requireCluster(table, name)
  if (cluster.status === 'DELETED' || name === SHARED_HOST) throw new ClusterNotFound(name)
  if (cluster.status === 'DELETING') throw new ClusterBeingDeleted(name)
  if (cluster.companionOf !== undefined) throw new ClusterIsCompanion(name, cluster.companionOf)
  return cluster
}

export interface CheckedRequest extends CheckedRole {
  /** Names of the other clusters that its subjects are on. */
  readonly subjectClusters: readonly string[]
}

export interface Checking {
  readonly guardRails: GuardRails
  readonly now: Date
  /** After all else, for it costs time. */
  readonly analyse?: Analyse | undefined
  readonly inForce?: RoleContent | undefined
}

/** All that can be judged of what is asked for. Throws InvalidInput, RequestRefused, PolicyRefused, PolicyTooLarge, ClusterNotFound. */
export async function checkRole(
  table: Table,
  stack: Stack,
  record: ClusterRecord,
  wish: RoleWish,
  { guardRails, now, analyse, inForce }: Checking,
): Promise<CheckedRequest> {
  if (desiredStateOf({ desired: 'present', content: wish.content }, now) === 'removed')
    throw new InvalidInput('role.expiresAt: must be in the future', {
      faults: [{ pointer: '/expiresAt', detail: 'must be in the future' }],
    })
  const { records, companions } = await readTrusted(table, record, wish, wish.content)
  for (const [index, { cluster }] of (wish.content.subjects ?? []).entries()) {
    const { companionOf } = records.get(cluster ?? '') ?? {}
    if (cluster !== undefined && companionOf !== undefined)
      throw new ClusterIsCompanion(cluster, companionOf, `/subjects/${index}/cluster`)
  }
  const subjectClusters = desiredOf(records)
  const checked = checkRoleRequest(stack, record.desired, wish, { guardRails, subjectClusters, companions })
  const { content } = wish
  const { context } = checked
  const { trustPolicy } = checked.desired
  const found = (await analyse?.({ content, context, trustPolicy, inForce })) ?? []
  const refused = found.filter(({ severity }) => severity === 'refused')
  if (refused.length > 0) throw new RequestRefused(inOrder(refused))
  const needsApproval = inOrder([...checked.needsApproval, ...found])
  return { ...checked, needsApproval, subjectClusters: [...subjectClusters.keys()] }
}

/** Throws PreconditionFailed. */
export function checkVersion(
  { expectedVersion }: { readonly expectedVersion?: number | undefined },
  existing: RoleRequestRecord | undefined,
): void {
  const version = existing?.version ?? 0
  if (expectedVersion === undefined || expectedVersion === version) return
  throw new PreconditionFailed(
    version === 0 ? 'There is no such request.' : `The request has version ${version}.`,
  )
}

/** Down, before it is done. Default: by who asks, when it was asked. */
export async function written<Changed extends RoleRequestRecord>(
  audit: Table | undefined,
  what: AuditEntry['what'],
  before: RoleRequestRecord | undefined,
  after: Changed,
  { who, at } = { who: after.requestedBy, at: after.requestedAt },
): Promise<Changed> {
  if (audit === undefined) return after
  const { cluster, namespace, serviceAccount } = after
  const about = { cluster, role: `${namespace}/${serviceAccount}` }
  const entry = auditEntry({ at, who, what, about, before, after })
  await appendAudit(audit, entry)
  return { ...after, changeId: entry.changeId }
}

export function conflict({ namespace, serviceAccount }: RoleKey): VersionConflict {
  return new VersionConflict(`The request of ${namespace}/${serviceAccount} was changed at the same time.`)
}
