/** Issuers as other tools leave them, by the calls that those make. */
import {
  ACMClient,
  AddTagsToCertificateCommand,
  DescribeCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm'
import {
  CloudFrontClient,
  CreateCloudFrontOriginAccessIdentityCommand,
  CreateDistributionWithTagsCommand,
  GetDistributionCommand,
} from '@aws-sdk/client-cloudfront'
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  TagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam'
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesByNameCommand,
  Route53Client,
} from '@aws-sdk/client-route-53'
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { expect, vi } from 'vitest'
import { keysFromPems, type PublicJwk } from '../../lib/oidc/jwks.ts'
import { ACCOUNT, DOMAIN, type Keys, POLL } from './pipeline.ts'

const REGION = 'eu-central-1'
const VIRGINIA = { region: 'us-east-1' }

export interface ForeignIssuer {
  readonly issuer: string
  readonly bucket: string
  readonly distributionArn?: string
  readonly certificateArn?: string
  readonly providerArn: string
  /** In which order `irsa cluster adopt` lists them. */
  readonly arns: readonly string[]
}

/**
 * https://github.com/giantswarm/irsa-operator, for Cluster API: a bucket that an origin access identity reads, a CNAME, the keys in
 * keys.json, and a provider that was tagged later.
 */
export async function setUpAsIrsaOperator(cluster: string, keys: readonly Keys[]): Promise<ForeignIssuer> {
  const host = `irsa.${cluster}.${DOMAIN}`
  const issuer = `https://${host}`
  const bucket = `${ACCOUNT}-g8s-${cluster}-oidc-pod-identity-v3`
  const tags = [
    { Key: 'giantswarm.io/cluster', Value: cluster },
    { Key: `kubernetes.io/cluster/${cluster}`, Value: 'owned' },
  ]
  const s3 = await newBucket(bucket, tags)
  const certificateArn = await issuedCertificate(host, tags)
  const cloudFront = new CloudFrontClient(VIRGINIA)
  const identity = await cloudFront.send(
    new CreateCloudFrontOriginAccessIdentityCommand({
      CloudFrontOriginAccessIdentityConfig: {
        CallerReference: `distribution-cluster-${cluster}-capa`,
        Comment: `Created by irsa-operator for cluster ${cluster}`,
      },
    }),
  )
  const identityId = identity.CloudFrontOriginAccessIdentity?.Id ?? ''
  const { Distribution } = await cloudFront.send(
    new CreateDistributionWithTagsCommand({
      DistributionConfigWithTags: {
        Tags: { Items: tags },
        DistributionConfig: {
          CallerReference: `distribution-cluster-${cluster}`,
          Comment: `Created by irsa-operator for cluster ${cluster}`,
          Enabled: true,
          Aliases: { Quantity: 1, Items: [host] },
          Origins: {
            Quantity: 1,
            Items: [
              {
                Id: 'oidc',
                DomainName: `${bucket}.s3.${REGION}.amazonaws.com`,
                S3OriginConfig: { OriginAccessIdentity: `origin-access-identity/cloudfront/${identityId}` },
              },
            ],
          },
          DefaultCacheBehavior: {
            TargetOriginId: 'oidc',
            ViewerProtocolPolicy: 'redirect-to-https',
            CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad', // Managed-CachingDisabled
          },
          ViewerCertificate: {
            ACMCertificateArn: certificateArn,
            SSLSupportMethod: 'sni-only',
            MinimumProtocolVersion: 'TLSv1.2_2021',
          },
        },
      },
    }),
  )
  const { Id = '', ARN: distributionArn = '', DomainName = '' } = Distribution ?? {}
  await upsert(host, DomainName)
  const AWS = `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${identityId}`
  await putPolicy(s3, bucket, [
    { Effect: 'Allow', Principal: { AWS }, Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: `arn:aws:s3:::${bucket}/*`,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ])
  await block(s3, bucket, true)
  await putDocuments(s3, bucket, issuer, keys)
  await vi.waitFor(async () => {
    const deployed = await cloudFront.send(new GetDistributionCommand({ Id }))
    expect(deployed.Distribution?.Status).toBe('Deployed')
  }, POLL)
  const providerArn = await newProvider(issuer, ['sts.amazonaws.com', 'legacy'], tags)
  const arns = [`arn:aws:s3:::${bucket}`, certificateArn, distributionArn, providerArn]
  return { issuer, bucket, distributionArn, certificateArn, providerArn, arns }
}

/** https://github.com/openshift/cloud-credential-operator: a public bucket, whose name is the issuer's host. */
export async function setUpAsCcoctl(name: string, keys: readonly Keys[]): Promise<ForeignIssuer> {
  const bucket = `${name}-oidc`
  const issuer = `https://${bucket}.s3.${REGION}.amazonaws.com`
  const tags = [{ Key: `openshift.io/cloud-credential-operator/${name}`, Value: 'owned' }]
  const s3 = await newBucket(bucket, tags)
  await block(s3, bucket, false)
  await putPolicy(s3, bucket, [
    { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
  ])
  await putDocuments(s3, bucket, issuer, keys)
  const providerArn = await newProvider(issuer, ['openshift', 'sts.amazonaws.com'], tags)
  return { issuer, bucket, providerArn, arns: [providerArn] }
}

/** As whoever used the provider so far made their roles: by subject alone. */
export async function roleThatTrusts({ issuer, providerArn }: ForeignIssuer, name: string, subject: string) {
  const Statement = {
    Effect: 'Allow',
    Principal: { Federated: providerArn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${issuer.slice('https://'.length)}:sub`]: subject } },
  }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  const command = new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument })
  const { Role } = await new IAMClient(VIRGINIA).send(command)
  return Role?.Arn ?? ''
}

export function jwkOf({ pem }: Keys): PublicJwk {
  const [key] = keysFromPems([pem]).keys
  if (key === undefined) throw new Error('no key')
  return key
}

type TagList = { Key: string; Value: string }[]

async function newBucket(Bucket: string, TagSet: TagList): Promise<S3Client> {
  const s3 = new S3Client({ region: REGION })
  const LocationConstraint: BucketLocationConstraint = REGION
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      ObjectOwnership: 'ObjectWriter',
      CreateBucketConfiguration: { LocationConstraint },
    }),
  )
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }]
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }))
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
  return s3
}

/** As somebody may have left the bucket. */
export async function unblock(Bucket: string): Promise<void> {
  await new S3Client({ region: REGION }).send(new DeletePublicAccessBlockCommand({ Bucket }))
}

async function block(s3: S3Client, Bucket: string, isPrivate: boolean): Promise<void> {
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: isPrivate,
    RestrictPublicBuckets: isPrivate,
  }
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
}

async function putPolicy(s3: S3Client, Bucket: string, Statement: readonly object[]): Promise<void> {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
}

/** Without an algorithm, as irsa-operator leaves it out. */
async function putDocuments(
  s3: S3Client,
  Bucket: string,
  issuer: string,
  keys: readonly Keys[],
): Promise<void> {
  const discovery = {
    issuer,
    jwks_uri: `${issuer}/keys.json`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'ES256'],
    claims_supported: ['sub', 'iss'],
  }
  const jwks = { keys: keys.map(jwkOf).map(({ alg: _, ...key }) => key) }
  const documents = { '.well-known/openid-configuration': discovery, 'keys.json': jwks }
  for (const [Key, document] of Object.entries(documents))
    await s3.send(
      new PutObjectCommand({
        ...{ Bucket, Key, Body: JSON.stringify(document) },
        ContentType: 'application/json',
      }),
    )
}

async function issuedCertificate(DomainName: string, Tags: TagList): Promise<string> {
  const acm = new ACMClient(VIRGINIA)
  const { CertificateArn = '' } = await acm.send(
    new RequestCertificateCommand({ DomainName, ValidationMethod: 'DNS' }),
  )
  const describe = async () =>
    (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate
  const record = await vi.waitFor(async () => {
    const offered = (await describe())?.DomainValidationOptions?.[0]?.ResourceRecord
    expect(offered).toBeDefined()
    return offered
  }, POLL)
  // Before it is described it is not found here either.
  await acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags }))
  await upsert(record?.Name ?? '', record?.Value ?? '')
  await vi.waitFor(async () => expect((await describe())?.Status).toBe('ISSUED'), POLL)
  return CertificateArn
}

async function upsert(Name: string, Value: string): Promise<void> {
  const route53 = new Route53Client(VIRGINIA)
  const { HostedZones } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: DOMAIN }))
  const ResourceRecordSet = { Name, Type: 'CNAME' as const, TTL: 600, ResourceRecords: [{ Value }] }
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: HostedZones?.[0]?.Id,
      ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet }] },
    }),
  )
}

async function newProvider(Url: string, ClientIDList: string[], Tags: TagList): Promise<string> {
  const iam = new IAMClient(VIRGINIA)
  // Not before the name is known everywhere.
  const { OpenIDConnectProviderArn = '' } = await vi.waitFor(
    () =>
      iam.send(
        new CreateOpenIDConnectProviderCommand({ Url, ClientIDList, ThumbprintList: ['f'.repeat(40)] }),
      ),
    POLL,
  )
  await iam.send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags }))
  return OpenIDConnectProviderArn
}
