import { describe, expect, test } from 'vitest'
import { ClusterChangeRefused } from '../../../lib/errors.ts'
import { issuerHostPath } from '../../../lib/oidc/issuer.ts'
import { requireCluster } from '../../../lib/registry/cluster-record.ts'
import { finishRun } from '../../../lib/runs.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { inAnyOrder } from '../in-any-order.ts'
import { EC_KID, EC_PEM, RSA_KID, RSA_MODULUS, RSA_PEM } from '../oidc/keys.ts'
import { type Around, aRun, itemsOf } from '../registry/registry.ts'
import { announcements, at, created, type Fixture } from './fixture.ts'

const BOTH = { serviceAccountKeys: [EC_PEM, RSA_PEM] }

/** A cluster whose first run has ended well, or failed. */
async function announced(end: 'finish' | 'fail', around: Around): Promise<Fixture> {
  const fixture = await announcements({}, around)
  await fixture.announce(created('event-1'))
  await fixture[end]()
  return fixture
}

describe('an announcement that was cut off anywhere, and comes again', () => {
  test('has made one cluster with one run', async () => {
    const operations = await cutOffEverywhere({
      prepare: (around) => announcements({}, around),
      act: ({ announce }) => announce(created('event-1')),
      async assess({ golem, isSeen, states }, where) {
        expect(await golem(), where).toMatchObject({ generation: 1, ...aRun() })
        expect([...states.executions.keys()], where).toEqual(['golem-1'])
        expect(await isSeen('event-1'), where).toBe(true)
      },
    })

    expect(operations).toEqual([
      'GetItem', // the cluster
      ...['PutItem', 'PutItem'], // the issuer's claim, and the cluster
      ...['GetItem', 'GetItem'], // whether its account or an operator had it go before it came
      ...['StartExecution', 'PutItem', 'PutItem'], // and that it was started, and seen
    ])
  })

  test('has changed the cluster once, with one new run', async () => {
    await cutOffEverywhere({
      prepare: (around) => announced('finish', around),
      act: ({ announce }) => announce(created('event-2', BOTH, { time: at(60) })),
      async assess({ golem, isSeen, states }, where) {
        expect(await golem(), where).toMatchObject({
          generation: 2,
          keys: [{ kid: EC_KID }, { kid: RSA_KID }],
          ...aRun({ number: 2, generation: 2 }),
        })
        expect([...states.executions.keys()], where).toEqual(['golem-1', 'golem-2'])
        expect(await isSeen('event-2'), where).toBe(true)
      },
    })
  })

  test('has replayed the failed run once', async () => {
    const operations = await cutOffEverywhere({
      prepare: (around) => announced('fail', around),
      act: ({ announce }) => announce(created('event-2', {}, { time: at(60) })),
      async assess({ golem, isSeen, states }, where) {
        expect(await golem(), where).toMatchObject({ generation: 1, ...aRun() })
        expect([...states.executions], where).toMatchObject([
          ['golem-1', { status: 'RUNNING', redriveCount: 1 }],
        ])
        expect(await isSeen('event-2'), where).toBe(true)
      },
    })

    expect(operations).toContain('RedriveExecution')
  })

  test('has put one new run in the place of one that cannot be redriven', async () => {
    await cutOffEverywhere({
      async prepare(around) {
        const fixture = await announced('fail', around)
        fixture.states.put('golem-1', { redriveStatus: 'NOT_REDRIVABLE' })
        return fixture
      },
      act: ({ announce }) => announce(created('event-2', {}, { time: at(60) })),
      async assess({ golem, states }, where) {
        expect(await golem(), where).toMatchObject({ generation: 1, ...aRun({ number: 2 }) })
        expect([...states.executions.keys()], where).toEqual(['golem-1', 'golem-2'])
      },
    })
  })
})

describe('at once', () => {
  test('two first events make one cluster with one run and the keys of both', async () => {
    await inAnyOrder({
      prepare: (around) => announcements({}, around),
      act: ({ announce }) => [
        announce(created('event-1')),
        announce(created('event-2', { serviceAccountKeys: [RSA_PEM] })),
      ],
      async assess({ golem, isSeen, states }) {
        const { keys, generation, runs } = await golem()
        expect(keys.map(({ kid }) => kid).toSorted()).toEqual([EC_KID, RSA_KID].toSorted())
        expect({ generation, runs }).toEqual({ generation: 2, runs: 1 })
        expect([...states.executions.keys()]).toEqual(['golem-1'])
        expect([await isSeen('event-1'), await isSeen('event-2')]).toEqual([true, true])
      },
    })
  })

  test('two first events with different issuers leave one cluster, and one issuer claimed', async () => {
    await inAnyOrder({
      prepare: (around) => announcements({}, around),
      act: ({ announce }) => [
        announce(created('event-1')).catch(isRefusal),
        announce(created('event-2', { baseDomain: 'other.gigantic.io' })).catch(isRefusal),
      ],
      async assess({ announcing, golem }) {
        const { desired } = await golem()
        const claims = (await itemsOf(announcing.table)).filter(({ sk }) => sk === 'CLAIM')
        expect(claims.map(({ pk }) => pk)).toEqual([`ISSUER#${issuerHostPath(desired.issuer)}`])
      },
    })
  })

  test('two deliveries of one event are one', async () => {
    await inAnyOrder({
      prepare: (around) => announcements({}, around),
      act: ({ announce }) => [announce(created('event-1')), announce(created('event-1'))],
      async assess({ golem, states }) {
        expect(await golem()).toMatchObject({ generation: 1, ...aRun() })
        expect([...states.executions.keys()]).toEqual(['golem-1'])
      },
    })
  })

  test('two changes of a cluster that is ready are both kept, and begin one run', async () => {
    const jwk = { kty: 'RSA', kid: 'mine', use: 'sig', n: RSA_MODULUS, e: 'AQAB' }
    await inAnyOrder({
      prepare: (around) => announced('finish', around),
      act: ({ announce }) => [
        announce(created('event-2', BOTH, { time: at(60) })),
        announce(
          created('event-3', { serviceAccountKeys: undefined, jwks: { keys: [jwk] } }, { time: at(60) }),
        ),
      ],
      async assess({ golem, states }) {
        const { keys, generation, runs, run } = await golem()
        expect(keys.map(({ kid }) => kid).toSorted()).toEqual([EC_KID, RSA_KID, 'mine'].toSorted())
        expect({ generation, runs }).toEqual({ generation: 3, runs: 2 })
        expect(run).toMatchObject({ number: 2, state: 'STARTED' })
        expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
      },
    })
  })

  test('a change and the end of a run: the change is never lost', async () => {
    await inAnyOrder({
      async prepare(around) {
        const fixture = await announcements({}, around)
        await fixture.announce(created('event-1'))
        return fixture
      },
      act: ({ announce, announcing }) => [
        announce(created('event-2', BOTH, { time: at(60) })),
        requireCluster(announcing.table, 'golem').then((record) => finishRun(announcing, record, 1)),
      ],
      async assess({ golem, states }) {
        expect(await golem()).toMatchObject({
          status: 'READY',
          generation: 2,
          ...aRun({ number: 2, generation: 2 }),
        })
        expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
      },
    })
  })

  test('two events that say the same replay a failed run once', async () => {
    await inAnyOrder({
      prepare: (around) => announced('fail', around),
      act: ({ announce }) => [
        announce(created('event-2', {}, { time: at(60) })),
        announce(created('event-3', {}, { time: at(60) })),
      ],
      async assess({ golem, states }) {
        expect(await golem()).toMatchObject({ generation: 1, ...aRun() })
        expect([...states.executions]).toMatchObject([['golem-1', { status: 'RUNNING', redriveCount: 1 }]])
      },
    })
  })
})

function isRefusal(error: unknown): void {
  expect(error).toBeInstanceOf(ClusterChangeRefused)
}
