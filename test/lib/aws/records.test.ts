import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import {
  canonicalDnsName,
  claimRecords,
  type DesiredRecord,
  findRecords,
  recordValue,
  releaseRecords,
} from '../../../lib/aws/records.ts'
import { refusal, sent } from './sdk.ts'

const NAME = '_x1.irsa.golem.gigantic.io'
const VALIDATION: DesiredRecord = {
  Name: NAME,
  Type: 'CNAME',
  TTL: 300,
  ResourceRecords: [{ Value: '_y2.acm-validations.aws.' }],
}

/** As Route 53 lists it. */
function listed(value: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet {
  return { Name: `${NAME}.`, Type: 'CNAME', TTL: 300, ResourceRecords: [{ Value: value }], ...more }
}

function page(...ResourceRecordSets: ResourceRecordSet[]) {
  return { ResourceRecordSets, IsTruncated: false, MaxItems: 300 }
}

function theZone(...records: ResourceRecordSet[]) {
  const client = new Route53Client({ region: 'us-east-1' })
  const route53 = mockClient(client)
  route53.on(ListResourceRecordSetsCommand).resolves(page(...records))
  route53.on(ChangeResourceRecordSetsCommand).resolves({
    ChangeInfo: { Id: '/change/C1', Status: 'PENDING', SubmittedAt: new Date('2026-01-01T00:00:00Z') },
  })
  return { client, route53 }
}

describe('findRecords', () => {
  test.each([
    ['the dot at the end', listed('_y2.acm-validations.aws')],
    ['case', listed('_Y2.ACM-validations.aws.')],
    ['the TTL', listed('_y2.acm-validations.aws.', { TTL: 60 })],
  ])('takes no notice of %s', async (_, record) => {
    const found = await findRecords(theZone(record).client, 'Z1', [VALIDATION])

    expect(found).toEqual({ present: [record], missing: [], taken: [] })
  })

  test('finds another value in the way', async () => {
    const other = listed('elsewhere.example.com.')

    const found = await findRecords(theZone(other).client, 'Z1', [VALIDATION])

    expect(found).toEqual({ present: [], missing: [VALIDATION], taken: [other] })
  })

  test('finds any other type in the way of a CNAME', async () => {
    const other = listed('', { Type: 'TXT', ResourceRecords: [{ Value: '"text"' }] })

    const found = await findRecords(theZone(other).client, 'Z1', [VALIDATION])

    expect(found.taken).toEqual([other])
  })

  test('finds other types beside an address record in nobody’s way', async () => {
    const address: DesiredRecord = {
      Name: NAME,
      Type: 'A',
      TTL: 60,
      ResourceRecords: [{ Value: '192.0.2.1' }],
    }
    const other = listed('', { Type: 'TXT', ResourceRecords: [{ Value: '"text"' }] })

    const found = await findRecords(theZone(other).client, 'Z1', [address])

    expect(found).toEqual({ present: [], missing: [address], taken: [] })
  })

  test('reads no other name’s records', async () => {
    const { client } = theZone(listed('_y2.acm-validations.aws.', { Name: 'z.golem.gigantic.io.' }))

    expect(await findRecords(client, 'Z1', [VALIDATION])).toEqual({
      present: [],
      missing: [VALIDATION],
      taken: [],
    })
  })

  test('reads on while the name goes on', async () => {
    const { client, route53 } = theZone()
    const weighted = listed('one.example.com.', { SetIdentifier: 'one', Weight: 1 })
    const second = listed('two.example.com.', { SetIdentifier: 'two', Weight: 1 })
    route53
      .on(ListResourceRecordSetsCommand)
      .resolvesOnce({
        ...page(weighted),
        IsTruncated: true,
        NextRecordName: `${NAME}.`,
        NextRecordType: 'CNAME',
        NextRecordIdentifier: 'two',
      })
      .resolves({ ...page(second), IsTruncated: true, NextRecordName: 'z.golem.gigantic.io.' })

    expect((await findRecords(client, 'Z1', [VALIDATION])).taken).toEqual([weighted, second])
    expect(sent(route53)).toEqual([
      ['ListResourceRecordSets', { HostedZoneId: 'Z1', StartRecordName: NAME }],
      [
        'ListResourceRecordSets',
        {
          HostedZoneId: 'Z1',
          StartRecordName: `${NAME}.`,
          StartRecordType: 'CNAME',
          StartRecordIdentifier: 'two',
        },
      ],
    ])
  })

  test('finds nothing in a zone that has gone', async () => {
    const { client, route53 } = theZone()
    route53.on(ListResourceRecordSetsCommand).rejects(refusal('NoSuchHostedZone', 'none', 404))

    expect((await findRecords(client, 'Z1', [VALIDATION])).missing).toEqual([VALIDATION])
  })
})

describe('claimRecords', () => {
  test('never overwrites: the change is CREATE', async () => {
    const { client, route53 } = theZone()

    expect(await claimRecords(client, 'Z1', [VALIDATION])).toBe('C1')
    expect(sent(route53).at(-1)).toEqual([
      'ChangeResourceRecordSets',
      {
        HostedZoneId: 'Z1',
        ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: VALIDATION }] },
      },
    ])
  })

  test('throws ConcurrentChange when the zone has just gone', async () => {
    const { client, route53 } = theZone()
    route53.on(ChangeResourceRecordSetsCommand).rejects(refusal('NoSuchHostedZone', 'none', 404))

    await expect(claimRecords(client, 'Z1', [VALIDATION])).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })

  test('throws AwsRefused with Route 53’s words when the change is wrong in itself', async () => {
    const { client, route53 } = theZone()
    const cause = refusal('InvalidChangeBatch', 'RRSet is not permitted in zone')
    route53.on(ChangeResourceRecordSetsCommand).rejects(cause)

    await expect(claimRecords(client, 'Z1', [VALIDATION])).rejects.toMatchObject({
      name: 'AwsRefused',
      cause,
    })
  })
})

describe('releaseRecords', () => {
  test('deletes what was read, member for member', async () => {
    const record = listed('_y2.acm-validations.aws', { TTL: 60 })
    const { client, route53 } = theZone(record)

    await releaseRecords(client, 'Z1', [VALIDATION])

    expect(sent(route53).at(-1)).toEqual([
      'ChangeResourceRecordSets',
      { HostedZoneId: 'Z1', ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet: record }] } },
    ])
  })

  test('throws ConcurrentChange while another change of the zone is under way', async () => {
    const { client, route53 } = theZone(listed('_y2.acm-validations.aws'))
    route53.on(ChangeResourceRecordSetsCommand).rejects(refusal('PriorRequestNotComplete'))

    await expect(releaseRecords(client, 'Z1', [VALIDATION])).rejects.toMatchObject({
      name: 'ConcurrentChange',
    })
  })
})

describe('recordValue', () => {
  test.each([
    [
      { AliasTarget: { HostedZoneId: 'Z2', DNSName: 'D1.cloudfront.net.', EvaluateTargetHealth: false } },
      'd1.cloudfront.net',
    ],
    [{ ResourceRecords: [{ Value: '192.0.2.1' }, { Value: '192.0.2.2' }] }, '192.0.2.1, 192.0.2.2'],
    [{ ResourceRecords: [{ Value: 'a.' }], SetIdentifier: 'eu' }, 'a (of the routing policy eu)'],
    [{}, ''],
  ])('of %j is %j', (members, value) => {
    expect(recordValue({ Name: NAME, Type: 'A', ...members })).toBe(value)
  })
})

describe('canonicalDnsName', () => {
  test('is in lower case and without the dot at the end', () => {
    expect(canonicalDnsName('IRSA.Example.COM.')).toBe('irsa.example.com')
  })
})
