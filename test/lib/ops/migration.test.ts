import { describe, expect, test } from 'vitest'
import { readAudit } from '../../../lib/audit/log.ts'
import {
  ClusterIsCompanion,
  MigrationNotFinishable,
  MigrationRefused,
  NoMigration,
  VersionConflict,
} from '../../../lib/errors.ts'
import { parseClusterCreatedDetail } from '../../../lib/events/cluster-created.ts'
import { endMigration, shareKeys } from '../../../lib/migrate.ts'
import type { Auditing } from '../../../lib/ops/auditing.ts'
import {
  abortMigration,
  checkMigration,
  finishMigration,
  startMigration,
} from '../../../lib/ops/migration.ts'
import { claimIssuer } from '../../../lib/registry/claims.ts'
import {
  type ClusterRecord,
  changeCluster,
  clusterOf,
  readCluster,
  requireCluster,
} from '../../../lib/registry/cluster-record.ts'
import { changeReplica, listReplicas } from '../../../lib/registry/replicas.ts'
import { requireLivingCluster } from '../../../lib/registry/role-change.ts'
import { putRoleRequest, putRoleStatus } from '../../../lib/registry/roles.ts'
import { putTrust, readTrusted } from '../../../lib/registry/subject-clusters.ts'
import { finishRun, withNewGeneration } from '../../../lib/runs.ts'
import { newKeys } from '../../workflow/pipeline.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { inAnyOrder } from '../in-any-order.ts'
import { type Around, aRoleRequest, aRoleStatus, aRun, itemsOf, putCluster } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { anOperator, written } from './an-operator.ts'
import { clusterRecord, opsFixture } from './fixture.ts'

const GOLEM = clusterRecord('golem', { runs: 1, status: 'READY' })
const CLAY = withIssuer(
  clusterRecord('clay', { runs: 3, generation: 2, status: 'READY' }),
  'clay.gigantic.io',
)
const ADOPTED = { audiences: [], arns: ['arn:aws:s3:::theirs'], changeId: 'change-1' }
/** A day after what the fixture's clock says the migration began at. */
const SWITCHED_AT = '2026-01-31T12:30:00.000Z'
const LATER = () => new Date('2026-02-01T13:30:00.000Z')

function withIssuer(record: ClusterRecord, baseDomain: string): ClusterRecord {
  return { ...record, desired: { ...record.desired, baseDomain, issuer: `https://irsa.${baseDomain}` } }
}

/** `who`: one for many worlds of a test, whose audit nobody looks at. */
async function fixture(records: readonly ClusterRecord[] = [GOLEM, CLAY], around?: Around, who?: Auditing) {
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
      await endMigration(replaying, cluster, run?.number ?? 0)
      await finishRun(replaying, cluster, run?.number ?? 0)
    },
  }
}

type World = Awaited<ReturnType<typeof fixture>>

/** Both are trusted, and no run is under way. */
async function trusting(around?: Around, who?: Auditing): Promise<World> {
  begun ??= recordsOnceBegun()
  return fixture(await begun, around, who)
}

/** Found out once: most tests begin there. */
let begun: Promise<readonly ClusterRecord[]> | undefined

async function recordsOnceBegun(): Promise<readonly ClusterRecord[]> {
  const world = await fixture()
  await startMigration(world.migrating, 'golem', 'clay')
  await world.end('golem')
  return [await world.golem(), await world.clay()]
}

async function finishing(around?: Around): Promise<World> {
  const world = await trusting(around)
  await finishMigration({ ...world.migrating, now: LATER }, 'golem', SWITCHED_AT)
  return world
}

describe('before the other cluster is announced', () => {
  const { region } = GOLEM.desired
  const serviceAccountKeys = [newKeys().pem]
  const event = { cluster: 'clay', region, baseDomain: 'clay.gigantic.io', serviceAccountKeys }
  const { keys } = parseClusterCreatedDetail(event, STACK.accountId, STACK)
  const home = { ...GOLEM, keys: [...keys] }

  test.each([
    ['has other keys', { ...event, serviceAccountKeys: [newKeys().pem] }],
    ['has other audiences', { ...event, audiences: ['else'] }],
    ['has the same issuer', { ...event, cluster: 'golem', baseDomain: GOLEM.desired.baseDomain }],
  ])('its event is refused when it %s, and nothing is written', async (_, detail) => {
    const { table, migrating } = await fixture([home])
    const before = await itemsOf(table)

    await expect(checkMigration({ ...migrating, stack: STACK }, 'golem', detail)).rejects.toThrow(
      MigrationRefused,
    )
    expect(await itemsOf(table)).toEqual(before)
  })

  test('is refused that has roles', async () => {
    const { table, migrating } = await fixture([home])
    await putRoleRequest(table, aRoleRequest({ cluster: 'clay' }), 0)

    await expect(checkMigration({ ...migrating, stack: STACK }, 'golem', event)).rejects.toThrow(
      MigrationRefused,
    )
  })

  test('nothing is said against one that fits, nor against the same once more', async () => {
    const { migrating } = await fixture([home])
    const again = await trusting()

    await checkMigration({ ...migrating, stack: STACK }, 'golem', event)
    await checkMigration({ ...again.migrating, stack: STACK }, 'golem', event)
  })
})

describe('startMigration', () => {
  test('has a run go through the roles, is in the audit, and asked for again writes nothing', async () => {
    const { migrating, table, operator, golem, clay, states } = await fixture()

    await startMigration(migrating, 'golem', 'clay')
    const before = await itemsOf(table)
    await startMigration(migrating, 'golem', 'clay')

    const [entry, ...others] = await written(operator)
    expect(entry).toMatchObject({ what: 'MigrationStarted', after: { migration: { to: 'clay' } } })
    expect(others).toEqual([])
    expect(await golem()).toMatchObject({
      generation: 2,
      run: { number: 2, state: 'STARTED' },
      migration: { to: 'clay', phase: 'TRUSTING', startedAt: '2026-01-31T12:30:00.000Z' },
      changeId: entry?.changeId,
    })
    expect(await clay()).toMatchObject({ companionOf: 'golem', generation: 2 })
    expect([...states.executions.keys()]).toEqual(['golem-2'])
    expect(await itemsOf(table)).toEqual(before)
  })

  const other = (changes: Partial<ClusterRecord['desired']>) => ({
    ...CLAY,
    desired: { ...CLAY.desired, ...changes },
  })

  test.each([
    ['its own issuer', other({ issuer: GOLEM.desired.issuer })],
    ['another account', other({ accountId: '999988887777' })],
    ['another region', other({ region: 'us-east-1' })],
    ['other audiences', other({ audiences: ['else'] })],
    ['other keys', { ...CLAY, keys: [] }],
    ['an issuer that is not ready', { ...CLAY, status: 'ANNOUNCED' as const }],
    ['a pause', { ...CLAY, paused: true as const }],
    [
      'a migration of its own',
      { ...CLAY, migration: { to: 'x', startedAt: '', phase: 'TRUSTING' as const } },
    ],
    ['the part in another migration', { ...CLAY, companionOf: 'x' }],
    ['things of others that it is still taking over', { ...CLAY, adopted: ADOPTED, ...aRun() }],
  ])('is refused to a cluster with %s, and nothing is written', async (_, clay) => {
    const { migrating, table } = await fixture([GOLEM, clay])
    const before = await itemsOf(table)

    await expect(startMigration(migrating, 'golem', 'clay')).rejects.toThrow(MigrationRefused)

    expect(await itemsOf(table)).toEqual(before)
  })

  test('is refused while the cluster itself takes things of others over', async () => {
    const { migrating, table } = await fixture([{ ...GOLEM, adopted: ADOPTED, ...aRun() }, CLAY])
    const before = await itemsOf(table)

    await expect(startMigration(migrating, 'golem', 'clay')).rejects.toThrow(MigrationRefused)

    expect(await itemsOf(table)).toEqual(before)
  })

  test('takes a cluster that has taken things of others over, and that whose run is not about them', async () => {
    const { migrating, golem } = await fixture([
      { ...GOLEM, ...aRun() },
      { ...CLAY, adopted: ADOPTED },
    ])

    await startMigration(migrating, 'golem', 'clay')

    expect((await golem()).migration).toMatchObject({ to: 'clay' })
  })

  test('is refused to a cluster that has roles, or that roles of others name: they would go with it', async () => {
    const withRole = await fixture()
    await putRoleRequest(withRole.table, aRoleRequest({ cluster: 'clay' }), 0)
    const named = await fixture()
    await putTrust(named.table, 'clay', { cluster: 'gaia', namespace: 'default', serviceAccount: 'reader' })
    await putRoleStatus(named.table, 'gaia', aRoleStatus({ trusts: { clay: 2 } }))

    for (const { migrating } of [withRole, named])
      await expect(startMigration(migrating, 'golem', 'clay')).rejects.toThrow(MigrationRefused)

    expect((await withRole.golem()).migration).toBeUndefined()
    expect((await named.golem()).migration).toBeUndefined()
  })

  test('throws VersionConflict when the cluster is changed at the same time', async () => {
    let left = 0
    const world: World = await fixture(undefined, async (call, operation) => {
      if (operation === 'PutItem' && --left === 0)
        await change(world.table, 'golem', (known) => withNewGeneration(known))
      return call()
    })
    const { migrating, golem } = world
    // After the other record's, before its own.
    left = 2

    await expect(startMigration(migrating, 'golem', 'clay')).rejects.toThrow(VersionConflict)

    expect((await golem()).migration).toBeUndefined()
  })

  test('cut off anywhere, is done by being asked for again', async () => {
    const operator = await anOperator()
    await cutOffEverywhere({
      prepare: (around) => fixture(undefined, around, operator),
      act: ({ migrating }) => startMigration(migrating, 'golem', 'clay'),
      async assess({ golem, clay }, where) {
        expect(await golem(), where).toMatchObject({
          migration: { phase: 'TRUSTING' },
          run: { state: 'STARTED' },
        })
        expect(await clay(), where).toMatchObject({ companionOf: 'golem' })
      },
    })
  })

  test('by two clusters at once to the same one, is one’s alone', async () => {
    const operator = await anOperator()
    const gaia = withIssuer(clusterRecord('gaia', { runs: 1, status: 'READY' }), 'gaia.gigantic.io')
    await inAnyOrder({
      prepare: (around) => fixture([GOLEM, gaia, CLAY], around, operator),
      act: ({ migrating }) =>
        ['golem', 'gaia'].map((name) => startMigration(migrating, name, 'clay').catch(() => undefined)),
      async assess({ table, clay }) {
        const { companionOf } = await clay()
        for (const name of ['golem', 'gaia'])
          expect((await readCluster(table, name))?.migration?.to).toBe(
            name === companionOf ? 'clay' : undefined,
          )
      },
    })
  })
})

describe('while both are trusted', () => {
  const KEY = { namespace: 'default', serviceAccount: 'reader' }

  test('a role of either cluster has every subject on the one that migrates twice', async () => {
    const { table, golem } = await trusting()
    const gaia = withIssuer(clusterRecord('gaia'), 'gaia.gigantic.io')
    await putCluster(table, gaia)
    const subjects = [{ cluster: 'golem', namespace: 'shop', serviceAccount: 'cart' }]

    const own = await readTrusted(table, await golem(), KEY, {})
    const others = await readTrusted(table, gaia, KEY, { subjects })

    expect(own.companions).toEqual([{ ...KEY, cluster: 'clay' }])
    expect(others.companions).toEqual([{ cluster: 'clay', namespace: 'shop', serviceAccount: 'cart' }])
    expect([...others.records.keys()].toSorted()).toEqual(['clay', 'golem'])
  })

  test('and never once it ends, or while the other issuer is not there', async () => {
    const { table, golem } = await trusting()
    const home = await golem()
    const trusted = async (record: ClusterRecord) => (await readTrusted(table, record, KEY, {})).companions

    for (const phase of ['FINISHING', 'ABORTING'] as const)
      expect(await trusted({ ...home, migration: { to: 'clay', startedAt: '', phase } })).toEqual([])
    expect(await trusted({ ...home, status: 'DELETING' })).toEqual([])
    await changeCluster(table, 'clay', (known) => known && { ...known, status: 'ANNOUNCED' })
    expect(await trusted(home)).toEqual([])
  })

  test('keys are the same at both, with the times of each', async () => {
    const { table, migrating, golem, clay } = await trusting()
    const [key] = GOLEM.keys
    if (key === undefined) throw new Error('The example has a key.')
    const added = { ...key, kid: 'added' }
    const times = (firstPublished: string) => [{ kid: key.kid, firstPublished }]
    await changeCluster(
      table,
      'clay',
      (known) => known && { ...known, keyTimes: times('2026-01-30T00:00:00.000Z') },
    )
    await changeCluster(
      table,
      'golem',
      (known) =>
        known && {
          ...known,
          keys: [key, added],
          keyTimes: [
            ...times('2025-01-01T00:00:00.000Z'),
            { kid: 'added', lastListed: '2026-01-31T12:00:00.000Z' },
          ],
        },
    )

    await shareKeys(migrating, 'golem')
    const shared = await clay()
    await shareKeys(migrating, 'golem')

    expect(shared).toMatchObject({
      keys: (await golem()).keys,
      keyTimes: [
        { kid: key.kid, firstPublished: '2026-01-30T00:00:00.000Z' },
        { kid: 'added', lastListed: '2026-01-31T12:00:00.000Z' },
      ],
      generation: 3,
      run: { state: 'STARTED' },
    })
    expect(await clay()).toEqual(shared)
  })

  test('no role is asked for in the companion', async () => {
    const { table } = await trusting()

    await expect(requireLivingCluster(table, 'clay')).rejects.toThrow(ClusterIsCompanion)
  })
})

describe('finishMigration', () => {
  const finish = ({ migrating }: World) => finishMigration({ ...migrating, now: LATER }, 'golem', SWITCHED_AT)

  test('gives the issuer with all that serves it to the cluster, which keeps its name', async () => {
    const { golem, clay, operator } = await finishing()

    const { entries } = await readAudit(operator.audit, { day: '2026-02-01' }, { limit: 100 })
    const record = await golem()
    expect(record).toMatchObject({
      desired: { ...GOLEM.desired, baseDomain: 'clay.gigantic.io', issuer: CLAY.desired.issuer },
      hostedAs: 'clay',
      migration: {
        phase: 'FINISHING',
        former: { place: { issuer: GOLEM.desired.issuer }, hostedAs: 'golem' },
      },
      run: { state: 'STARTED', workflow: 'provision' },
    })
    expect(entries).toMatchObject([
      {
        what: 'MigrationFinished',
        changeId: record.changeId,
        before: { issuer: GOLEM.desired.issuer },
        after: { issuer: CLAY.desired.issuer, switchedAt: SWITCHED_AT },
      },
    ])
    expect(clusterOf(record, 'bucket', undefined)).toMatchObject({
      cluster: 'clay',
      issuer: CLAY.desired.issuer,
    })
    expect((await clay()).companionOf).toBe('golem')
  })

  test('has the former issuer go by the other record, after the run that has been through the roles', async () => {
    const world = await finishing()
    await changeReplica(world.table, { cluster: 'golem', accountId: '555566667777' }, () => ({
      cluster: 'golem',
      accountId: '555566667777',
      state: 'READY',
      generation: 1,
      at: '2026-01-31T12:00:00.000Z',
    }))

    await world.end('golem')

    const clay = await world.clay()
    expect(clay).toMatchObject({
      desired: { cluster: 'clay', issuer: GOLEM.desired.issuer },
      hostedAs: 'golem',
      status: 'DELETING',
      removal: { force: false },
      run: { number: 5, workflow: 'deprovision', state: 'STARTED' },
    })
    expect(clay.companionOf).toBeUndefined()
    expect(await world.golem()).toMatchObject({ status: 'READY', hostedAs: 'clay' })
    expect((await world.golem()).migration).toBeUndefined()
  })

  test('knows of the providers of either issuer in other accounts from both records', async () => {
    const world = await trusting()
    const accountId = '555566667777'
    const at = '2026-01-31T12:00:00.000Z'
    await changeReplica(world.table, { cluster: 'golem', accountId }, () => ({
      cluster: 'golem',
      accountId,
      state: 'READY',
      generation: 2,
      at,
    }))

    await finish(world)

    expect(await listReplicas(world.table, 'clay')).toMatchObject([{ accountId, state: 'WANTED' }])
  })

  test.each<[why: string, spoil: (world: World) => Promise<unknown>, now?: () => Date]>([
    [
      'tokens of the former issuer may be in pods',
      async () => undefined,
      () => new Date('2026-02-01T13:29:59.000Z'),
    ],
    [
      'a role does not trust both',
      ({ table }) => putRoleStatus(table, 'golem', aRoleStatus({ generation: 2, roleId: 'AROA' })),
    ],
    [
      'a role was not settled since',
      ({ table }) =>
        putRoleStatus(table, 'golem', aRoleStatus({ generation: 1, roleId: 'AROA', trusts: { clay: 2 } })),
    ],
    [
      'a role of another cluster does not trust both',
      async ({ table }) => {
        await putTrust(table, 'golem', { cluster: 'gaia', namespace: 'default', serviceAccount: 'reader' })
        await putRoleStatus(table, 'gaia', aRoleStatus({ roleId: 'AROA', trusts: { golem: 1 } }))
      },
    ],
    ['its own run has not ended', ({ table }) => change(table, 'golem', (known) => withNewGeneration(known))],
    [
      'the other run has not ended',
      ({ table }) => change(table, 'clay', (known) => ({ ...known, ...aRun({ number: 9 }) })),
    ],
    [
      'the other one is paused',
      ({ table }) => change(table, 'clay', (known) => ({ ...known, paused: true })),
    ],
    [
      'the other one goes',
      ({ table }) => change(table, 'clay', (known) => ({ ...known, status: 'DELETING' })),
    ],
    [
      'audiences are others by now',
      ({ table }) =>
        change(table, 'golem', (known) => ({ ...known, desired: { ...known.desired, audiences: ['else'] } })),
    ],
  ])('is refused while %s, and changes nothing', async (_, spoil, now = LATER) => {
    const world = await trusting()
    await spoil(world)
    const before = await itemsOf(world.table)

    await expect(finishMigration({ ...world.migrating, now }, 'golem', SWITCHED_AT)).rejects.toThrow(
      MigrationNotFinishable,
    )

    expect(await itemsOf(world.table)).toEqual(before)
  })

  test('takes no word of a time before the roles trusted both', async () => {
    const { migrating } = await trusting()
    const early = '2026-01-31T12:29:59.000Z'

    await expect(finishMigration({ ...migrating, now: LATER }, 'golem', early)).rejects.toThrow(
      MigrationNotFinishable,
    )
  })

  test('passes a role over that trusts both, and one that was never made', async () => {
    const world = await trusting()
    await putRoleStatus(
      world.table,
      'golem',
      aRoleStatus({ generation: 2, roleId: 'AROA', trusts: { clay: 2 } }),
    )
    await putRoleStatus(world.table, 'golem', aRoleStatus({ serviceAccount: 'never', state: 'FAILED' }))

    await finish(world)

    expect(await world.golem()).toMatchObject({ migration: { phase: 'FINISHING' } })
  })

  test('throws VersionConflict when the cluster is changed at the same time', async () => {
    let isArmed = false
    const world: World = await trusting(async (call, operation) => {
      if (isArmed && operation === 'PutItem') {
        isArmed = false
        await change(world.table, 'golem', (known) => withNewGeneration(known))
      }
      return call()
    })
    isArmed = true

    await expect(finish(world)).rejects.toThrow(VersionConflict)

    expect(await world.golem()).toMatchObject({ migration: { phase: 'TRUSTING' } })
  })

  test('cut off anywhere, is done by being asked for again', async () => {
    const operator = await anOperator()
    const { changeId: _, ...whole } = await (await finishing()).golem()
    await cutOffEverywhere({
      prepare: (around) => trusting(around, operator),
      act: finish,
      async assess({ golem, clay }, where) {
        expect(await golem(), where).toMatchObject({ ...whole, revision: expect.any(Number) })
        expect(await clay(), where).toMatchObject({ companionOf: 'golem', desired: CLAY.desired })
      },
    })
  })

  test('its run’s end, cut off anywhere, leaves one issuer to each record, which alone may be announced with it', async () => {
    const operator = await anOperator()
    const before = await finishing()
    const records = [await before.golem(), await before.clay()]
    await cutOffEverywhere({
      async prepare(around) {
        const world = await fixture(records, around, operator)
        for (const { desired } of [GOLEM, CLAY]) await claimIssuer(world.table, desired)
        return world
      },
      async act(world) {
        if ((await world.golem()).run !== undefined) await world.end('golem')
      },
      async assess({ table, golem, clay }, where) {
        for (const record of [await golem(), await clay()])
          await expect(claimIssuer(table, record.desired), where).resolves.toBeUndefined()
        expect(await golem(), where).toMatchObject({
          status: 'READY',
          desired: { issuer: CLAY.desired.issuer },
        })
        expect((await golem()).migration, where).toBeUndefined()
        expect(await clay(), where).toMatchObject({
          status: 'DELETING',
          desired: { issuer: GOLEM.desired.issuer },
          run: { number: 5, state: 'STARTED' },
        })
      },
    })
  })

  test('is not taken back', async () => {
    const { migrating } = await finishing()

    await expect(abortMigration(migrating, 'golem')).rejects.toThrow(NoMigration)
  })
})

describe('abortMigration', () => {
  test('has roles trust the cluster’s own issuer alone, and then the other one go', async () => {
    const world = await trusting()

    await abortMigration(world.migrating, 'golem')
    const aborting = await world.golem()
    await world.end('golem')

    expect(aborting).toMatchObject({
      generation: 3,
      migration: { phase: 'ABORTING' },
      run: { state: 'STARTED' },
    })
    expect(await world.golem()).toMatchObject({ status: 'READY', desired: GOLEM.desired })
    expect((await world.golem()).migration).toBeUndefined()
    expect(await world.clay()).toMatchObject({ status: 'DELETING', desired: CLAY.desired })
    await expect(abortMigration(world.migrating, 'golem')).rejects.toThrow(NoMigration)
  })

  test('throws VersionConflict when the cluster begins to go at the same time', async () => {
    let isArmed = false
    const world: World = await trusting(async (call, operation) => {
      if (isArmed && operation === 'PutItem') {
        isArmed = false
        await change(world.table, 'golem', (known) => ({ ...known, status: 'DELETING' }))
      }
      return call()
    })
    isArmed = true

    await expect(abortMigration(world.migrating, 'golem')).rejects.toThrow(VersionConflict)
  })

  test('and finishing at once end as one of them', async () => {
    const operator = await anOperator()
    await inAnyOrder({
      prepare: (around) => trusting(around, operator),
      act: (world) => [
        abortMigration(world.migrating, 'golem').catch(() => undefined),
        finishMigration({ ...world.migrating, now: LATER }, 'golem', SWITCHED_AT).catch(() => undefined),
      ],
      async assess(world) {
        await world.end('golem')
        const [golem, clay] = [await world.golem(), await world.clay()]
        expect(golem).toMatchObject({ status: 'READY' })
        expect(clay.status).toBe('DELETING')
        expect(golem.desired.issuer).not.toBe(clay.desired.issuer)
      },
    })
  })
})

test.each([
  ['both trusted', trusting],
  ['finishing', finishing],
])('a cluster that goes while %s takes the other record with it', async (_, begin) => {
  const world = await begin()
  await change(world.table, 'golem', (known) =>
    withNewGeneration({ ...known, status: 'DELETING', removal: { force: true }, run: undefined as never }),
  )

  await world.end('golem')

  expect(await world.golem()).toMatchObject({ status: 'DELETED' })
  expect((await world.golem()).migration).toBeUndefined()
  expect(await world.clay()).toMatchObject({ status: 'DELETING', removal: { force: true } })
  expect((await world.clay()).desired.issuer).not.toBe((await world.golem()).desired.issuer)
})

test('of a run that is older than what is desired, nothing ends', async () => {
  const world = await finishing()
  await change(world.table, 'golem', (known) => ({ ...known, generation: known.generation + 1 }))
  const { run } = await world.golem()

  await endMigration(world.migrating, 'golem', run?.number ?? 0)

  expect(await world.golem()).toMatchObject({ migration: { phase: 'FINISHING' } })
  expect((await world.clay()).companionOf).toBe('golem')
})

async function change(
  table: World['table'],
  cluster: string,
  changed: (known: ClusterRecord) => ClusterRecord,
): Promise<void> {
  await changeCluster(table, cluster, (known) => known && changed(known))
}
