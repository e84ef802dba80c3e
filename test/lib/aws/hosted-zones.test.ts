import { type HostedZone, ListHostedZonesByNameCommand, Route53Client } from '@aws-sdk/client-route-53'
import { mockClient } from 'aws-sdk-client-mock'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  findHostedZone,
  findHostedZoneIfAny,
  recordedZones,
  recordOf,
  type Zoning,
  zonesWithRecords,
} from '../../../lib/aws/hosted-zones.ts'
import type { AllowedZone } from '../../../lib/aws/stack.ts'
import { refusal, sent } from './sdk.ts'

const STACK_ACCOUNT = '000000000000'
const OWNER = '111122223333'
const ELSEWHERE = '444455556666'
const HOST = 'irsa.golem.gigantic.io'
const GOLEM = { host: HOST, accountId: OWNER }

/** Route 53 of an account with these zones, in its order: by name from the right, then by ID. */
function theZones(...zones: HostedZone[]) {
  const client = new Route53Client({ region: 'us-east-1' })
  const route53 = mockClient(client)
  route53.on(ListHostedZonesByNameCommand).callsFake(async ({ DNSName }) => {
    const from = zones.findIndex(({ Name }) => Name === `${DNSName}.`)
    return { HostedZones: from < 0 ? [] : zones.slice(from), IsTruncated: false, MaxItems: 100 }
  })
  return { client, route53, zoning: zoningOf(client) }
}

/** By default every zone of the stack's account is for everybody. */
function zoningOf(client: Route53Client, hostedZones: readonly AllowedZone[] = []): Zoning {
  return { route53Of: () => client, stack: { hostedZones, accountId: STACK_ACCOUNT } }
}

/** The stack's account, and another one that has opened its zones. */
function twoAccounts(own: HostedZone[], others: HostedZone[], hostedZones: readonly AllowedZone[]) {
  const [here, there] = [theZones(...own), theZones(...others)]
  const asked: (string | undefined)[] = []
  const zoning: Zoning = {
    route53Of({ id, accountId }) {
      asked.push(id ?? '*')
      return accountId === ELSEWHERE ? there.client : here.client
    },
    stack: { hostedZones, accountId: STACK_ACCOUNT },
  }
  return { here, there, zoning, asked }
}

function zone(id: string, name: string, PrivateZone = false): HostedZone {
  return { Id: `/hostedzone/${id}`, Name: `${name}.`, CallerReference: id, Config: { PrivateZone } }
}

describe('findHostedZone', () => {
  test('asks from the host up, and stops at the first name that has a public zone', async () => {
    const { client, route53, zoning } = theZones(zone('Z1', 'gigantic.io'), zone('Z2', 'golem.gigantic.io'))

    expect(await findHostedZone(zoning, GOLEM)).toEqual({
      id: 'Z2',
      accountId: STACK_ACCOUNT,
      route53: client,
    })
    expect(sent(route53)).toEqual([
      ['ListHostedZonesByName', { DNSName: HOST }],
      ['ListHostedZonesByName', { DNSName: 'golem.gigantic.io' }],
    ])
  })

  test('takes the host’s own zone', async () => {
    const { zoning } = theZones(zone('Z1', 'gigantic.io'), zone('Z3', HOST))

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z3' })
  })

  test('never takes a zone that only ends alike', async () => {
    const { zoning } = theZones(zone('Z1', 'tic.io'), zone('Z2', 'lem.gigantic.io'))

    await expect(findHostedZone(zoning, GOLEM)).rejects.toMatchObject({ name: 'HostedZoneNotFound' })
  })

  test('passes over a private zone to a public one above it', async () => {
    const { zoning } = theZones(zone('Z1', 'gigantic.io'), zone('Z2', 'golem.gigantic.io', true))

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z1' })
  })

  test('takes the public one of two zones with one name', async () => {
    const { zoning } = theZones(zone('Z1', 'gigantic.io', true), zone('Z2', 'gigantic.io'))

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z2' })
  })

  test('throws HostedZonePrivate with the longest one when there are only private ones', async () => {
    const { zoning } = theZones(zone('Z1', 'gigantic.io', true), zone('Z2', 'golem.gigantic.io', true))

    await expect(findHostedZone(zoning, GOLEM)).rejects.toMatchObject({
      name: 'HostedZonePrivate',
      message: `Only the private hosted zone Z2 covers ${HOST}.`,
    })
  })

  test('throws HostedZoneAmbiguous with all of them when several have the longest name', async () => {
    const { zoning } = theZones(zone('Z1', 'gigantic.io'), zone('Z2', 'gigantic.io'))

    await expect(findHostedZone(zoning, GOLEM)).rejects.toMatchObject({
      name: 'HostedZoneAmbiguous',
      message: 'There are several public hosted zones named gigantic.io: Z1, Z2.',
    })
  })

  test('takes only zones that are listed, so that one of several can be named, and asks for no other name', async () => {
    const { client, route53 } = theZones(
      zone('Z1', 'gigantic.io'),
      zone('Z2', 'gigantic.io'),
      zone('Z3', 'golem.gigantic.io'),
    )
    const zoning = zoningOf(client, [
      { id: 'Z2', name: 'gigantic.io' },
      { id: 'Z4', name: 'example.com' },
    ])

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z2' })
    expect(sent(route53)).toEqual([['ListHostedZonesByName', { DNSName: 'gigantic.io' }]])
  })

  test('reads on while more zones of the name follow', async () => {
    const { route53, zoning } = theZones()
    const privateZones = [zone('Z1', 'gigantic.io', true), zone('Z2', 'gigantic.io', true)]
    route53
      .on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io' })
      .resolves({
        HostedZones: privateZones,
        IsTruncated: true,
        NextDNSName: 'gigantic.io.',
        NextHostedZoneId: 'Z3',
        MaxItems: 2,
      })
      .on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io.', HostedZoneId: 'Z3' })
      .resolves({ HostedZones: [zone('Z3', 'gigantic.io')], IsTruncated: false, MaxItems: 2 })

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z3' })
  })

  test('reads no further page that only other names are on', async () => {
    const { route53, zoning } = theZones()
    route53.on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io' }).resolves({
      HostedZones: [zone('Z1', 'gigantic.io')],
      IsTruncated: true,
      NextDNSName: 'golem.io.',
      NextHostedZoneId: 'Z3',
      MaxItems: 1,
    })

    await findHostedZone(zoning, GOLEM)

    expect(route53.calls()).toHaveLength(3)
  })

  test('translates what Route 53 refuses', async () => {
    const { route53, zoning } = theZones()
    route53.on(ListHostedZonesByNameCommand).rejects(refusal('Throttling'))

    await expect(findHostedZone(zoning, GOLEM)).rejects.toMatchObject({ name: 'Throttled' })
  })
})

describe('a zone of another account', () => {
  const OPEN = { id: 'Z5', name: 'golem.gigantic.io', accountId: ELSEWHERE }

  test('comes with the client of its own session', async () => {
    const { there, zoning } = twoAccounts([], [zone('Z5', 'golem.gigantic.io')], [OPEN])

    expect(await findHostedZone(zoning, GOLEM)).toEqual({
      id: 'Z5',
      accountId: ELSEWHERE,
      route53: there.client,
    })
  })

  test('is longer or shorter than one of the stack’s account: the longest is taken', async () => {
    const own: AllowedZone = { id: 'Z1', name: 'gigantic.io' }
    const { here, zoning } = twoAccounts(
      [zone('Z1', 'gigantic.io')],
      [zone('Z5', 'golem.gigantic.io')],
      [own, OPEN],
    )

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z5' })
    expect(sent(here.route53)).toEqual([])
  })

  test('of the same name makes it ambiguous which of them is delegated', async () => {
    const { zoning } = twoAccounts(
      [zone('Z1', 'gigantic.io')],
      [zone('Z5', 'gigantic.io')],
      [{}, { accountId: ELSEWHERE }],
    )

    await expect(findHostedZone(zoning, GOLEM)).rejects.toMatchObject({
      name: 'HostedZoneAmbiguous',
      message: 'There are several public hosted zones named gigantic.io: Z1, Z5.',
    })
  })

  test('that two entries open is one zone', async () => {
    const { zoning } = twoAccounts([], [zone('Z5', 'golem.gigantic.io')], [OPEN, { accountId: ELSEWHERE }])

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z5' })
  })

  test('is not even asked for by a cluster that it is not for, and nothing tells of it', async () => {
    const others = { ...OPEN, usedBy: ['777788889999'] }
    const { there, zoning, asked } = twoAccounts([], [zone('Z5', 'golem.gigantic.io')], [others])

    const refused = findHostedZone(zoning, GOLEM)

    await expect(refused).rejects.toMatchObject({
      name: 'HostedZoneNotFound',
      message: `No public hosted zone that account ${OWNER} may use covers ${HOST}.`,
    })
    expect([asked, sent(there.route53)]).toEqual([[], []])
  })
})

test('whatever zones there are, it is the longest public one that covers the host and that the account may use', async () => {
  const names = ['gigantic.io', 'golem.gigantic.io', HOST, 'example.com']
  const entry = fc.record({
    name: fc.constantFrom(...names),
    isPrivate: fc.boolean(),
    isElsewhere: fc.boolean(),
    isListed: fc.boolean(),
    usedBy: fc.option(fc.subarray([OWNER, '777788889999'], { minLength: 1 }), { nil: undefined }),
  })
  const zones = fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 4 })

  await fc.assert(
    fc.asyncProperty(zones, async (drawn) => {
      const all = drawn.map((one, index) => ({ ...one, id: `Z${index + 1}` }))
      const listed = ({ id, name, isElsewhere, usedBy }: (typeof all)[number]): AllowedZone => ({
        id,
        name,
        usedBy,
        accountId: isElsewhere ? ELSEWHERE : undefined,
      })
      const there = (isElsewhere: boolean) =>
        all
          .filter((one) => one.isElsewhere === isElsewhere)
          .map(({ id, name, isPrivate }) => zone(id, name, isPrivate))
      // The last one says that there is a list: an empty one opens all.
      const list = [...all.filter(({ isListed }) => isListed).map(listed), { id: 'Z9', name: 'nobodys.com' }]
      const { zoning } = twoAccounts(there(false), there(true), list)

      const found = await findHostedZoneIfAny(zoning, GOLEM)

      const usable = all
        .filter(({ isListed, isPrivate }) => isListed && !isPrivate)
        .filter(({ name }) => HOST === name || HOST.endsWith(`.${name}`))
        .filter(({ usedBy }) => usedBy === undefined || usedBy.includes(OWNER))
      const longest = usable.toSorted((one, other) => other.name.length - one.name.length)[0]
      expect(found?.id).toBe(longest?.id)
      expect(found?.accountId).toBe(longest && (longest.isElsewhere ? ELSEWHERE : STACK_ACCOUNT))
    }),
  )
})

describe('findHostedZoneIfAny', () => {
  test.each([
    ['no zone', []],
    ['a private zone', [zone('Z1', 'gigantic.io', true)]],
  ])('is undefined with %s', async (_, zones) => {
    expect(await findHostedZoneIfAny(theZones(...zones).zoning, GOLEM)).toBeUndefined()
  })

  test('still throws HostedZoneAmbiguous: either could have our record', async () => {
    const { zoning } = theZones(zone('Z1', 'gigantic.io'), zone('Z2', 'gigantic.io'))

    await expect(findHostedZoneIfAny(zoning, GOLEM)).rejects.toMatchObject({ name: 'HostedZoneAmbiguous' })
  })
})

describe('zonesWithRecords', () => {
  const zones = [zone('Z5', 'golem.gigantic.io')]
  const opened = (...usedBy: string[]) => [
    { id: 'Z5', name: 'golem.gigantic.io', accountId: ELSEWHERE, usedBy },
  ]
  const RECORDED = { hostedZoneId: 'Z5', zoneAccountId: ELSEWHERE }

  test('has the zone once, which records were made in and would be made in again', async () => {
    const { there, zoning } = twoAccounts([], zones, opened(OWNER))

    expect(await zonesWithRecords(zoning, GOLEM, [RECORDED, RECORDED])).toEqual([
      { id: 'Z5', accountId: ELSEWHERE, route53: there.client },
    ])
  })

  test('has a zone that the cluster’s account may not use any more', async () => {
    const { there, zoning } = twoAccounts([], zones, opened('777788889999'))

    expect(await zonesWithRecords(zoning, GOLEM, [RECORDED])).toEqual([
      { id: 'Z5', accountId: ELSEWHERE, route53: there.client },
    ])
  })

  test('has a zone with a longer name, which was made since', async () => {
    const { zoning } = theZones(zone('Z1', 'gigantic.io'), zone('Z2', 'golem.gigantic.io'))

    const found = await zonesWithRecords(zoning, GOLEM, [{ hostedZoneId: 'Z1' }])

    expect(found.map(({ id }) => id)).toEqual(['Z1', 'Z2'])
  })

  test.each<[string, readonly AllowedZone[]]>([
    ['all of the stack’s account are', []],
    ['others of its account are', [{ id: 'Z6', name: 'gigantic.io', accountId: ELSEWHERE }]],
    ['it is said to be in another account', [{ id: 'Z5', name: 'golem.gigantic.io' }]],
  ])('throws HostedZoneWithdrawn for one that is not in the list, while %s', async (_, hostedZones) => {
    const { zoning } = twoAccounts([], zones, hostedZones)

    await expect(zonesWithRecords(zoning, GOLEM, [RECORDED])).rejects.toMatchObject({
      name: 'HostedZoneWithdrawn',
      mendedBy: 'operator',
      message: `Records were made in the hosted zone Z5 of account ${ELSEWHERE}, which the stack may not change any more.`,
    })
  })
})

test('what is kept of a zone says its account unless that is the stack’s, and outputs without any say nothing', () => {
  const { client, zoning } = theZones()
  const kept = (accountId: string) => recordOf(zoning, { id: 'Z5', accountId, route53: client })

  expect(kept(STACK_ACCOUNT)).toEqual({ hostedZoneId: 'Z5' })
  expect(kept(ELSEWHERE)).toEqual({ hostedZoneId: 'Z5', zoneAccountId: ELSEWHERE })
  expect(recordedZones(undefined, {}, { certificateArn: 'arn' } as object, kept(ELSEWHERE))).toEqual([
    kept(ELSEWHERE),
  ])
})
