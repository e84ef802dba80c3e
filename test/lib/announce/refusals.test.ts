import { describe, expect, test } from 'vitest'
import { type Announcing, checkPlace } from '../../../lib/announce.ts'
import {
  AccountMayNotSpeak,
  BaseDomainNotAllowed,
  ClusterChangeRefused,
  EventFromTheFuture,
  InvalidInput,
  type IrsaError,
  IssuerTaken,
  PrivateKeyInInput,
} from '../../../lib/errors.ts'
import { changeCluster } from '../../../lib/registry/cluster-record.ts'
import { sent } from '../aws/sdk.ts'
import { RSA_MODULUS, RSA_PEM } from '../oidc/keys.ts'
import { golemRecord, itemsOf, putCluster } from '../registry/registry.ts'
import { golem, STACK } from '../resources/golem.ts'
import { announcements, at, created, type Fixture, OPERATOR } from './fixture.ts'

const STRANGER = '222222222222'

/** Refused by that error, nothing written, nothing started, and not remembered: mended, it may come again. */
async function expectRefusal({ announcing, announce, states }: Fixture, event: unknown, kind: Refusal) {
  const before = await itemsOf(announcing.table)
  const started = states.executions.size

  const refused = await announce(event).catch((error: unknown) => error)

  expect(refused).toBeInstanceOf(kind)
  expect(refused).toMatchObject({ mendedBy: 'requester' })
  expect(await itemsOf(announcing.table)).toEqual(before)
  expect(states.executions.size).toBe(started)
}

type Members = Readonly<Record<string, unknown>>

type Refusal = new (...parts: never[]) => IrsaError

describe('a first event', () => {
  test.each<[string, Members, Members, Refusal]>([
    ['without what it must have', { baseDomain: undefined }, {}, InvalidInput],
    ['with a private key', { serviceAccountKeys: [privatePem()] }, {}, PrivateKeyInInput],
    ['from 5 minutes and a millisecond ahead', {}, { time: at(300.001) }, EventFromTheFuture],
    ['for a cluster of an account that is not the sender’s', { accountId: STRANGER }, {}, AccountMayNotSpeak],
    [
      'from a stranger for our account',
      { accountId: STACK.accountId },
      { account: STRANGER },
      AccountMayNotSpeak,
    ],
    ['for a region of another partition', { region: 'cn-north-1' }, {}, InvalidInput],
  ])('%s is refused, and nothing is written', async (_, detail, envelope, kind) => {
    const fixture = await announcements()

    await expectRefusal(fixture, created('event-1', detail, envelope), kind)

    expect(sent(fixture.states.sfn)).toEqual([])
    expect(await fixture.isSeen('event-1')).toBe(false)
  })

  test('from exactly 5 minutes ahead is taken', async () => {
    const { announce, golem } = await announcements()

    await announce(created('event-1', {}, { time: at(300) }))

    expect(await golem()).toMatchObject({ lastEvent: { time: at(300) } })
  })

  test('from an operator’s account is taken for the stack’s', async () => {
    const { announce, golem } = await announcements()

    await announce(created('event-1', { accountId: STACK.accountId }, { account: OPERATOR }))

    expect(await golem()).toMatchObject({ desired: { accountId: STACK.accountId } })
  })

  test('is refused when another cluster has its issuer', async () => {
    const fixture = await announcements()
    await fixture.announce(created('event-1'))

    await expectRefusal(fixture, created('event-2', { cluster: 'gaia' }), IssuerTaken)
  })
})

describe('a base domain', () => {
  const zones: Partial<Announcing> = {
    stack: {
      ...STACK,
      hostedZones: [
        { id: 'Z1', name: 'gigantic.io' },
        { id: 'Z2', name: 'example.org' },
        { id: 'Z3', name: 'others.com', usedBy: ['444455556666'] },
        { id: 'Z4', name: 'ours.com', accountId: '777788889999', usedBy: ['444455556666', STACK.accountId] },
      ],
    },
  }

  test.each(['gigantic.io', 'golem.gigantic.io', 'a.b.example.org', 'golem.ours.com'])(
    'that is in one of the listed zones that the account may use is taken: %s',
    async (baseDomain) => {
      const { announce, golem } = await announcements(zones)

      await announce(created('event-1', { baseDomain }))

      expect(await golem()).toMatchObject({ desired: { baseDomain } })
    },
  )

  test.each(['notgigantic.io', 'gigantic.io.evil.com', 'example.com', 'golem.others.com'])(
    'that is in none of them is refused: %s',
    async (baseDomain) => {
      await expectRefusal(
        await announcements(zones),
        created('event-1', { baseDomain }),
        BaseDomainNotAllowed,
      )
    },
  )

  test('is refused without a word about zones of others', async () => {
    const stack = {
      ...STACK,
      hostedZones: [{ id: 'Z3', name: 'others.com', accountId: '777788889999', usedBy: ['444455556666'] }],
    }

    expect(() => checkPlace(stack, golem({ baseDomain: 'golem.others.com' }))).toThrow(
      new BaseDomainNotAllowed('golem.others.com', '111122223333', []),
    )
    expect(new BaseDomainNotAllowed('golem.others.com', '111122223333', []).message).toBe(
      'The base domain golem.others.com is in no hosted zone that account 111122223333 may use: there is none.',
    )
  })

  test('may be any, where every zone of some account is open', () => {
    const stack = {
      ...STACK,
      hostedZones: [{ id: 'Z1', name: 'gigantic.io' }, { accountId: '777788889999' }],
    }

    expect(() => checkPlace(stack, golem({ baseDomain: 'example.com' }))).not.toThrow()
  })
})

describe('a later event', () => {
  test.each<[string, Members, Refusal]>([
    ['another region', { region: 'eu-west-1' }, ClusterChangeRefused],
    ['another base domain, and so another issuer', { baseDomain: 'gaia.gigantic.io' }, ClusterChangeRefused],
    ['another account', { accountId: STRANGER }, ClusterChangeRefused],
  ])('with %s is refused', async (_, detail, kind) => {
    const fixture = await announcements()
    await fixture.announce(created('event-1'))

    await expectRefusal(fixture, created('event-2', detail, { time: at(60) }), kind)

    expect(await fixture.isSeen('event-2')).toBe(false)
  })

  test('from another account is refused, whichever owner it names', async () => {
    const fixture = await announcements()
    await fixture.announce(created('event-1'))
    const stranger = { account: STRANGER, time: at(60) }

    await expectRefusal(fixture, created('event-2', {}, stranger), AccountMayNotSpeak)
    await expectRefusal(
      fixture,
      created('event-3', { accountId: STACK.accountId }, stranger),
      AccountMayNotSpeak,
    )
    await expectRefusal(fixture, created('event-4', { accountId: STRANGER }, stranger), AccountMayNotSpeak)
  })

  test('counts only from the account that the cluster was recorded with', async () => {
    const fixture = await announcements()
    const { desired } = golemRecord()
    const record = golemRecord({ desired: { ...desired, accountId: STRANGER } })
    await putCluster(fixture.announcing.table, record)

    await expectRefusal(fixture, created('event-2', { region: desired.region }), AccountMayNotSpeak)
  })

  test('from an operator’s account is taken', async () => {
    const { announce, golem } = await announcements()
    await announce(created('event-1'))

    const detail = { accountId: STACK.accountId, serviceAccountKeys: [RSA_PEM] }
    await announce(created('event-2', detail, { account: OPERATOR, time: at(60) }))

    expect(await golem()).toMatchObject({ generation: 2 })
  })

  test('that would put another key under a kid that is published is refused: it would never be served', async () => {
    const fixture = await announcements()
    const jwk = { kty: 'RSA', kid: 'mine', use: 'sig', n: RSA_MODULUS, e: 'AQAB' }
    const keys = (changes: object) => ({
      serviceAccountKeys: undefined,
      jwks: { keys: [{ ...jwk, ...changes }] },
    })
    await fixture.announce(created('event-1', keys({})))

    const another = created('event-2', keys({ e: 'Aw' }), { time: at(60) })

    await expectRefusal(fixture, another, InvalidInput)
  })

  test('that would make the key set larger than STS reads is refused', async () => {
    const fixture = await announcements()
    const listed = (from: number) => ({
      serviceAccountKeys: undefined,
      jwks: {
        keys: Array.from({ length: 60 }, (_, index) => ({
          kty: 'RSA',
          kid: `key-${from + index}`,
          use: 'sig',
          n: RSA_MODULUS,
          e: 'AQAB',
        })),
      },
    })
    await fixture.announce(created('event-1', listed(0)))

    await expectRefusal(fixture, created('event-2', listed(60), { time: at(60) }), InvalidInput)
  })

  test('is judged by what others have written meanwhile', async () => {
    let changes = 0
    const fixture = await announcements({}, async (call, operation) => {
      if (operation === 'PutItem' && changes-- === 1) await moveElsewhere()
      return call()
    })
    const moveElsewhere = async () => {
      await changeCluster(fixture.announcing.table, 'golem', (record) => {
        const { desired } = record ?? golemRecord()
        return { ...(record ?? golemRecord()), desired: { ...desired, region: 'eu-north-1' } }
      })
    }
    await fixture.announce(created('event-1'))
    // The first write is the cluster's item.
    changes = 1

    const late = fixture.announce(created('event-2', { serviceAccountKeys: [RSA_PEM] }, { time: at(60) }))

    await expect(late).rejects.toThrow(ClusterChangeRefused)
    expect(await fixture.golem()).toMatchObject({ generation: 1, desired: { region: 'eu-north-1' } })
  })
})

function privatePem(): string {
  return ['-----BEGIN PRIVATE', 'KEY-----\nMC4CAQ==\n-----END PRIVATE', 'KEY-----'].join(' ')
}
