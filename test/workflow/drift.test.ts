/** What somebody has changed by hand is as desired again after the next run, with no more rights than the functions have. */
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
  PutRolePolicyCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  TagRoleCommand,
  UntagOpenIDConnectProviderCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import {
  DeletePublicAccessBlockCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acmClient, cloudFrontClient, iamClient, route53Client, s3Client } from '../../lib/aws/clients.ts'
import { clusterOf, requireCluster } from '../../lib/registry/cluster-record.ts'
import { readRoleRequest } from '../../lib/registry/roles.ts'
import { aliasResource } from '../../lib/resources/alias.ts'
import { bucketResource } from '../../lib/resources/bucket.ts'
import { certificateResource } from '../../lib/resources/certificate.ts'
import { distributionResource } from '../../lib/resources/distribution.ts'
import { providerResource } from '../../lib/resources/provider.ts'
import { roleResource } from '../../lib/resources/role.ts'
import { desiredRole } from '../../lib/role-compile.ts'
import { clusterNamed, type Pipeline, POLL, roleFor, startPipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await startPipeline()
})

afterAll(() => pipeline.stop())

const ROLE_NAME = 'local_golem_shop_cart'

test('everything that was changed by hand is mended by the next run', async () => {
  const detail = clusterNamed('golem', { tags: { team: 'rocket' } })
  await pipeline.announce(detail)
  await expect.poll(() => pipeline.cluster('golem'), POLL).toBeDefined()
  await pipeline.request('golem', roleFor('shop', 'cart', { description: 'before' }))
  await pipeline.runEnded('golem')
  expect(await drifted()).toEqual({})

  await tamper()
  expect(Object.keys(await drifted()).toSorted()).toEqual([
    'bucket',
    'certificate',
    'distribution',
    'provider',
    'role',
  ])
  await pipeline.announce({ ...detail, audiences: ['sts.amazonaws.com', 'vault'] })

  expect(await pipeline.runEnded('golem', 2)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await drifted()).toEqual({})
})

/** By thing, the fields that are not as desired; as an administrator sees them. */
async function drifted(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { stack, table } = pipeline.deployed
  const { partition, region } = stack
  const acm = acmClient(partition)
  const cloudFront = cloudFrontClient(partition)
  const route53 = route53Client(partition)
  const iam = iamClient(partition)
  const s3 = s3Client(region)
  const record = await requireCluster(table, 'golem')
  const request = await readRoleRequest(table, 'golem', { namespace: 'shop', serviceAccount: 'cart' })
  if (request === undefined) throw new Error('the role is not requested')
  const as = (step: 'bucket' | 'certificate' | 'distribution' | 'alias' | 'provider') =>
    clusterOf(record, step, new Date(0).toISOString())
  const observed = {
    bucket: await bucketResource({ s3 }, stack).observe(as('bucket')),
    certificate: await certificateResource({ acm, route53 }, stack).observe(as('certificate')),
    distribution: await distributionResource({ cloudFront, s3 }, stack).observe(as('distribution')),
    alias: await aliasResource({ route53, cloudFront }, stack).observe(as('alias')),
    provider: await providerResource({ iam }, stack).observe(as('provider')),
    role: await roleResource({ iam }, stack).observe(desiredRole(stack, record.desired, request)),
  }
  const fields = Object.entries(observed).map(([name, thing]) => {
    if (thing.status !== 'ready') return [name, [thing.status]] as const
    return [name, thing.differences.map(({ field }) => field)] as const
  })
  return Object.fromEntries(fields.filter(([, names]) => names.length > 0))
}

async function tamper(): Promise<void> {
  const { outputs } = await requireCluster(pipeline.deployed.table, 'golem')
  await tamperWithBucket(outputs.bucket?.bucket ?? '')
  await tamperWithCertificate(outputs.certificate?.certificateArn ?? '')
  await tamperWithDistribution(
    outputs.distribution?.distributionId ?? '',
    outputs.distribution?.distributionArn ?? '',
  )
  await tamperWithProvider(outputs.provider?.providerArn ?? '')
  await tamperWithRole()
}

const STRANGE = [{ Key: 'strange', Value: 'yes' }]

async function tamperWithBucket(Bucket: string): Promise<void> {
  const s3 = s3Client(pipeline.deployed.stack.region)
  const owner = [
    { Key: 'irsa:stack', Value: 'irsa-local' },
    { Key: 'irsa:cluster', Value: 'golem' },
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

async function tamperWithCertificate(CertificateArn: string): Promise<void> {
  const acm = acmClient(pipeline.deployed.stack.partition)
  await acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags: STRANGE }))
  await acm.send(new RemoveTagsFromCertificateCommand({ CertificateArn, Tags: [{ Key: 'team' }] }))
}

async function tamperWithDistribution(Id: string, Resource: string): Promise<void> {
  const cloudFront = cloudFrontClient(pipeline.deployed.stack.partition)
  const { DistributionConfig, ETag } = await cloudFront.send(new GetDistributionConfigCommand({ Id }))
  if (DistributionConfig === undefined) throw new Error('there is no distribution')
  const changed = { ...DistributionConfig, PriceClass: 'PriceClass_100' as const }
  await cloudFront.send(new UpdateDistributionCommand({ Id, IfMatch: ETag, DistributionConfig: changed }))
  await cloudFront.send(new TagResourceCommand({ Resource, Tags: { Items: STRANGE } }))
  await cloudFront.send(new UntagResourceCommand({ Resource, TagKeys: { Items: ['team'] } }))
}

async function tamperWithProvider(OpenIDConnectProviderArn: string): Promise<void> {
  const iam = iamClient(pipeline.deployed.stack.partition)
  const provider = { OpenIDConnectProviderArn }
  await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...provider, ClientID: 'strange' }))
  await iam.send(
    new RemoveClientIDFromOpenIDConnectProviderCommand({ ...provider, ClientID: 'sts.amazonaws.com' }),
  )
  await iam.send(new TagOpenIDConnectProviderCommand({ ...provider, Tags: STRANGE }))
  await iam.send(new UntagOpenIDConnectProviderCommand({ ...provider, TagKeys: ['team'] }))
}

async function tamperWithRole(): Promise<void> {
  const iam = iamClient(pipeline.deployed.stack.partition)
  const role = { RoleName: ROLE_NAME }
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
