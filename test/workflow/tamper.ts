/** Changes by hand: what people do to things of ours when nobody looks. */
import { AddTagsToCertificateCommand, RemoveTagsFromCertificateCommand } from '@aws-sdk/client-acm'
import {
  GetDistributionConfigCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront'
import {
  AddClientIDToOpenIDConnectProviderCommand,
  AttachRolePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  IAMClient,
  PutRolePolicyCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  TagRoleCommand,
  UntagOpenIDConnectProviderCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { ChangeResourceRecordSetsCommand, ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53'
import {
  DeletePublicAccessBlockCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { administratorOf } from '../../cli/local-stack.ts'
import { acmClient, cloudFrontClient, route53Client, s3Client } from '../../lib/aws/clients.ts'
import type { Stack } from '../../lib/aws/stack.ts'
import { requireCluster } from '../../lib/registry/cluster-record.ts'
import type { Pipeline } from './pipeline.ts'

/** With everything of the cluster, and the role of that name: it has the tag `team`. */
export async function tamper({ deployed }: Pipeline, cluster: string, roleName: string): Promise<void> {
  const { stack, table } = deployed
  const { outputs, desired } = await requireCluster(table, cluster)
  const iam = new IAMClient(administratorOf(desired.accountId))
  await tamperWithBucket(stack, cluster, outputs.bucket?.bucket ?? '')
  await tamperWithCertificate(stack, outputs.certificate?.certificateArn ?? '')
  await tamperWithDistribution(
    stack,
    outputs.distribution?.distributionId ?? '',
    outputs.distribution?.distributionArn ?? '',
  )
  await tamperWithRecords(stack, outputs.alias?.hostedZoneId ?? '', outputs.alias?.recordName ?? '')
  await tamperWithProvider(iam, outputs.provider?.providerArn ?? '')
  await tamperWithRole(iam, roleName)
}

const STRANGE = [{ Key: 'strange', Value: 'yes' }]

async function tamperWithBucket(stack: Stack, cluster: string, Bucket: string): Promise<void> {
  const s3 = s3Client(stack.region)
  const owner = [
    { Key: 'irsa:stack', Value: 'irsa-local' },
    { Key: 'irsa:cluster', Value: cluster },
  ]
  const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }]
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }))
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }))
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [...owner, ...STRANGE] } }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'openid/v1/jwks', Body: '{"keys":[]}' }))
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: '000000000000' },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
}

async function tamperWithCertificate(stack: Stack, CertificateArn: string): Promise<void> {
  const acm = acmClient(stack.partition)
  await acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags: STRANGE }))
  await acm.send(new RemoveTagsFromCertificateCommand({ CertificateArn, Tags: [{ Key: 'team' }] }))
}

async function tamperWithDistribution(stack: Stack, Id: string, Resource: string): Promise<void> {
  const cloudFront = cloudFrontClient(stack.partition)
  const { DistributionConfig, ETag } = await cloudFront.send(new GetDistributionConfigCommand({ Id }))
  if (DistributionConfig === undefined) throw new Error('there is no distribution')
  const changed = { ...DistributionConfig, PriceClass: 'PriceClass_100' as const }
  await cloudFront.send(new UpdateDistributionCommand({ Id, IfMatch: ETag, DistributionConfig: changed }))
  await cloudFront.send(new TagResourceCommand({ Resource, Tags: { Items: STRANGE } }))
  await cloudFront.send(new UntagResourceCommand({ Resource, TagKeys: { Items: ['team'] } }))
}

/** One of the two aliases, and what ACM renews the certificate by. */
async function tamperWithRecords(stack: Stack, HostedZoneId: string, host: string): Promise<void> {
  const route53 = route53Client(stack.partition)
  // By the labels from the right: what is below the host comes after it.
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId, StartRecordName: host }),
  )
  const Changes = ResourceRecordSets.filter(
    ({ Name = '', Type = '' }) => Name.endsWith(`${host}.`) && ['AAAA', 'CNAME'].includes(Type),
  ).map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }))
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }))
}

async function tamperWithProvider(iam: IAMClient, OpenIDConnectProviderArn: string): Promise<void> {
  const provider = { OpenIDConnectProviderArn }
  await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...provider, ClientID: 'strange' }))
  await iam.send(
    new RemoveClientIDFromOpenIDConnectProviderCommand({ ...provider, ClientID: 'sts.amazonaws.com' }),
  )
  await iam.send(new TagOpenIDConnectProviderCommand({ ...provider, Tags: STRANGE }))
  await iam.send(new UntagOpenIDConnectProviderCommand({ ...provider, TagKeys: ['team'] }))
}

async function tamperWithRole(iam: IAMClient, RoleName: string): Promise<void> {
  const role = { RoleName }
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const allow = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
  const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement })
  await iam.send(new UpdateAssumeRolePolicyCommand({ ...role, PolicyDocument: document(trust) }))
  await iam.send(new PutRolePolicyCommand({ ...role, PolicyName: 'irsa', PolicyDocument: document(allow) }))
  await iam.send(
    new PutRolePolicyCommand({ ...role, PolicyName: 'strange', PolicyDocument: document(allow) }),
  )
  await iam.send(
    new AttachRolePolicyCommand({ ...role, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  )
  await iam.send(new UpdateRoleCommand({ ...role, Description: 'after', MaxSessionDuration: 7200 }))
  await iam.send(new TagRoleCommand({ ...role, Tags: STRANGE }))
  await iam.send(new UntagRoleCommand({ ...role, TagKeys: ['team'] }))
  await iam.send(new DeleteRolePermissionsBoundaryCommand(role))
}
