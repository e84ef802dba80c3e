/** A migration that begins, and what is asked of the other cluster: before it is announced, and when it is named. */
import { describe, expect, test } from 'vitest'
import { MigrationRefused, VersionConflict } from '../../../../lib/errors.ts'
import { parseClusterCreatedDetail } from '../../../../lib/events/cluster-created.ts'
import { checkMigration, startMigration } from '../../../../lib/ops/migration.ts'
import { type ClusterRecord, readCluster } from '../../../../lib/registry/cluster-record.ts'
import { putRoleRequest, putRoleStatus } from '../../../../lib/registry/roles.ts'
import { putTrust } from '../../../../lib/registry/subject-clusters.ts'
import { withNewGeneration } from '../../../../lib/runs.ts'
import { newKeys } from '../../../workflow/pipeline.ts'
import { cutOffEverywhere } from '../../cut-off.ts'
import { inAnyOrder } from '../../in-any-order.ts'
import { aRoleRequest, aRoleStatus, aRun, itemsOf } from '../../registry/registry.ts'
import { STACK } from '../../resources/golem.ts'
import { anOperator, written } from '../an-operator.ts'
import { clusterRecord } from '../fixture.ts'
import { CLAY, change, fixture, GOLEM, trusting, type World, withIssuer } from './fixture.ts'

const ADOPTED = { audiences: [], arns: ['arn:aws:s3:::theirs'], changeId: 'change-1' }

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
        expect(['golem', 'gaia']).toContain(companionOf)
        for (const name of ['golem', 'gaia'])
          expect((await readCluster(table, name))?.migration?.to).toBe(
            name === companionOf ? 'clay' : undefined,
          )
      },
    })
  })
})
