import { type HostedZone, ListHostedZonesByNameCommand, Route53Client } from '@aws-sdk/client-route-53'
import { mockClient } from 'aws-sdk-client-mock'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  findHostedZone,
  findHostedZoneIfAny,
  lookForHostedZone,
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

/** Route 53 of an account with these zones. */
function theZones(...zones: HostedZone[]) {
  return theZonesByPage({ zones })
}

/** In its order: by name from the right, then by ID. `between` is what it compares between two labels, if anything. */
function theZonesByPage({ zones, size = 100, between = '.' }: Paging) {
  const client = new Route53Client({ region: 'us-east-1' })
  const route53 = mockClient(client)
  const place = (name = '', id = '') =>
    `${name.replace(/\.$/, '').split('.').toReversed().join(between)}\0\0${id}`
  const sorted = zones
    .map((zone) => ({ zone, at: place(zone.Name, zone.Id?.replace('/hostedzone/', '')) }))
    .toSorted((one, other) => (one.at < other.at ? -1 : 1))
  route53.on(ListHostedZonesByNameCommand).callsFake(async ({ DNSName, HostedZoneId }) => {
    const rest = sorted.filter(({ at }) => at >= place(DNSName, HostedZoneId)).map(({ zone }) => zone)
    const next = rest[size]
    return {
      HostedZones: rest.slice(0, size),
      IsTruncated: next !== undefined,
      ...(next && { NextDNSName: next.Name, NextHostedZoneId: next.Id?.replace('/hostedzone/', '') }),
      MaxItems: size,
    }
  })
  return { client, route53, zoning: zoningOf(client) }
}

interface Paging {
  readonly zones: readonly HostedZone[]
  readonly size?: number
  readonly between?: string
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
  test('asks once, from the shortest name on, and takes the longest that has a public zone', async () => {
    const { client, route53, zoning } = theZones(zone('Z1', 'gigantic.io'), zone('Z2', 'golem.gigantic.io'))

    expect(await findHostedZone(zoning, GOLEM)).toEqual({
      id: 'Z2',
      accountId: STACK_ACCOUNT,
      route53: client,
    })
    expect(sent(route53)).toEqual([['ListHostedZonesByName', { DNSName: 'gigantic.io' }]])
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
    const privateZones = [zone('Z1', 'gigantic.io', true), zone('Z2', 'gigantic.io', true)]
    const { route53, zoning } = theZonesByPage({
      zones: [...privateZones, zone('Z3', 'gigantic.io')],
      size: 2,
    })

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z3' })
    expect(sent(route53)).toEqual([
      ['ListHostedZonesByName', { DNSName: 'gigantic.io' }],
      ['ListHostedZonesByName', { DNSName: 'gigantic.io.', HostedZoneId: 'Z3' }],
    ])
  })

  test('reads no further page that only other names are on', async () => {
    const { route53, zoning } = theZonesByPage({
      zones: [zone('Z1', 'gigantic.io'), zone('Z2', 'golem.io')],
      size: 1,
    })

    await findHostedZone(zoning, GOLEM)

    expect(route53.calls()).toHaveLength(1)
  })

  test('passes over the zones between a name and the next one below it', async () => {
    const siblings = Array.from({ length: 250 }, (_, index) =>
      zone(`Z${index}`, `c${index + 100}.gigantic.io`),
    )
    const golem = zone('Z999', 'golem.gigantic.io')
    const { route53, zoning } = theZonesByPage({
      zones: [...siblings, golem, zone('Z998', 'helm.gigantic.io')],
    })

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z999' })
    expect(sent(route53)).toEqual([
      ['ListHostedZonesByName', { DNSName: 'gigantic.io' }],
      ['ListHostedZonesByName', { DNSName: 'golem.gigantic.io' }],
    ])
  })

  test.each([
    ['labels', '\0', 'golem-2.gigantic.io', 'irsa.golem.gigantic.io'],
    ['names as a whole', '.', 'irsa.golem.gigantic.io', 'golem-2.gigantic.io'],
  ])(
    'finds the zone behind a page that ends between two names which a hyphen tells apart, if Route 53 orders %s',
    async (_, between, host, before) => {
      const zones = [zone('Z1', 'gigantic.io'), zone('Z2', before), zone('Z3', host)]
      const { zoning } = theZonesByPage({ zones, size: 1, between })

      expect(await findHostedZone(zoning, { host, accountId: OWNER })).toMatchObject({ id: 'Z3' })
    },
  )

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

  test('is not reached for when a longer name has a zone of the stack’s account', async () => {
    const shorter = { id: 'Z5', name: 'gigantic.io', accountId: ELSEWHERE }
    const { zoning, asked } = twoAccounts([zone('Z1', 'golem.gigantic.io')], [], [{ id: 'Z1' }, shorter])

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z1' })
    expect(asked).not.toContain('Z5')
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

test('however many zones there are, and however Route 53 orders and cuts its list, it is what a look at all of them finds, in no more calls', async () => {
  const labels = ['irsa', 'golem', 'golem-2', 'zz']
  const below = fc.array(fc.constantFrom(...labels), { maxLength: 2 })
  const name = fc
    .tuple(below, fc.constantFrom('gigantic.io', 'gigantic.io', 'a.io'))
    .map(([above, domain]) => [...above, domain].join('.'))
  const drawn = fc.record({
    host: name,
    zones: fc.array(fc.record({ name, isPrivate: fc.boolean() }), { maxLength: 30 }),
    size: fc.integer({ min: 1, max: 8 }),
    between: fc.constantFrom('.', '\0'),
  })

  await fc.assert(
    fc.asyncProperty(drawn, async ({ host, zones: all, size, between }) => {
      const zones = all.map(({ name, isPrivate }, index) => zone(`Z${100 + index}`, name, isPrivate))
      const { route53, zoning } = theZonesByPage({ zones, size, between })

      const found = await lookForHostedZone(zoning, { host, accountId: OWNER }).catch(
        (error: unknown) => error,
      )

      const above = host
        .split('.')
        .slice(0, -1)
        .map((_, index, { length }) =>
          host
            .split('.')
            .slice(-1 - length + index)
            .join('.'),
        )
      const covering = above.flatMap((longest) => zones.filter(({ Name }) => Name === `${longest}.`))
      const [best] = covering.filter(({ Config }) => Config?.PrivateZone === false)
      const rivals = covering.filter(
        ({ Name, Config }) => Name === best?.Name && Config?.PrivateZone === false,
      )
      const obstacle = covering.length > 0 ? 'HostedZonePrivate' : 'HostedZoneNotFound'
      expect(found).toMatchObject(
        best === undefined
          ? { obstacle: { name: obstacle } }
          : rivals.length > 1
            ? { name: 'HostedZoneAmbiguous' }
            : { zone: { id: best.Id?.replace('/hostedzone/', '') } },
      )
      // As many as asking name by name, page by page.
      const byName = above.map((one) =>
        Math.ceil((zones.filter(({ Name }) => Name === `${one}.`).length + 1) / size),
      )
      expect(route53.calls().length).toBeLessThanOrEqual(byName.reduce((sum, pages) => sum + pages, 0))
    }),
    { numRuns: 300 },
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
