import { describe, expect, test } from 'vitest'
import { readAudit } from '../../../../lib/audit/log.ts'
import { NoMigration, VersionConflict } from '../../../../lib/errors.ts'
import { endMigration } from '../../../../lib/migrate.ts'
import { abortMigration } from '../../../../lib/ops/migration.ts'
import { claimIssuer } from '../../../../lib/registry/claims.ts'
import { clusterOf, requireCluster } from '../../../../lib/registry/cluster-record.ts'
import { changeReplica, listReplicas } from '../../../../lib/registry/replicas.ts'
import { withNewGeneration } from '../../../../lib/runs.ts'
import { cutOffEverywhere } from '../../cut-off.ts'
import { anOperator } from '../an-operator.ts'
import {
  CLAY,
  change,
  finish,
  finishing,
  fixture,
  GOLEM,
  overtaken,
  SWITCHED_AT,
  trusting,
} from './fixture.ts'

describe('finishMigration', () => {
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

  test('throws VersionConflict when the cluster is changed at the same time', async () => {
    const world = await overtaken((known) => withNewGeneration(known))

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

test('of a run that is older than what is desired, nothing ends', async () => {
  const world = await finishing()
  await change(world.table, 'golem', (known) => ({ ...known, generation: known.generation + 1 }))
  const { run } = await world.golem()

  await endMigration(world.migrating, await requireCluster(world.migrating.table, 'golem'), run?.number ?? 0)

  expect(await world.golem()).toMatchObject({ migration: { phase: 'FINISHING' } })
  expect((await world.clay()).companionOf).toBe('golem')
})
