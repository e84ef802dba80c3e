/** An operator has a cluster's issuer become another one: both are trusted until that is finished, or taken back. */
import type { AuditEntry } from '../audit/entry.ts'
import { SHARED_HOST } from '../aws/names.ts'
import {
  ClusterBeingDeleted,
  ClusterNotFound,
  MigrationNotFinishable,
  MigrationRefused,
  NoMigration,
  VersionConflict,
} from '../errors.ts'
import { CLUSTER_CREATED, parseClusterCreatedDetail } from '../events/cluster-created.ts'
import type { Inspecting } from '../inspect-cluster.ts'
import { shareKeys, shareReplicas, sharesKeys } from '../migrate.ts'
import { OVERLAP_HOURS } from '../oidc/rotation.ts'
import { chainOf, withChain } from '../registry/chains.ts'
import { type ClusterRecord, changeCluster, isGoing, requireCluster } from '../registry/cluster-record.ts'
import { listRoleRequests, listRoleStatuses, type RoleStatus, readRoleStatus } from '../registry/roles.ts'
import { listTrustingRoles } from '../registry/subject-clusters.ts'
import type { Table } from '../registry/table.ts'
import { type Runs, startRun, withNewGeneration } from '../runs.ts'
import { roleNameOf } from '../unsettled-roles.ts'
import { type Auditing, writeEntry } from './auditing.ts'
import { recordAfter } from './plan.ts'

export type Migrating = Auditing & Runs

/**
 * Before the other cluster is announced: what its event alone says against a migration. Writes nothing. Throws MigrationRefused, ClusterNotFound,
 * ClusterBeingDeleted, and what refuses the event.
 */
export async function checkMigration(
  { table, stack, now }: Pick<Inspecting, 'table' | 'stack' | 'now'>,
  cluster: string,
  detail: object,
): Promise<void> {
  const home = await requireLiving(table, cluster)
  const to = parseClusterCreatedDetail(detail, stack.accountId, stack).desired.cluster
  if (home.migration?.to === to) return
  const intent = { kind: 'event', detailType: CLUSTER_CREATED, detail } as const
  // As if its run had ended: only its issuer is not ready yet.
  checkPair(home, { ...(await recordAfter({ table, stack, now }, to, intent)), status: 'READY' })
  await checkUnused(table, cluster, to)
}

/**
 * A run has every role trust the issuer of the cluster `to` as well, under its own name. Asked for again, nothing is written. Throws MigrationRefused, ClusterNotFound and
 * ClusterBeingDeleted before anything is changed.
 */
export async function startMigration(
  migrating: Migrating,
  cluster: string,
  to: string,
): Promise<ClusterRecord> {
  const { table, now } = migrating
  const home = await requireLiving(table, cluster)
  if (home.migration?.to !== to || home.migration.phase !== 'TRUSTING') {
    checkPair(home, await requireLiving(table, to))
    const changeId = await enter(migrating, 'MigrationStarted', home, { migration: { to } })
    await changeCluster(table, to, (known) => {
      if (known === undefined) throw new ClusterNotFound(to)
      checkPair(home, known)
      return { ...known, companionOf: cluster }
    })
    // Whoever asks for a role in it from now on is refused.
    await checkUnused(table, cluster, to)
    const startedAt = now().toISOString()
    await changeCluster(table, cluster, (known) => {
      if (known === undefined || known.generation !== home.generation) throw changedMeanwhile(cluster)
      return withNewGeneration({ ...known, migration: { to, startedAt, phase: 'TRUSTING' }, changeId })
    })
  }
  await shareKeys(migrating, cluster)
  return started(migrating, cluster)
}

/**
 * From now on the issuer is the cluster's, which keeps its name and its roles; the former one goes once no role trusts it. `switchedAt`: since when every API server has
 * signed with the new one. Throws NoMigration, and MigrationNotFinishable as long as pods would be refused.
 */
export async function finishMigration(
  migrating: Migrating,
  cluster: string,
  switchedAt: string,
): Promise<ClusterRecord> {
  const { table, now } = migrating
  const home = await requireMigrating(table, cluster)
  const { migration } = home
  if (migration.phase === 'ABORTING') throw new NoMigration(cluster)
  if (migration.phase === 'TRUSTING') {
    await shareKeys(migrating, cluster)
    const companion = await requireCluster(table, migration.to)
    const obstacles = [
      ...tokensLeft(migration, switchedAt, now()),
      ...unfinished(home, companion),
      ...(await untrusting(table, home, migration.to)),
    ]
    if (obstacles.length > 0) throw new MigrationNotFinishable(cluster, obstacles)
    await shareReplicas(table, cluster, migration.to)
    const { issuer } = companion.desired
    const changeId = await enter(migrating, 'MigrationFinished', home, { issuer, switchedAt })
    await changeCluster(table, cluster, (known) => {
      if (known === undefined || known.generation !== home.generation || known.run !== undefined)
        throw changedMeanwhile(cluster)
      const swapped = withChain(known, chainOf(companion))
      const runs = Math.max(known.runs, companion.runs)
      const former = chainOf(known)
      return withNewGeneration({
        ...swapped,
        runs,
        migration: { ...migration, phase: 'FINISHING', former },
        changeId,
      })
    })
  }
  return started(migrating, cluster)
}

/** Roles trust the cluster's own issuer alone again, and the other one goes. Throws NoMigration, also once it is being finished. */
export async function abortMigration(migrating: Migrating, cluster: string): Promise<ClusterRecord> {
  const { table } = migrating
  const home = await requireMigrating(table, cluster)
  const { migration } = home
  if (migration.phase === 'FINISHING') throw new NoMigration(cluster)
  if (migration.phase === 'TRUSTING') {
    const changeId = await enter(migrating, 'MigrationAborted', home, {})
    await changeCluster(table, cluster, (known) => {
      if (known?.migration === undefined || isGoing(known)) throw changedMeanwhile(cluster)
      if (known.migration.phase !== 'TRUSTING') return known
      return withNewGeneration({ ...known, migration: { ...known.migration, phase: 'ABORTING' }, changeId })
    })
  }
  return started(migrating, cluster)
}

async function started(migrating: Migrating, cluster: string): Promise<ClusterRecord> {
  await startRun(migrating, cluster)
  return requireCluster(migrating.table, cluster)
}

function enter(
  migrating: Migrating,
  what: AuditEntry['what'],
  { desired, migration, changeId }: ClusterRecord,
  after: object,
): Promise<string> {
  const { cluster, issuer } = desired
  const before = { issuer, ...(migration && { migration: { to: migration.to } }), changeId }
  return writeEntry(migrating, { what, about: { cluster }, before, after })
}

async function requireLiving(table: Table, cluster: string): Promise<ClusterRecord> {
  const record = await requireCluster(table, cluster)
  if (record.status === 'DELETED') throw new ClusterNotFound(cluster)
  if (isGoing(record)) throw new ClusterBeingDeleted(cluster)
  return record
}

async function requireMigrating(
  table: Table,
  cluster: string,
): Promise<ClusterRecord & { readonly migration: NonNullable<ClusterRecord['migration']> }> {
  const { migration, ...record } = await requireLiving(table, cluster)
  if (migration === undefined) throw new NoMigration(cluster)
  return { ...record, migration }
}

function changedMeanwhile(cluster: string): VersionConflict {
  return new VersionConflict(`The cluster ${cluster} was changed at the same time.`)
}

/** Throws MigrationRefused. */
function checkPair(home: ClusterRecord, companion: ClusterRecord): void {
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
async function checkUnused(table: Table, cluster: string, to: string): Promise<void> {
  for (const list of [listRoleRequests(table, to), listRoleStatuses(table, to)])
    for await (const role of list)
      throw new MigrationRefused(cluster, `${to} has roles of its own, such as ${roleNameOf(role)}`)
  for await (const { cluster: owner, ...key } of listTrustingRoles(table, to))
    if (owner !== cluster && (await readRoleStatus(table, owner, key))?.trusts?.[to] !== undefined)
      throw new MigrationRefused(cluster, `a role of ${owner} names ${to}: ${roleNameOf(key)}`)
}

/** As long as a projected token of before lives: the API server takes it, and STS must. */
function tokensLeft({ startedAt }: { readonly startedAt: string }, switchedAt: string, now: Date): string[] {
  const since = Date.parse(switchedAt)
  if (since < Date.parse(startedAt))
    return [`every API server has signed with it since ${switchedAt}, which is before roles trusted it`]
  const until = new Date(since + OVERLAP_HOURS * 3_600_000)
  return until > now ? [`pods may have tokens of the former issuer until ${until.toISOString()}`] : []
}

function unfinished(home: ClusterRecord, companion: ClusterRecord): string[] {
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
async function untrusting(table: Table, home: ClusterRecord, to: string): Promise<string[]> {
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
