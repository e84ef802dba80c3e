/** Which requests of a cluster are not done with, and how often each was tried. */
import { listRoleRequests, listRoleStatuses, type RoleKey, type RoleStatus } from './registry/roles.ts'
import type { Table } from './registry/table.ts'

export interface UnsettledRole extends RoleKey {
  readonly version: number
  readonly status: RoleStatus | undefined
}

/** Consistent. */
export async function unsettledRoles(
  table: Table,
  cluster: string,
  generation: number,
): Promise<UnsettledRole[]> {
  const statuses = new Map<string, RoleStatus>()
  for await (const status of listRoleStatuses(table, cluster)) statuses.set(roleNameOf(status), status)
  const unsettled: UnsettledRole[] = []
  for await (const role of listRoleRequests(table, cluster)) {
    const status = statuses.get(roleNameOf(role))
    if (!isSettled(status, role.version, generation)) unsettled.push({ ...role, status })
  }
  return unsettled
}

/** Whether the request of this version is done with, for the cluster as it is desired now. */
export function isSettled(status: RoleStatus | undefined, version: number, generation: number): boolean {
  return status?.version === version && status.generation === generation && status.state !== 'RETRY'
}

/** What attempts are counted in. */
export interface Window {
  readonly run: number
  /** The later of the run's start and its redrive. */
  readonly since: string
}

/** A redrive, or another run, counts from nought; so does another version of the request. */
export function attemptsIn(window: Window, status: RoleStatus | undefined, version: number): number {
  const isCounted =
    status?.state === 'RETRY' &&
    status.version === version &&
    status.run === window.run &&
    Date.parse(status.at) >= Date.parse(window.since)
  return isCounted ? status.attempts : 0
}

/** As people name it. */
export function roleNameOf({ namespace, serviceAccount }: RoleKey): string {
  return `${namespace}/${serviceAccount}`
}
