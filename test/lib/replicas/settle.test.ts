/** A cluster's provider in another account: there while roles need it, and they wait for it. */
import { describe, expect, test } from 'vitest'
import { ConcurrentChange, ProvisionerRoleDenied } from '../../../lib/errors.ts'
import { changeCluster } from '../../../lib/registry/cluster-record.ts'
import { changeReplica } from '../../../lib/registry/replicas.ts'
import { putRoleRequest, putRoleStatus } from '../../../lib/registry/roles.ts'
import { putTrust } from '../../../lib/registry/subject-clusters.ts'
import { deleteItem } from '../../../lib/registry/table.ts'
import { runReplicas } from '../../../lib/replicas.ts'
import { aRoleRequest, aRoleStatus, golemRecord, putCluster } from '../registry/registry.ts'
import { aTask } from '../task.ts'
import { ask, forget, KEY, READY, ROLE, TARGET, theReplica } from './fixture.ts'

describe('a provider in another account', () => {
  test('is made where a role asks for it, and known before it is there', async () => {
    const { table, settle, there, replica } = await theReplica({
      fails: () => {
        throw new ConcurrentChange('cut off')
      },
    })
    await ask(table)

    expect(await settle()).toBe(false)
    expect([...there.keys()]).toEqual([])
    expect(await replica()).toMatchObject({ state: 'FAILED', error: { error: 'ConcurrentChange' } })
  })

  test('is ready with the generation of its cluster, and made again with what that becomes', async () => {
    const { table, settle, there, replica } = await theReplica()
    await ask(table)

    expect(await settle()).toBe(true)
    expect(await replica()).toMatchObject({ state: 'READY', generation: 2 })
    const desired = { ...READY.desired, audiences: ['vault'] }
    await changeCluster(table, 'golem', (record) => record && { ...record, generation: 3, desired })
    expect(await settle()).toBe(true)

    expect(await replica()).toMatchObject({ state: 'READY', generation: 3 })
    expect(there.get(TARGET)).toEqual(['vault'])
  })

  test('is not made for nobody, for roles of the cluster’s own account, nor for an issuer that is not ready', async () => {
    const own = await theReplica()
    await putTrust(own.table, 'golem', aRoleRequest())
    await putRoleRequest(own.table, aRoleRequest(), 0)
    const unready = await theReplica({ record: golemRecord() })
    await ask(unready.table)
    const unasked = await theReplica()

    for (const world of [own, unready, unasked]) {
      await world.settle()

      expect(world.calls).toEqual([])
      expect(await world.replica()).toBeUndefined()
    }
  })

  test('stays while a role is there whose request is not, and goes with the last', async () => {
    const { table, settle, there, replica } = await theReplica()
    await ask(table)
    await settle()
    const roleArn = `arn:aws:iam::${TARGET}:role/irsa/golem/dev_golem_default_reader`
    await putRoleStatus(table, 'golem', aRoleStatus({ roleArn }))
    await forget(table)

    expect(await settle()).toBe(true)
    expect(there.size).toBe(1)
    await deleteItem(table, { pk: 'CLUSTER#golem', sk: 'STATUS#default#reader' })
    expect(await settle()).toBe(true)

    expect(there.size).toBe(0)
    expect(await replica()).toBeUndefined()
  })

  test('of a companion stays until that goes: by then its issuer may be another cluster’s', async () => {
    const { table, settle, there } = await theReplica()
    await ask(table)
    await settle()
    await changeCluster(table, 'golem', (known) => known && { ...known, companionOf: 'home' })
    await forget(table)

    expect(await settle()).toBe(true)

    expect([...there.keys()]).toEqual([TARGET])
  })

  test('is needed by a role of another cluster with subjects on this one', async () => {
    const { table, settle, there } = await theReplica()
    const { desired } = golemRecord()
    await putCluster(table, golemRecord({ desired: { ...desired, cluster: 'gaia', accountId: TARGET } }))
    await putTrust(table, 'golem', { cluster: 'gaia', ...ROLE })
    const subjects = [{ cluster: 'golem', ...ROLE }]
    const request = aRoleRequest({ cluster: 'gaia', content: { ...aRoleRequest().content, subjects } })
    await putRoleRequest(table, request, 0)

    expect(await settle()).toBe(true)
    expect([...there.keys()]).toEqual([TARGET])

    await putRoleRequest(table, { ...request, version: 2, content: aRoleRequest().content }, 1)
    expect(await settle()).toBe(true)
    expect([...there.keys()]).toEqual([])
  })

  test('that is being deleted is not made until that has ended, or was given up two minutes ago', async () => {
    const { table, settle, calls, replica, pass } = await theReplica()
    await ask(table)
    await settle()
    await changeReplica(
      table,
      KEY,
      (known) => known && { ...known, state: 'LEAVING', at: '2026-01-31T12:10:00.000Z' },
    )

    expect(await settle()).toBe(false)
    expect(await replica()).toMatchObject({ state: 'LEAVING' })
    pass(3)
    expect(await settle()).toBe(true)

    expect(await replica()).toMatchObject({ state: 'READY' })
    expect(calls).toEqual([`create ${TARGET}`])
  })

  test('that cannot be deleted stays known, and is deleted another time', async () => {
    let isDenied = false
    const { table, settle, replica, there } = await theReplica({
      fails: () => {
        if (isDenied) throw new ProvisionerRoleDenied('arn', { cause: undefined })
      },
    })
    await ask(table)
    await settle()
    await forget(table)
    isDenied = true

    expect(await settle()).toBe(false)
    expect(await replica()).toMatchObject({ state: 'LEAVING', error: { error: 'ProvisionerRoleDenied' } })
    isDenied = false
    expect(await settle()).toBe(true)

    expect([await replica(), there.size]).toEqual([undefined, 0])
  })

  test('is there for a role that was told so, whenever it asks while it is looked at for one that is gone', async () => {
    const told: (boolean | undefined)[] = []
    for (let number = 1; ; number++) {
      const world = await lookedAtWhileAskedFor(number)
      if (world.isLast) break
      told.push(world.told)

      if (world.told) expect([...world.there.keys()], `before call ${number}`).toEqual([TARGET])
      if (world.told) expect(await world.replica()).toMatchObject({ state: 'READY' })
      // One that was told to wait comes again.
      world.pass(3)
      expect(await world.settle()).toBe(true)
      expect([...world.there.keys()]).toEqual([TARGET])
    }

    expect(new Set(told)).toEqual(new Set([true, false]))
  })
})

test.each([
  ['pending', 'again'],
  ['replicate', 'wait'],
  ['gone', 'gone'],
  ['settled', 'settled'],
])('what comes as %s goes on as %s, with the rest of its payload', async (status, next) => {
  const { table, replicating } = await theReplica()
  await ask(table)
  const { execution } = aTask()
  const input = { cluster: 'golem', version: 7, status, reason: 'x', replicas: [KEY] }

  expect(await runReplicas(replicating, { input, execution })).toEqual({
    cluster: 'golem',
    version: 7,
    status: next,
  })
})

test('what could not be made keeps its roles waiting', async () => {
  const { table, replicating } = await theReplica({
    fails: () => {
      throw new ConcurrentChange('later')
    },
  })
  await ask(table)
  const input = { cluster: 'golem', status: 'replicate', replicas: [KEY] }

  expect(await runReplicas(replicating, { input, execution: aTask().execution })).toMatchObject({
    status: 'pending',
  })
})

/** Another role asks for it before the call of this number; what it was told. */
async function lookedAtWhileAskedFor(number: number) {
  let calls = -1
  let told: Promise<boolean> | undefined
  const world = await theReplica({
    async around(call) {
      if (calls < 0) return call()
      if (++calls !== number) return call()
      const before = calls
      calls = -1
      await ask(world.table, 'second')
      told = world.settle()
      await told
      calls = before
      return call()
    },
  })
  await ask(world.table, 'first')
  await world.settle()
  await forget(world.table, 'first')
  calls = 0
  await world.settle()
  const isLast = calls < number
  calls = -1
  return { ...world, told: await told, isLast }
}
