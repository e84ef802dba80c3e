import { ACMClient, DescribeCertificateCommand, ListTagsForCertificateCommand } from '@aws-sdk/client-acm'
import {
  CloudFrontClient,
  type DistributionConfig,
  type DistributionSummary,
  ListDistributionsCommand,
  type ListDistributionsCommandOutput,
} from '@aws-sdk/client-cloudfront'
import { IAMClient } from '@aws-sdk/client-iam'
import { Route53Client } from '@aws-sdk/client-route-53'
import { GetBucketTaggingCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import type { Distribution } from '../../../../lib/aws/distributions.ts'
import { lookAtHosting } from '../../../../lib/ops/adoption/hosting.ts'
import { refusal } from '../../aws/sdk.ts'
import { BUCKET, CERTIFICATE_ARN, DISTRIBUTION_ARN, HOST, STACK } from '../../resources/golem.ts'

const DOCUMENTS = ['.well-known/openid-configuration', 'keys.json']
const SOUGHT = { cluster: 'golem', host: HOST, documents: DOCUMENTS }
const OTHERS = [{ Key: 'made-by', Value: 'hand' }]

function fixture() {
  const region = { region: 'us-east-1' }
  const clients = {
    s3: new S3Client(region),
    acm: new ACMClient(region),
    cloudFront: new CloudFrontClient(region),
  }
  const [s3, acm, cloudFront] = [
    mockClient(clients.s3),
    mockClient(clients.acm),
    mockClient(clients.cloudFront),
  ]
  s3.on(ListObjectsV2Command).resolves({ Contents: DOCUMENTS.map((Key) => ({ Key })) })
  cloudFront.on(ListDistributionsCommand).resolves(listed())
  s3.on(GetBucketTaggingCommand).resolves({ TagSet: OTHERS })
  acm.on(ListTagsForCertificateCommand).resolves({ Tags: OTHERS })
  const certificate = {
    DomainName: HOST,
    SubjectAlternativeNames: [HOST],
    Status: 'ISSUED' as const,
    InUseBy: [DISTRIBUTION_ARN],
    DomainValidationOptions: [{ DomainName: HOST, ValidationMethod: 'DNS' as const }],
  }
  acm.on(DescribeCertificateCommand).resolves({ Certificate: certificate })
  const looking = {
    ...clients,
    stack: { ...STACK, adoptedBuckets: ['golem-*'] },
    route53Of: () => new Route53Client(region),
    iam: new IAMClient(region),
    fetchIssuer: async () => ({ fault: 'nobody asks' }),
  }
  return { s3, acm, cloudFront, looking, certificate }
}

/** E1, and others in front of these buckets. */
function listed(...others: readonly string[]): ListDistributionsCommandOutput {
  const Items = ['golem-oidc', ...others].map((bucket, index) => {
    const origin = { Id: 'oidc', DomainName: `${bucket}.s3.amazonaws.com` }
    const { config } = distribution({ Origins: { Quantity: 1, Items: [origin] } })
    const { CallerReference: _, ...summary } = config
    return { ...summary, Id: `E${index + 1}` } as DistributionSummary
  })
  const DistributionList = { Items, Quantity: Items.length, IsTruncated: false, Marker: '', MaxItems: 100 }
  return { DistributionList, $metadata: {} }
}

function distribution(changes: Partial<DistributionConfig> = {}): Distribution {
  const DomainName = 'golem-oidc.s3.eu-central-1.amazonaws.com'
  const config = {
    CallerReference: 'golem',
    Comment: '',
    Enabled: true,
    Aliases: { Quantity: 1, Items: [HOST] },
    Origins: { Quantity: 1, Items: [{ Id: 'oidc', DomainName }] },
    DefaultCacheBehavior: { TargetOriginId: 'oidc', ViewerProtocolPolicy: 'https-only' as const },
    ViewerCertificate: { ACMCertificateArn: CERTIFICATE_ARN },
    ...changes,
  }
  return {
    ...{ id: 'E1', arn: DISTRIBUTION_ARN, domainName: 'd1.cloudfront.net', isDeployed: true, etag: 'E2' },
    config,
    tags: {},
  }
}

function origin(DomainName: string): Partial<DistributionConfig> {
  return { Origins: { Quantity: 1, Items: [{ Id: 'oidc', DomainName }] } }
}

describe('lookAtHosting', () => {
  test('finds the bucket behind the distribution, and the certificate before it', async () => {
    const { looking } = fixture()

    const { things, obstacles, left, adopted } = await lookAtHosting(looking, SOUGHT, distribution())

    expect(things.map(({ resource, id, tags }) => [resource, id, tags])).toEqual([
      ['bucket', 'golem-oidc', { 'made-by': 'hand' }],
      ['certificate', CERTIFICATE_ARN, { 'made-by': 'hand' }],
      ['distribution', DISTRIBUTION_ARN, {}],
    ])
    expect({ obstacles, left, adopted }).toEqual({
      obstacles: [],
      left: [],
      adopted: { audiences: [], bucket: 'golem-oidc' },
    })
  })

  test.each<[string, Partial<DistributionConfig>, string]>([
    [
      'serves another name',
      { Aliases: { Quantity: 2, Items: [HOST, 'www.example.com'] } },
      'serves www.example.com too',
    ],
    [
      'has other paths',
      { CacheBehaviors: { Quantity: 1, Items: [] } },
      'has cache behaviours for other paths',
    ],
    ['is switched off', { Enabled: false }, 'is disabled'],
    [
      'has another kind of origin',
      origin('example.com'),
      'The origin example.com is no S3 bucket in eu-central-1',
    ],
    [
      'has a bucket in another region',
      origin('golem-oidc.s3.eu-west-1.amazonaws.com'),
      'is no S3 bucket in eu-central-1',
    ],
    [
      'has a bucket that the stack may not use',
      origin('troll-oidc.s3.amazonaws.com'),
      "deploy it with --param='adoptedBuckets=golem-*,troll-oidc'",
    ],
  ])('a distribution that %s cannot be taken over', async (_, changes, obstacle) => {
    const { looking } = fixture()

    const { obstacles } = await lookAtHosting(looking, SOUGHT, distribution(changes))

    expect(obstacles).toEqual([expect.stringContaining(obstacle)])
  })

  test('a bucket that the stack may not use is listed, and not looked into', async () => {
    const { looking, s3 } = fixture()

    const { things } = await lookAtHosting(
      looking,
      SOUGHT,
      distribution(origin('troll-oidc.s3.amazonaws.com')),
    )

    expect(things[0]).toMatchObject({ resource: 'bucket', arn: 'arn:aws:s3:::troll-oidc', tags: {} })
    expect(s3.calls()).toEqual([])
  })

  test.each([
    ['AccessDenied', 'it belongs to another account, or is in another region'],
    ['PermanentRedirect', 'it belongs to another account, or is in another region'],
    ['NoSuchBucket', 'it does not exist'],
  ])('a bucket that answers %s cannot be taken over', async (name, why) => {
    const { looking, s3 } = fixture()
    s3.on(GetBucketTaggingCommand).rejects(refusal(name))

    const { obstacles, things } = await lookAtHosting(looking, SOUGHT, distribution())

    expect(obstacles).toEqual([`The bucket golem-oidc: ${why}.`])
    expect(things.map(({ resource }) => resource)).not.toContain('bucket')
  })

  test.each([
    [
      'is for other names',
      { SubjectAlternativeNames: [HOST, 'example.com'] },
      `it is for ${HOST}, example.com`,
    ],
    ['was imported', { DomainValidationOptions: [] }, 'ACM does not renew it by a record in the DNS'],
    ['has expired', { Status: 'EXPIRED' as const }, 'it is EXPIRED'],
    ['is used elsewhere', { InUseBy: [DISTRIBUTION_ARN, 'arn:other'] }, 'arn:other uses it, too'],
  ])('a certificate that %s is left, and in nobody’s way', async (_, changes, why) => {
    const { looking, acm, certificate } = fixture()
    acm.on(DescribeCertificateCommand).resolves({ Certificate: { ...certificate, ...changes } })

    const { left, obstacles, things } = await lookAtHosting(looking, SOUGHT, distribution())

    expect(left).toEqual([{ what: CERTIFICATE_ARN, why: expect.stringContaining(why) }])
    expect(obstacles).toEqual([])
    expect(things.map(({ resource }) => resource)).toEqual(['bucket', 'distribution'])
  })

  test('a bucket that holds or serves something else cannot be taken over: it goes with the cluster', async () => {
    const { looking, s3, cloudFront } = fixture()
    s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'keys.json' }, { Key: 'troll/keys.json' }] })
    cloudFront.on(ListDistributionsCommand).resolves(listed('golem-oidc'))

    const { obstacles } = await lookAtHosting(looking, SOUGHT, distribution())

    expect(obstacles).toEqual([
      "The bucket golem-oidc is read by the distribution E2, too: it is not the issuer's alone.",
      "The bucket golem-oidc has other objects, troll/keys.json for one: it is not the issuer's alone.",
    ])
  })

  test('documents below the origin’s path are the issuer’s', async () => {
    const { looking, s3 } = fixture()
    s3.on(ListObjectsV2Command).resolves({ Contents: DOCUMENTS.map((key) => ({ Key: `oidc/${key}` })) })
    const prefixed = { Id: 'oidc', DomainName: 'golem-oidc.s3.amazonaws.com', OriginPath: '/oidc' }

    const { obstacles } = await lookAtHosting(
      looking,
      SOUGHT,
      distribution({ Origins: { Quantity: 1, Items: [prefixed] } }),
    )

    expect(obstacles).toEqual([])
  })

  test('a bucket of the computed name is the stack’s own, whatever it may use of others', async () => {
    const { looking } = fixture()
    const own = distribution(origin(`${BUCKET}.s3.eu-central-1.amazonaws.com`))

    const { obstacles, adopted } = await lookAtHosting(looking, SOUGHT, own)

    expect({ obstacles, adopted }).toEqual({ obstacles: [], adopted: { audiences: [] } })
  })

  test('an origin access identity is told of: it has no tags', async () => {
    const { looking } = fixture()
    const OriginAccessIdentity = 'origin-access-identity/cloudfront/E9'
    const Items = [
      {
        Id: 'oidc',
        DomainName: 'golem-oidc.s3.amazonaws.com',
        S3OriginConfig: { OriginAccessIdentity },
      },
    ]

    const { left } = await lookAtHosting(looking, SOUGHT, distribution({ Origins: { Quantity: 1, Items } }))

    expect(left.map(({ what }) => what)).toEqual([OriginAccessIdentity])
  })
})
