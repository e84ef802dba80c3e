/** Events of a cluster whose issuer came from another record, and of the one that it is to come from. */
import { expect, test } from 'vitest'
import { announceCluster, hostedLike } from '../../../lib/announce.ts'
import { ClusterChangeRefused, ClusterIsCompanion, IssuerTaken } from '../../../lib/errors.ts'
import { parseClusterCreated } from '../../../lib/events/cluster-created.ts'
import { chainOf } from '../../../lib/registry/chains.ts'
import { claimIssuer } from '../../../lib/registry/claims.ts'
import { changeCluster, requireCluster } from '../../../lib/registry/cluster-record.ts'
import { withdrawCluster } from '../../../lib/withdraw.ts'
import { anEvent } from '../events/event.ts'
import { golemRecord } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { announcements, at, created } from './fixture.ts'

async function migrated() {
  const fixture = await announcements()
  const { announcing, announce, finish } = fixture
  await announce(created('event-1'))
  await finish()
  const baseDomain = 'clay.gigantic.io'
  const issuer = `https://irsa.${baseDomain}`
  await claimIssuer(announcing.table, { issuer, accountId: STACK.accountId, cluster: 'golem' })
  await changeCluster(
    announcing.table,
    'golem',
    (known) => known && { ...known, hostedAs: 'clay', desired: { ...known.desired, baseDomain, issuer } },
  )
  return { ...fixture, baseDomain, issuer }
}

test('says by now what is new, and the claim on it is the one that was there', async () => {
  const { announce, golem, baseDomain, issuer } = await migrated()

  await announce(created('event-2', { baseDomain, tags: { team: 'b' } }, { time: at(1) }))

  expect(await golem()).toMatchObject({
    hostedAs: 'clay',
    desired: { issuer, tags: { team: 'b' } },
    generation: 2,
  })
})

test('that says what was is refused as ever', async () => {
  const { announce } = await migrated()

  await expect(announce(created('event-2', {}, { time: at(1) }))).rejects.toThrow(ClusterChangeRefused)
})

test('of one that is gone makes it anew under the name that its issuer had', async () => {
  const { announcing, announce, golem, baseDomain } = await migrated()
  await changeCluster(announcing.table, 'golem', (known) => known && { ...known, status: 'DELETED' })

  await announce(created('event-2', { baseDomain }, { time: at(1) }))

  expect(await golem()).toMatchObject({ status: 'ANNOUNCED', hostedAs: 'clay' })
})

test('that says what was frees nothing while what was still goes: its issuer has no other claim', async () => {
  const { announcing, announce, golem } = await migrated()
  const { desired } = golemRecord()
  const former = chainOf(golemRecord())
  const migration = { to: 'clay', startedAt: at(0), phase: 'FINISHING', former } as const
  await changeCluster(announcing.table, 'golem', (known) => known && { ...known, migration })

  await expect(announce(created('event-2', {}, { time: at(1) }))).rejects.toThrow(ClusterChangeRefused)

  expect((await golem()).desired.issuer).not.toBe(desired.issuer)
  const taken = claimIssuer(announcing.table, { ...desired, cluster: 'another' })
  await expect(taken).rejects.toThrow(IssuerTaken)
})

test('may have an issuer again that it had before another one had its name', async () => {
  const { announcing, announce, finish, golem } = await announcements()
  const { table } = announcing
  const event = (number: number, baseDomain: string) =>
    created(`event-${number}`, { baseDomain }, { time: at(number) })
  const gone = (hostedAs: string) =>
    changeCluster(table, 'golem', (known) => known && { ...known, hostedAs, status: 'DELETED' })
  await announce(event(1, 'golem.gigantic.io'))
  await finish()
  await gone('clay')
  await announce(event(2, 'other.gigantic.io'))
  await finish()
  await gone('golem')

  await announce(event(3, 'other.gigantic.io'))

  expect(await golem()).toMatchObject({ status: 'ANNOUNCED', desired: { baseDomain: 'other.gigantic.io' } })
})

test('with shared hosting has the path of the name that it is hosted under', async () => {
  const { golem } = await migrated()
  const stack = { ...STACK, sharedHost: 'irsa.shared.gigantic.io' }
  const event = created('event-2', { baseDomain: undefined, hosting: { type: 'shared' } })

  const { desired } = hostedLike(stack, await golem(), parseClusterCreated(event, stack))

  expect(desired).toMatchObject({ cluster: 'golem', issuer: 'https://irsa.shared.gigantic.io/clay' })
})

test('of a companion changes nothing, and one that would is refused; it does not go by itself', async () => {
  const { announcing, announce, finish, golem } = await announcements()
  await announce(created('event-1'))
  await finish()
  const mark = { to: 'golem', startedAt: at(0), phase: 'TRUSTING' } as const
  await changeCluster(announcing.table, 'golem', (known) => known && { ...known, companionOf: 'home' })
  const { desired, ...rest } = await golem()
  const home = { ...rest, desired: { ...desired, cluster: 'home' }, migration: mark }
  await changeCluster(announcing.table, 'home', () => home)

  await announce(created('event-2', {}, { time: at(1) }))
  const said = announce(created('event-3', { tags: { team: 'b' } }, { time: at(2) }))
  const deleted = anEvent('Cluster Deleted', { cluster: 'golem', force: true }, { account: STACK.accountId })

  await expect(said).rejects.toThrow(ClusterIsCompanion)
  await expect(withdrawCluster(announcing, { ...deleted, time: at(3) })).rejects.toThrow(ClusterIsCompanion)
  expect(await golem()).toMatchObject({ generation: 1, status: 'READY', lastEvent: { id: 'event-2' } })

  // One whose migration never began is like any other.
  await changeCluster(announcing.table, 'home', (known) => {
    if (known === undefined) return known
    const { migration: _, ...without } = known
    return without
  })
  await withdrawCluster(announcing, { ...deleted, time: at(3) })
  expect(await requireCluster(announcing.table, 'golem')).toMatchObject({ status: 'DELETING' })
  await expect(announceCluster(announcing, created('event-4', {}, { time: at(4) }))).resolves.toBeUndefined()
})
