/** Which requests of a cluster are not done with, and how often each was tried. */
import { type ClusterRecord, isGoing } from './registry/cluster-record.ts'
import {
  type DesiredState,
  desiredStateOf,
  inForceOf,
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

/**
 * Whether there shall be the role of this request now. None without a request: somebody slow may have made it again after its
 * removal. None of a cluster that goes.
 */
export function desiredStateIn(
  record: Pick<ClusterRecord, 'status'>,
  request: Parameters<typeof desiredStateOf>[0] | undefined,
  now: Date,
): DesiredState {
  return request === undefined || isGoing(record) ? 'removed' : desiredStateOf(request, now)
}

/** Consistent. Of a cluster that goes every role that is left, however its removal ended. */
export async function unsettledRoles(
  table: Table,
  record: ClusterRecord,
  now: Date,
): Promise<UnsettledRole[]> {
  const {
    generation,
    desired: { cluster },
  } = record
  const statuses = new Map<string, RoleStatus>()
  for await (const status of listRoleStatuses(table, cluster)) statuses.set(roleNameOf(status), status)
  const unsettled: UnsettledRole[] = []
  for await (const asked of listRoleRequests(table, cluster)) {
    const role = inForceOf(asked) ?? (isGoing(record) ? asked : undefined)
    if (role === undefined) continue
    const status = statuses.get(roleNameOf(role))
    statuses.delete(roleNameOf(role))
    const { namespace, serviceAccount, version } = role
    const desired = desiredStateIn(record, role, now)
    if (isGoing(record) || !isSettled(status, { version, generation, desired }))
      unsettled.push({ namespace, serviceAccount, version, status })
  }
  for (const status of statuses.values()) {
    const { namespace, serviceAccount, version } = status
    if (isGoing(record) || !isSettled(status, { version, generation, desired: 'removed' }))
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

/** Whether it is for its account alone that it was not settled: STS does not let the stack in. */
export function isOutOfReach(status: RoleStatus | undefined): boolean {
  return status?.error === 'ProvisionerRoleDenied' || isLeftBehind(status)
}

/** Its cluster went without it. It goes with the first run that reaches its account again. */
export function isLeftBehind(status: RoleStatus | undefined): boolean {
  return status?.error === 'ProviderAccountUnreachable'
}

/** As people name it. */
export function roleNameOf({ namespace, serviceAccount }: RoleKey): string {
  return `${namespace}/${serviceAccount}`
}
