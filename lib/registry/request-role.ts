/** A team asks for a role, or for it to be otherwise. What asks twice for the same changes nothing, unless it was given up. */
import { isDeepStrictEqual } from 'node:util'
import { auditEntry } from '../audit/entry.ts'
import { appendAudit } from '../audit/log.ts'
import type { Stack } from '../aws/stack.ts'
import { PreconditionFailed, VersionConflict } from '../errors.ts'
import type { Finding, GuardRails } from '../policy/guard-rails.ts'
import { parseRoleRequest, type RoleContent, type RoleRequest } from '../policy/request.ts'
import { checkRoleRequest } from '../role-check.ts'
import { claimRoleName } from './claims.ts'
import { requireCluster } from './cluster-record.ts'
import {
  MAX_ATTEMPTS,
  putRoleRequest,
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
 * SubjectInOtherAccount, RoleNameTaken, PreconditionFailed, and VersionConflict when somebody else made another request of it at the same time.
 */
export async function requestRole(table: Table, stack: Stack, asked: RoleAsked): Promise<RoleAccepted> {
  const { namespace, serviceAccount, ...content } = parseRoleRequest(asked.request)
  const cluster = await requireCluster(table, asked.cluster)
  const wish = { namespace, serviceAccount, content }
  const subjectClusters = desiredOf(await readSubjectClusters(table, asked.cluster, content))
  const { guardRails } = asked
  const { desired, needsApproval } = checkRoleRequest(stack, cluster.desired, wish, {
    guardRails,
    subjectClusters,
  })
  const existing = await readRoleRequest(table, asked.cluster, { namespace, serviceAccount })
  const tenant =
    asked.admit === undefined ? existing?.tenant : asked.admit({ existing, content, needsApproval })
  checkVersion(asked, existing)
  await claimRoleName(table, desired, holderOf(asked.cluster, { namespace, serviceAccount }))
  const isSame = existing !== undefined && isDeepStrictEqual(existing.content, content)
  if (isSame && !(await isGivenUp(table, existing))) return { ...existing, content }
  const record = await written(asked, existing, {
    cluster: asked.cluster,
    namespace,
    serviceAccount,
    version: (existing?.version ?? 0) + 1,
    content,
    ...(tenant !== undefined && { tenant }),
    requestedBy: asked.requestedBy,
    requestedAt: asked.now.toISOString(),
  })
  for (const name of subjectClusters.keys()) await putTrust(table, name, record)
  if (await putRoleRequest(table, record, existing?.version ?? 0)) return record
  // By the same request at the same time, or by this very call: the SDK sends it again when the answer is lost.
  const latest = await readRoleRequest(table, asked.cluster, { namespace, serviceAccount })
  if (latest !== undefined && isDeepStrictEqual(latest.content, content) && latest.tenant === tenant)
    return { ...latest, content }
  throw new VersionConflict(`The request of ${namespace}/${serviceAccount} was changed at the same time.`)
}

function checkVersion({ expectedVersion }: RoleAsked, existing: RoleRequestRecord | undefined): void {
  const version = existing?.version ?? 0
  if (expectedVersion === undefined || expectedVersion === version) return
  throw new PreconditionFailed(
    version === 0 ? 'There is no such request.' : `The request has version ${version}.`,
  )
}

/** Down, before it is done. */
async function written(
  { audit }: RoleAsked,
  before: RoleRequestRecord | undefined,
  after: RoleAccepted,
): Promise<RoleAccepted> {
  if (audit === undefined) return after
  const { cluster, namespace, serviceAccount, requestedBy, requestedAt } = after
  const about = { cluster, role: `${namespace}/${serviceAccount}` }
  const entry = auditEntry({ at: requestedAt, who: requestedBy, what: 'RoleChanged', about, before, after })
  await appendAudit(audit, entry)
  return { ...after, changeId: entry.changeId }
}

/** Sent again, it is tried again: what was wrong may have been mended elsewhere. */
async function isGivenUp(table: Table, request: RoleRequestRecord): Promise<boolean> {
  const status = await readRoleStatus(table, request.cluster, request)
  if (status?.version !== request.version) return false
  return status.state === 'FAILED' || (status.state === 'RETRY' && status.attempts >= MAX_ATTEMPTS)
}

function holderOf(cluster: string, role: Pick<RoleRequest, 'namespace' | 'serviceAccount'>): string {
  return `${cluster}/${role.namespace}/${role.serviceAccount}`
}
