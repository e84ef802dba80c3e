import { ListHostedZonesByNameCommand } from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { findHostedZone, findHostedZoneIfAny } from '../../../../lib/aws/hosted-zones.ts'
import { refusal, sent } from '../sdk.ts'
import { GOLEM, HOST, OWNER, STACK_ACCOUNT, theZones, theZonesByPage, zone, zoningOf } from './fixture.ts'

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
