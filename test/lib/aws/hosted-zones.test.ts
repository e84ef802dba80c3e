import { type HostedZone, ListHostedZonesByNameCommand, Route53Client } from '@aws-sdk/client-route-53'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { findHostedZone, findHostedZoneIfAny } from '../../../lib/aws/hosted-zones.ts'
import { refusal, sent } from './sdk.ts'

const HOST = 'irsa.golem.gigantic.io'
const EVERY = { hostedZones: [] }

/** Route 53 with these zones, in its order: by name from the right, then by ID. */
function theZones(...zones: HostedZone[]) {
  const client = new Route53Client({ region: 'us-east-1' })
  const route53 = mockClient(client)
  route53.on(ListHostedZonesByNameCommand).callsFake(async ({ DNSName }) => {
    const from = zones.findIndex(({ Name }) => Name === `${DNSName}.`)
    return { HostedZones: from < 0 ? [] : zones.slice(from), IsTruncated: false, MaxItems: 100 }
  })
  return { client, route53 }
}

function zone(id: string, name: string, PrivateZone = false): HostedZone {
  return { Id: `/hostedzone/${id}`, Name: `${name}.`, CallerReference: id, Config: { PrivateZone } }
}

describe('findHostedZone', () => {
  test('asks from the host up, and stops at the first name that has a public zone', async () => {
    const { client, route53 } = theZones(zone('Z1', 'gigantic.io'), zone('Z2', 'golem.gigantic.io'))

    expect(await findHostedZone(client, EVERY, HOST)).toEqual({ id: 'Z2', name: 'golem.gigantic.io' })
    expect(sent(route53)).toEqual([
      ['ListHostedZonesByName', { DNSName: HOST }],
      ['ListHostedZonesByName', { DNSName: 'golem.gigantic.io' }],
    ])
  })

  test('takes the host’s own zone', async () => {
    const { client } = theZones(zone('Z1', 'gigantic.io'), zone('Z3', HOST))

    expect(await findHostedZone(client, EVERY, HOST)).toEqual({ id: 'Z3', name: HOST })
  })

  test('never takes a zone that only ends alike', async () => {
    const { client } = theZones(zone('Z1', 'tic.io'), zone('Z2', 'lem.gigantic.io'))

    await expect(findHostedZone(client, EVERY, HOST)).rejects.toMatchObject({ name: 'HostedZoneNotFound' })
  })

  test('passes over a private zone to a public one above it', async () => {
    const { client } = theZones(zone('Z1', 'gigantic.io'), zone('Z2', 'golem.gigantic.io', true))

    expect(await findHostedZone(client, EVERY, HOST)).toEqual({ id: 'Z1', name: 'gigantic.io' })
  })

  test('takes the public one of two zones with one name', async () => {
    const { client } = theZones(zone('Z1', 'gigantic.io', true), zone('Z2', 'gigantic.io'))

    expect(await findHostedZone(client, EVERY, HOST)).toEqual({ id: 'Z2', name: 'gigantic.io' })
  })

  test('throws HostedZonePrivate with the longest one when there are only private ones', async () => {
    const { client } = theZones(zone('Z1', 'gigantic.io', true), zone('Z2', 'golem.gigantic.io', true))

    await expect(findHostedZone(client, EVERY, HOST)).rejects.toMatchObject({
      name: 'HostedZonePrivate',
      message: `Only the private hosted zone Z2 covers ${HOST}.`,
    })
  })

  test('throws HostedZoneAmbiguous with all of them when several have the longest name', async () => {
    const { client } = theZones(zone('Z1', 'gigantic.io'), zone('Z2', 'gigantic.io'))

    await expect(findHostedZone(client, EVERY, HOST)).rejects.toMatchObject({
      name: 'HostedZoneAmbiguous',
      message: 'There are several public hosted zones named gigantic.io: Z1, Z2.',
    })
  })

  test('takes only zones that are allowed, so that one of several can be named', async () => {
    const { client } = theZones(
      zone('Z1', 'gigantic.io'),
      zone('Z2', 'gigantic.io'),
      zone('Z3', 'golem.gigantic.io'),
    )
    const allowed = { hostedZones: [{ id: 'Z2', name: 'gigantic.io' }] }

    expect(await findHostedZone(client, allowed, HOST)).toEqual({ id: 'Z2', name: 'gigantic.io' })
  })

  test('reads on while more zones of the name follow', async () => {
    const { client, route53 } = theZones()
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

    expect(await findHostedZone(client, EVERY, HOST)).toEqual({ id: 'Z3', name: 'gigantic.io' })
  })

  test('reads no further page that only other names are on', async () => {
    const { client, route53 } = theZones()
    route53.on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io' }).resolves({
      HostedZones: [zone('Z1', 'gigantic.io')],
      IsTruncated: true,
      NextDNSName: 'golem.io.',
      NextHostedZoneId: 'Z3',
      MaxItems: 1,
    })

    await findHostedZone(client, EVERY, HOST)

    expect(route53.calls()).toHaveLength(3)
  })

  test('translates what Route 53 refuses', async () => {
    const { client, route53 } = theZones()
    route53.on(ListHostedZonesByNameCommand).rejects(refusal('Throttling'))

    await expect(findHostedZone(client, EVERY, HOST)).rejects.toMatchObject({ name: 'Throttled' })
  })
})

describe('findHostedZoneIfAny', () => {
  test.each([
    ['no zone', []],
    ['a private zone', [zone('Z1', 'gigantic.io', true)]],
  ])('is undefined with %s', async (_, zones) => {
    expect(await findHostedZoneIfAny(theZones(...zones).client, EVERY, HOST)).toBeUndefined()
  })

  test('still throws HostedZoneAmbiguous: either could have our record', async () => {
    const { client } = theZones(zone('Z1', 'gigantic.io'), zone('Z2', 'gigantic.io'))

    await expect(findHostedZoneIfAny(client, EVERY, HOST)).rejects.toMatchObject({
      name: 'HostedZoneAmbiguous',
    })
  })
})
