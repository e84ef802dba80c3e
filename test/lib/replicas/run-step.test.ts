/** A cluster's provider in other accounts, in the runs of the cluster. */
import { describe, expect, test } from 'vitest'
import { ProviderAccountUnreachable, ProviderNotOurs, ProvisionerRoleDenied } from '../../../lib/errors.ts'
import { changeCluster, readCluster } from '../../../lib/registry/cluster-record.ts'
import { changeReplica, listReplicas } from '../../../lib/registry/replicas.ts'
import { putRoleStatus } from '../../../lib/registry/roles.ts'
import { runProviderStep } from '../../../lib/replicas.ts'
import { aRoleStatus, aRun } from '../registry/registry.ts'
import { aTask } from '../task.ts'
import { ask, READY, ROLE, TARGET, theReplica } from './fixture.ts'

const OWN = READY.desired.accountId
const NOW = '2026-01-31T12:00:00.000Z'
const REMOVING = {
  ...READY,
  status: 'DELETING',
  removal: { force: false },
  ...aRun({ generation: 2, workflow: 'deprovision' }),
} as const

describe('the step of a run', () => {
  test('makes the cluster’s own first, then mends the others', async () => {
    const { replicating, there, calls } = await replicated()
    there.set(TARGET, [])

    expect(await runProviderStep(replicating, aTask())).toMatchObject({ status: 'ready' })

    expect(calls).toEqual(['create 000000000000', `create ${TARGET}`])
  })

  test('is not stopped by another account: its roles tell', async () => {
    let isDenied = false
    const { replicating, there, replica } = await replicated((accountId) => {
      if (isDenied && accountId === TARGET) throw new ProvisionerRoleDenied('arn', { cause: undefined })
    })
    isDenied = true
    there.set(TARGET, [])

    expect(await runProviderStep(replicating, aTask())).toMatchObject({ status: 'ready' })
    expect(await replica()).toMatchObject({ state: 'FAILED', error: { error: 'ProvisionerRoleDenied' } })
  })

  test('deletes those in other accounts first, and then the cluster’s own', async () => {
    const { replicating, table, calls } = await replicated()
    await runProviderStep(replicating, aTask())
    calls.length = 0
    await changeCluster(table, 'golem', (record) => record && { ...REMOVING, revision: record.revision })

    expect(await runProviderStep(replicating, aTask())).toMatchObject({ status: 'absent' })

    expect(calls).toEqual([`delete ${TARGET}`, 'delete 000000000000'])
    expect(await listReplicas(table, 'golem')).toEqual([])
  })

  test.each([false, true])('leaves alone what is not ours there; only force (%s) goes on', async (force) => {
    let isForeign = false
    const { replicating, table, calls } = await replicated((accountId) => {
      if (isForeign && accountId === TARGET) throw new ProviderNotOurs('arn')
    })
    await runProviderStep(replicating, aTask())
    calls.length = 0
    isForeign = true
    const removal = { force }
    await changeCluster(
      table,
      'golem',
      (record) => record && { ...REMOVING, removal, revision: record.revision },
    )

    const step = runProviderStep(replicating, aTask())

    await (force
      ? expect(step).resolves.toMatchObject({ status: 'absent' })
      : expect(step).rejects.toThrow(ProviderNotOurs))
    expect(calls).toEqual(force ? ['delete 000000000000'] : [])
  })
})

describe('of a cluster that goes, a provider in an account that cannot be reached', () => {
  const abandoned = { reason: 'closed', at: NOW, accounts: [] }

  test.each([
    ['another one', [TARGET], '555566667777'],
    ['its own', [OWN], TARGET],
    ['both', [TARGET, OWN], '555566667777'],
  ])('stops the run, which names it (%s); all others are gone', async (_, locked, gone) => {
    const { step, there, cluster } = await leaving(locked)

    const failure = await step().catch((error: unknown) => error)

    expect(failure).toBeInstanceOf(ProviderAccountUnreachable)
    expect(failure).toMatchObject({
      message: expect.stringContaining(`${locked.join(', ')} cannot be reached`),
    })
    expect([...there.keys()].toSorted()).toEqual(locked.toSorted())
    expect(there.has(gone)).toBe(false)
    expect((await cluster())?.abandoned).toBeUndefined()
  })

  test('is left where it is once the cluster is abandoned, and known: the sweep does not look for it', async () => {
    const { step, table, cluster } = await leaving([TARGET, OWN], { abandoned })

    expect(await step()).toMatchObject({ status: 'absent' })

    expect((await cluster())?.abandoned).toEqual({ ...abandoned, accounts: [OWN, TARGET] })
    const left = await listReplicas(table, 'golem')
    expect(left).toMatchObject([{ accountId: TARGET, state: 'LEAVING' }])
    expect(left[0]?.doubt).toBeUndefined()
  })

  test('counts with roles that were left, wherever they are', async () => {
    const { step, table, cluster } = await leaving([], { abandoned })
    await putRoleStatus(table, 'golem', aRoleStatus({ roleArn: `arn:aws:iam::${TARGET}:role/x` }))

    await step()

    expect((await cluster())?.abandoned?.accounts).toEqual([TARGET])
  })

  test('goes with the others when it can be reached after all, abandoned or not', async () => {
    const { step, there, cluster } = await leaving([], { abandoned: { ...abandoned, accounts: [TARGET] } })

    await step()

    expect([...there.keys()]).toEqual([])
    expect((await cluster())?.abandoned?.accounts).toEqual([])
  })
})

/** With its provider in the target account. */
async function replicated(fails?: (accountId: string) => void) {
  const record = { ...READY, ...aRun({ generation: 2 }) }
  const world = await theReplica({ record, ...(fails && { fails }) })
  await ask(world.table)
  await world.settle()
  world.calls.length = 0
  return world
}

/** With providers in two other accounts; those that are locked cannot be reached. */
async function leaving(locked: readonly string[], changes: object = {}) {
  const doubt = { at: NOW, cluster: 'golem', ...ROLE, version: 1 }
  const world = await theReplica({
    record: { ...REMOVING, ...changes },
    fails: (accountId) => {
      if (locked.includes(accountId)) throw new ProvisionerRoleDenied('arn')
    },
  })
  for (const accountId of [TARGET, '555566667777']) {
    const key = { cluster: 'golem', accountId }
    await changeReplica(world.table, key, () => ({ ...key, state: 'READY', generation: 2, at: NOW, doubt }))
  }
  for (const accountId of [OWN, TARGET, '555566667777']) world.there.set(accountId, [])
  const cluster = () => readCluster(world.table, 'golem')
  return { ...world, cluster, step: () => runProviderStep(world.replicating, aTask()) }
}
