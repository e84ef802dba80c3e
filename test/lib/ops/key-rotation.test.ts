import { expect, test } from 'vitest'
import { rotateKeys } from '../../../lib/ops/key-rotation.ts'
import { sent, sentNames } from '../aws/sdk.ts'
import { EC_PEM } from '../oidc/keys.ts'
import { deletingFixture, EVENT_ID } from './deleting.ts'
import { clusterRecord } from './fixture.ts'

const READY = clusterRecord('golem', { runs: 1, status: 'READY' })
const KEYS = { serviceAccountKeys: [EC_PEM], retireNow: 'disclosed' }
const accepted = { lastEvent: { id: EVENT_ID, time: '2026-01-31T12:00:00.000Z' } }

test('puts the event on the bus of the stack, and looks until it is accepted', async () => {
  const { deleting, bus, left } = await deletingFixture([READY], [{}, {}, accepted])

  expect(await rotateKeys(deleting, 'golem', KEYS)).toBeUndefined()

  const entry = {
    EventBusName: 'irsa-dev',
    Source: 'irsa.operator',
    DetailType: 'Cluster Keys Changed',
    Detail: JSON.stringify({ cluster: 'golem', ...KEYS }),
  }
  expect(sent(bus)).toEqual([['PutEvents', { Entries: [entry] }]])
  expect(left).toEqual([])
})

test.each([
  ['keys that are none', { serviceAccountKeys: ['x'] }, 'golem', {}, 'InvalidInput'],
  ['no keys', { serviceAccountKeys: [] }, 'golem', {}, 'InvalidInput'],
  ['a cluster that nobody knows', KEYS, 'nobody', {}, 'ClusterNotFound'],
  ['one that goes', KEYS, 'golem', { status: 'DELETING' }, 'ClusterBeingDeleted'],
] as const)('sends nothing for %s', async (_, keys, cluster, changes, name) => {
  const { deleting, bus } = await deletingFixture([{ ...READY, ...changes }])

  await expect(rotateKeys(deleting, cluster, keys)).rejects.toMatchObject({ name })

  expect(sentNames(bus)).toEqual([])
})

test('tells why the event was refused, as the dead letters say', async () => {
  const letter = { error: 'AccountMayNotSpeak', message: 'no', remedy: 'Ask.', event: { id: EVENT_ID } }
  const { deleting } = await deletingFixture([READY], [], letter)

  expect(await rotateKeys(deleting, 'golem', KEYS)).toEqual({
    error: 'AccountMayNotSpeak',
    message: 'no',
    remedy: 'Ask.',
  })
})

test('says so when another event was accepted in its place', async () => {
  const other = { lastEvent: { id: 'another', time: '2026-01-31T12:00:00.000Z' } }
  const { deleting } = await deletingFixture([READY], [other])

  expect(await rotateKeys(deleting, 'golem', KEYS)).toMatchObject({ error: 'EventOvertaken' })
})

test('says so when nobody takes the event', async () => {
  const { deleting } = await deletingFixture([READY])

  expect(await rotateKeys(deleting, 'golem', KEYS)).toMatchObject({ error: 'EventNotTaken' })
})
