/** The cluster golem, and clay with the issuer that golem is to have. */
import { endMigration } from '../../../../lib/migrate.ts'
import type { Auditing } from '../../../../lib/ops/auditing.ts'
import { finishMigration, startMigration } from '../../../../lib/ops/migration.ts'
import { type ClusterRecord, changeCluster, requireCluster } from '../../../../lib/registry/cluster-record.ts'
import { finishRun } from '../../../../lib/runs.ts'
import type { Around } from '../../registry/registry.ts'
import { anOperator } from '../an-operator.ts'
import { clusterRecord, opsFixture } from '../fixture.ts'

export const GOLEM = clusterRecord('golem', { runs: 1, status: 'READY' })
export const CLAY = withIssuer(
  clusterRecord('clay', { runs: 3, generation: 2, status: 'READY' }),
  'clay.gigantic.io',
)
/** When the migration began, by the fixture's clock. */
export const SWITCHED_AT = '2026-01-31T12:30:00.000Z'
/** When no token of before lives any more. */
export const LATER = () => new Date('2026-02-01T13:30:00.000Z')

export type World = Awaited<ReturnType<typeof fixture>>

/** `who`: one for many worlds of a test, whose audit nobody looks at. */
export async function fixture(
  records: readonly ClusterRecord[] = [GOLEM, CLAY],
  around?: Around,
  who?: Auditing,
) {
  const { table, states, replaying } = await opsFixture(records, around)
  const operator = who ?? (await anOperator())
  const migrating = { ...replaying, ...operator }
  return {
    table,
    states,
    operator,
    migrating,
    golem: () => requireCluster(table, 'golem'),
    clay: () => requireCluster(table, 'clay'),
    /** As Step Functions would have it end. */
    async end(cluster: string) {
      const { run } = await requireCluster(table, cluster)
      await endMigration(replaying, await requireCluster(replaying.table, cluster), run?.number ?? 0)
      await finishRun(replaying, await requireCluster(replaying.table, cluster), run?.number ?? 0)
    },
  }
}

/** Both are trusted, and no run is under way. */
export async function trusting(around?: Around, who?: Auditing): Promise<World> {
  begun ??= recordsOnceBegun()
  return fixture(await begun, around, who)
}

export async function finishing(around?: Around): Promise<World> {
  const world = await trusting(around)
  await finish(world)
  return world
}

export function finish({ migrating }: World): Promise<ClusterRecord> {
  return finishMigration({ ...migrating, now: LATER }, 'golem', SWITCHED_AT)
}

/** Both are trusted, and somebody else has changed the cluster before what is written next. */
export async function overtaken(changed: (known: ClusterRecord) => ClusterRecord): Promise<World> {
  let isArmed = false
  const world: World = await trusting(async (call, operation) => {
    if (isArmed && operation === 'PutItem') {
      isArmed = false
      await change(world.table, 'golem', changed)
    }
    return call()
  })
  isArmed = true
  return world
}

export async function change(
  table: World['table'],
  cluster: string,
  changed: (known: ClusterRecord) => ClusterRecord,
): Promise<void> {
  await changeCluster(table, cluster, (known) => known && changed(known))
}

export function withIssuer(record: ClusterRecord, baseDomain: string): ClusterRecord {
  return { ...record, desired: { ...record.desired, baseDomain, issuer: `https://irsa.${baseDomain}` } }
}

/** Found out once: most tests begin there. */
let begun: Promise<readonly ClusterRecord[]> | undefined

async function recordsOnceBegun(): Promise<readonly ClusterRecord[]> {
  const world = await fixture()
  await startMigration(world.migrating, 'golem', 'clay')
  await world.end('golem')
  return [await world.golem(), await world.clay()]
}
