/** Which roles need a cluster's OIDC provider in another account, and which providers a role needs. By requests and statuses, consistent. */
import { roleAccountOf } from '../policy/request.ts'
import { type ClusterRecord, isGoing, readCluster } from './cluster-record.ts'
import { type ReplicaKey, type ReplicaRecord, readReplica } from './replicas.ts'
import { inForceOf, type RoleInForce, type RoleStatus, readRoleRequest, readRoleStatus } from './roles.ts'
import { listTrustingRoles, subjectsIn } from './subject-clusters.ts'
import type { Table } from './table.ts'

/** Whether a role of the account trusts the cluster, or shall. */
export async function isTrustedFrom(
  table: Table,
  { desired: { cluster } }: ClusterRecord,
  accountId: string,
): Promise<boolean> {
  for await (const { cluster: owner, ...key } of listTrustingRoles(table, cluster)) {
    const status = await readRoleStatus(table, owner, key)
    const isTrusting = owner === cluster || status?.trusts?.[cluster] !== undefined
    if (isTrusting && accountOfRole(status) === accountId) return true
    const record = await readCluster(table, owner)
    const request = inForceOf<RoleInForce>(await readRoleRequest(table, owner, key))
    if (record === undefined || isGoing(record) || request?.desired !== 'present') continue
    const { subjects = [] } = subjectsIn(request)
    const isAsked = owner === cluster || subjects.some((subject) => subject.cluster === cluster)
    if (isAsked && roleAccountOf(record.desired, request.content) === accountId) return true
  }
  return false
}

export interface LackingProvider {
  readonly cluster: string
  /** What is known of it; undefined: nobody has looked yet. */
  readonly replica: ReplicaRecord | undefined
}

/** Of the clusters that a role in the account trusts, those whose provider is not there, or not as the cluster is now. */
export async function lackingProviders(
  table: Table,
  accountId: string,
  clusters: readonly ClusterRecord[],
): Promise<LackingProvider[]> {
  const foreign = clusters.filter(
    (record) => record.desired.accountId !== accountId && !isGoing(record) && record.status !== 'ANNOUNCED',
  )
  const looked = await Promise.all(
    foreign.map(async ({ desired: { cluster }, generation }) => {
      const replica = await readReplica(table, { cluster, accountId })
      return replica?.state === 'READY' && replica.generation === generation ? [] : [{ cluster, replica }]
    }),
  )
  return looked.flat()
}

/** By its ARN. Undefined: none was ever made. */
export function accountOfRole(status: Pick<RoleStatus, 'roleArn'> | undefined): string | undefined {
  return status?.roleArn.split(':')[4]
}

/** As of its last attempt. */
export function replicasLackedBy(status: RoleStatus): ReplicaKey[] {
  const accountId = accountOfRole(status)
  if (status.state !== 'RETRY' || !accountId) return []
  return (status.lacks ?? []).map((cluster) => ({ cluster, accountId }))
}
