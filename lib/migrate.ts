/** What a migration has to do with events and runs: its companion has the cluster's keys, and goes once no role trusts it. */
import { isDeepStrictEqual } from 'node:util'
import type { KeySet } from './oidc/rotation.ts'
import { withChain } from './registry/chains.ts'
import { issuerClaim, passIssuer } from './registry/claims.ts'
import {
  type Chain,
  type ClusterRecord,
  changeCluster,
  changeClusterFrom,
  hostedAs,
  isGoing,
  isOwnRun,
  keySetMembers,
  type RunningCluster,
  readCluster,
} from './registry/cluster-record.ts'
import { changeReplica, listReplicas } from './registry/replicas.ts'
import type { Table } from './registry/table.ts'
import { type Runs, startRun, withNewGeneration, withNewRun } from './runs.ts'

/**
 * The keys of the cluster are those of its companion, with the times that each was public there. May be repeated; whatever changes keys ends with
 * it. An external issuer has its own.
 */
export async function shareKeys(runs: Runs, cluster: string): Promise<void> {
  const home = await readCluster(runs.table, cluster)
  const { migration } = home ?? {}
  if (home === undefined || isGoing(home) || migration?.phase !== 'TRUSTING') return
  await changeCluster(runs.table, migration.to, (companion) => {
    if (companion?.companionOf !== cluster || !sharesKeys(home, companion)) return companion
    return withKeysOf(home, companion)
  })
  await startRun(runs, migration.to)
}

export function sharesKeys(home: ClusterRecord, companion: ClusterRecord): boolean {
  return [home, companion].every(({ desired }) => desired.hosting.type !== 'external')
}

function withKeysOf(home: ClusterRecord, companion: ClusterRecord): ClusterRecord {
  const set: KeySet = {
    keys: home.keys,
    keyTimes: (home.keyTimes ?? []).map(({ firstPublished: _, ...times }) => ({
      ...times,
      ...publishedAs(companion, times.kid),
    })),
  }
  const next = { ...companion, ...keySetMembers(set) }
  if (isDeepStrictEqual(next, companion)) return companion
  return isDeepStrictEqual(next.keys, companion.keys) ? next : withNewGeneration(next)
}

function publishedAs({ keyTimes = [] }: ClusterRecord, kid: string) {
  const { firstPublished } = keyTimes.find((times) => times.kid === kid) ?? {}
  return firstPublished === undefined ? {} : { firstPublished }
}

/**
 * For the end of a run: of a migration that this run has brought to its end, what is trusted no longer goes, by the companion's ordinary removal;
 * with a cluster that goes, both. Before the run's end is written down, and may be repeated. Returns the record as it is then.
 */
export async function endMigration(runs: Runs, home: ClusterRecord, run: number): Promise<ClusterRecord> {
  if (!isOwnRun(home, run) || home.migration === undefined || !isOver(home)) return home
  const { cluster } = home.desired
  const { to, former } = home.migration
  const claims = former && claimsOn(home.desired, hostedAs(home), former, to)
  // As long as a record has an issuer, nobody else may be able to free its name: so the claim on what is new goes before, the other one after.
  if (claims) await passIssuer(runs.table, claims.latest.companion, claims.latest.home)
  await changeCluster(runs.table, to, (companion) =>
    companion?.companionOf === cluster ? dismissed(companion, home) : companion,
  )
  if (claims) await passIssuer(runs.table, claims.former.home, claims.former.companion)
  await startRun(runs, to)
  return changeClusterFrom(runs.table, cluster, home, (known = home) => {
    if (!isOwnRun(known, run) || !isOver(known)) return known
    const { migration: _, ...rest } = known
    return rest
  })
}

/** On both issuers, by either record. */
function claimsOn(desired: ClusterRecord['desired'], host: string, former: Chain, to: string) {
  const by = (issuer: Pick<ClusterRecord['desired'], 'issuer' | 'hosting'>, name: string) => ({
    home: issuerClaim({ ...desired, ...issuer }, name),
    companion: issuerClaim({ ...desired, ...issuer, cluster: to }, name),
  })
  return { latest: by(desired, host), former: by(former.place, former.hostedAs) }
}

/** Every role was settled for what the record says now. */
function isOver({ run, generation, migration }: RunningCluster): boolean {
  if (run.workflow === 'deprovision') return true
  return run.generation === generation && migration !== undefined && migration.phase !== 'TRUSTING'
}

/** With what has become the former issuer, if the migration was finished; numbers go on from the higher of both, for claims and uses count by them. */
function dismissed(companion: ClusterRecord, home: ClusterRecord): ClusterRecord {
  const { companionOf: _, run: __, lastError: ___, ...rest } = companion
  const { former } = home.migration ?? {}
  return withNewRun({
    ...(former === undefined ? rest : withChain(rest, former)),
    generation: Math.max(companion.generation, home.generation) + 1,
    runs: Math.max(companion.runs, home.runs),
    removal: { force: home.removal?.force === true },
    status: 'DELETING',
  })
}

/** Before issuers change places: each record knows of every account that has a provider of either. */
export async function shareReplicas(table: Table, cluster: string, to: string): Promise<void> {
  await copyReplicas(table, cluster, to)
  await copyReplicas(table, to, cluster)
}

async function copyReplicas(table: Table, from: string, to: string): Promise<void> {
  for (const { accountId, at } of await listReplicas(table, from))
    await changeReplica(
      table,
      { cluster: to, accountId },
      (known) => known ?? { cluster: to, accountId, state: 'WANTED', generation: 0, at },
    )
}
