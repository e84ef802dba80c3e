import { GetDistributionCommand } from '@aws-sdk/client-cloudfront'
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { RecordTaken } from '../../../../lib/errors.ts'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { READ as FIND_DISTRIBUTION, NO_DISTRIBUTION } from '../distribution/fixture.ts'
import { golem, HOST } from '../golem.ts'
import { FIND_ZONE, recordPage, zone, zones } from '../hosted-zone.ts'
import {
  BOTH,
  CLUSTER,
  deleted,
  desired,
  FIND_RECORDS,
  listed,
  RECORDED_FORMER,
  theAlias,
} from './fixture.ts'

describe('create', () => {
  const created = (...types: ('A' | 'AAAA')[]) => {
    const Changes = types.map((type) => ({ Action: 'CREATE', ResourceRecordSet: desired(type) }))
    return ['ChangeResourceRecordSets', { HostedZoneId: 'Z1', ChangeBatch: { Changes } }]
  }

  test('makes both records in one change, and gives its ID', async () => {
    const { cloudFront, route53, alias } = theAlias([])

    expect(await alias.create(CLUSTER)).toEqual({ changeId: 'C1', hostedZoneId: 'Z1' })
    expect(sent(cloudFront, route53)).toEqual([
      ...FIND_DISTRIBUTION,
      ...FIND_ZONE,
      FIND_RECORDS,
      created('A', 'AAAA'),
    ])
  })

  test('replaces its own records of a distribution that another one has taken the place of', async () => {
    const former = [listed('A', 'd0.cloudfront.net.'), listed('AAAA', 'd0.cloudfront.net.')]
    const { route53, alias } = theAlias([])
    route53
      .on(ListResourceRecordSetsCommand)
      .resolvesOnce(recordPage(...former))
      .resolves(recordPage())

    expect(await alias.create(RECORDED_FORMER)).toEqual({ changeId: 'C1', hostedZoneId: 'Z1' })
    expect(sent(route53).slice(FIND_ZONE.length)).toEqual([
      FIND_RECORDS,
      deleted('Z1', ...former),
      FIND_RECORDS,
      created('A', 'AAAA'),
    ])
  })

  test('leaves records of a distribution that it never had', async () => {
    const { route53, alias } = theAlias([listed('A', 'd9.cloudfront.net.')])

    await expect(alias.create(RECORDED_FORMER)).rejects.toThrow(RecordTaken)

    expect(sentNames(route53)).not.toContain('ChangeResourceRecordSets')
  })

  test('makes the one that is missing', async () => {
    const { route53, alias } = theAlias([listed('A')])

    await alias.create(CLUSTER)

    expect(sent(route53).at(-1)).toEqual(created('AAAA'))
  })

  test('changes nothing when both are there', async () => {
    const { route53, alias } = theAlias(BOTH)

    expect(await alias.create(CLUSTER)).toBeUndefined()
    expect(sent(route53)).toEqual([...FIND_ZONE, FIND_RECORDS])
  })

  test.each<[string, ResourceRecordSet, string]>([
    ['another distribution', listed('A', 'd9.cloudfront.net.'), `${HOST} A exists`],
    ['an address', { Name: `${HOST}.`, Type: 'A', ResourceRecords: [{ Value: '192.0.2.1' }] }, '192.0.2.1'],
    ['a CNAME', { Name: `${HOST}.`, Type: 'CNAME', ResourceRecords: [{ Value: 'shop.' }] }, 'CNAME'],
    ['a routing policy', { ...listed('AAAA'), SetIdentifier: 'eu', Weight: 1 }, 'the routing policy eu'],
  ])('throws RecordTaken when the name has %s', async (_, record, words) => {
    const { route53, alias } = theAlias([record])

    await expect(alias.create(CLUSTER)).rejects.toMatchObject({
      name: 'RecordTaken',
      message: expect.stringContaining(words),
    })
    expect(route53.commandCalls(ChangeResourceRecordSetsCommand)).toEqual([])
  })

  test('is content when its records were made since it looked: the answer was lost, or another run', async () => {
    const { route53, alias } = theAlias([])
    route53
      .on(ListResourceRecordSetsCommand)
      .resolvesOnce(recordPage())
      .resolves(recordPage(...BOTH))
    route53.on(ChangeResourceRecordSetsCommand).rejects(refusal('InvalidChangeBatch', 'already exists'))

    expect(await alias.create(CLUSTER)).toBeUndefined()
  })

  test('throws RecordTaken when somebody else took the name since it looked', async () => {
    const { route53, alias } = theAlias([])
    const other = listed('A', 'd9.cloudfront.net.')
    route53.on(ListResourceRecordSetsCommand).resolvesOnce(recordPage()).resolves(recordPage(other))
    route53.on(ChangeResourceRecordSetsCommand).rejects(refusal('InvalidChangeBatch', 'already exists'))

    await expect(alias.create(CLUSTER)).rejects.toMatchObject({ name: 'RecordTaken' })
  })

  test('throws ConcurrentChange while another change of the zone is under way', async () => {
    const { route53, alias } = theAlias([])
    route53.on(ChangeResourceRecordSetsCommand).rejects(refusal('PriorRequestNotComplete'))

    await expect(alias.create(CLUSTER)).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })

  test('throws ConcurrentChange when the distribution is gone, recorded or not', async () => {
    const { cloudFront, route53, alias } = theAlias([])
    cloudFront.on(GetDistributionCommand).rejects(NO_DISTRIBUTION)

    for (const cluster of [CLUSTER, golem()])
      await expect(alias.create(cluster)).rejects.toMatchObject({ name: 'ConcurrentChange' })
    expect(sentNames(route53)).toEqual([])
  })

  test.each([
    ['HostedZoneNotFound', []],
    ['HostedZonePrivate', [zone('Z1', 'gigantic.io', true)]],
    ['HostedZoneAmbiguous', [zone('Z1', 'gigantic.io'), zone('Z2', 'gigantic.io')]],
  ])('throws %s when that is so', async (name, found) => {
    const { route53, alias } = theAlias([])
    route53.on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io' }).resolves(zones(...found))

    await expect(alias.create(CLUSTER)).rejects.toMatchObject({ name })
  })

  test('takes the zone with the longest name', async () => {
    const { route53, alias } = theAlias([])
    const both = zones(zone('Z1', 'gigantic.io'), zone('Z2', 'golem.gigantic.io'))
    route53.on(ListHostedZonesByNameCommand).resolves(both)

    await alias.create(CLUSTER)

    const [call] = route53.commandCalls(ChangeResourceRecordSetsCommand)
    expect(call?.args[0].input.HostedZoneId).toBe('Z2')
  })
})
