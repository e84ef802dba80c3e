/** A role that is asked for at whatever moment is listed by the run, or started by somebody. */
import { describe, expect, test } from 'vitest'
import { listRoles } from '../../../lib/fan-out.ts'
import { recordIssuerReady } from '../../../lib/issuer-ready.ts'
import { startLateRoles, startReconcileRole } from '../../../lib/reconcile-role.ts'
import { requireCluster } from '../../../lib/registry/cluster-record.ts'
import { requestRole } from '../../../lib/registry/request-role.ts'
import { readRoleStatus } from '../../../lib/registry/roles.ts'
import { finishRun } from '../../../lib/runs.ts'
import { settleBatch } from '../../../lib/settle-batch.ts'
import { announcements, at, created, NOW } from '../announce/fixture.ts'
import { inAnyOrder } from '../in-any-order.ts'
import type { Around } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { aBus, aRoleResource } from '../settling.ts'
import { MACHINE_ARN } from '../step-functions.ts'
import { aTask } from '../task.ts'
import { KEY, nameOf } from './fixture.ts'

/** The example's first run is under way, and has come to the provider. */
async function aCluster(around: Around) {
  const fixture = await announcements({}, around)
  await fixture.announce(created('event-1'))
  const { table, sfn } = fixture.announcing
  const roleRuns = { table, sfn, reconcileRoleArn: MACHINE_ARN, now: () => NOW }
  return { ...fixture, table, roleRuns, publisher: aBus().publisher, roles: aRoleResource().roles }
}

type World = Awaited<ReturnType<typeof aCluster>>

/** A team asks, and the stream tells of it. */
async function request({ table, roleRuns }: World, policies: readonly object[] = []): Promise<void> {
  const asked = { cluster: 'golem', request: { ...KEY, policies }, requestedBy: 'team', now: NOW }
  await requestRole(table, STACK, asked)
  await startReconcileRole(roleRuns, 'golem', KEY)
}

/** The run's tasks, from the provider's end on. */
async function run(world: World): Promise<void> {
  const { announcing, table, roleRuns, publisher, roles } = world
  const settling = { table, stack: STACK, publisher, roles, now: () => NOW }
  await recordIssuerReady({ table, publisher, now: () => NOW }, 'golem', 1)
  for (;;) {
    const { status, batches } = await listRoles({ table, now: () => NOW }, aTask())
    if (status !== 'settle') break
    for (const batch of batches) await settleBatch(settling, { ...aTask(), batch: [...batch] })
  }
  await finishRun(announcing, await requireCluster(announcing.table, 'golem'), 1)
  await startLateRoles(roleRuns, await requireCluster(roleRuns.table, 'golem'))
}

/** What is to become of the latest request: nobody, unless there is a bug. */
async function whoSettles({ table, states, golem }: World, version: number): Promise<string> {
  const record = await golem()
  const status = await readRoleStatus(table, 'golem', KEY)
  if (status?.version === version && status.generation === record.generation) return 'settled'
  if (record.run !== undefined) return 'the next run'
  return states.executions.has(nameOf('reader', version)) ? 'an execution of its own' : 'nobody'
}

/** Does `interrupt` before the call of this number that `act` makes, and `act` to its end; false when there are fewer calls. */
async function interrupted(
  number: number,
  act: (world: World) => Promise<void>,
  interrupt: (world: World) => Promise<void>,
): Promise<World | undefined> {
  let left = Number.POSITIVE_INFINITY
  const world: World = await aCluster(async (call) => {
    if (--left === 0) await interrupt(world)
    return call()
  })
  left = number
  await act(world)
  return left > 0 ? undefined : world
}

describe('a role that is asked for', () => {
  test.each([
    ['before any call of the run', run, request],
    ['while the whole rest of the run comes between two of its own calls', request, run],
  ])('is settled or started: %s', async (_, act, interrupt) => {
    const settlers: string[] = []

    for (let number = 1; ; number++) {
      const world = await interrupted(number, act, interrupt)
      if (world === undefined) break
      settlers.push(await whoSettles(world, 1))
    }

    expect(settlers.length).toBeGreaterThan(4)
    expect(new Set(settlers)).toEqual(new Set(['settled', 'an execution of its own']))
  })

  test('is settled or started in whatever order the calls of both come', async () => {
    await inAnyOrder({
      prepare: aCluster,
      act: (world) => [request(world), run(world)],
      async assess(world) {
        expect(await whoSettles(world, 1)).not.toBe('nobody')
      },
    })
  })

  test('and asked for otherwise is settled or started as it was asked for last', async () => {
    await inAnyOrder({
      async prepare(around) {
        const world = await aCluster(around)
        await request(world)
        return world
      },
      act: (world) => [request(world, [OTHERWISE]), run(world)],
      async assess(world) {
        expect(await whoSettles(world, 2)).not.toBe('nobody')
      },
    })
  })

  test('is settled, started or left to the next run when the cluster changes at the same time', async () => {
    await inAnyOrder({
      prepare: aCluster,
      act: (world) => [
        request(world),
        run(world),
        world.announce(created('event-2', { tags: { team: 'other' } }, { time: at(60) })),
      ],
      async assess(world) {
        expect(await whoSettles(world, 1)).not.toBe('nobody')
        expect((await world.golem()).generation).toBe(2)
      },
    })
  })
})

const OTHERWISE = { arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }
