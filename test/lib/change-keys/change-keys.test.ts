import { describe, expect, test } from 'vitest'
import { AccountMayNotSpeak, ClusterNotFound, EventFromTheFuture, InvalidInput } from '../../../lib/errors.ts'
import { withdrawCluster } from '../../../lib/withdraw.ts'
import { at, created, OPERATOR } from '../announce/fixture.ts'
import { sent } from '../aws/sdk.ts'
import { EC_KID, EC_PEM, RSA_KID, RSA_PEM } from '../oidc/keys.ts'
import { itemsOf } from '../registry/registry.ts'
import { inputOf, MACHINE_ARN } from '../step-functions.ts'
import { deleted } from '../withdraw/fixture.ts'
import { type KeyChanges, keyChanges, keysChanged } from './fixture.ts'

const BOTH = { serviceAccountKeys: [EC_PEM, RSA_PEM] }
const OTHER = { serviceAccountKeys: [RSA_PEM] }

/** A cluster whose first key is public, or is being made. */
async function announced(end?: 'publish' | 'fail'): Promise<KeyChanges> {
  const fixture = await keyChanges()
  await fixture.announce(created('event-1'))
  if (end !== undefined) await fixture[end]()
  return fixture
}

describe('Cluster Keys Changed', () => {
  test('starts a run that publishes new keys beside those that are public', async () => {
    const { change, golem, kids, states, isSeen } = await announced('publish')

    await change(keysChanged('event-2', OTHER))

    expect(await kids()).toEqual([EC_KID, RSA_KID])
    expect(await golem()).toMatchObject({
      generation: 2,
      run: { number: 2, generation: 2, workflow: 'provision', state: 'STARTED' },
      lastEvent: { id: 'event-2', time: at(60) },
      keyTimes: [
        { kid: EC_KID, firstPublished: at(0), lastListed: at(0), retireAfter: at(25 * 3600) },
        { kid: RSA_KID, lastListed: at(60) },
      ],
    })
    expect(sent(states.sfn).at(-1)).toEqual([
      'StartExecution',
      { stateMachineArn: MACHINE_ARN, name: 'golem-2', input: inputOf(2) },
    ])
    expect(await isSeen('event-2')).toBe(true)
  })

  test('with retireNow publishes nothing but what it lists, and its reason is in the audit', async () => {
    const { change, golem, kids, audited } = await announced('publish')

    await change(keysChanged('event-2', { ...OTHER, retireNow: 'sa.key was disclosed' }))

    expect(await kids()).toEqual([RSA_KID])
    const [entry, ...others] = await audited()
    expect(others).toEqual([])
    expect(entry).toMatchObject({
      what: 'KeysChanged',
      who: 'account:000000000000',
      at: at(60),
      cluster: 'golem',
      before: { published: [EC_KID] },
      after: { listed: [RSA_KID], retireNow: 'sa.key was disclosed' },
      changeId: (await golem()).keysChangeId,
    })
  })

  test('during a run is published by the next one', async () => {
    const { change, publish, golem, states } = await announced()

    await change(keysChanged('event-2', BOTH))
    expect(await golem()).toMatchObject({ generation: 2, run: { number: 1 } })
    await publish()

    expect(await golem()).toMatchObject({ run: { number: 2, generation: 2, state: 'STARTED' } })
    expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
  })

  test('overtakes a run that failed, in an emergency too', async () => {
    const { change, golem } = await announced('fail')

    await change(keysChanged('event-2', { ...OTHER, retireNow: 'disclosed' }))

    expect(await golem()).toMatchObject({ run: { number: 2, state: 'STARTED' }, keys: [{ kid: RSA_KID }] })
  })

  test('with the keys that are known replays a run that failed', async () => {
    const { change, golem, states } = await announced('fail')

    await change(keysChanged('event-2'))

    expect(await golem()).toMatchObject({ generation: 1, run: { number: 1, state: 'STARTED' } })
    expect(states.executions.get('golem-1')).toMatchObject({ redriveCount: 1 })
  })

  test('changes nothing when it comes twice', async () => {
    const { change, changing, audited } = await announced('publish')
    await change(keysChanged('event-2', BOTH))
    const before = await itemsOf(changing.table)

    await change(keysChanged('event-2', BOTH))

    expect(await itemsOf(changing.table)).toEqual(before)
    expect(await audited()).toHaveLength(1)
  })

  test('changes nothing when it is older than the last word', async () => {
    const { change, golem, kids, audited } = await announced('publish')
    await change(keysChanged('event-3', BOTH, { time: at(120) }))

    await change(keysChanged('event-2', { ...OTHER, retireNow: 'late' }, { time: at(60) }))

    expect(await kids()).toEqual([EC_KID, RSA_KID])
    expect(await golem()).toMatchObject({ generation: 2, lastEvent: { id: 'event-3' } })
    expect(await audited()).toHaveLength(1)
  })

  test.each([
    ['from another account', keysChanged('event-2', {}, { account: '111122223333' }), AccountMayNotSpeak],
    ['of the future', keysChanged('event-2', {}, { time: at(301) }), EventFromTheFuture],
    ['without keys', keysChanged('event-2', { serviceAccountKeys: [] }), InvalidInput],
    ['of a cluster that nobody knows', keysChanged('event-2', { cluster: 'nobody' }), ClusterNotFound],
    [
      'with the kid of another key that is public',
      keysChanged('event-2', { serviceAccountKeys: undefined, jwks: { keys: [rsaJwkNamed(EC_KID)] } }),
      InvalidInput,
    ],
  ])('is refused, and changes nothing: %s', async (_, event, Refusal) => {
    const { change, changing, audited } = await announced('publish')
    const before = await itemsOf(changing.table)

    await expect(change(event)).rejects.toBeInstanceOf(Refusal)

    expect(await itemsOf(changing.table)).toEqual(before)
    expect(await audited()).toEqual([])
  })

  test('is taken from an operator’s account', async () => {
    const { change, kids } = await announced('publish')

    await change(keysChanged('event-2', BOTH, { account: OPERATOR }))

    expect(await kids()).toEqual([EC_KID, RSA_KID])
  })

  test('is refused of a cluster that goes, and of one that is gone', async () => {
    const { change, changing, finish } = await announced('publish')
    await withdrawCluster(changing, deleted('event-2'))

    await expect(change(keysChanged('event-3', BOTH, { time: at(90) }))).rejects.toMatchObject({
      name: 'ClusterBeingDeleted',
    })
    await finish()
    await expect(change(keysChanged('event-3', BOTH, { time: at(90) }))).rejects.toMatchObject({
      name: 'ClusterNotFound',
    })
  })
})

test('of two at once neither is lost, whichever comes first', async () => {
  const { change, kids, golem } = await announced('publish')

  await Promise.all([change(keysChanged('event-2', OTHER)), change(keysChanged('event-3', BOTH))])

  expect(await kids()).toEqual([EC_KID, RSA_KID])
  expect(await golem()).toMatchObject({ generation: 2, run: { number: 2, state: 'STARTED' } })
})

test('a Cluster Created with other keys says the same as a change of keys', async () => {
  const { announce, golem, kids } = await announced('publish')

  await announce(created('event-2', OTHER, { time: at(60) }))

  expect(await kids()).toEqual([EC_KID, RSA_KID])
  expect((await golem()).keyTimes?.[0]).toMatchObject({ kid: EC_KID, retireAfter: at(25 * 3600) })
})

function rsaJwkNamed(kid: string): object {
  return { kty: 'RSA', kid, use: 'sig', alg: 'RS256', n: RSA_N, e: 'AQAB' }
}

const RSA_N = `${'3'.repeat(341)}w`
