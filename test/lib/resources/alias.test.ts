import {
  CloudFrontClient,
  type DistributionSummary,
  GetDistributionCommand,
  ListDistributionsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudfront'
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  type HostedZone,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import type { Stack } from '../../../lib/aws/stack.ts'
import { AccountOutOfReach, RecordTaken, ZonesRoleDenied } from '../../../lib/errors.ts'
import { aliasResource } from '../../../lib/resources/alias.ts'
import { refusal, sent, sentNames } from '../aws/sdk.ts'
import { DISTRIBUTION_ARN, golem, HOST, STACK, TAG_LIST } from './golem.ts'

const NAMES = { Id: 'E1', ARN: DISTRIBUTION_ARN, DomainName: 'd1.cloudfront.net' }
const DISTRIBUTION = {
  distributionId: 'E1',
  distributionArn: DISTRIBUTION_ARN,
  domainName: 'd1.cloudfront.net',
}
const CLUSTER = golem({ outputs: { distribution: DISTRIBUTION } })
const OUTPUTS = { recordName: HOST, hostedZoneId: 'Z1', domainName: 'd1.cloudfront.net' }

/** As we send it. */
function desired(Type: 'A' | 'AAAA'): ResourceRecordSet {
  const AliasTarget = {
    HostedZoneId: 'Z2FDTNDATAQYW2',
    DNSName: 'd1.cloudfront.net',
    EvaluateTargetHealth: false,
  }
  return { Name: HOST, Type, AliasTarget }
}

/** As Route 53 lists it. */
function listed(Type: 'A' | 'AAAA', DNSName = 'd1.cloudfront.net.'): ResourceRecordSet {
  const AliasTarget = { HostedZoneId: 'Z2FDTNDATAQYW2', DNSName, EvaluateTargetHealth: false }
  return { Name: `${HOST}.`, Type, AliasTarget }
}

const BOTH = [listed('A'), listed('AAAA')]

function zone(id: string, name: string, PrivateZone = false): HostedZone {
  return { Id: `/hostedzone/${id}`, Name: `${name}.`, CallerReference: id, Config: { PrivateZone } }
}

/** Our distribution, the zone gigantic.io, and these records in it. */
function theAlias(records: ResourceRecordSet[], stack: Stack = STACK) {
  const cloudFrontClient = new CloudFrontClient({ region: 'us-east-1' })
  const route53Client = new Route53Client({ region: 'us-east-1' })
  const cloudFront = mockClient(cloudFrontClient)
  const route53 = mockClient(route53Client)
  cloudFront.on(GetDistributionCommand).resolves(distributionAnswer())
  cloudFront.on(ListTagsForResourceCommand).resolves({ Tags: { Items: TAG_LIST } })
  cloudFront.on(ListDistributionsCommand).resolves({})
  route53.on(ListHostedZonesByNameCommand).resolves(zones())
  route53
    .on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io' })
    .resolves(zones(zone('Z1', 'gigantic.io')))
  route53.on(ListResourceRecordSetsCommand).resolves(recordPage(records))
  route53.on(ChangeResourceRecordSetsCommand).resolves(change('PENDING'))
  route53.on(GetChangeCommand).resolves(change('INSYNC'))
  const alias = aliasResource({ cloudFront: cloudFrontClient, route53Of: () => route53Client }, stack)
  return { cloudFront, route53, alias }
}

function distributionAnswer() {
  const LastModifiedTime = new Date('2026-01-01T00:00:00Z')
  const state = { Status: 'Deployed', LastModifiedTime, InProgressInvalidationBatches: 0 }
  const DistributionConfig = {
    CallerReference: 'irsa-1',
    Comment: '',
    Enabled: true,
    Origins: { Quantity: 0, Items: [] },
    DefaultCacheBehavior: { TargetOriginId: 'bucket', ViewerProtocolPolicy: 'https-only' as const },
  }
  return { Distribution: { ...NAMES, ...state, DistributionConfig }, ETag: 'ETAG1' }
}

function zones(...HostedZones: HostedZone[]) {
  return { HostedZones, IsTruncated: false, MaxItems: 100 }
}

/** As others point a host at a distribution. */
function cname(Value: string): ResourceRecordSet {
  return { Name: `${HOST}.`, Type: 'CNAME', TTL: 600, ResourceRecords: [{ Value }] }
}

function recordPage(ResourceRecordSets: ResourceRecordSet[]) {
  return { ResourceRecordSets, IsTruncated: false, MaxItems: 300 }
}

function change(Status: 'PENDING' | 'INSYNC') {
  return { ChangeInfo: { Id: '/change/C1', Status, SubmittedAt: new Date('2026-01-01T00:00:00Z') } }
}

function deleted(HostedZoneId: string, ...records: ResourceRecordSet[]) {
  const Changes = records.map((ResourceRecordSet) => ({ Action: 'DELETE', ResourceRecordSet }))
  return ['ChangeResourceRecordSets', { HostedZoneId, ChangeBatch: { Changes } }]
}

const FIND_DISTRIBUTION = [
  ['GetDistribution', { Id: 'E1' }],
  ['ListTagsForResource', { Resource: DISTRIBUTION_ARN }],
]
const FIND_ZONE = [
  ['ListHostedZonesByName', { DNSName: HOST }],
  ['ListHostedZonesByName', { DNSName: 'golem.gigantic.io' }],
  ['ListHostedZonesByName', { DNSName: 'gigantic.io' }],
]
const FIND_RECORDS = ['ListResourceRecordSets', { HostedZoneId: 'Z1', StartRecordName: HOST }]

describe('observe', () => {
  test('is ready when both records point at our distribution', async () => {
    const { cloudFront, route53, alias } = theAlias(BOTH)

    expect(await alias.observe(CLUSTER)).toEqual({ status: 'ready', outputs: OUTPUTS, differences: [] })
    expect(sent(cloudFront, route53)).toEqual([...FIND_DISTRIBUTION, ...FIND_ZONE, FIND_RECORDS])
  })

  test('is absent without records', async () => {
    const { alias } = theAlias([{ Name: 'z.gigantic.io.', Type: 'A' }])

    expect(await alias.observe(CLUSTER)).toEqual({ status: 'absent' })
  })

  test.each([
    ['of ours', CLUSTER],
    ['that is yet to be made', golem()],
  ])(
    'is absent when the records point elsewhere than to the distribution %s, and says what is in the way',
    async (_, cluster) => {
      const { alias } = theAlias([listed('A', 'd9.cloudfront.net.'), listed('AAAA', 'd9.cloudfront.net.')])

      expect(await alias.observe(cluster)).toEqual({
        status: 'absent',
        obstacle: new RecordTaken(HOST, 'A', 'd9.cloudfront.net'),
      })
    },
  )

  test('is absent, with nothing in the way, when the records are its own of a distribution that is gone', async () => {
    const { alias } = theAlias([listed('A', 'd0.cloudfront.net.'), listed('AAAA', 'd0.cloudfront.net.')])
    const outputs = { distribution: DISTRIBUTION, alias: { ...OUTPUTS, domainName: 'd0.cloudfront.net' } }

    expect(await alias.observe(golem({ outputs }))).toEqual({ status: 'absent' })
  })

  test.each([
    new AccountOutOfReach('777788889999'),
    new ZonesRoleDenied('arn:aws:iam::777788889999:role/irsa-dev-zones'),
  ])(
    'is absent before there is a distribution, also for who cannot look into the zone: $name',
    async (error) => {
      const { route53, alias } = theAlias([])
      route53.on(ListResourceRecordSetsCommand).rejects(error)

      expect(await alias.observe(golem())).toEqual({ status: 'absent' })
      await expect(alias.observe(CLUSTER)).rejects.toBe(error)
    },
  )

  test('names the record that is missing', async () => {
    const { alias } = theAlias([listed('A')])

    expect(await alias.observe(CLUSTER)).toEqual({
      status: 'ready',
      outputs: OUTPUTS,
      differences: [{ field: `${HOST} AAAA`, desired: 'd1.cloudfront.net', observed: undefined }],
    })
  })

  test('names what stands in the place of one', async () => {
    const { alias } = theAlias([listed('A'), listed('AAAA', 'd9.cloudfront.net.')])

    expect(await alias.observe(CLUSTER)).toMatchObject({
      differences: [{ field: `${HOST} AAAA`, desired: 'd1.cloudfront.net', observed: 'd9.cloudfront.net' }],
      obstacle: new RecordTaken(HOST, 'AAAA', 'd9.cloudfront.net'),
    })
  })

  test('says which account its zone is in, if not in the stack’s', async () => {
    const { alias } = theAlias(BOTH, { ...STACK, hostedZones: [{ accountId: '777788889999' }] })

    expect(await alias.observe(CLUSTER)).toMatchObject({
      outputs: { ...OUTPUTS, zoneAccountId: '777788889999' },
    })
  })

  test('is pending until every name server has the change', async () => {
    const { route53, alias } = theAlias(BOTH)
    route53.on(GetChangeCommand).resolves(change('PENDING'))

    expect(await alias.observe({ ...CLUSTER, hint: { changeId: 'C1' } })).toEqual({
      status: 'pending',
      reason: `Route 53 is bringing ${HOST} to its name servers`,
    })
    expect(sent(route53).at(-1)).toEqual(['GetChange', { Id: 'C1' }])
  })

  test('is ready when the change is INSYNC', async () => {
    const { alias } = theAlias(BOTH)

    expect(await alias.observe({ ...CLUSTER, hint: { changeId: 'C1' } })).toMatchObject({ status: 'ready' })
  })

  test('is ready when Route 53 has forgotten the change', async () => {
    const { route53, alias } = theAlias(BOTH)
    route53.on(GetChangeCommand).rejects(refusal('NoSuchChange', 'none', 404))

    expect(await alias.observe({ ...CLUSTER, hint: { changeId: 'C1' } })).toMatchObject({ status: 'ready' })
  })

  test.each([
    ['no zone', [], 'HostedZoneNotFound'],
    ['only a private zone', [zone('Z1', 'gigantic.io', true)], 'HostedZonePrivate'],
  ])('is absent with %s, and says what its making would come to', async (_, found, name) => {
    const { route53, alias } = theAlias(BOTH)
    route53.on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io' }).resolves(zones(...found))

    expect(await alias.observe(CLUSTER)).toEqual({
      status: 'absent',
      obstacle: expect.objectContaining({ name }),
    })
  })

  test('finds the distribution by a search when the record is lost', async () => {
    const { cloudFront, alias } = theAlias(BOTH)
    const { DistributionConfig, ...rest } = distributionAnswer().Distribution
    const summary: DistributionSummary = {
      ...DistributionConfig,
      ...rest,
      Aliases: { Quantity: 1, Items: [HOST] },
      CacheBehaviors: { Quantity: 0 },
      CustomErrorResponses: { Quantity: 0 },
      PriceClass: 'PriceClass_All',
      ViewerCertificate: {},
      Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
      WebACLId: '',
      HttpVersion: 'http2and3',
      IsIPV6Enabled: true,
      Staging: false,
    }
    const list = { Items: [summary], Quantity: 1, IsTruncated: false, Marker: '', MaxItems: 100 }
    cloudFront.on(ListDistributionsCommand).resolves({ DistributionList: list })

    expect(await alias.observe(golem())).toMatchObject({ status: 'ready', outputs: OUTPUTS })
  })

  test('is absent when there is neither a distribution nor a record of one', async () => {
    const { alias } = theAlias([])

    expect(await alias.observe(golem())).toEqual({ status: 'absent' })
  })

  test('still knows its records when the recorded distribution is gone', async () => {
    const { cloudFront, alias } = theAlias(BOTH)
    cloudFront.on(GetDistributionCommand).rejects(refusal('NoSuchDistribution', 'none', 404))

    expect(await alias.observe(CLUSTER)).toMatchObject({ status: 'ready' })
  })
})

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
    route53.on(ListResourceRecordSetsCommand).resolvesOnce(recordPage(former)).resolves(recordPage([]))
    const outputs = { distribution: DISTRIBUTION, alias: { ...OUTPUTS, domainName: 'd0.cloudfront.net' } }

    expect(await alias.create(golem({ outputs }))).toEqual({ changeId: 'C1', hostedZoneId: 'Z1' })
    expect(sent(route53).slice(FIND_ZONE.length)).toEqual([
      FIND_RECORDS,
      deleted('Z1', ...former),
      FIND_RECORDS,
      created('A', 'AAAA'),
    ])
  })

  test('leaves records of a distribution that it never had', async () => {
    const { route53, alias } = theAlias([listed('A', 'd9.cloudfront.net.')])
    const outputs = { distribution: DISTRIBUTION, alias: { ...OUTPUTS, domainName: 'd0.cloudfront.net' } }

    await expect(alias.create(golem({ outputs }))).rejects.toThrow(RecordTaken)

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
    route53.on(ListResourceRecordSetsCommand).resolvesOnce(recordPage([])).resolves(recordPage(BOTH))
    route53.on(ChangeResourceRecordSetsCommand).rejects(refusal('InvalidChangeBatch', 'already exists'))

    expect(await alias.create(CLUSTER)).toBeUndefined()
  })

  test('throws RecordTaken when somebody else took the name since it looked', async () => {
    const { route53, alias } = theAlias([])
    const other = listed('A', 'd9.cloudfront.net.')
    route53
      .on(ListResourceRecordSetsCommand)
      .resolvesOnce(recordPage([]))
      .resolves(recordPage([other]))
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
    cloudFront.on(GetDistributionCommand).rejects(refusal('NoSuchDistribution', 'none', 404))

    await expect(alias.create(CLUSTER)).rejects.toMatchObject({ name: 'ConcurrentChange' })
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
    const longer = zones(zone('Z2', 'golem.gigantic.io'))
    route53.on(ListHostedZonesByNameCommand, { DNSName: 'golem.gigantic.io' }).resolves(longer)

    await alias.create(CLUSTER)

    const [call] = route53.commandCalls(ChangeResourceRecordSetsCommand)
    expect(call?.args[0].input.HostedZoneId).toBe('Z2')
  })
})

describe('delete', () => {
  test('deletes both with the values that were read', async () => {
    const { cloudFront, route53, alias } = theAlias(BOTH)

    await alias.delete(CLUSTER)

    expect(sent(cloudFront, route53)).toEqual([
      ...FIND_DISTRIBUTION,
      ...FIND_ZONE,
      FIND_RECORDS,
      deleted('Z1', ...BOTH),
    ])
  })

  test('leaves records that point elsewhere', async () => {
    const { route53, alias } = theAlias([listed('A'), listed('AAAA', 'd9.cloudfront.net.')])

    await alias.delete(CLUSTER)

    expect(sent(route53).at(-1)).toEqual(deleted('Z1', listed('A')))
  })

  test('is content when there are none', async () => {
    const { route53, alias } = theAlias([])

    await alias.delete(CLUSTER)

    expect(route53.commandCalls(ChangeResourceRecordSetsCommand)).toEqual([])
  })

  test('is content when they were deleted since it looked', async () => {
    const { route53, alias } = theAlias(BOTH)
    route53.on(ListResourceRecordSetsCommand).resolvesOnce(recordPage(BOTH)).resolves(recordPage([]))
    route53.on(ChangeResourceRecordSetsCommand).rejects(refusal('InvalidChangeBatch', 'not found'))

    expect(await alias.delete(CLUSTER)).toBeUndefined()
  })

  test('throws when they are still there', async () => {
    const { route53, alias } = theAlias(BOTH)
    route53.on(ChangeResourceRecordSetsCommand).rejects(refusal('InvalidChangeBatch', 'no match'))

    await expect(alias.delete(CLUSTER)).rejects.toMatchObject({ name: 'AwsRefused' })
  })

  test.each([
    ['outputs', golem({ outputs: { distribution: DISTRIBUTION, alias: OUTPUTS } })],
    [
      'the hint of a run that was not finished',
      golem({ outputs: { distribution: DISTRIBUTION }, hint: { changeId: 'C1', hostedZoneId: 'Z1' } }),
    ],
  ])(
    'deletes them in the zone that %s tell of, which the account may not use any more',
    async (_, cluster) => {
      const hostedZones = [{ id: 'Z1', name: 'gigantic.io', usedBy: ['444455556666'] }]
      const { route53, alias } = theAlias(BOTH, { ...STACK, hostedZones })

      await alias.delete(cluster)

      expect(sent(route53)).toEqual([FIND_RECORDS, deleted('Z1', ...BOTH)])
    },
  )

  test('leaves records where it is forced to, and sees none', async () => {
    const { cloudFront, route53, alias } = theAlias(BOTH)
    const cluster = golem({ outputs: { alias: OUTPUTS }, leavesRecords: true })

    await alias.delete(cluster)

    expect(await alias.observe(cluster)).toEqual({ status: 'absent' })
    expect(sent(cloudFront, route53)).toEqual([])
  })

  test('throws HostedZoneWithdrawn when the zone is not in the list any more', async () => {
    const { route53, alias } = theAlias(BOTH, {
      ...STACK,
      hostedZones: [{ id: 'Z2', name: 'gigantic.io' }],
    })
    const cluster = golem({ outputs: { distribution: DISTRIBUTION, alias: OUTPUTS } })

    await expect(alias.delete(cluster)).rejects.toMatchObject({ name: 'HostedZoneWithdrawn' })
    expect(sent(route53)).toEqual([])
  })

  test('looks into the recorded zone too, when one with a longer name was made since', async () => {
    const { route53, alias } = theAlias([])
    const longer = zones(zone('Z2', 'golem.gigantic.io'))
    route53.on(ListHostedZonesByNameCommand, { DNSName: 'golem.gigantic.io' }).resolves(longer)
    route53.on(ListResourceRecordSetsCommand, { HostedZoneId: 'Z1' }).resolves(recordPage(BOTH))

    await alias.delete(golem({ outputs: { distribution: DISTRIBUTION, alias: OUTPUTS } }))

    expect(route53.commandCalls(ChangeResourceRecordSetsCommand).map(({ args }) => args[0].input)).toEqual([
      deleted('Z1', ...BOTH)[1],
    ])
  })

  test('finds the records of a recorded distribution that is gone', async () => {
    const { cloudFront, route53, alias } = theAlias(BOTH)
    cloudFront.on(GetDistributionCommand).rejects(refusal('NoSuchDistribution', 'none', 404))

    await alias.delete(CLUSTER)

    expect(sent(route53).at(-1)).toEqual(deleted('Z1', ...BOTH))
  })

  test('is content without a distribution or a record of one', async () => {
    const { route53, alias } = theAlias(BOTH)

    await alias.delete(golem())

    expect(sentNames(route53)).toEqual([])
  })

  test('is content when the zone is gone', async () => {
    const { route53, alias } = theAlias([])
    route53.on(ListHostedZonesByNameCommand).resolves(zones())
    route53.on(ListResourceRecordSetsCommand).rejects(refusal('NoSuchHostedZone', 'none', 404))

    expect(
      await alias.delete(golem({ outputs: { distribution: DISTRIBUTION, alias: OUTPUTS } })),
    ).toBeUndefined()
  })
})

describe('a CNAME that leads to our distribution', () => {
  const FORMER = cname('d1.cloudfront.net')

  test('is the alias in another form', async () => {
    const { alias } = theAlias([FORMER])

    expect(await alias.observe(CLUSTER)).toMatchObject({
      status: 'ready',
      differences: ['A', 'AAAA'].map((type) => ({ field: `${HOST} ${type}`, observed: 'd1.cloudfront.net' })),
    })
  })

  test('goes in the same change in which the alias comes: the host always has an address', async () => {
    const { alias, route53 } = theAlias([FORMER])

    await alias.create(CLUSTER)

    const Changes = [
      { Action: 'DELETE', ResourceRecordSet: FORMER },
      { Action: 'CREATE', ResourceRecordSet: desired('A') },
      { Action: 'CREATE', ResourceRecordSet: desired('AAAA') },
    ]
    expect(sent(route53).at(-1)).toEqual([
      'ChangeResourceRecordSets',
      { HostedZoneId: 'Z1', ChangeBatch: { Changes } },
    ])
  })

  test('is deleted with the cluster', async () => {
    const { alias, route53 } = theAlias([FORMER])

    await alias.delete(CLUSTER)

    expect(sent(route53).at(-1)).toEqual(deleted('Z1', FORMER))
  })

  test('to another one is somebody else’s', async () => {
    const { alias, route53 } = theAlias([cname('d2.cloudfront.net')])

    expect(await alias.observe(CLUSTER)).toMatchObject({
      status: 'absent',
      obstacle: { name: 'RecordTaken' },
    })
    await expect(alias.create(CLUSTER)).rejects.toBeInstanceOf(RecordTaken)
    await alias.delete(CLUSTER)
    expect(sentNames(route53)).not.toContain('ChangeResourceRecordSets')
  })
})
