/** A team asks for a role, for it to be otherwise, or to go. Asking twice for the same changes nothing, unless it was given up. */
import { isDeepStrictEqual } from 'node:util'
import { auditEntry } from '../audit/entry.ts'
import { appendAudit } from '../audit/log.ts'
import type { Stack } from '../aws/stack.ts'
import {
  ClusterBeingDeleted,
  ClusterNotFound,
  InvalidInput,
  PreconditionFailed,
  VersionConflict,
} from '../errors.ts'
import type { Finding, GuardRails } from '../policy/guard-rails.ts'
import { parseRoleRequest, type RoleContent } from '../policy/request.ts'
import { checkRoleRequest } from '../role-check.ts'
import { claimRoleName, roleHolder } from './claims.ts'
import { requireCluster } from './cluster-record.ts'
import {
  desiredStateOf,
  MAX_ATTEMPTS,
  putRoleRequest,
  type RoleKey,
  type RoleRequestRecord,
  readRoleRequest,
  readRoleStatus,
} from './roles.ts'
import { desiredOf, putTrust, readSubjectClusters } from './subject-clusters.ts'
import type { Table } from './table.ts'

export interface RoleAsked {
  readonly cluster: string
  /** As it came: `{ namespace, serviceAccount, policies, … }`. */
  readonly request: unknown
  readonly requestedBy: string
  readonly now: Date
  /** The tenant's. Default: no limits but the code's. */
  readonly guardRails?: GuardRails
  /** Where it is written down before it is done. */
  readonly audit?: Table
  /**
   * Decides, before anything is written, on what is there, what is asked for, and what of that needs an approval. Throws what refuses
   * it; answers the tenant whose it is, undefined for nobody's.
   */
  readonly admit?: (asked: AskedRole) => string | undefined
  /** The version that must be there, 0 for none; PreconditionFailed when it is another one. */
  readonly expectedVersion?: number | undefined
}

export interface AskedRole {
  readonly existing: RoleRequestRecord | undefined
  readonly content: RoleContent
  readonly needsApproval: readonly Finding[]
}

/** With its content as it was understood. */
export interface RoleAccepted extends RoleRequestRecord {
  readonly content: RoleContent
}

/**
 * What needs an approval is the caller's to hold back: whoever comes here has it, or may write the registry anyhow.
 * Throws InvalidInput, PrivateKeyInInput, RequestRefused, PolicyRefused and PolicyTooLarge before anything is written; ClusterNotFound,
 * ClusterBeingDeleted, SubjectInOtherAccount, RoleNameTaken, PreconditionFailed, and VersionConflict when somebody else made another
 * request of it at the same time.
 */
export async function requestRole(table: Table, stack: Stack, asked: RoleAsked): Promise<RoleAccepted> {
  const { namespace, serviceAccount, ...content } = parseRoleRequest(asked.request)
  const key = { namespace, serviceAccount }
  if (desiredStateOf({ desired: 'present', content }, asked.now) === 'removed')
    throw new InvalidInput('role.expiresAt: must be in the future')
  const cluster = await requireCluster(table, asked.cluster)
  if (cluster.status === 'DELETED') throw new ClusterNotFound(asked.cluster)
  if (cluster.status === 'DELETING') throw new ClusterBeingDeleted(asked.cluster)
  const subjectClusters = desiredOf(await readSubjectClusters(table, asked.cluster, content))
  const { guardRails } = asked
  const wish = { ...key, content }
  const { desired, needsApproval } = checkRoleRequest(stack, cluster.desired, wish, {
    guardRails,
    subjectClusters,
  })
  const existing = await readRoleRequest(table, asked.cluster, key)
  const tenant =
    asked.admit === undefined ? existing?.tenant : asked.admit({ existing, content, needsApproval })
  checkVersion(asked, existing)
  if (isAsked(existing, content) && !(await isGivenUp(table, existing))) return { ...existing, content }
  const holder = roleHolder(asked.cluster, key)
  const version = await claimRoleName(table, desired, holder, (existing?.version ?? 0) + 1)
  const record = await written(asked.audit, 'RoleChanged', existing, {
    cluster: asked.cluster,
    ...key,
    version,
    desired: 'present',
    content,
    ...(tenant !== undefined && { tenant }),
    requestedBy: asked.requestedBy,
    requestedAt: asked.now.toISOString(),
  })
  for (const name of subjectClusters.keys()) await putTrust(table, name, record)
  if (await putRoleRequest(table, record, existing?.version ?? 0)) return record
  // By the same request at the same time, or by this very call: the SDK sends it again when the answer is lost.
  const latest = await readRoleRequest(table, asked.cluster, key)
  if (isAsked(latest, content) && latest.tenant === tenant) return { ...latest, content }
  // A removal has just come to its end: it is asked for anew.
  if (latest === undefined) return requestRole(table, stack, asked)
  throw conflict(key)
}

function isAsked(request: RoleRequestRecord | undefined, content: RoleContent): request is RoleRequestRecord {
  return request?.desired === 'present' && isDeepStrictEqual(request.content, content)
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
  const { changeId: _, ...before } = existing
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

function conflict({ namespace, serviceAccount }: RoleKey): VersionConflict {
  return new VersionConflict(`The request of ${namespace}/${serviceAccount} was changed at the same time.`)
}

function checkVersion(
  { expectedVersion }: Pick<RoleAsked, 'expectedVersion'>,
  existing: RoleRequestRecord | undefined,
): void {
  const version = existing?.version ?? 0
  if (expectedVersion === undefined || expectedVersion === version) return
  throw new PreconditionFailed(
    version === 0 ? 'There is no such request.' : `The request has version ${version}.`,
  )
}

/** Down, before it is done. */
async function written<Changed extends RoleRequestRecord>(
  audit: Table | undefined,
  what: 'RoleChanged' | 'RoleRemoved',
  before: RoleRequestRecord | undefined,
  after: Changed,
): Promise<Changed> {
  if (audit === undefined) return after
  const { cluster, namespace, serviceAccount, requestedBy, requestedAt } = after
  const about = { cluster, role: `${namespace}/${serviceAccount}` }
  const entry = auditEntry({ at: requestedAt, who: requestedBy, what, about, before, after })
  await appendAudit(audit, entry)
  return { ...after, changeId: entry.changeId }
}

/** Sent again, it is tried again: what was wrong may have been mended elsewhere. */
async function isGivenUp(table: Table, request: RoleRequestRecord): Promise<boolean> {
  const status = await readRoleStatus(table, request.cluster, request)
  if (status?.version !== request.version) return false
  return status.state === 'FAILED' || (status.state === 'RETRY' && status.attempts >= MAX_ATTEMPTS)
}
