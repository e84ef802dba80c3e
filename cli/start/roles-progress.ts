/** How far the requested roles are, as the registry has it. */
import { setTimeout as delay } from 'node:timers/promises'
import { listRoleStatuses, type RoleKey, type RoleStatus } from '../../lib/registry/roles.ts'
import type { Table } from '../../lib/registry/table.ts'

export interface RolesCount {
  readonly ready: number
  readonly failed: number
  readonly total: number
}

/** Resolves with the statuses, by `<namespace>/<serviceAccount>`, when every role is ready or has failed. */
export async function followRoles(
  table: Table,
  cluster: string,
  roles: readonly RoleKey[],
  tell: (count: RolesCount) => void,
): Promise<ReadonlyMap<string, RoleStatus>> {
  for (;;) {
    const begun = performance.now()
    const statuses = new Map<string, RoleStatus>()
    for await (const status of listRoleStatuses(table, cluster)) statuses.set(nameOf(status), status)
    const states = roles.map((role) => statuses.get(nameOf(role))?.state)
    const ready = states.filter((state) => state === 'READY').length
    const failed = states.filter((state) => state === 'FAILED').length
    tell({ ready, failed, total: roles.length })
    if (ready + failed === roles.length) return statuses
    await delay(Math.max(POLL_MILLISECONDS, (performance.now() - begun) * POLL_SHARE))
  }
}

const POLL_MILLISECONDS = 300
/** Thousands of roles are some megabytes: reading them takes a tenth of the time at most. */
const POLL_SHARE = 10

export function nameOf({ namespace, serviceAccount }: RoleKey): string {
  return `${namespace}/${serviceAccount}`
}
