import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { SHARED_HOST } from '../../../lib/aws/names.ts'
import { ClusterIsCompanion, SharedHostInUse } from '../../../lib/errors.ts'
import { type Asked, askToDelete, removalBegun, removalEnded } from '../../../lib/ops/deletion.ts'
import type { ClusterRecord } from '../../../lib/registry/cluster-record.ts'
import { recordUse } from '../../../lib/registry/sharing-clusters.ts'
import { sent, sentNames } from '../aws/sdk.ts'
import { aRun } from '../registry/registry.ts'
import { deletingFixture, EVENT_ID } from './deleting.ts'
import { clusterRecord, LAST_ERROR } from './fixture.ts'

const READY = clusterRecord('golem', { runs: 1, status: 'READY' })
const REMOVAL = { status: 'DELETING', removal: { force: false } } as const
const begun = { ...REMOVAL, ...aRun({ number: 2, workflow: 'deprovision', state: 'RECORDED' }) }
const underWay = { ...REMOVAL, ...aRun({ number: 2, workflow: 'deprovision' }) }
const stuck = {
  ...REMOVAL,
  ...aRun({ number: 2, workflow: 'deprovision', state: 'FAILED' }),
  lastError: LAST_ERROR,
}
const asked = (before: ClusterRecord = READY): Asked => ({ eventId: EVENT_ID, before })

describe('askToDelete', () => {
  test.each([true, false])('puts the event on the bus of the stack, with force: %s', async (force) => {
    const { deleting, bus } = await deletingFixture([READY])

    expect(await askToDelete(deleting, 'golem', force)).toMatchObject({ eventId: EVENT_ID })

    const entry = {
      EventBusName: 'irsa-dev',
      Source: 'irsa.operator',
      DetailType: 'Cluster Deleted',
      Detail: JSON.stringify({ cluster: 'golem', force }),
    }
    expect(sent(bus)).toEqual([['PutEvents', { Entries: [entry] }]])
  })

  test.each([
    ['a protected cluster', { protected: true }, 'golem', 'ClusterProtected'],
    ['one that nobody knows', {}, 'nobody', 'ClusterNotFound'],
  ] as const)('sends nothing for %s', async (_, changes, cluster, name) => {
    const { deleting, bus } = await deletingFixture([{ ...READY, ...changes }])

    await expect(askToDelete(deleting, cluster, false)).rejects.toMatchObject({ name })

    expect(sentNames(bus)).toEqual([])
  })

  test('sends nothing for the host that clusters share while one of them uses it, and says which', async () => {
    const { deleting, bus } = await deletingFixture([clusterRecord(SHARED_HOST, { status: 'READY' })])
    await recordUse(deleting.table, { cluster: 'golem', run: 1 })

    await expect(askToDelete(deleting, SHARED_HOST, true)).rejects.toEqual(new SharedHostInUse(['golem']))

    expect(sentNames(bus)).toEqual([])
  })

  test('sends nothing for the other cluster of a migration', async () => {
    const home = { ...READY, migration: { to: 'troll', phase: 'TRUSTING', startedAt: '2026-01-31' } as const }
    const companion = clusterRecord('troll', { status: 'READY', companionOf: 'golem' })
    const { deleting, bus } = await deletingFixture([home, companion])

    await expect(askToDelete(deleting, 'troll', true)).rejects.toBeInstanceOf(ClusterIsCompanion)

    expect(sentNames(bus)).toEqual([])
  })

  test('asks for a protected cluster with force, and for one that goes already', async () => {
    const forced = await deletingFixture([{ ...READY, protected: true }])
    const going = await deletingFixture([{ ...READY, ...stuck, protected: true }])

    expect(await askToDelete(forced.deleting, 'golem', true)).toBeDefined()
    expect(await askToDelete(going.deleting, 'golem', false)).toBeDefined()
  })

  test('has nothing to ask for when it is gone', async () => {
    const { deleting, bus } = await deletingFixture([{ ...READY, ...REMOVAL, status: 'DELETED' }])

    expect(await askToDelete(deleting, 'golem', false)).toBeUndefined()
    expect(sentNames(bus)).toEqual([])
  })

  test('says so when EventBridge did not take the event', async () => {
    const { deleting, bus } = await deletingFixture([READY])
    bus
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'no' }] })

    await expect(askToDelete(deleting, 'golem', false)).rejects.toMatchObject({
      name: 'AwsUnavailable',
      message: expect.stringContaining('InternalFailure'),
    })
  })
})

test('a removal has begun when Step Functions has its execution', async () => {
  const { deleting, left } = await deletingFixture([READY], [{}, begun, underWay, stuck])

  expect(await removalBegun(deleting, asked())).toBeUndefined()

  expect(left).toEqual([stuck])
})

test('a removal has ended when only the tombstone is left', async () => {
  const { deleting, left } = await deletingFixture([READY], [begun, underWay, { status: 'DELETED' }])

  expect(await removalEnded(deleting, asked())).toBeUndefined()

  expect(left).toEqual([])
})

test('a removal takes as long as it takes', async () => {
  const looks = Array.from({ length: 250 }, () => ({}))
  const { deleting } = await deletingFixture([READY], [underWay, ...looks, { status: 'DELETED' }])

  expect(await removalEnded(deleting, asked())).toBeUndefined()
})

describe('a cluster that stays', () => {
  test('is told of with the step at which its removal stopped, and the remedy', async () => {
    const { deleting } = await deletingFixture([READY], [underWay, stuck])

    expect(await removalEnded(deleting, asked())).toEqual({
      error: 'HostedZoneNotFound',
      message: 'Its removal stopped at certificate: No public hosted zone covers it.',
      remedy: 'Create one. Then irsa replay golem.',
    })
  })

  test('is not told of for a failure that was there before it was asked for', async () => {
    const before = { ...READY, ...stuck }
    const { deleting } = await deletingFixture([before], [{}, underWay, { status: 'DELETED' }])

    expect(await removalEnded(deleting, asked(before))).toBeUndefined()
  })

  test('is told of when that failure comes again', async () => {
    const before = { ...READY, ...stuck }
    const again = { ...stuck, lastError: { ...LAST_ERROR, redriveCount: 1 } }
    const { deleting } = await deletingFixture([before], [again])

    expect(await removalEnded(deleting, asked(before))).toMatchObject({ error: 'HostedZoneNotFound' })
  })

  test('is told of with what the dead letters say of the event, and nothing else of it', async () => {
    const refusal = { error: 'AccountMayNotSpeak', message: 'no', remedy: 'Let it.' }
    const { deleting } = await deletingFixture([READY], [], { ...refusal, event: { id: EVENT_ID } })

    expect(await removalEnded(deleting, asked())).toEqual(refusal)
  })

  test('is told of soon after the event was refused', async () => {
    const refusal = { error: 'AccountMayNotSpeak', message: 'no', remedy: 'Let it.' }
    const looks = Array.from({ length: 240 }, () => ({}))
    const { deleting, left } = await deletingFixture([READY], looks, { ...refusal, event: { id: EVENT_ID } })

    expect(await removalBegun(deleting, asked())).toEqual(refusal)

    expect(looks.length - left.length).toBeLessThanOrEqual(5)
  })

  test.each([
    ['nobody has taken the event', {}, 'EventNotTaken'],
    [
      'it was announced meanwhile',
      { lastEvent: { id: 'event-2', time: '2026-02-01T12:00:00.000Z' } },
      'ClusterAnnounced',
    ],
  ])('is told of when %s', async (_, change, error) => {
    const other = { error: 'InvalidInput', message: 'no', remedy: 'Correct it.', event: { id: 'other' } }
    const { deleting } = await deletingFixture([READY], [change], other)

    expect(await removalEnded(deleting, asked())).toMatchObject({ error })
  })
})
