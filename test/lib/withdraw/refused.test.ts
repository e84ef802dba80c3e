import { describe, expect, test } from 'vitest'
import { SHARED_HOST } from '../../../lib/aws/names.ts'
import {
  AccountMayNotSpeak,
  ClusterNotFound,
  ClusterProtected,
  SharedHostInUse,
} from '../../../lib/errors.ts'
import { protectCluster, unprotectCluster } from '../../../lib/ops/switches.ts'
import { readCluster } from '../../../lib/registry/cluster-record.ts'
import { recordUse } from '../../../lib/registry/sharing-clusters.ts'
import { at, created, OPERATOR } from '../announce/fixture.ts'
import { anOperator } from '../ops/an-operator.ts'
import { golemRecord, itemsOf, putCluster } from '../registry/registry.ts'
import { announced, deleted, withdrawals } from './fixture.ts'

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
