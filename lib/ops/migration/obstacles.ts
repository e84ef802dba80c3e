/** What is in the way of a migration: of beginning it, and of finishing it. */
import { SHARED_HOST } from '../../aws/names.ts'
import { MigrationRefused } from '../../errors.ts'
import { sharesKeys } from '../../migrate.ts'
import { OVERLAP_HOURS } from '../../oidc/rotation.ts'
import { type ClusterRecord, isGoing } from '../../registry/cluster-record.ts'
import { listRoleRequests, listRoleStatuses, type RoleStatus, readRoleStatus } from '../../registry/roles.ts'
import { listTrustingRoles } from '../../registry/subject-clusters.ts'
import type { Table } from '../../registry/table.ts'
import { roleNameOf } from '../../unsettled-roles.ts'

/** Throws MigrationRefused. */
export function checkPair(home: ClusterRecord, companion: ClusterRecord): void {
  const { cluster } = home.desired
  const to = companion.desired.cluster
  const refuse = (why: string): never => {
    throw new MigrationRefused(cluster, why)
  }
  if (cluster === SHARED_HOST || to === SHARED_HOST) refuse(`${SHARED_HOST} is no cluster`)
  if (home.migration !== undefined) refuse(`its migration to ${home.migration.to} has not ended`)
  if (home.companionOf !== undefined) refuse(`it is to have the issuer of ${home.companionOf}`)
  if (companion.migration !== undefined) refuse(`${to} is migrating itself`)
  if (companion.companionOf !== undefined && companion.companionOf !== cluster)
    refuse(`${to} is to have the issuer of ${companion.companionOf}`)
  if (home.desired.issuer === companion.desired.issuer) refuse(`it has the issuer of ${to}`)
  for (const field of ['accountId', 'region', 'audiences'] as const)
    if (String(home.desired[field]) !== String(companion.desired[field]))
      refuse(`the ${field} of ${to} must be the same: ${home.desired[field]}`)
  if (sharesKeys(home, companion) && kidsOf(home) !== kidsOf(companion))
    refuse(`the keys of ${to} must be the same: ${kidsOf(home)}`)
  for (const { desired, status, paused, adopted, run } of [home, companion]) {
    if (status === 'ANNOUNCED') refuse(`the issuer of ${desired.cluster} is not ready yet`)
    if (paused) refuse(`${desired.cluster} is paused`)
    // What failed of it is done by adopting it again, which is refused from now on.
    if (adopted !== undefined && run !== undefined)
      refuse(`the run of ${desired.cluster}, which has taken over what others had set up, has not ended`)
  }
}

function kidsOf({ keys }: ClusterRecord): string {
  return keys
    .map(({ kid }) => kid)
    .toSorted()
    .join(', ')
}

/** When the migration ends, they would go with it. Throws MigrationRefused. */
export async function checkUnused(table: Table, cluster: string, to: string): Promise<void> {
  for (const list of [listRoleRequests(table, to), listRoleStatuses(table, to)])
    for await (const role of list)
      throw new MigrationRefused(cluster, `${to} has roles of its own, such as ${roleNameOf(role)}`)
  for await (const { cluster: owner, ...key } of listTrustingRoles(table, to))
    if (owner !== cluster && (await readRoleStatus(table, owner, key))?.trusts?.[to] !== undefined)
      throw new MigrationRefused(cluster, `a role of ${owner} names ${to}: ${roleNameOf(key)}`)
}

/** Of finishing. As long as a projected token of before lives: the API server takes it, and STS must. */
export function tokensLeft(
  { startedAt }: { readonly startedAt: string },
  switchedAt: string,
  now: Date,
): string[] {
  const since = Date.parse(switchedAt)
  if (since < Date.parse(startedAt))
    return [`every API server has signed with it since ${switchedAt}, which is before roles trusted it`]
  const until = new Date(since + OVERLAP_HOURS * 3_600_000)
  return until > now ? [`pods may have tokens of the former issuer until ${until.toISOString()}`] : []
}

export function unfinished(home: ClusterRecord, companion: ClusterRecord): string[] {
  const { desired } = companion
  const obstacles: string[] = []
  if (isGoing(companion) || companion.companionOf !== home.desired.cluster)
    obstacles.push(`${desired.cluster} is not its companion any more`)
  for (const { desired: one, run, status, paused } of [home, companion]) {
    if (paused) obstacles.push(`${one.cluster} is paused`)
    if (run !== undefined || status !== 'READY') obstacles.push(`the run of ${one.cluster} has not ended`)
  }
  if (String(home.desired.audiences) !== String(desired.audiences))
    obstacles.push(`the audiences of ${desired.cluster} are others`)
  if (sharesKeys(home, companion) && kidsOf(home) !== kidsOf(companion))
    obstacles.push(`the keys of ${desired.cluster} are others`)
  return obstacles
}

/** Roles in IAM that trust the cluster, of whichever cluster, and were not made to trust both. */
export async function untrusting(table: Table, home: ClusterRecord, to: string): Promise<string[]> {
  const { cluster } = home.desired
  const found: string[] = []
  const look = (name: string, status: RoleStatus, generation: number | undefined) => {
    const trustsBoth =
      status.state === 'READY' && generation === home.generation && status.trusts?.[to] !== undefined
    if (!trustsBoth) found.push(`the role ${name} does not trust both issuers (${status.state})`)
  }
  for await (const status of listRoleStatuses(table, cluster))
    if (status.roleId !== undefined && status.desired === 'present')
      look(roleNameOf(status), status, status.generation)
  for await (const { cluster: owner, ...key } of listTrustingRoles(table, cluster)) {
    const status = owner === cluster ? undefined : await readRoleStatus(table, owner, key)
    const generation = status?.trusts?.[cluster]
    if (status?.roleId !== undefined && generation !== undefined)
      look(`${roleNameOf(key)} of ${owner}`, status, generation)
  }
  return found
}
