/** What other systems that do this work are known to get wrong, one test for each. */
import { ListCertificatesCommand } from '@aws-sdk/client-acm'
import { CreateDistributionCommand } from '@aws-sdk/client-cloudfront'
import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { ChangeResourceRecordSetsCommand } from '@aws-sdk/client-route-53'
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { paginateGetExecutionHistory } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { REGION, STAGE } from '../../cli/package-stack.ts'
import { acmClient, cloudFrontClient, iamClient, route53Client } from '../../lib/aws/clients.ts'
import { findHostedZone } from '../../lib/aws/hosted-zones.ts'
import { bucketName } from '../../lib/aws/names.ts'
import { allItems } from '../../lib/aws/pages.ts'
import { partitionOf } from '../../lib/aws/partitions.ts'
import { changeCluster } from '../../lib/registry/cluster-record.ts'
import { deleteItem } from '../../lib/registry/table.ts'
import { runArn } from '../../lib/runs.ts'
import type { CallRecord } from '../../local/calls.ts'
import { parseFault } from '../../local/faults.ts'
import { type Inventory, takeInventory } from './inventory.ts'
import { ACCOUNT, clusterNamed, DOMAIN, type Pipeline, POLL, sharePipeline } from './pipeline.ts'

const DETAIL = clusterNamed('lodestar')

let pipeline: Pipeline
let before: Inventory

beforeAll(async () => {
  pipeline = await sharePipeline()
  // More than one page: CloudFront lists 100 at a time.
  const names = Array.from({ length: 100 }, (_, index) => `somebody-${index}`)
  const others = await Promise.all(names.map(createDistribution))
  before = await vi.waitUntil(async () => {
    const inventory = await takeInventory()
    return others.every((id) => inventory.distributions?.includes(id)) && inventory
  }, POLL)
  const hurry = slowDown()
  await pipeline.announce(DETAIL)
  expect(await pipeline.runEnded('lodestar')).toMatchObject({ status: 'SUCCEEDED' })
  hurry()
})

afterAll(() => pipeline.stop())

test('nothing goes on before the distribution is deployed', async () => {
  const answers = await answersOf('lodestar', 1)
  const distribution = answers.filter(({ step }) => step === 'distribution')
  const after = answers.slice(answers.indexOf(distribution.at(-1)) + 1)

  expect(distribution[0]).toMatchObject({ status: 'pending' })
  expect(distribution.at(-1)).toMatchObject({ status: 'ready' })
  expect(after.map(({ step }) => step)).toContain('alias')
})

test('a provider has no thumbprint, neither a right one nor zeros: IAM trusts the certificate’s authority', () => {
  const [made] = pipeline.aws.calls.list({ operation: 'CreateOpenIDConnectProvider' })

  expect(made?.input).toMatchObject({ Url: `https://irsa.lodestar.${DOMAIN}` })
  expect(made?.input).not.toHaveProperty('ThumbprintList')
})

test('what is as it should be is written no second time, and is found again beyond the first page, its record lost', async () => {
  const known = await pipeline.cluster('lodestar')
  const { table } = pipeline.deployed
  await deleteItem(table, { pk: 'CLUSTER#lodestar', sk: 'CLUSTER' })
  await deleteItem(table, { pk: `ISSUER#irsa.lodestar.${DOMAIN}`, sk: 'CLAIM' })
  pipeline.aws.calls.clear()

  await pipeline.announce(DETAIL)

  expect(await pipeline.runEnded('lodestar', 2)).toMatchObject({ status: 'SUCCEEDED' })
  expect((await pipeline.cluster('lodestar'))?.outputs).toEqual(known?.outputs)
  expect(changesByFunctions()).toEqual([])
  expect(byFunctions('ListDistributions').filter(({ input }) => 'Marker' in input)).not.toEqual([])
})

test('a cluster goes whole, its outputs lost and some answers too: its provider before its bucket, and neither record nor certificate is left', async () => {
  await changeCluster(pipeline.deployed.table, 'lodestar', (record) => record && { ...record, outputs: {} })
  pipeline.aws.faults.add(parseFault('acm.DeleteCertificate:before:InternalFailure:4'))
  pipeline.aws.calls.clear()

  await pipeline.send('Cluster Deleted', { cluster: 'lodestar' })

  expect(await pipeline.runEnded('lodestar', 3, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  expect(pipeline.aws.faults.unspent()).toEqual([])
  const operations = changesByFunctions().map(({ operation }) => operation)
  expect(operations.indexOf('DeleteOpenIDConnectProvider')).toBeLessThan(operations.indexOf('DeleteBucket'))
  expect(await takeInventory()).toEqual(before)
})

test('a provider is found by its ARN: no others are listed, and one that lacks our tags is nobody’s to take', async () => {
  const Url = `https://irsa.tagless.${DOMAIN}`
  await iamClient(partitionOf(REGION)).send(
    new CreateOpenIDConnectProviderCommand({ Url, ThumbprintList: ['0'.repeat(40)] }),
  )
  await pipeline.announce(clusterNamed('tagless'))

  expect(await pipeline.runEnded('tagless')).toMatchObject({ status: 'FAILED', error: 'ProviderNotOurs' })
  expect(byFunctions('ListOpenIDConnectProviders')).toEqual([])
  expect(byFunctions('AddClientIDToOpenIDConnectProvider')).toEqual([])
})

test('a bucket of that name that somebody else has made is no success, and gets no documents', async () => {
  const Bucket = bucketName({ stage: STAGE, accountId: ACCOUNT, region: REGION }, 'squatted')
  const s3 = new S3Client({ region: REGION })
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const
  const BucketNamespace = 'account-regional' as const
  await s3.send(new CreateBucketCommand({ Bucket, BucketNamespace, CreateBucketConfiguration }))
  await pipeline.announce(clusterNamed('squatted'))

  expect(await pipeline.runEnded('squatted')).toMatchObject({ status: 'FAILED', error: 'BucketNotOurs' })
  expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0)
})

test('a certificate that ACM refused is told of, and requested anew by the replay', async () => {
  const caa = (Action: 'CREATE' | 'DELETE') => changeCaa(Action, `forbidden.${DOMAIN}`)
  await caa('CREATE')
  await pipeline.announce(clusterNamed('forbidden'))
  expect(await pipeline.runEnded('forbidden')).toMatchObject({ status: 'FAILED', error: 'CertificateFailed' })
  await expect
    .poll(() => pipeline.cluster('forbidden'), POLL)
    .toMatchObject({
      lastError: { step: 'certificate', message: expect.stringContaining('CAA_ERROR') },
    })

  await caa('DELETE')
  await pipeline.redrive('forbidden-1')

  expect(await pipeline.runEnded('forbidden')).toMatchObject({ status: 'SUCCEEDED' })
  const { CertificateSummaryList = [] } = await acmClient(partitionOf(REGION)).send(
    new ListCertificatesCommand({}),
  )
  const own = CertificateSummaryList.filter(({ DomainName }) => DomainName === `irsa.forbidden.${DOMAIN}`)
  expect(own.map(({ Status }) => Status)).toEqual(['ISSUED'])
})

test('a key that is no PEM is refused by its field, and nothing crashes', async () => {
  await pipeline.announce(clusterNamed('keyless', { serviceAccountKeys: ['c3NoLXJzYSBBQUFB'] }))

  await expect
    .poll(() => pipeline.messages(pipeline.outputs.DeadLettersUrl ?? ''), POLL)
    .toContainEqual(
      expect.objectContaining({
        error: 'InvalidInput',
        message: expect.stringContaining('detail.serviceAccountKeys[0]'),
      }),
    )
  expect(await pipeline.cluster('keyless')).toBeUndefined()
})

/** Enough for a distribution to be seen before it is deployed. */
function slowDown(): () => void {
  const { clock } = pipeline.aws
  const { after } = clock
  const spy = vi
    .spyOn(clock, 'after')
    .mockImplementation((milliseconds, run, options) => after(20 * milliseconds, run, options))
  return () => spy.mockRestore()
}

/** What the run's tasks have answered, in order. */
async function answersOf(cluster: string, number: number) {
  const { deployed } = pipeline
  const input = { executionArn: runArn(deployed, cluster, { number, workflow: 'provision' }) }
  const pages = paginateGetExecutionHistory({ client: deployed.sfn }, input)
  const events = await allItems('states:GetExecutionHistory', pages, (page) => page.events)
  return events
    .filter(({ type }) => type === 'TaskStateExited')
    .map(({ stateExitedEventDetails: exited }) => JSON.parse(exited?.output ?? 'null') ?? {})
}

/** Calls of the stack's functions, without those that were refused. */
function byFunctions(operation?: string): readonly CallRecord[] {
  return pipeline.aws.calls
    .list(operation === undefined ? {} : { operation })
    .filter(({ principal, error }) => principal.includes(':assumed-role/') && error === undefined)
}

const RESOURCES: ReadonlySet<string> = new Set(['s3', 'acm', 'cloudfront', 'route53', 'iam'])

/** In what they make; the registry, queues and executions are theirs. */
function changesByFunctions(): readonly CallRecord[] {
  return byFunctions().filter(
    ({ service, operation }) => RESOURCES.has(service) && !/^(Get|List|Head|Describe)/.test(operation),
  )
}

/** Behind which nothing is, as somebody else may have it. Returns its id. */
async function createDistribution(name: string): Promise<string> {
  const DefaultCacheBehavior = {
    TargetOriginId: 'web',
    ViewerProtocolPolicy: 'https-only' as const,
    // CachingDisabled: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
    CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  }
  const S3OriginConfig = { OriginAccessIdentity: '' }
  const Items = [{ Id: 'web', DomainName: `${name}.s3.${REGION}.amazonaws.com`, S3OriginConfig }]
  const DistributionConfig = {
    CallerReference: name,
    Comment: name,
    Enabled: true,
    Origins: { Quantity: 1, Items },
    DefaultCacheBehavior,
  }
  const { Distribution } = await cloudFrontClient(partitionOf(REGION)).send(
    new CreateDistributionCommand({ DistributionConfig }),
  )
  return Distribution?.Id ?? ''
}

async function changeCaa(Action: 'CREATE' | 'DELETE', Name: string): Promise<void> {
  const route53 = route53Client(partitionOf(REGION))
  const zoning = { route53Of: () => route53, stack: { hostedZones: [], accountId: ACCOUNT } }
  const zone = await findHostedZone(zoning, { host: Name, accountId: ACCOUNT })
  const ResourceRecordSet = {
    Name,
    Type: 'CAA' as const,
    TTL: 60,
    ResourceRecords: [{ Value: '0 issue "letsencrypt.org"' }],
  }
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] }
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone.id, ChangeBatch }))
}
