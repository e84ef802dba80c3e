/** What must be so before a cluster goes over to the other issuer for good: else pods would be refused. */
import { describe, expect, test } from 'vitest'
import { MigrationNotFinishable } from '../../../../lib/errors.ts'
import { finishMigration } from '../../../../lib/ops/migration.ts'
import { putRoleStatus } from '../../../../lib/registry/roles.ts'
import { putTrust } from '../../../../lib/registry/subject-clusters.ts'
import { withNewGeneration } from '../../../../lib/runs.ts'
import { aRoleStatus, aRun, itemsOf } from '../../registry/registry.ts'
import { change, finish, LATER, SWITCHED_AT, trusting, type World } from './fixture.ts'

describe('finishMigration', () => {
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
})
