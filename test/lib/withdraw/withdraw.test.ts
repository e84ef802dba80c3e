import { describe, expect, test } from 'vitest'
import { SHARED_HOST } from '../../../lib/aws/names.ts'
import {
  AccountMayNotSpeak,
  ClusterChangeRefused,
  ClusterNotFound,
  ClusterProtected,
  EventFromTheFuture,
  InvalidInput,
  SharedHostInUse,
} from '../../../lib/errors.ts'
import { protectCluster, unprotectCluster } from '../../../lib/ops/switches.ts'
import { changeCluster, readCluster } from '../../../lib/registry/cluster-record.ts'
import { recordUse } from '../../../lib/registry/sharing-clusters.ts'
import { at, created, OPERATOR } from '../announce/fixture.ts'
import { sent } from '../aws/sdk.ts'
import { EC_KID, RSA_KID, RSA_PEM } from '../oidc/keys.ts'
import { anOperator } from '../ops/an-operator.ts'
import { golemRecord, itemsOf, putCluster } from '../registry/registry.ts'
import { DEPROVISION_ARN, inputOf } from '../step-functions.ts'
import { deleted, type Withdrawals, withdrawals } from './fixture.ts'

/** A cluster whose first run has ended well, or is as it was left. */
async function announced(end?: 'finish' | 'fail'): Promise<Withdrawals> {
  const fixture = await withdrawals()
  await fixture.announce(created('event-1'))
  if (end !== undefined) await fixture[end]()
  return fixture
}

describe('Cluster Deleted', () => {
  test.each([
    ['is ready', 'finish'],
    ['is being made', undefined],
    ['failed', 'fail'],
  ] as const)('takes over at once a cluster that %s', async (_, end) => {
    const { withdraw, golem, states, isSeen } = await announced(end)

    await withdraw(deleted('event-2'))

    expect(await golem()).toMatchObject({
      status: 'DELETING',
      removal: { force: false },
      generation: 2,
      runs: 2,
      run: { number: 2, generation: 2, workflow: 'deprovision', state: 'STARTED' },
      lastEvent: { id: 'event-2', time: at(60) },
    })
    expect(sent(states.sfn).at(-1)).toEqual([
      'StartExecution',
      { stateMachineArn: DEPROVISION_ARN, name: 'golem-2', input: inputOf(2) },
    ])
    expect(await isSeen('event-2')).toBe(true)
  })

  test('changes nothing when it comes twice', async () => {
    const { withdraw, announcing } = await announced('finish')
    await withdraw(deleted('event-2'))
    const before = await itemsOf(announcing.table)

    await withdraw(deleted('event-2'))

    expect(await itemsOf(announcing.table)).toEqual(before)
  })

  test('goes on with the run that deletes already, whoever says it again', async () => {
    const { withdraw, golem, states } = await announced('finish')
    await withdraw(deleted('event-2'))

    await withdraw(deleted('event-3', {}, { time: at(70) }))

    expect(await golem()).toMatchObject({ generation: 2, runs: 2, lastEvent: { id: 'event-3' } })
    expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
  })

  test('replays a run that failed to delete', async () => {
    const { withdraw, fail, golem, states } = await announced('finish')
    await withdraw(deleted('event-2'))
    await fail()

    await withdraw(deleted('event-3', {}, { time: at(70) }))

    expect(await golem()).toMatchObject({ runs: 2, run: { state: 'STARTED' } })
    expect(states.executions.get('golem-2')).toMatchObject({ redriveCount: 1 })
  })

  test('begins another run with force where the one without failed', async () => {
    const { withdraw, fail, golem } = await announced('finish')
    await withdraw(deleted('event-2'))
    await fail()

    await withdraw(deleted('event-3', { force: true }, { time: at(70) }))

    expect(await golem()).toMatchObject({
      removal: { force: true },
      generation: 3,
      run: { number: 3, workflow: 'deprovision', state: 'STARTED' },
    })
  })

  test('keeps force once it was said', async () => {
    const { withdraw, golem } = await announced('finish')
    await withdraw(deleted('event-2', { force: true }))

    await withdraw(deleted('event-3', {}, { time: at(70) }))

    expect(await golem()).toMatchObject({ removal: { force: true }, generation: 2 })
  })

  test('changes nothing when it is older than the last word', async () => {
    const { withdraw, golem } = await announced('finish')

    await withdraw(deleted('event-2', {}, { time: at(-1) }))

    expect(await golem()).toMatchObject({ status: 'READY', generation: 1 })
  })

  test.each([
    ['from another account', deleted('event-2', {}, { account: '111122223333' }), AccountMayNotSpeak],
    ['of the future', deleted('event-2', {}, { time: at(301) }), EventFromTheFuture],
    ['with more than it knows', deleted('event-2', { reason: 'x' }), InvalidInput],
  ])('is refused, and changes nothing: %s', async (_, event, Refusal) => {
    const { withdraw, announcing } = await announced('finish')
    const before = await itemsOf(announcing.table)

    await expect(withdraw(event)).rejects.toThrow(Refusal)

    expect(await itemsOf(announcing.table)).toEqual(before)
  })

  test('may come from an operator', async () => {
    const { withdraw, golem } = await announced('finish')

    await withdraw(deleted('event-2', {}, { account: OPERATOR }))

    expect(await golem()).toMatchObject({ status: 'DELETING' })
  })
})

describe('a protected cluster', () => {
  test('is refused to be deleted, until it is not protected any more', async () => {
    const { withdraw, announcing, golem } = await announced('finish')
    const operator = { ...announcing, ...(await anOperator()) }
    await protectCluster(operator, 'golem')
    const before = await itemsOf(announcing.table)

    await expect(withdraw(deleted('event-2'))).rejects.toThrow(ClusterProtected)

    expect(await itemsOf(announcing.table)).toEqual(before)

    await unprotectCluster(operator, 'golem')
    await withdraw(deleted('event-2'))

    expect(await golem()).toMatchObject({ status: 'DELETING' })
  })

  test('is deleted by force', async () => {
    const { withdraw, announcing, golem } = await announced('finish')
    const operator = { ...announcing, ...(await anOperator()) }
    await protectCluster(operator, 'golem')

    await withdraw(deleted('event-2', { force: true }))

    expect(await golem()).toMatchObject({ status: 'DELETING' })
  })
})

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

describe('a cluster that nobody has announced', () => {
  test('is refused, and goes at once when an older announcement comes after all', async () => {
    const { announce, withdraw, golem } = await withdrawals()
    await expect(withdraw(deleted('event-2'))).rejects.toThrow(ClusterNotFound)

    await announce(created('event-1'))

    expect(await golem()).toMatchObject({
      status: 'DELETING',
      lastEvent: { id: 'event-2' },
      run: { workflow: 'deprovision', state: 'STARTED' },
    })
  })

  test.each([
    ['a newer announcement', created('event-3', {}, { time: at(61) }), deleted('event-2')],
    ['the word of another account', created('event-1'), deleted('event-2', {}, { account: '111122223333' })],
  ])('is made all the same: %s', async (_, announcement, deletion) => {
    const { announce, withdraw, golem } = await withdrawals()
    await expect(withdraw(deletion)).rejects.toThrow(ClusterNotFound)

    await announce(announcement)

    expect(await golem()).toMatchObject({ status: 'ANNOUNCED', run: { workflow: 'provision' } })
  })

  test('remembers the latest word', async () => {
    const { announce, withdraw, golem } = await withdrawals()
    await expect(withdraw(deleted('event-2'))).rejects.toThrow(ClusterNotFound)
    await expect(withdraw(deleted('event-0', {}, { time: at(-60) }))).rejects.toThrow(ClusterNotFound)

    await announce(created('event-1'))

    expect(await golem()).toMatchObject({ status: 'DELETING', lastEvent: { id: 'event-2' } })
  })
})

describe('the host that clusters share', () => {
  const host = golemRecord({ status: 'READY' })
  const record = { ...host, desired: { ...host.desired, cluster: SHARED_HOST } }

  test('is refused to be deleted while a cluster uses it, with force too', async () => {
    const { announcing, withdraw } = await withdrawals()
    await putCluster(announcing.table, record)
    await recordUse(announcing.table, { cluster: 'golem', run: 1 })
    const before = await itemsOf(announcing.table)

    await expect(withdraw(deleted('event-2', { cluster: SHARED_HOST, force: true }))).rejects.toThrow(
      new SharedHostInUse(['golem']),
    )

    expect(await itemsOf(announcing.table)).toEqual(before)
  })

  test('goes when none does, if the stack’s account or an operator says so', async () => {
    const { announcing, withdraw } = await withdrawals()
    await putCluster(announcing.table, record)
    const event = (account: string) => deleted('event-2', { cluster: SHARED_HOST }, { account })

    await expect(withdraw(event('111122223333'))).rejects.toBeInstanceOf(AccountMayNotSpeak)
    await withdraw(event(OPERATOR))

    expect(await readCluster(announcing.table, SHARED_HOST)).toMatchObject({ status: 'DELETING' })
  })
})
