/** The example's cluster, ready and between two runs, and executions of reconcile-role. */
import { createHash } from 'node:crypto'
import type { RoleRuns } from '../../../lib/reconcile-role.ts'
import type { ClusterRecord } from '../../../lib/registry/cluster-record.ts'
import type { RoleAccepted } from '../../../lib/registry/request-role.ts'
import { putRoleRequest, putRoleStatus, type RoleStatus } from '../../../lib/registry/roles.ts'
import {
  type Around,
  aRoleRequest,
  aRoleStatus,
  aTable,
  golemRecord,
  putCluster,
} from '../registry/registry.ts'
import { MACHINE_ARN, stepFunctions } from '../step-functions.ts'

export const KEY = { namespace: 'default', serviceAccount: 'reader' }
const NOW = new Date('2026-01-31T12:30:00Z')
export const READY_CLUSTER = golemRecord({ runs: 1, status: 'READY' })

interface Setting {
  /** Default: ready. Null: there is none. */
  readonly record?: ClusterRecord | null
  readonly requests?: readonly Partial<RoleAccepted>[]
  readonly statuses?: readonly Partial<RoleStatus>[]
}

/** `around` stands around every call to the registry and to Step Functions. */
export async function roleRuns(
  { record = READY_CLUSTER, requests = [{}], statuses = [] }: Setting = {},
  around?: Around,
) {
  const table = await aTable(around)
  if (record !== null) await putCluster(table, record)
  for (const request of requests) await putRoleRequest(table, aRoleRequest(request), 0)
  for (const status of statuses) await putRoleStatus(table, 'golem', aRoleStatus(status))
  const states = stepFunctions(around)
  const runs: RoleRuns = { table, sfn: states.client, reconcileRoleArn: MACHINE_ARN, now: () => NOW }
  return { table, states, runs, started: () => [...states.executions.keys()] }
}

/** Of the role's request in this version; `attempt` for another one. */
export function nameOf(serviceAccount = 'reader', version = 1, attempt = 1, cluster = 'golem'): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([cluster, 'default', serviceAccount]))
    .digest('hex')
  return [hash.slice(0, 40), version, ...(attempt === 1 ? [] : [attempt])].join('-')
}

export function inputOf(serviceAccount = 'reader', version = 1): string {
  return JSON.stringify({ cluster: 'golem', namespace: 'default', serviceAccount, version })
}
