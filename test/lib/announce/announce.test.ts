import { describe, expect, test } from 'vitest'
import { changeCluster } from '../../../lib/registry/cluster-record.ts'
import { deleteItem } from '../../../lib/registry/table.ts'
import { withNewRun } from '../../../lib/runs.ts'
import { sent } from '../aws/sdk.ts'
import { EC_KID, RSA_PEM } from '../oidc/keys.ts'
import { itemsOf } from '../registry/registry.ts'
import { golem as theGolem } from '../resources/golem.ts'
import { inputOf, MACHINE_ARN } from '../step-functions.ts'
import { announcements, at, created, OPERATOR } from './fixture.ts'

describe('the first event of a cluster', () => {
  test('records it, claims its issuer, starts its run, and is remembered', async () => {
    const { announcing, announce, states } = await announcements()

    await announce(created('event-1', { tags: { team: 'rocket' } }))

    expect(await itemsOf(announcing.table)).toEqual([
      {
        pk: 'CLUSTER#golem',
        sk: 'CLUSTER',
        desired: {
          cluster: 'golem',
          accountId: '000000000000',
          region: 'eu-central-1',
          baseDomain: 'golem.gigantic.io',
          hosting: { type: 'dedicated' },
          issuer: 'https://irsa.golem.gigantic.io',
          audiences: ['sts.amazonaws.com'],
          tags: { team: 'rocket' },
        },
        keys: theGolem().keys,
        keyTimes: [{ kid: EC_KID, lastListed: at(0) }],
        generation: 1,
        runs: 1,
        run: { number: 1, generation: 1, workflow: 'provision', state: 'STARTED' },
        status: 'ANNOUNCED',
        outputs: {},
        hints: {},
        lastEvent: { id: 'event-1', time: '2026-01-31T12:00:00.000Z' },
        revision: 2,
        indexState: 'RUN_STARTED',
        indexTime: '2026-01-31T12:00:00.000Z',
      },
      { pk: 'EVENT#event-1', sk: 'SEEN', expiresAt: Date.parse('2026-02-15T12:00:00Z') / 1000 },
      { pk: 'ISSUER#irsa.golem.gigantic.io', sk: 'CLAIM', holder: '000000000000/golem' },
    ])
    expect(sent(states.sfn)).toEqual([
      ['StartExecution', { stateMachineArn: MACHINE_ARN, name: 'golem-1', input: inputOf(1) }],
    ])
  })
})

test.each([
  ['from that account', {}, '111122223333'],
  ['from an operator’s', { accountId: '111122223333' }, OPERATOR],
])('a cluster of another account than the stack’s is taken %s', async (_, detail, account) => {
  const { announce, golem } = await announcements()

  await announce(created('event-1', detail, { account }))

  expect(await golem()).toMatchObject({ desired: { accountId: '111122223333' }, run: { state: 'STARTED' } })
})

describe('an event that comes twice', () => {
  test('changes nothing the second time', async () => {
    const { announcing, announce, states } = await announcements()
    await announce(created('event-1'))
    const before = await itemsOf(announcing.table)

    await announce(created('event-1'))

    expect(await itemsOf(announcing.table)).toEqual(before)
    expect(states.executions.size).toBe(1)
  })

  test('records a cluster again whose record was lost meanwhile', async () => {
    const { announcing, announce, golem } = await announcements()
    await announce(created('event-1'))
    await deleteItem(announcing.table, { pk: 'CLUSTER#golem', sk: 'CLUSTER' })

    await announce(created('event-1'))

    expect(await golem()).toMatchObject({ generation: 1, run: { number: 1, state: 'STARTED' } })
  })

  test('starts the recorded run if nobody has', async () => {
    const { announcing, announce, states } = await announcements()
    await announce(created('event-1'))
    await changeCluster(announcing.table, 'golem', (record) => record && withNewRun(record))

    await announce(created('event-1'))

    expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
  })

  test('does not replay the run that failed meanwhile', async () => {
    const { announce, golem, fail, states } = await announcements()
    await announce(created('event-1'))
    await fail()

    await announce(created('event-1'))

    expect(await golem()).toMatchObject({ run: { number: 1, state: 'FAILED' } })
    expect(states.executions.get('golem-1')).toMatchObject({ status: 'FAILED' })
  })
})

describe('an event that is older than the last one', () => {
  test('changes nothing, even if it says something else', async () => {
    const { announce, golem, states, isSeen } = await announcements()
    await announce(created('event-2', {}, { time: at(0) }))
    const before = await golem()

    await announce(created('event-1', { serviceAccountKeys: [RSA_PEM] }, { time: at(-1) }))

    expect(await golem()).toEqual(before)
    expect(states.executions.size).toBe(1)
    expect(await isSeen('event-1')).toBe(true)
  })

  test('does not replay a failed run', async () => {
    const { announce, golem, fail } = await announcements()
    await announce(created('event-2', {}, { time: at(0) }))
    await fail()

    await announce(created('event-1', {}, { time: at(-1) }))

    expect(await golem()).toMatchObject({ run: { number: 1, state: 'FAILED' } })
  })

  test('is told by milliseconds, also where EventBridge gives whole seconds', async () => {
    const { announce, golem } = await announcements()
    await announce(created('event-2', {}, { time: '2026-01-31T12:00:00.500Z' }))

    await announce(created('event-1', { serviceAccountKeys: [RSA_PEM] }, { time: '2026-01-31T12:00:00Z' }))

    expect(await golem()).toMatchObject({ generation: 1, lastEvent: { id: 'event-2' } })
  })

  test('is not one that comes later with the same time', async () => {
    const { announce, golem } = await announcements()
    await announce(created('event-1'))

    await announce(created('event-2', { serviceAccountKeys: [RSA_PEM] }))

    expect(await golem()).toMatchObject({ generation: 2, lastEvent: { id: 'event-2' } })
  })
})

describe('an event that says the same anew', () => {
  test('changes nothing but which event was the last, and lists the keys', async () => {
    const { announce, golem, finish, states } = await announcements()
    await announce(created('event-1'))
    await finish()
    const before = await golem()

    await announce(created('event-2', {}, { time: at(60) }))

    const lastEvent = { id: 'event-2', time: at(60) }
    const keyTimes = [{ kid: EC_KID, lastListed: at(60) }]
    expect(await golem()).toEqual({ ...before, keyTimes, lastEvent, revision: before.revision + 1 })
    expect(states.executions.size).toBe(1)
  })

  test('changes nothing while a run is under way', async () => {
    const { announce, golem, states } = await announcements()
    await announce(created('event-1'))

    await announce(created('event-2', {}, { time: at(60) }))

    expect(await golem()).toMatchObject({ generation: 1, runs: 1, run: { number: 1, state: 'STARTED' } })
    expect(states.executions.size).toBe(1)
  })

  test('starts a run that was recorded and never began', async () => {
    const { announcing, announce, states } = await announcements()
    await announce(created('event-1'))
    await changeCluster(announcing.table, 'golem', (record) => record && withNewRun(record))

    await announce(created('event-2', {}, { time: at(60) }))

    expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
  })
})
