import { describe, expect, test } from 'vitest'
import { AccountMayNotSpeak, ClusterChangeRefused } from '../../../lib/errors.ts'
import { changeCluster } from '../../../lib/registry/cluster-record.ts'
import { at, created, OPERATOR } from '../announce/fixture.ts'
import { EC_KID, RSA_KID, RSA_PEM } from '../oidc/keys.ts'
import { itemsOf } from '../registry/registry.ts'
import { announced, deleted, type Withdrawals } from './fixture.ts'

describe('the tombstone', () => {
  async function buried(): Promise<Withdrawals> {
    const fixture = await announced('finish')
    await fixture.withdraw(deleted('event-2'))
    await fixture.finish()
    return fixture
  }

  test('keeps who had the cluster, its issuer and how many runs there were', async () => {
    const { golem, announcing } = await buried()

    const record = await golem()

    expect(record).toMatchObject({
      status: 'DELETED',
      runs: 2,
      outputs: {},
      hints: {},
      desired: { accountId: '000000000000', issuer: 'https://irsa.golem.gigantic.io' },
    })
    expect(record).not.toHaveProperty('run')
    expect((await itemsOf(announcing.table)).map(({ pk }) => pk)).toContain('ISSUER#irsa.golem.gigantic.io')
  })

  test('stays one when it is deleted again, and remembers when', async () => {
    const { withdraw, announce, golem, states } = await buried()
    await withdraw(deleted('event-3', {}, { time: at(200) }))

    await announce(created('event-4', {}, { time: at(150) }))

    expect(await golem()).toMatchObject({ status: 'DELETED', runs: 2, lastEvent: { id: 'event-3' } })
    expect(states.executions.size).toBe(2)
  })

  const abandoned = { reason: 'closed', at: at(90), accounts: ['111122223333'] }

  /** With its host, which something trusts. */
  async function left(): Promise<Withdrawals> {
    const fixture = await buried()
    await changeCluster(fixture.announcing.table, 'golem', (record) => record && { ...record, abandoned })
    return fixture
  }

  test('of a cluster that was abandoned begins to go once more when it is deleted again', async () => {
    const { withdraw, golem, states } = await left()

    await withdraw(deleted('event-3', {}, { time: at(200) }))

    const record = await golem()
    expect(record).toMatchObject({ status: 'DELETING', removal: { force: false }, runs: 3 })
    expect(record?.abandoned).toBeUndefined()
    expect(states.executions.has('golem-3')).toBe(true)
  })

  test('of a cluster that was abandoned has it come back with the issuer that is trusted, and no other', async () => {
    const { announce, golem } = await left()
    const moved = created('event-3', { baseDomain: 'elsewhere.gigantic.io' }, { time: at(200) })
    await expect(announce(moved)).rejects.toThrow(ClusterChangeRefused)
    expect(await golem()).toMatchObject({ status: 'DELETED', abandoned })

    await announce(created('event-4', {}, { time: at(200) }))

    const record = await golem()
    expect(record).toMatchObject({ status: 'ANNOUNCED', runs: 3 })
    expect(record?.abandoned).toBeUndefined()
  })

  test('gives the cluster back to its account, with the keys of the event alone', async () => {
    const { announce, golem } = await buried()

    await announce(created('event-3', { serviceAccountKeys: [RSA_PEM] }, { time: at(70) }))

    const record = await golem()
    expect(record).toMatchObject({
      status: 'ANNOUNCED',
      generation: 3,
      keys: [{ kid: RSA_KID }],
      run: { number: 3, workflow: 'provision', state: 'STARTED' },
    })
    expect(record).not.toHaveProperty('removal')
  })

  test('gives it to no other account, nor an operator in the name of one', async () => {
    const { announce, golem } = await buried()
    const accountId = '111122223333'
    const before = await golem()

    await expect(announce(created('event-3', {}, { account: accountId, time: at(70) }))).rejects.toThrow(
      AccountMayNotSpeak,
    )
    await expect(
      announce(created('event-4', { accountId }, { account: OPERATOR, time: at(70) })),
    ).rejects.toMatchObject({ mendedBy: 'requester' })

    expect(await golem()).toEqual(before)
  })

  test('lets the cluster come back with another base domain; the old issuer stays taken', async () => {
    const { announce, golem, announcing } = await buried()

    await announce(created('event-3', { baseDomain: 'other.gigantic.io' }, { time: at(70) }))

    expect(await golem()).toMatchObject({ desired: { issuer: 'https://irsa.other.gigantic.io' } })
    const issuers = (await itemsOf(announcing.table)).filter(({ pk }) => String(pk).startsWith('ISSUER#'))
    expect(issuers).toHaveLength(2)
  })
})

describe('Cluster Created while the cluster goes', () => {
  test('waits for the end, and then begins with what it says', async () => {
    const { announce, withdraw, finish, golem, states } = await announced('finish')
    await withdraw(deleted('event-2'))

    await announce(created('event-3', { serviceAccountKeys: [RSA_PEM] }, { time: at(70) }))

    expect(await golem()).toMatchObject({ status: 'DELETING', generation: 3, run: { number: 2 } })
    expect(await golem()).not.toHaveProperty('removal')
    expect(states.executions.size).toBe(2)

    await finish()

    expect(await golem()).toMatchObject({
      status: 'ANNOUNCED',
      keys: [{ kid: RSA_KID }],
      run: { number: 3, generation: 3, workflow: 'provision', state: 'STARTED' },
    })
  })

  test('has a removal that failed begin anew, and waits for that', async () => {
    const { announce, withdraw, fail, golem } = await announced('finish')
    await withdraw(deleted('event-2'))
    await fail()

    await announce(created('event-3', {}, { time: at(70) }))

    expect(await golem()).toMatchObject({
      status: 'DELETING',
      run: { number: 3, workflow: 'deprovision', state: 'STARTED' },
    })
  })

  test('is taken back by another Cluster Deleted', async () => {
    const { announce, withdraw, finish, golem } = await announced('finish')
    await withdraw(deleted('event-2'))
    await announce(created('event-3', {}, { time: at(70) }))

    await withdraw(deleted('event-4', {}, { time: at(80) }))
    await finish()

    expect(await golem()).toMatchObject({ status: 'DELETED', generation: 4, keys: [{ kid: EC_KID }] })
  })

  test('cannot be of another issuer', async () => {
    const { announce, withdraw } = await announced('finish')
    await withdraw(deleted('event-2'))

    await expect(
      announce(created('event-3', { baseDomain: 'other.gigantic.io' }, { time: at(70) })),
    ).rejects.toThrow(ClusterChangeRefused)
  })
})
