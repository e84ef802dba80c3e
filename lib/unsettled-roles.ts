/** Which requests of a cluster are not done with, and how often each was tried. */
import type { ClusterRecord } from './registry/cluster-record.ts'
import {
  desiredStateOf,
  listRoleRequests,
  listRoleStatuses,
  type RoleKey,
  type RoleStatus,
} from './registry/roles.ts'
import type { Table } from './registry/table.ts'

export interface UnsettledRole extends RoleKey {
  readonly version: number
  readonly status: RoleStatus | undefined
}

/** Consistent. */
export async function unsettledRoles(
  table: Table,
  { desired: { cluster }, generation }: ClusterRecord,
  now: Date,
): Promise<UnsettledRole[]> {
  const statuses = new Map<string, RoleStatus>()
  for await (const status of listRoleStatuses(table, cluster)) statuses.set(roleNameOf(status), status)
  const unsettled: UnsettledRole[] = []
  for await (const role of listRoleRequests(table, cluster)) {
    const status = statuses.get(roleNameOf(role))
    const { namespace, serviceAccount, version } = role
    if (!isSettled(status, { version, generation, desired: desiredStateOf(role, now) }))
      unsettled.push({ namespace, serviceAccount, version, status })
  }
  return unsettled
}

type Settled = Pick<RoleStatus, 'version' | 'generation' | 'desired'>

/** Whether the request of this version is done with, for the cluster as it is desired now. */
export function isSettled(status: RoleStatus | undefined, asked: Settled): boolean {
  return (
    status?.version === asked.version &&
    status.generation === asked.generation &&
    status.desired === asked.desired &&
    status.state !== 'RETRY'
  )
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
