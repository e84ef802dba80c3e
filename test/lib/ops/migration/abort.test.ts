/** A migration that does not come to its end: taken back, or of a cluster that goes. */
import { describe, expect, test } from 'vitest'
import { NoMigration, VersionConflict } from '../../../../lib/errors.ts'
import { abortMigration } from '../../../../lib/ops/migration.ts'
import { withNewGeneration } from '../../../../lib/runs.ts'
import { inAnyOrder } from '../../in-any-order.ts'
import { anOperator } from '../an-operator.ts'
import { CLAY, change, finish, finishing, GOLEM, overtaken, trusting } from './fixture.ts'

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
    const { migrating } = await overtaken((known) => ({ ...known, status: 'DELETING' }))

    await expect(abortMigration(migrating, 'golem')).rejects.toThrow(VersionConflict)
  })

  test('and finishing at once end as one of them', async () => {
    const operator = await anOperator()
    await inAnyOrder({
      prepare: (around) => trusting(around, operator),
      act: (world) => [
        abortMigration(world.migrating, 'golem').catch(() => undefined),
        finish(world).catch(() => undefined),
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
