/** One cluster looked at now, with the rights of whoever asks: what is not as it was made. Nothing is written. */
import { type Drift, driftOf } from '../drift.ts'
import { type Inspecting, inspectRole, inspectSteps } from '../inspect-cluster.ts'
import { isGoing, requireCluster } from '../registry/cluster-record.ts'
import { inForceOf, type RoleInForce, readRoleRequest } from '../registry/roles.ts'
import { RESOURCE_STEPS } from '../steps.ts'
import { readRoles } from './roles.ts'
import { mapSome } from './several.ts'

/** Throws ClusterNotFound. Of one that goes, or is gone, nothing is expected. */
export async function auditCluster(inspecting: Inspecting, cluster: string): Promise<readonly Drift[]> {
  const { table, now } = inspecting
  const record = await requireCluster(table, cluster)
  if (isGoing(record)) return []
  const steps = await inspectSteps(inspecting, record, RESOURCE_STEPS, now().toISOString())
  const made = (await readRoles(table, cluster, now())).filter(({ state }) => state === 'ready')
  const roles = await mapSome(made, async (key) => {
    const request = inForceOf<RoleInForce>(await readRoleRequest(table, cluster, key))
    return request && inspectRole(inspecting, record, request)
  })
  return [...steps, ...roles.filter((role) => role !== undefined)].flatMap((one) => driftOf(one) ?? [])
}
