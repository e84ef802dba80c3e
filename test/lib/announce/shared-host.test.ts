/** The host of clusters with shared hosting: recorded with the first of them, and with no more than one run. */
import { expect, test } from 'vitest'
import { announceCluster } from '../../../lib/announce.ts'
import { SHARED_HOST } from '../../../lib/aws/names.ts'
import { ClusterChangeRefused, IssuerTaken, SharedHostChanged } from '../../../lib/errors.ts'
import { type ClusterRecord, changeCluster, readCluster } from '../../../lib/registry/cluster-record.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { aRun } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { FAILED } from '../step-functions.ts'
import { announcements, at, created, type Fixture } from './fixture.ts'

const OTHER_ACCOUNT = '111122223333'

/** Without a base domain. */
function sharing(id: string, cluster = 'golem', envelope: Readonly<Record<string, unknown>> = {}) {
  return created(id, { cluster, baseDomain: undefined, hosting: { type: 'shared' } }, envelope)
}

function theHost({ announcing }: Fixture): Promise<ClusterRecord | undefined> {
  return readCluster(announcing.table, SHARED_HOST)
}

/** As if its run had come to this. */
async function withHost(fixture: Fixture, changes: Partial<ClusterRecord>): Promise<void> {
  await changeCluster(fixture.announcing.table, SHARED_HOST, (known) => {
    if (known === undefined) return known
    const { run: _, ...rest } = known
    return { ...rest, ...changes }
  })
}

test('is recorded as the stack’s own before the cluster, and both are started', async () => {
  const fixture = await announcements()

  await fixture.announce(sharing('event-1', 'golem', { account: OTHER_ACCOUNT }))

  expect(await theHost(fixture)).toMatchObject({
    desired: {
      accountId: STACK.accountId,
      issuer: 'https://irsa.shared.gigantic.io',
      hosting: { type: 'shared-host' },
    },
    keys: [],
    status: 'ANNOUNCED',
    ...aRun(),
  })
  expect(await fixture.golem()).toMatchObject({
    desired: { accountId: OTHER_ACCOUNT, issuer: 'https://irsa.shared.gigantic.io/golem' },
  })
  expect([...fixture.states.executions.keys()]).toEqual(['_shared-1', 'golem-1'])
})

test('is recorded and started once, by clusters of several accounts at the same time', async () => {
  const fixture = await announcements()

  await Promise.all([
    fixture.announce(sharing('event-1', 'golem')),
    fixture.announce(sharing('event-2', 'troll', { account: OTHER_ACCOUNT })),
    fixture.announce(sharing('event-3', 'ogre')),
  ])

  expect(await theHost(fixture)).toMatchObject({ generation: 1, ...aRun() })
  expect([...fixture.states.executions.keys()].toSorted()).toEqual([
    '_shared-1',
    'golem-1',
    'ogre-1',
    'troll-1',
  ])
})

test('has one run, wherever the announcement was cut off before it came again', async () => {
  const operations = await cutOffEverywhere({
    prepare: (around) => announcements({}, around),
    act: ({ announce }) => announce(sharing('event-1')),
    async assess(fixture, where) {
      expect(await theHost(fixture), where).toMatchObject({ generation: 1, ...aRun() })
      expect([...fixture.states.executions.keys()], where).toEqual(['_shared-1', 'golem-1'])
    },
  })

  expect(operations.filter((operation) => operation === 'StartExecution')).toHaveLength(2)
})

test('of which the run has failed is replayed by whoever needs it', async () => {
  const fixture = await announcements()
  await fixture.announce(sharing('event-1'))
  fixture.states.put('_shared-1', FAILED)
  await withHost(fixture, aRun({ state: 'FAILED' }))

  await fixture.announce(sharing('event-2', 'troll'))

  expect(fixture.states.executions.get('_shared-1')).toMatchObject({ status: 'RUNNING', redriveCount: 1 })
  expect(await theHost(fixture)).toMatchObject(aRun({ state: 'STARTED' }))
})

test('that is gone is made anew', async () => {
  const fixture = await announcements()
  await fixture.announce(sharing('event-1'))
  await withHost(fixture, { status: 'DELETED', removal: { force: false }, runs: 2, generation: 2 })

  await fixture.announce(sharing('event-2', 'troll'))

  const host = await theHost(fixture)
  expect(host).toMatchObject({
    status: 'ANNOUNCED',
    generation: 3,
    run: { number: 3, workflow: 'provision' },
  })
  expect(host).not.toHaveProperty('removal')
})

test('that is being removed is made anew after that', async () => {
  const fixture = await announcements()
  await fixture.announce(sharing('event-1'))
  const removing = aRun({ number: 2, workflow: 'deprovision' })
  await withHost(fixture, { status: 'DELETING', removal: { force: false }, ...removing })

  await fixture.announce(sharing('event-2', 'troll'))

  const host = await theHost(fixture)
  expect(host).toMatchObject({ status: 'DELETING', generation: 2, ...removing })
  expect(host).not.toHaveProperty('removal')
})

test('of which the removal stopped before anything was taken away stays', async () => {
  const fixture = await announcements()
  await fixture.announce(sharing('event-1'))
  const lastError = {
    step: 'roles',
    error: 'SharedHostInUse',
    message: '',
    remedy: '',
    at: at(0),
    redriveCount: 0,
  } as const
  const failed = aRun({ number: 2, workflow: 'deprovision', state: 'FAILED' })
  await withHost(fixture, { status: 'DELETING', removal: { force: false }, lastError, ...failed })

  await fixture.announce(sharing('event-2', 'troll'))

  expect(await theHost(fixture)).toMatchObject({ status: 'READY', run: { number: 3, workflow: 'provision' } })
})

test('is not recorded for an event that is refused', async () => {
  const fixture = await announcements()
  await fixture.announce(created('event-1'))

  await expect(fixture.announce(sharing('event-2'))).rejects.toBeInstanceOf(ClusterChangeRefused)

  expect(await theHost(fixture)).toBeUndefined()
})

test('is not recorded again by an event that comes too late', async () => {
  const fixture = await announcements()
  await fixture.announce(sharing('event-1', 'golem', { time: at(60) }))
  await withHost(fixture, { status: 'DELETED', removal: { force: false } })

  await fixture.announce(sharing('event-2'))

  expect(await theHost(fixture)).toMatchObject({ status: 'DELETED' })
})

test('cannot have the name that is a cluster’s already', async () => {
  const host = 'irsa.golem.gigantic.io'
  const { announcing, announce } = await announcements({ stack: { ...STACK, sharedHost: '' } })
  await announce(created('event-1'))

  const later = { ...announcing, stack: { ...STACK, sharedHost: host } }
  await expect(announceCluster(later, sharing('event-2', 'troll'))).rejects.toBeInstanceOf(IssuerTaken)

  expect(await readCluster(announcing.table, SHARED_HOST)).toBeUndefined()
  expect(await readCluster(announcing.table, 'troll')).toBeUndefined()
})

test('keeps its name while it is there, and with it the issuers', async () => {
  const { announcing, announce } = await announcements()
  await announce(sharing('event-1'))

  const moved = { ...announcing, stack: { ...STACK, sharedHost: 'irsa.other.gigantic.io' } }
  await expect(announceCluster(moved, sharing('event-2', 'troll'))).rejects.toBeInstanceOf(SharedHostChanged)
  await expect(announceCluster(moved, sharing('event-3'))).rejects.toBeInstanceOf(ClusterChangeRefused)

  expect(await readCluster(announcing.table, 'troll')).toBeUndefined()
})
