/** An approver lets a request come into force, or rejects it: the version that was looked at, and no other. */
import type { Stack } from '../aws/stack.ts'
import { NotPermitted, RequestNotAdmitted, RoleNotFound, RoleNotWaiting } from '../errors.ts'
import { parseRoleContent, type RoleContent } from '../policy/request.ts'
import { type Analyse, nearestOf } from '../role-check.ts'
import type { RoleAdmission } from './request-role.ts'
import { checkRole, checkVersion, conflict, requireLivingCluster, written } from './role-change.ts'
import {
  type Approval,
  putRoleRequest,
  type RoleKey,
  type RoleRequestRecord,
  readRoleRequest,
} from './roles.ts'
import type { Table } from './table.ts'

export interface Decision {
  readonly cluster: string
  readonly key: RoleKey
  /** The principal that decides. */
  readonly by: string
  readonly now: Date
  /** Where it is written down before it is done. */
  readonly audit: Table
  readonly expectedVersion: number
  /**
   * Within which guard rails its requester may ask for it now; none: no rule lets them any more. One of them must let it pass, as when it
   * was asked for.
   */
  readonly admit: (request: RoleRequestRecord) => readonly Admitting[]
  /** Asked once more of what is approved. Default: nobody. */
  readonly analyse?: Analyse | undefined
  /** Undefined: it is approved. */
  readonly rejectedFor: string | undefined
}

type Admitting = Pick<RoleAdmission, 'guardRails'>

export interface RoleDecided extends RoleRequestRecord {
  readonly content: RoleContent
}

/**
 * Returns the request with a version of its own; the same decision again changes nothing. Rejected, it waits no more, and what was in force before stays so.
 * Throws RoleNotFound, PreconditionFailed for another version, RoleNotWaiting, NotPermitted for the requester's own, VersionConflict
 * when it was changed at the same time; for an approval also RequestNotAdmitted, and what its tenant could not be given by now, as requestRole does.
 */
export async function decideRole(table: Table, stack: Stack, decision: Decision): Promise<RoleDecided> {
  const { cluster, key, by, now, rejectedFor: reason, analyse } = decision
  const record = await requireLivingCluster(table, cluster)
  const existing = await readRoleRequest(table, cluster, key)
  if (existing === undefined) throw new RoleNotFound(cluster, `${key.namespace}/${key.serviceAccount}`)
  if (isDecided(existing, decision)) return { ...existing, content: parseRoleContent(existing.content) }
  checkVersion(decision, existing)
  const { approval, inForce, changeId: _, ...asked } = existing
  if (approval?.state !== 'waiting') throw new RoleNotWaiting(cluster, key)
  if (asked.requestedBy === by) throw new NotPermitted('Nobody decides on a request of their own.')
  const content = parseRoleContent(asked.content)
  if (reason === undefined) {
    const { guardRails } = nearestOf(stack, record.desired, content, admissionsOf(decision, existing))
    await checkRole(table, stack, record, { ...key, content }, { guardRails, now, analyse })
  }
  const at = now.toISOString()
  const decided: Approval = {
    ...approval,
    state: reason === undefined ? 'approved' : 'rejected',
    version: existing.version,
    by,
    at,
    ...(reason !== undefined && { reason }),
  }
  const wanted: RoleDecided = {
    ...asked,
    content,
    version: existing.version + 1,
    approval: decided,
    ...(reason !== undefined && inForce && { inForce }),
  }
  const what = reason === undefined ? 'RoleApproved' : 'RoleRejected'
  const audited = await written(decision.audit, what, existing, wanted, { who: by, at })
  if (await putRoleRequest(table, audited, existing.version)) return audited
  // By this very call, perhaps: the SDK sends it again when the answer is lost.
  const latest = await readRoleRequest(table, cluster, key)
  if (latest?.changeId === audited.changeId) return audited
  throw conflict(key)
}

/** By the same principal, of the same version: the answer was lost. */
function isDecided(
  { version, approval }: RoleRequestRecord,
  { expectedVersion, by, rejectedFor }: Decision,
): boolean {
  const state = rejectedFor === undefined ? 'approved' : 'rejected'
  const isSame = approval?.state === state && approval.by === by && approval.reason === rejectedFor
  return isSame && approval.version === expectedVersion && version === expectedVersion + 1
}

/** Rules may have been taken back while it waited. */
function admissionsOf({ admit }: Decision, request: RoleRequestRecord): readonly [Admitting, ...Admitting[]] {
  const [first, ...others] = admit(request)
  if (first === undefined) throw new RequestNotAdmitted(request.tenant, request.requestedBy)
  return [first, ...others]
}
