/** Roles as the person on call looks at them: what was requested, and what came of it. */
import { roleArn, roleName, rolePath } from '../aws/names.ts'
import type { Stack } from '../aws/stack.ts'
import { RoleNotFound } from '../errors.ts'
import { parseRoleContent, type RoleContent, roleAccountOf } from '../policy/request.ts'
import { type ClusterRecord, requireCluster } from '../registry/cluster-record.ts'
import {
  type Approval,
  inForceOf,
  type ListedInForce,
  type ListedRole,
  listRoleRequests,
  listRoleStatuses,
  type RoleInForce,
  type RoleKey,
  type RoleStatus,
  readRoleRequest,
  readRoleStatus,
} from '../registry/roles.ts'
import type { Table } from '../registry/table.ts'
import { desiredStateIn, isSettled, roleNameOf } from '../unsettled-roles.ts'
import { allOf } from './several.ts'

/** `unapproved`: nothing is in force, and an approver has not said yes. `waiting`: for its first attempt, or for that of its newest version. `removing`: it shall go, or has expired, and is not gone yet. */
export type RoleState = 'ready' | 'failed' | 'retrying' | 'unapproved' | 'waiting' | 'removing'

export interface RoleSummary extends RoleKey {
  readonly state: RoleState
  /** Of the request that is in force, if one is; the status may be of an earlier one. */
  readonly version: number
  readonly status: RoleStatus | undefined
}

/** In the order of namespace and service account. Throws ClusterNotFound. */
export async function readRoles(table: Table, cluster: string, now: Date): Promise<RoleSummary[]> {
  return rolesOf(table, await requireCluster(table, cluster), now)
}

export async function rolesOf(table: Table, record: ClusterRecord, now: Date): Promise<RoleSummary[]> {
  const { cluster } = record.desired
  const statuses = new Map<string, RoleStatus>()
  for await (const status of listRoleStatuses(table, cluster)) statuses.set(roleNameOf(status), status)
  const requests = await allOf(listRoleRequests(table, cluster))
  return requests.map((role) => {
    const status = statuses.get(roleNameOf(role))
    const { namespace, serviceAccount, version } = inForceOf(role) ?? role
    return { namespace, serviceAccount, version, status, state: stateOf(status, role, record, now) }
  })
}

function stateOf(
  status: RoleStatus | undefined,
  asked: ListedRole,
  record: ClusterRecord,
  now: Date,
): RoleState {
  const request = inForceOf<ListedInForce>(asked)
  if (request === undefined)
    return desiredStateIn(record, asked, now) === 'removed' ? 'removing' : 'unapproved'
  const { version } = request
  const { generation } = record
  const desired = desiredStateIn(record, request, now)
  if (status?.state === 'RETRY' && status.version === version) return 'retrying'
  if (!isSettled(status, { version, generation, desired }))
    return desired === 'removed' ? 'removing' : 'waiting'
  if (status?.state === 'WAITING') return 'waiting'
  return status?.state === 'READY' ? 'ready' : 'failed'
}

export interface DetailedRole extends RoleSummary {
  readonly cluster: string
  /** That it has, or will have. */
  readonly roleArn: string
  readonly audience: string
  /** Of the newest request, which need not be in force: as are all below. */
  readonly content: RoleContent
  readonly requestedVersion: number
  /** Undefined: it needs none. */
  readonly approval: Approval | undefined
  readonly requestedBy: string
  readonly requestedAt: string
}

/** Throws ClusterNotFound, RoleNotFound. */
export async function readRole(
  table: Table,
  stack: Stack,
  cluster: string,
  key: RoleKey,
  now: Date,
): Promise<DetailedRole> {
  const record = await requireCluster(table, cluster)
  const { desired } = record
  const request = await readRoleRequest(table, cluster, key)
  if (request === undefined) throw new RoleNotFound(cluster, roleNameOf(key))
  const status = await readRoleStatus(table, cluster, key)
  const content = parseRoleContent(request.content)
  return {
    cluster,
    ...key,
    state: stateOf(status, request, record, now),
    version: (inForceOf<RoleInForce>(request) ?? request).version,
    status,
    roleArn:
      status?.roleArn ??
      roleArn(
        stack.partition.name,
        roleAccountOf(desired, content),
        rolePath(stack, cluster),
        roleName(stack, { cluster, ...key }),
      ),
    audience: content.audience ?? desired.audiences[0] ?? '',
    content,
    requestedVersion: request.version,
    approval: request.approval,
    requestedBy: request.requestedBy,
    requestedAt: request.requestedAt,
  }
}
