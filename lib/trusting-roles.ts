/** Of a cluster that goes: the roles of other clusters that still trust it, and are made without it before its provider goes. */
import { readCluster } from './registry/cluster-record.ts'
import { type RoleStatus, readRoleStatus } from './registry/roles.ts'
import { listTrustingRoles, type TrustingRole } from './registry/subject-clusters.ts'
import type { Table } from './registry/table.ts'

export interface StillTrusting extends TrustingRole {
  readonly version: number
  readonly status: RoleStatus
  /** Nothing works on its cluster, so it goes on to trust. */
  readonly isPaused: boolean
}

/** Consistent. By what they were last settled for, not by what is asked for: until then IAM has them as they were. */
export async function rolesTrusting(table: Table, subjectCluster: string): Promise<StillTrusting[]> {
  const trusting: StillTrusting[] = []
  for await (const { cluster, namespace, serviceAccount } of listTrustingRoles(table, subjectCluster)) {
    const status = await readRoleStatus(table, cluster, { namespace, serviceAccount })
    if (status?.trusts?.[subjectCluster] === undefined) continue
    const owner = await readCluster(table, cluster)
    if (owner === undefined) continue
    const isPaused = owner.paused === true
    trusting.push({ cluster, namespace, serviceAccount, version: status.version, status, isPaused })
  }
  return trusting
}
