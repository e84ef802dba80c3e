/** The example's cluster, in account 000000000000, and its provider in another one. */
import { describe, expect, test } from 'vitest'
import type { Cluster, StepOutputs } from '../../lib/cluster.ts'
import {
  ConcurrentChange,
  ProviderAccountUnreachable,
  ProviderNotOurs,
  ProvisionerRoleDenied,
} from '../../lib/errors.ts'
import { changeCluster, readCluster } from '../../lib/registry/cluster-record.ts'
import { changeReplica, listReplicas, readReplica } from '../../lib/registry/replicas.ts'
import { putRoleRequest, putRoleStatus } from '../../lib/registry/roles.ts'
import { putTrust } from '../../lib/registry/subject-clusters.ts'
import { deleteItem, type Table } from '../../lib/registry/table.ts'
import { type Replicating, runProviderStep, runReplicas, settleReplica } from '../../lib/replicas.ts'
import type { Resource } from '../../lib/resource.ts'
import {
  type Around,
  aRoleRequest,
  aRoleStatus,
  aRun,
  aTableWith,
  golemRecord,
  putCluster,
} from './registry/registry.ts'
import { aTask } from './task.ts'

const TARGET = '444455556666'
const KEY = { cluster: 'golem', accountId: TARGET }
const ROLE = { namespace: 'default', serviceAccount: 'reader' }
const READY = golemRecord({ status: 'READY', generation: 2 })

/** IAM of all accounts: what is there, by account, with its audiences. */
function aProvider(fails: (accountId: string) => void = () => undefined, around: Around = (call) => call()) {
  const there = new Map<string, readonly string[]>()
  const calls: string[] = []
  const provider: Resource<Cluster, StepOutputs['provider']> = {
    async observe({ accountId, audiences }) {
      await around(async () => undefined, 'iam')
      const found = there.get(accountId)
      if (found === undefined) return { status: 'absent' }
      const outputs = { providerArn: `arn:aws:iam::${accountId}:oidc-provider/x`, audiences: [...audiences] }
      const isSame = JSON.stringify(found) === JSON.stringify(audiences)
      return {
        status: 'ready',
        outputs,
        differences: isSame ? [] : [{ field: 'x', desired: 1, observed: 2 }],
      }
    },
    async create({ accountId, audiences }) {
      await around(async () => undefined, 'iam')
      fails(accountId)
      calls.push(`create ${accountId}`)
      there.set(accountId, audiences)
      return undefined
    },
    async delete({ accountId }) {
      await around(async () => undefined, 'iam')
      fails(accountId)
      if (there.delete(accountId)) calls.push(`delete ${accountId}`)
    },
  }
  return { provider, there, calls }
}

async function theReplica({
  record = READY,
  fails,
  around,
}: {
  record?: typeof READY
  fails?: (accountId: string) => void
  around?: Around
} = {}) {
  const table = await aTableWith(record, around)
  const iam = aProvider(fails, around)
  let now = new Date('2026-01-31T12:10:00.000Z')
  const replicating: Replicating = { table, provider: iam.provider, now: () => now }
  return {
    ...iam,
    table,
    replicating,
    settle: () => settleReplica(replicating, KEY),
    replica: () => readReplica(table, KEY),
    pass: (minutes: number) => {
      now = new Date(now.getTime() + minutes * 60_000)
    },
  }
}

async function ask(table: Table, serviceAccount = 'reader'): Promise<void> {
  const content = { ...aRoleRequest().content, targetAccountId: TARGET }
  const request = aRoleRequest({ serviceAccount, content })
  await putTrust(table, 'golem', request)
  await putRoleRequest(table, request, 0)
}

function forget(table: Table, serviceAccount = 'reader'): Promise<boolean> {
  return deleteItem(table, { pk: 'CLUSTER#golem', sk: `ROLE#default#${serviceAccount}` })
}

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
    const { table, settle, calls, replica } = await theReplica()
    await putTrust(table, 'golem', aRoleRequest())
    await putRoleRequest(table, aRoleRequest(), 0)
    const unready = await theReplica({ record: golemRecord() })
    await ask(unready.table)

    await settle()
    await unready.settle()

    expect([calls, unready.calls]).toEqual([[], []])
    expect([await replica(), await unready.replica()]).toEqual([undefined, undefined])
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

describe('the step of a run', () => {
  const PROVISIONING = { ...READY, ...aRun({ generation: 2 }) }
  const REMOVING = {
    ...PROVISIONING,
    status: 'DELETING',
    removal: { force: false },
    ...aRun({ generation: 2, workflow: 'deprovision' }),
  } as const

  /** With its provider in the target account. */
  async function replicated(fails?: (accountId: string) => void) {
    const world = await theReplica({ record: PROVISIONING, ...(fails && { fails }) })
    await ask(world.table)
    await world.settle()
    world.calls.length = 0
    return world
  }

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
  const OWN = READY.desired.accountId
  const REMOVING = {
    ...READY,
    status: 'DELETING',
    removal: { force: false },
    ...aRun({ generation: 2, workflow: 'deprovision' }),
  } as const
  const abandoned = { reason: 'closed', at: '2026-01-31T12:00:00.000Z', accounts: [] }
  const doubt = { at: '2026-01-31T12:00:00.000Z', cluster: 'golem', ...ROLE, version: 1 }

  async function leaving(locked: readonly string[], changes: object = {}) {
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
  const NOW = '2026-01-31T12:00:00.000Z'

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
