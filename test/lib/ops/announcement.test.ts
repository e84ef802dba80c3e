import { expect, test } from 'vitest'
import { announceCluster } from '../../../lib/ops/announcement.ts'
import { sent, sentNames } from '../aws/sdk.ts'
import { EC_PEM } from '../oidc/keys.ts'
import { STACK } from '../resources/golem.ts'
import { deletingFixture, EVENT_ID } from './deleting.ts'
import { clusterRecord } from './fixture.ts'

const DETAIL = { cluster: 'golem', baseDomain: 'golem.gaws.gigantic.io', serviceAccountKeys: [EC_PEM] }
const READY = clusterRecord('golem', { runs: 1, status: 'READY' })

test('puts the event on the bus of the stack, and looks until it is accepted', async () => {
  const accepted = { lastEvent: { id: EVENT_ID, time: '2026-01-31T12:00:00.000Z' } }
  const { deleting, bus, left } = await deletingFixture([READY], [{}, accepted])

  expect(await announceCluster({ ...deleting, stack: STACK }, DETAIL)).toEqual({ cluster: 'golem' })

  const entry = {
    EventBusName: 'irsa-dev',
    Source: 'irsa.operator',
    DetailType: 'Cluster Created',
    Detail: JSON.stringify(DETAIL),
  }
  expect(sent(bus)).toEqual([['PutEvents', { Entries: [entry] }]])
  expect(left).toEqual([])
})

test('tells why it was refused, as the dead letters say, of a cluster that nobody knows too', async () => {
  const letter = { error: 'AccountMayNotSpeak', message: 'no', remedy: 'Ask.', event: { id: EVENT_ID } }
  const { deleting } = await deletingFixture([], [], letter)

  expect(await announceCluster({ ...deleting, stack: STACK }, DETAIL)).toEqual({
    cluster: 'golem',
    refused: { error: 'AccountMayNotSpeak', message: 'no', remedy: 'Ask.' },
  })
})

test.each([
  ['what cannot be understood', { ...DETAIL, baseDomain: 'x..y' }, 'InvalidInput'],
  ['a private key', { ...DETAIL, jwks: { keys: [{ d: 'x' }] } }, 'PrivateKeyInInput'],
] as const)('sends nothing for %s', async (_, detail, name) => {
  const { deleting, bus } = await deletingFixture([READY])

  await expect(announceCluster({ ...deleting, stack: STACK }, detail)).rejects.toMatchObject({ name })

  expect(sentNames(bus)).toEqual([])
})
