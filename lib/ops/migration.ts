/** An operator has a cluster's issuer become another one: both are trusted until that is finished, or taken back. */
import type { AuditEntry } from '../audit/entry.ts'
import {
  ClusterBeingDeleted,
  ClusterNotFound,
  MigrationNotFinishable,
  NoMigration,
  VersionConflict,
} from '../errors.ts'
import { CLUSTER_CREATED, parseClusterCreatedDetail } from '../events/cluster-created.ts'
import type { Inspecting } from '../inspect-cluster.ts'
import { shareKeys, shareReplicas } from '../migrate.ts'
import { chainOf, withChain } from '../registry/chains.ts'
import { type ClusterRecord, changeCluster, isGoing, requireCluster } from '../registry/cluster-record.ts'
import type { Table } from '../registry/table.ts'
import { type Runs, startRun, withNewGeneration } from '../runs.ts'
import { type Auditing, writeEntry } from './auditing.ts'
import { checkPair, checkUnused, tokensLeft, unfinished, untrusting } from './migration/obstacles.ts'
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
