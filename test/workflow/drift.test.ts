/** What somebody has changed by hand is found, told and mended, with no more rights than the functions have. */
import { CreateRoleCommand, DeleteRolePermissionsBoundaryCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acmClient, cloudFrontClient, iamClient, route53Client, s3Client } from '../../lib/aws/clients.ts'
import { allOf } from '../../lib/ops/several.ts'
import { parseRoleContent } from '../../lib/policy/request.ts'
import { changeCluster, clusterOf, requireCluster } from '../../lib/registry/cluster-record.ts'
import { listFindings } from '../../lib/registry/findings.ts'
import { listOrphans } from '../../lib/registry/orphans.ts'
import { readRoleRequest } from '../../lib/registry/roles.ts'
import { deleteItem } from '../../lib/registry/table.ts'
import { aliasResource } from '../../lib/resources/alias.ts'
import { bucketResource } from '../../lib/resources/bucket.ts'
import { certificateResource } from '../../lib/resources/certificate.ts'
import { distributionResource } from '../../lib/resources/distribution.ts'
import { providerResource } from '../../lib/resources/provider.ts'
import { roleResource } from '../../lib/resources/role.ts'
import { desiredRole } from '../../lib/role-compile.ts'
import { ACCOUNT, clusterNamed, type Pipeline, POLL, roleFor, startPipeline } from './pipeline.ts'
import { tamper } from './tamper.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await startPipeline()
})

afterAll(() => pipeline.stop())

test('everything that was changed by hand is mended by the next run', async () => {
  const detail = clusterNamed('golem', { tags: { team: 'rocket' } })
  await pipeline.announce(detail)
  await expect.poll(() => pipeline.cluster('golem'), POLL).toBeDefined()
  await pipeline.request('golem', roleFor('shop', 'cart', { description: 'before' }))
  await pipeline.runEnded('golem')
  expect(await drifted()).toEqual({})

  await tamper(pipeline, 'golem', 'local_golem_shop_cart')
  expect(Object.keys(await drifted()).toSorted()).toEqual([
    'alias',
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

test('an audit tells each field that was changed by hand, once, and with repair it is as it was', async () => {
  await tamper(pipeline, 'golem', 'local_golem_shop_cart')
  // CloudFront has brought the change to its edges, which have forgotten what they had.
  pipeline.aws.clock.advance(3_600_000)
  await pipeline.audit()
  const found = await toldOf('Drift Found')

  expect(fieldsOf(found)).toEqual(TAMPERED)
  expect(found.find(({ resource }) => resource === 'distribution')).toMatchObject({
    cluster: 'golem',
    run: 2,
    differences: expect.arrayContaining([
      { field: 'DistributionConfig.PriceClass', desired: 'PriceClass_All', observed: 'PriceClass_100' },
      { field: 'Tags.strange', desired: null, observed: 'yes' },
    ]),
  })

  await pipeline.audit()
  expect(await toldOf('Drift Found')).toEqual(found)

  await pipeline.audit({ repair: true })
  expect(await pipeline.runEnded('golem', 3)).toMatchObject({ status: 'SUCCEEDED' })
  await expect.poll(drifted, POLL).toEqual({})
  await pipeline.audit()
  expect(await toldOf('Drift Found')).toEqual(found)
  expect(await allOf(listFindings(pipeline.deployed.table, 'golem'))).toEqual([])
})

test('an audit mends nothing of a cluster that is paused, and still tells', async () => {
  const { table } = pipeline.deployed
  await changeCluster(table, 'golem', (record) => record && { ...record, paused: true })
  const before = (await toldOf('Drift Found')).length
  const iam = iamClient(pipeline.deployed.stack.partition)
  await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'local_golem_shop_cart' }))
  await pipeline.audit({ repair: true })

  expect((await toldOf('Drift Found')).slice(before)).toMatchObject([
    { resource: 'role shop/cart', differences: [{ field: 'Role.PermissionsBoundary', observed: null }] },
  ])
  expect(await drifted()).toEqual({ role: ['Role.PermissionsBoundary'] })
})

test('an audit tells what has our tags and no cluster, once, and forgets what is explained again', async () => {
  const { table, stack } = pipeline.deployed
  const iam = iamClient(stack.partition)
  const others = { RoleName: 'local_others', Path: '/irsa/golem/' }
  await iam.send(new CreateRoleCommand({ ...others, AssumeRolePolicyDocument: TRUST }))
  const record = await requireCluster(table, 'golem')
  const { bucket, certificate, distribution, provider } = record.outputs
  await deleteItem(table, { pk: 'CLUSTER#golem', sk: 'CLUSTER' })
  await pipeline.audit()
  await pipeline.audit()

  const orphan = { accountId: ACCOUNT, cluster: 'golem' }
  expect(await toldOf('Orphan Found')).toEqual([
    { ...orphan, resource: 'bucket', id: bucket?.bucket },
    { ...orphan, resource: 'certificate', id: certificate?.certificateArn },
    { ...orphan, resource: 'distribution', id: distribution?.distributionArn },
    { ...orphan, resource: 'provider', id: provider?.providerArn },
    { ...orphan, resource: 'role', id: `arn:aws:iam::${ACCOUNT}:role/irsa/golem/local_golem_shop_cart` },
  ])
  expect(await allOf(listOrphans(table))).toHaveLength(5)
  await changeCluster(table, 'golem', () => record)
  await pipeline.audit()
  expect(await allOf(listOrphans(table))).toEqual([])
})

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
})

/** By resource. */
const TAMPERED = {
  alias: ['irsa.golem.gaws.gigantic.io AAAA'],
  bucket: [
    'PublicAccessBlock',
    'ObjectOwnership',
    'Versioning.Status',
    'Tags.strange',
    'Tags.team',
    'Objects.openid/v1/jwks.CacheControl',
    'Objects.openid/v1/jwks.ChecksumSHA256',
    'Objects.openid/v1/jwks.ContentType',
  ],
  certificate: ['Tags.strange', 'Tags.team', 'ValidationRecord'],
  distribution: ['DistributionConfig.PriceClass', 'Tags.strange', 'Tags.team', 'BucketPolicy.Statement'],
  'issuer-check': ['Status'],
  provider: ['ClientIDList', 'Tags.strange', 'Tags.team'],
  'role shop/cart': [
    'Role.AssumeRolePolicyDocument.Statement.Action',
    'Role.AssumeRolePolicyDocument.Statement.Condition',
    'Role.AssumeRolePolicyDocument.Statement.Principal.Federated',
    'Role.AssumeRolePolicyDocument.Statement.Principal.Service',
    'Role.AttachedPolicies',
    'Role.Description',
    'Role.MaxSessionDuration',
    'Role.PermissionsBoundary',
    'Role.Policies.irsa.Statement.Action',
    'Role.Policies.irsa.Statement.Resource',
    'Role.Policies.strange',
    'Role.Tags.strange',
    'Role.Tags.team',
  ],
}

async function toldOf(name: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await pipeline.told()).filter((event) => event['detail-type'] === name).map(({ detail }) => detail)
}

function fieldsOf(found: readonly Readonly<Record<string, unknown>>[]) {
  const entries = found.map(({ resource, differences }) => [
    resource,
    (differences as readonly { readonly field: string }[]).map(({ field }) => field),
  ])
  return Object.fromEntries(entries)
}

/** By thing, the fields that are not as desired; as an administrator sees them. */
async function drifted(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { stack, table } = pipeline.deployed
  const { partition, region } = stack
  const acm = acmClient(partition)
  const cloudFront = cloudFrontClient(partition)
  const route53Of = () => route53Client(partition)
  const iam = iamClient(partition)
  const s3 = s3Client(region)
  const record = await requireCluster(table, 'golem')
  const request = await readRoleRequest(table, 'golem', { namespace: 'shop', serviceAccount: 'cart' })
  if (request === undefined) throw new Error('the role is not requested')
  const wish = { namespace: 'shop', serviceAccount: 'cart', content: parseRoleContent(request.content) }
  const as = (step: 'bucket' | 'certificate' | 'distribution' | 'alias' | 'provider') =>
    clusterOf(record, step, new Date(0).toISOString())
  const observed = {
    bucket: await bucketResource({ s3 }, stack).observe(as('bucket')),
    certificate: await certificateResource({ acm, route53Of }, stack).observe(as('certificate')),
    distribution: await distributionResource({ cloudFront, s3 }, stack).observe(as('distribution')),
    alias: await aliasResource({ route53Of, cloudFront }, stack).observe(as('alias')),
    provider: await providerResource({ iamOf: () => iam }, stack).observe(as('provider')),
    role: await roleResource({ iamOf: () => iam }, stack).observe(desiredRole(stack, record.desired, wish)),
  }
  const fields = Object.entries(observed).map(([name, thing]) => {
    if (thing.status !== 'ready') return [name, [thing.status]] as const
    return [name, thing.differences.map(({ field }) => field)] as const
  })
  return Object.fromEntries(fields.filter(([, names]) => names.length > 0))
}
