import { describe, expect, test } from 'vitest'
import { changeCluster } from '../../../lib/registry/cluster-record.ts'
import { EC_KID, EC_PEM, RSA_KID, RSA_PEM } from '../oidc/keys.ts'
import { aRun } from '../registry/registry.ts'
import { announcements, at, created } from './fixture.ts'

const BOTH = { serviceAccountKeys: [EC_PEM, RSA_PEM] }

describe('other keys', () => {
  test('are added, and a new run publishes them', async () => {
    const { announce, golem, finish, states } = await announcements()
    await announce(created('event-1'))
    await finish()

    await announce(created('event-2', BOTH, { time: at(60) }))

    const record = await golem()
    expect(record.keys.map(({ kid }) => kid)).toEqual([EC_KID, RSA_KID])
    expect(record).toMatchObject({
      generation: 2,
      runs: 2,
      run: { number: 2, generation: 2, state: 'STARTED' },
      status: 'READY',
    })
    expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
  })

  test('leave those that are listed no longer: their tokens are still in use', async () => {
    const { announce, golem } = await announcements()
    await announce(created('event-1'))

    await announce(created('event-2', { serviceAccountKeys: [RSA_PEM] }, { time: at(60) }))

    expect((await golem()).keys.map(({ kid }) => kid)).toEqual([EC_KID, RSA_KID])
  })

  test('that are fewer, or in another order, are no change', async () => {
    const { announce, golem } = await announcements()
    await announce(created('event-1', BOTH))

    await announce(created('event-2', {}, { time: at(60) }))
    await announce(created('event-3', { serviceAccountKeys: [RSA_PEM, EC_PEM] }, { time: at(120) }))

    expect(await golem()).toMatchObject({ generation: 1, keys: [{ kid: EC_KID }, { kid: RSA_KID }] })
  })
})

describe('a change', () => {
  test.each([
    ['tags', { tags: { team: 'rocket' } }],
    ['audiences', { audiences: ['sts.amazonaws.com', 'vault'] }],
  ])('of %s begins a run', async (_, detail) => {
    const { announce, golem, finish } = await announcements()
    await announce(created('event-1'))
    await finish()

    await announce(created('event-2', detail, { time: at(60) }))

    expect(await golem()).toMatchObject({ generation: 2, runs: 2, desired: detail })
  })

  test('of the order of the audiences is one: the first is the roles’ default', async () => {
    const { announce, golem } = await announcements()
    await announce(created('event-1', { audiences: ['sts.amazonaws.com', 'vault'] }))

    await announce(created('event-2', { audiences: ['vault', 'sts.amazonaws.com'] }, { time: at(60) }))

    expect(await golem()).toMatchObject({ generation: 2 })
  })

  test('raises the generation once for every accepted event, and for no other', async () => {
    const { announce, golem } = await announcements()

    await announce(created('event-1'))
    await announce(created('event-2', { tags: { n: '2' } }, { time: at(2) }))
    await announce(created('event-2', { tags: { n: '2' } }, { time: at(2) }))
    await announce(created('event-3', { tags: { n: '2' } }, { time: at(3) }))
    await announce(created('event-1b', { tags: { n: '1' } }, { time: at(1) }))
    await announce(created('event-4', { tags: { n: '4' } }, { time: at(4) }))

    expect(await golem()).toMatchObject({ generation: 3, desired: { tags: { n: '4' } } })
  })

  test('during a run only raises the generation; the run’s end begins the next', async () => {
    const { announce, golem, finish, states } = await announcements()
    await announce(created('event-1'))

    await announce(created('event-2', BOTH, { time: at(60) }))

    expect(await golem()).toMatchObject({ generation: 2, ...aRun() })
    expect([...states.executions.keys()]).toEqual(['golem-1'])

    await finish()

    expect(await golem()).toMatchObject({ runs: 2, run: { number: 2, generation: 2, state: 'STARTED' } })
    expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
  })

  test('takes the place of a failed run', async () => {
    const { announce, golem, fail, states } = await announcements()
    await announce(created('event-1'))
    await fail()

    await announce(created('event-2', BOTH, { time: at(60) }))

    expect(await golem()).toMatchObject({ runs: 2, run: { number: 2, generation: 2, state: 'STARTED' } })
    expect(states.executions.get('golem-1')).toMatchObject({ status: 'FAILED', redriveCount: 0 })
  })

  test('keeps what the steps recorded', async () => {
    const { announcing, announce, golem, finish } = await announcements()
    await announce(created('event-1'))
    await finish()
    const outputs = {
      alias: { recordName: 'irsa.golem.gigantic.io', hostedZoneId: 'Z1', domainName: 'd1.cloudfront.net' },
    }
    await changeCluster(announcing.table, 'golem', (record) => record && { ...record, outputs })

    await announce(created('event-2', BOTH, { time: at(60) }))

    expect(await golem()).toMatchObject({ outputs, status: 'READY' })
  })
})

describe('an event that says the same anew after a run has failed', () => {
  test('goes on where it failed', async () => {
    const { announce, golem, fail, states } = await announcements()
    await announce(created('event-1'))
    await fail()

    await announce(created('event-2', {}, { time: at(60) }))

    expect(await golem()).toMatchObject({ generation: 1, ...aRun({ state: 'STARTED' }) })
    expect([...states.executions]).toMatchObject([['golem-1', { status: 'RUNNING', redriveCount: 1 }]])
  })

  test.each([
    ['AWS does not redrive it any more', { redriveStatus: 'NOT_REDRIVABLE' }],
    ['the machine was deployed anew', { definition: 'an older one' }],
  ] as const)('begins a new run when %s', async (_, execution) => {
    const { announce, golem, fail, states } = await announcements()
    await announce(created('event-1'))
    await fail()
    states.put('golem-1', execution)

    await announce(created('event-2', {}, { time: at(60) }))

    expect(await golem()).toMatchObject({ generation: 1, ...aRun({ number: 2 }) })
    expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
  })

  test('begins a new run when something was changed while the failed one ran', async () => {
    const { announce, golem, fail, states } = await announcements()
    await announce(created('event-1'))
    await announce(created('event-2', BOTH, { time: at(60) }))
    await fail()

    await announce(created('event-3', BOTH, { time: at(120) }))

    expect(await golem()).toMatchObject({ generation: 2, ...aRun({ number: 2, generation: 2 }) })
    expect(states.executions.get('golem-1')).toMatchObject({ redriveCount: 0 })
  })
})
