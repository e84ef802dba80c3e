/** The distribution of the example's cluster, as it is asked for and as CloudFront answers. */
import {
  CloudFrontClient,
  CreateDistributionWithTagsCommand,
  type DistributionConfig,
  type DistributionSummary,
  GetDistributionCommand,
  ListDistributionsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudfront'
import { GetBucketPolicyCommand, GetBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3'
import { mockClient } from 'aws-sdk-client-mock'
import { distributionResource } from '../../../../lib/resources/distribution.ts'
import { refusal } from '../../aws/sdk.ts'
import { BUCKET, CERTIFICATE_ARN, DISTRIBUTION_ARN, golem, HOST, STACK, TAG_LIST } from '../golem.ts'

export const ADDRESS = { Bucket: BUCKET, ExpectedBucketOwner: '000000000000' }
export const CERTIFIED = {
  certificate: { certificateArn: CERTIFICATE_ARN, notAfter: '2026-06-01T00:00:00Z' },
}
export const OUTPUTS = {
  distributionId: 'E1',
  distributionArn: DISTRIBUTION_ARN,
  domainName: 'd1.cloudfront.net',
}

/** Before the first `create`, and with the record of an earlier one. */
export const NEW = golem({ outputs: CERTIFIED })
export const RECORDED = golem({ outputs: { ...CERTIFIED, distribution: OUTPUTS } })

export const ORIGIN = {
  Id: 'bucket',
  DomainName: `${BUCKET}.s3.eu-central-1.amazonaws.com`,
  OriginPath: '',
  CustomHeaders: { Quantity: 0 },
  S3OriginConfig: { OriginAccessIdentity: '' },
  ConnectionAttempts: 3,
  ConnectionTimeout: 10,
  OriginShield: { Enabled: false },
  OriginAccessControlId: 'E1OAC',
}

export const CONFIG = {
  Comment: 'irsa irsa-dev golem',
  Enabled: true,
  Aliases: { Quantity: 1, Items: [HOST] },
  DefaultRootObject: '',
  Origins: { Quantity: 1, Items: [ORIGIN] },
  OriginGroups: { Quantity: 0 },
  DefaultCacheBehavior: {
    TargetOriginId: 'bucket',
    TrustedSigners: { Enabled: false, Quantity: 0 },
    TrustedKeyGroups: { Enabled: false, Quantity: 0 },
    ViewerProtocolPolicy: 'https-only',
    AllowedMethods: {
      Quantity: 2,
      Items: ['GET', 'HEAD'],
      CachedMethods: { Quantity: 2, Items: ['GET', 'HEAD'] },
    },
    SmoothStreaming: false,
    Compress: false,
    LambdaFunctionAssociations: { Quantity: 0 },
    FunctionAssociations: { Quantity: 0 },
    FieldLevelEncryptionId: '',
    CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
  },
  CacheBehaviors: { Quantity: 0 },
  CustomErrorResponses: { Quantity: 0 },
  PriceClass: 'PriceClass_All',
  ViewerCertificate: {
    ACMCertificateArn: CERTIFICATE_ARN,
    SSLSupportMethod: 'sni-only',
    MinimumProtocolVersion: 'TLSv1.2_2021',
  },
  Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
  HttpVersion: 'http2and3',
  IsIPV6Enabled: true,
  ContinuousDeploymentPolicyId: '',
} satisfies Partial<DistributionConfig>

/** As CloudFront gives it back: lists in another order, what is empty left out or spelt out, members of its own. */
export const ANSWERED: DistributionConfig = {
  ...CONFIG,
  CallerReference: 'irsa-1',
  Origins: {
    Quantity: 1,
    Items: [{ ...ORIGIN, S3OriginConfig: { OriginAccessIdentity: '', OriginReadTimeout: 30 } }],
  },
  OriginGroups: undefined,
  DefaultCacheBehavior: {
    ...CONFIG.DefaultCacheBehavior,
    AllowedMethods: {
      Quantity: 2,
      Items: ['HEAD', 'GET'],
      CachedMethods: { Quantity: 2, Items: ['HEAD', 'GET'] },
    },
    GrpcConfig: { Enabled: false },
  },
  CacheBehaviors: { Quantity: 0, Items: [] },
  ViewerCertificate: {
    ...CONFIG.ViewerCertificate,
    CloudFrontDefaultCertificate: false,
    Certificate: CERTIFICATE_ARN,
    CertificateSource: 'acm',
  },
  Logging: { Enabled: true, IncludeCookies: false, Bucket: 'logs.s3.amazonaws.com', Prefix: 'irsa/' },
  WebACLId: 'arn:aws:wafv2:us-east-1:000000000000:global/webacl/all/1',
  Staging: false,
}

export const POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'DistributionReadsDocuments',
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: [
        `arn:aws:s3:::${BUCKET}/.well-known/openid-configuration`,
        `arn:aws:s3:::${BUCKET}/openid/v1/jwks`,
      ],
      Condition: { StringEquals: { 'aws:SourceArn': DISTRIBUTION_ARN } },
    },
    {
      Sid: 'NothingWithoutTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
}

export const NAMES = { Id: 'E1', ARN: DISTRIBUTION_ARN, DomainName: 'd1.cloudfront.net' }

export const SUMMARY: DistributionSummary = {
  ...CONFIG,
  ...NAMES,
  Status: 'Deployed',
  LastModifiedTime: new Date('2026-01-01T00:00:00Z'),
  WebACLId: '',
  Staging: false,
}

export function answer(config: DistributionConfig = ANSWERED, Status = 'Deployed', ETag = 'ETAG1') {
  const LastModifiedTime = new Date('2026-01-01T00:00:00Z')
  const state = { Status, LastModifiedTime, InProgressInvalidationBatches: 0 }
  return { Distribution: { ...NAMES, ...state, DistributionConfig: config }, ETag }
}

export const NO_DISTRIBUTION = refusal('NoSuchDistribution', 'none', 404)
export const TAKEN = refusal('CNAMEAlreadyExists', 'already associated with a different resource', 409)
export const EXISTS = refusal('DistributionAlreadyExists', 'associated with another distribution.', 409)

/** The distribution E1 as it should be, and a bucket with its policy; not in any list until a test says so. */
export function theDistribution() {
  const cloudFrontClient = new CloudFrontClient({ region: 'us-east-1' })
  const s3Client = new S3Client({ region: 'eu-central-1' })
  const cloudFront = mockClient(cloudFrontClient)
  const s3 = mockClient(s3Client)
  cloudFront.onAnyCommand().resolves({})
  cloudFront.on(GetDistributionCommand).rejects(NO_DISTRIBUTION)
  cloudFront.on(GetDistributionCommand, { Id: 'E1' }).resolves(answer())
  cloudFront
    .on(ListTagsForResourceCommand, { Resource: DISTRIBUTION_ARN })
    .resolves({ Tags: { Items: TAG_LIST } })
  cloudFront.on(ListDistributionsCommand).resolves(page())
  cloudFront.on(CreateDistributionWithTagsCommand).resolves(answer(ANSWERED, 'InProgress'))
  s3.onAnyCommand().resolves({})
  s3.on(GetBucketTaggingCommand).resolves({ TagSet: TAG_LIST })
  s3.on(GetBucketPolicyCommand).resolves({ Policy: JSON.stringify(POLICY) })
  const distribution = distributionResource({ cloudFront: cloudFrontClient, s3: s3Client }, STACK)
  return { cloudFront, s3, distribution }
}

export function page(...Items: DistributionSummary[]) {
  const DistributionList = { Items, Quantity: Items.length, IsTruncated: false, Marker: '', MaxItems: 100 }
  return { DistributionList }
}

export const READ = [
  ['GetDistribution', { Id: 'E1' }],
  ['ListTagsForResource', { Resource: DISTRIBUTION_ARN }],
]
export const READ_POLICY = ['GetBucketPolicy', ADDRESS]
