import {
  CloudFrontClient,
  type DistributionSummary,
  GetDistributionCommand,
  ListDistributionsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudfront'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { findDistributions, readDistribution } from '../../../lib/aws/distributions.ts'
import { HOST, STACK, TAG_LIST } from '../resources/golem.ts'
import { refusal } from './sdk.ts'

const OURS = ['E1', 'E2']

/** CloudFront with these distributions, one a page; E1 and E2 have our tags. */
function theList(...summaries: DistributionSummary[]) {
  const client = new CloudFrontClient({ region: 'us-east-1' })
  const cloudFront = mockClient(client)
  cloudFront.on(ListDistributionsCommand).callsFake(async ({ Marker = '0' }) => {
    const next = Number(Marker) + 1
    const Items = summaries.slice(Number(Marker), next)
    const more = next < summaries.length
    return { DistributionList: { Items, IsTruncated: more, ...(more && { NextMarker: String(next) }) } }
  })
  cloudFront.on(ListTagsForResourceCommand).callsFake(async ({ Resource }) => ({
    Tags: { Items: OURS.some((id) => Resource.endsWith(id)) ? TAG_LIST : [] },
  }))
  return { client, cloudFront }
}

function summary(Id: string, aliases: string[], Comment = ''): DistributionSummary {
  const none = { Quantity: 0 }
  return {
    Id,
    ARN: `arn:aws:cloudfront::000000000000:distribution/${Id}`,
    Status: 'Deployed',
    LastModifiedTime: new Date('2026-01-01T00:00:00Z'),
    DomainName: `${Id.toLowerCase()}.cloudfront.net`,
    Aliases: { Quantity: aliases.length, Items: aliases },
    Origins: { Quantity: 0, Items: [] },
    DefaultCacheBehavior: { TargetOriginId: 'bucket', ViewerProtocolPolicy: 'https-only' },
    CacheBehaviors: none,
    CustomErrorResponses: none,
    Comment,
    PriceClass: 'PriceClass_All',
    Enabled: true,
    ViewerCertificate: {},
    Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
    WebACLId: '',
    HttpVersion: 'http2and3',
    IsIPV6Enabled: true,
    Staging: false,
  }
}

const OUR_COMMENT = 'irsa irsa-dev golem'

describe('findDistributions', () => {
  test('reads every page, and puts the one with the alias first', async () => {
    const { client, cloudFront } = theList(
      summary('E2', [], OUR_COMMENT),
      summary('E8', ['shop.example.com']),
      summary('E1', ['a.example.com', HOST]),
    )

    const found = await findDistributions(client, STACK, 'golem', HOST)

    expect(found.ours.map(({ id }) => id)).toEqual(['E1', 'E2'])
    expect(found.ours[0]).toEqual({
      id: 'E1',
      arn: 'arn:aws:cloudfront::000000000000:distribution/E1',
      domainName: 'e1.cloudfront.net',
    })
    expect(cloudFront.commandCalls(ListDistributionsCommand)).toHaveLength(3)
  })

  test('asks for the tags of candidates only', async () => {
    const { client, cloudFront } = theList(summary('E8', ['shop.example.com']), summary('E1', [HOST]))

    await findDistributions(client, STACK, 'golem', HOST)

    expect(cloudFront.commandCalls(ListTagsForResourceCommand)).toHaveLength(1)
  })

  test('tells the one that has the alias and not our tags', async () => {
    const { client } = theList(summary('E9', [HOST]), summary('E7', [], OUR_COMMENT))

    expect(await findDistributions(client, STACK, 'golem', HOST)).toEqual({ ours: [], other: 'E9' })
  })

  test('finds nothing in an account without distributions', async () => {
    expect(await findDistributions(theList().client, STACK, 'golem', HOST)).toEqual({
      ours: [],
      other: undefined,
    })
  })

  test('takes one that goes while its tags are read for no one’s', async () => {
    const { client, cloudFront } = theList(summary('E1', [HOST]))
    cloudFront.on(ListTagsForResourceCommand).rejects(refusal('NoSuchResource', 'none', 404))

    expect((await findDistributions(client, STACK, 'golem', HOST)).ours).toEqual([])
  })

  test('throws rather than say that there is none when a page fails', async () => {
    const { client, cloudFront } = theList()
    cloudFront.on(ListDistributionsCommand).rejects(refusal('Throttling'))

    await expect(findDistributions(client, STACK, 'golem', HOST)).rejects.toMatchObject({ name: 'Throttled' })
  })
})

describe('readDistribution', () => {
  test('is undefined when there is none', async () => {
    const { client, cloudFront } = theList()
    cloudFront.on(GetDistributionCommand).rejects(refusal('NoSuchDistribution', 'none', 404))

    expect(await readDistribution(client, 'E1')).toBeUndefined()
  })

  test('translates what CloudFront refuses', async () => {
    const { client, cloudFront } = theList()
    cloudFront.on(GetDistributionCommand).rejects(refusal('AccessDenied', 'no', 403))

    await expect(readDistribution(client, 'E1')).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})
