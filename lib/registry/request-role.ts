/** A team asks for a role, for it to be otherwise, or to go. Asking twice for the same changes nothing, unless it was given up. */
import { isDeepStrictEqual } from 'node:util'
import type { Stack } from '../aws/stack.ts'
import { TargetAccountFixed } from '../errors.ts'
import { type Finding, type GuardRails, NO_LIMITS } from '../policy/guard-rails.ts'
import { parseRoleRequest, type RoleContent, roleAccountOf, roleContentSchema } from '../policy/request.ts'
import { type Analyse, nearestOf } from '../role-check.ts'
import { claimRoleName, roleHolder } from './claims.ts'
import type { ClusterRecord } from './cluster-record.ts'
import { requireRoom } from './full-accounts.ts'
import { checkRole, checkVersion, conflict, requireLivingCluster, written } from './role-change.ts'
import { requirePlace, takePlace } from './role-places.ts'
import {
  type Approval,
  desiredStateOf,
  inForceOf,
  MAX_ATTEMPTS,
  putRoleRequest,
  type RoleInForce,
  type RoleKey,
  type RoleRequestRecord,
  readRoleRequest,
  readRoleStatus,
} from './roles.ts'
import { putTrust } from './subject-clusters.ts'
import type { Table } from './table.ts'

export interface RoleAsked {
  readonly cluster: string
  /** As it came: `{ namespace, serviceAccount, policies, … }`. */
  readonly request: unknown
  readonly requestedBy: string
  /** Of whoever asks, those that rules name. */
  readonly groups?: readonly string[]
  readonly now: Date
  /** Where it is written down before it is done. */
  readonly audit?: Table
  /**
   * Decides, before anything is written, on what is there: on whose behalf, and within which guard rails, the request may be made. Throws what
   * refuses it; answers at least one, of which the one that admits the most counts. Default: anything, for whom it is already.
   */
  readonly admit?: (existing: RoleRequestRecord | undefined) => readonly [RoleAdmission, ...RoleAdmission[]]
  /** Asked of what is new, after all else has passed. Default: nobody. */
  readonly analyse?: Analyse | undefined
  /** The version that must be there, 0 for none; PreconditionFailed when it is another one. */
  readonly expectedVersion?: number | undefined
}

export interface RoleAdmission {
  /** Undefined: nobody's. */
  readonly tenant: string | undefined
  readonly guardRails: GuardRails
  /** Of the tenant. Undefined: as many as there are. */
  readonly roleQuota?: number
  /** Whoever asks needs nobody's approval. */
  readonly needsNoApproval?: true
}

/** With its content as it was understood. */
export interface RoleAccepted extends RoleRequestRecord {
  readonly content: RoleContent
}

/**
 * What needs an approval waits for it, and what was in force before stays so until then.
 * Throws InvalidInput, PrivateKeyInInput, RequestRefused, PolicyRefused, PolicyTooLarge, RoleQuotaReached and AccountRoleQuotaReached before anything is written but the
 * claim on the role's name; ClusterNotFound, ClusterBeingDeleted, TargetAccountFixed, RoleNameTaken, PreconditionFailed, and VersionConflict when somebody else made another
 * request of it at the same time.
 */
export async function requestRole(table: Table, stack: Stack, asked: RoleAsked): Promise<RoleAccepted> {
  const { namespace, serviceAccount, ...content } = parseRoleRequest(asked.request)
  const key = { namespace, serviceAccount }
  const cluster = await requireLivingCluster(table, asked.cluster)
  const existing = await readRoleRequest(table, asked.cluster, key)
  const admitting = asked.admit?.(existing) ?? [anythingFor(existing)]
  checkAccount(cluster, existing, content)
  const admission = nearestOf(stack, cluster.desired, content, admitting)
  const { tenant, guardRails, roleQuota, needsNoApproval } = admission
  const wish = { ...key, content }
  // What is in force was looked at when it was accepted.
  const analyse =
    isAsked(existing, content) && inForceOf<RoleInForce>(existing) === existing ? undefined : asked.analyse
  const inForce = needsNoApproval ? undefined : contentInForce(existing, asked.now)
  const checked = await checkRole(table, stack, cluster, wish, {
    guardRails,
    now: asked.now,
    analyse,
    inForce,
  })
  const approval = needsNoApproval ? undefined : approvalOf(existing, content, checked.needsApproval)
  checkVersion(asked, existing)
  if (isAsked(existing, content) && !(await isAskedAnew(table, existing, approval)))
    return { ...existing, content }
  const place = { role: { cluster: asked.cluster, ...key }, now: asked.now }
  // For one more role, not for a change of one.
  const isMore = existing?.desired !== 'present'
  const quota = isMore ? roleQuota : undefined
  if (tenant !== undefined && quota !== undefined) await requirePlace(table, { ...place, tenant }, quota)
  const { accountId } = checked.desired
  const pointer = content.targetAccountId === undefined ? '' : '/targetAccountId'
  if (isMore) await requireRoom(table, { accountId, pointer, now: asked.now })
  const holder = roleHolder(asked.cluster, key)
  // Without a request: of a role that a removal of its cluster left behind.
  const known = existing ?? (await readRoleStatus(table, asked.cluster, key))
  const version = await claimRoleName(table, checked.desired, holder, (known?.version ?? 0) + 1)
  if (tenant !== undefined) await takePlace(table, { ...place, tenant, version }, quota)
  const waits = approval?.state === 'waiting'
  const record = await written(asked.audit, waits ? 'RoleAsked' : 'RoleChanged', existing, {
    cluster: asked.cluster,
    ...key,
    version,
    desired: 'present',
    content,
    ...(tenant !== undefined && { tenant }),
    requestedBy: asked.requestedBy,
    requestedAt: asked.now.toISOString(),
    ...(asked.groups !== undefined && asked.groups.length > 0 && { groups: [...asked.groups] }),
    ...(approval && { approval }),
    ...(waits && keptInForce(existing)),
  })
  const isElsewhere = accountId !== cluster.desired.accountId
  for (const name of [...checked.subjectClusters, ...(isElsewhere ? [asked.cluster] : [])])
    await putTrust(table, name, record)
  if (await putRoleRequest(table, record, existing?.version ?? 0)) return record
  // By the same request at the same time, or by this very call: the SDK sends it again when the answer is lost.
  const latest = await readRoleRequest(table, asked.cluster, key)
  const isSame = isAsked(latest, content) && latest.tenant === tenant
  if (isSame && latest.approval?.state === approval?.state) return { ...latest, content }
  // A removal has just come to its end: it is asked for anew.
  if (latest === undefined) return requestRole(table, stack, asked)
  throw conflict(key)
}

/** Also of a role that is being removed: it is still where it is. */
function checkAccount(
  { desired }: ClusterRecord,
  existing: RoleRequestRecord | undefined,
  content: RoleContent,
): void {
  if (existing === undefined) return
  const [known, wanted] = [roleAccountOf(desired, existing.content), roleAccountOf(desired, content)]
  if (known !== wanted) throw new TargetAccountFixed(known, wanted)
}

/** Of administrators, and of whoever may write to the registry anyhow: whose it is already stays so. */
export function anythingFor(existing: RoleRequestRecord | undefined): RoleAdmission {
  return { tenant: existing?.tenant, guardRails: NO_LIMITS, needsNoApproval: true }
}

/** What was approved, and is asked for again as it is, stays approved. */
function approvalOf(
  existing: RoleRequestRecord | undefined,
  content: RoleContent,
  needsApproval: readonly Finding[],
): Approval | undefined {
  if (isAsked(existing, content) && existing.approval?.state === 'approved') return existing.approval
  if (needsApproval.length === 0) return undefined
  const needs = needsApproval
    .slice(0, MAX_NEEDS)
    .map(({ rule, pointer, message }) => ({ rule, pointer, detail: message }))
  return { state: 'waiting', needs }
}

/** The item must not grow with them: a request may pass a guard rail in a thousand places. */
const MAX_NEEDS = 50

function keptInForce(existing: RoleRequestRecord | undefined): Pick<RoleRequestRecord, 'inForce'> {
  const before = inForceOf<RoleInForce>(existing)
  if (before === undefined) return {}
  const { inForce: _, ...inForce }: RoleRequestRecord = before
  return { inForce }
}

/** Of a role that goes, or has expired, nothing: what is asked for then is a new one. What is not to be understood any more is nothing too, so that all is new. */
function contentInForce(existing: RoleRequestRecord | undefined, now: Date): RoleContent | undefined {
  const inForce = inForceOf<RoleInForce>(existing)
  if (inForce === undefined || desiredStateOf(inForce, now) === 'removed') return undefined
  return roleContentSchema.safeParse(inForce.content).data ?? roleContentSchema.parse({ policies: [] })
}

function isAsked(request: RoleRequestRecord | undefined, content: RoleContent): request is RoleRequestRecord {
  return request?.desired === 'present' && isDeepStrictEqual(request.content, content)
}

/** What was rejected, or was given up, is tried again; what waits needs not wait any more when the rules allow it by now. */
async function isAskedAnew(
  table: Table,
  existing: RoleRequestRecord,
  approval: Approval | undefined,
): Promise<boolean> {
  if (existing.approval?.state === 'rejected') return true
  if (existing.approval?.state === 'waiting') return approval?.state !== 'waiting'
  return isGivenUp(table, existing)
}

export interface RemovalAsked {
  readonly requestedBy: string
  readonly now: Date
  /** Managed policies that others attached go too, and a role that lost our tags is given up. */
  readonly force?: boolean
  /** Where it is written down before it is done. */
  readonly audit?: Table
  /** Decides, before anything is written, on what is there. Throws what refuses it. */
  readonly admit?: (existing: RoleRequestRecord | undefined) => void
  /** Of the request; 0: there is none. Default: whichever it has. */
  readonly expectedVersion?: number | undefined
}

/**
 * Asks for the role to be taken away; its request goes once IAM has no such role any more, and can be made anew at any time. Returns
 * the request, undefined when there is none (any more). Asking twice changes nothing, unless the removal was given up, or
 * `force` is new. Throws PreconditionFailed for another version than the expected one, and VersionConflict when somebody else changed the request at the same time.
 */
export async function removeRole(
  table: Table,
  cluster: string,
  key: RoleKey,
  asked: RemovalAsked,
): Promise<RoleRequestRecord | undefined> {
  const { requestedBy, now, force = false, audit } = asked
  const existing = await readRoleRequest(table, cluster, key)
  asked.admit?.(existing)
  checkVersion(asked, existing)
  if (existing === undefined) return undefined
  const isAsked = existing.desired === 'removed' && (existing.force === true || !force)
  if (isAsked && !(await isGivenUp(table, existing))) return existing
  const { changeId: _, approval: __, inForce: ___, ...before } = existing
  const record = await written(audit, 'RoleRemoved', existing, {
    ...before,
    version: existing.version + 1,
    desired: 'removed',
    ...(force && { force }),
    requestedBy,
    requestedAt: now.toISOString(),
  })
  if (await putRoleRequest(table, record, existing.version)) return record
  const latest = await readRoleRequest(table, cluster, key)
  if (latest !== undefined && latest.desired === 'present') throw conflict(key)
  return latest
}

/** Sent again, it is tried again: what was wrong may have been mended elsewhere. */
async function isGivenUp(table: Table, request: RoleRequestRecord): Promise<boolean> {
  const status = await readRoleStatus(table, request.cluster, request)
  if (status?.version !== request.version) return false
  return status.state === 'FAILED' || (status.state === 'RETRY' && status.attempts >= MAX_ATTEMPTS)
}
