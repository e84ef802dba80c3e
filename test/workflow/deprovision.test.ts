/** Clusters that go: whole, half made, with things of others in between. Nothing is left, and nothing of others is touched. */
import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { iamClient, s3Client } from '../../lib/aws/clients.ts'
import { partitionOf } from '../../lib/aws/partitions.ts'
import { ERRORS } from '../../lib/errors-by-name.ts'
import { replay } from '../../lib/ops/replay.ts'
import { readStatus } from '../../lib/ops/status.ts'
import { deleteItem } from '../../lib/registry/table.ts'
import { REMOVAL_STEPS } from '../../lib/steps.ts'
import { parseFault } from '../../local/faults.ts'
import { newIn, takeInventory } from './inventory.ts'
import {
  clusterNamed,
  DOMAIN,
  letAccountSend,
  type Pipeline,
  POLL,
  roleFor,
  sharePipeline,
} from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

const POLICY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'

test('nothing is left of a cluster with its roles but a tombstone, and that is told', async () => {
  const before = await takeInventory()
  await provisioned(
    'whole',
    roleFor('shop', 'cart'),
    roleFor('shop', 'till', { policies: [{ arn: POLICY }] }),
  )
  const { outputs } = (await pipeline.cluster('whole')) ?? {}
  const Bucket = outputs?.bucket?.bucket
  await s3Client(REGION).send(new PutObjectCommand({ Bucket, Key: 'note', Body: 'of somebody' }))

  await pipeline.send('Cluster Deleted', { cluster: 'whole' })

  expect(await pipeline.runEnded('whole', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  expect(newIn(before, await takeInventory())).toEqual({})
  expect(newIn(await takeInventory(), before)).toEqual({})
  const record = await pipeline.cluster('whole')
  expect(record).toMatchObject({ status: 'DELETED', runs: 2, outputs: {}, hints: {} })
  expect(record?.run).toBeUndefined()
  expect(await pipeline.roleStatuses('whole')).toEqual({})
  expect(await toldOf('whole')).toContainEqual({
    'detail-type': 'Cluster Deprovisioned',
    detail: {
      cluster: 'whole',
      accountId: '000000000000',
      issuer: `https://irsa.whole.${DOMAIN}`,
      generation: 2,
      run: 2,
    },
  })
})

test('it is taken away in the opposite order, and the issuer goes after all that trusts it', async () => {
  await provisioned('backwards', roleFor('shop', 'cart'))
  pipeline.aws.calls.clear()

  await pipeline.send('Cluster Deleted', { cluster: 'backwards' })
  await pipeline.runEnded('backwards', 2, 'deprovision')

  const DELETES = new Set([
    'DeleteRole',
    'DeleteOpenIDConnectProvider',
    'DeleteDistribution',
    'DeleteCertificate',
    'DeleteBucket',
  ])
  const deletes = pipeline.aws.calls.list().map(({ operation }) => operation)
  expect(deletes.filter((operation) => DELETES.has(operation))).toEqual([...DELETES])
})

test('the tombstone keeps name and issuer for its account, which may have the cluster anew, with other keys', async () => {
  const first = clusterNamed('anew')
  await pipeline.announce(first)
  await pipeline.runEnded('anew')
  const [firstKid] = (await pipeline.cluster('anew'))?.keys ?? []
  await pipeline.send('Cluster Deleted', { cluster: 'anew' })
  await pipeline.runEnded('anew', 2, 'deprovision')

  await letAccountSend(pipeline, '111122223333')
  await pipeline.announce(clusterNamed('anew'), { account: '111122223333' })
  await pipeline.announce(clusterNamed('usurper', { baseDomain: `anew.${DOMAIN}` }))

  await expect
    .poll(async () => JSON.stringify(await deadLetters()), POLL)
    .toMatch(/AccountMayNotSpeak.*"anew"|"anew".*AccountMayNotSpeak/s)
  await expect.poll(async () => JSON.stringify(await deadLetters()), POLL).toMatch(/IssuerTaken/)
  expect(await pipeline.cluster('anew')).toMatchObject({ status: 'DELETED' })

  await pipeline.announce(clusterNamed('anew'))

  expect(await pipeline.runEnded('anew', 3)).toMatchObject({ status: 'SUCCEEDED' })
  await expect.poll(() => pipeline.cluster('anew'), POLL).toMatchObject({ status: 'READY', runs: 3 })
  const { keys = [] } = (await pipeline.cluster('anew')) ?? {}
  expect(keys).toHaveLength(1)
  expect(keys[0]?.kid).not.toBe(firstKid?.kid)
})

test('a cluster that is protected stays, and its sender is told why; force deletes it', async () => {
  await provisioned('precious')
  expect(await pipeline.ask('PUT', '/clusters/precious/protection')).toMatchObject({ status: 200 })

  await pipeline.send('Cluster Deleted', { cluster: 'precious' })

  await expect.poll(async () => JSON.stringify(await deadLetters()), POLL).toMatch(/ClusterProtected/)
  expect(await pipeline.cluster('precious')).toMatchObject({ status: 'READY', generation: 1 })

  await pipeline.send('Cluster Deleted', { cluster: 'precious', force: true })

  expect(await pipeline.runEnded('precious', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
})

/** Of each step a call that makes something, refused for good; of those with the same name, the one that has this in its input. */
const BREAKING: Readonly<Record<string, readonly [operation: string, input: string]>> = {
  bucket: ['s3.PutBucketVersioning', ''],
  certificate: ['route53.ChangeResourceRecordSets', 'CNAME'],
  distribution: ['cloudfront.CreateDistributionWithTags', ''],
  alias: ['route53.ChangeResourceRecordSets', 'AAAA'],
  provider: ['iam.CreateOpenIDConnectProvider', ''],
}

test.each(Object.entries(BREAKING))(
  'a cluster that is half made goes as well: failed at %s',
  async (step, [operation, part]) => {
    const cluster = `half-${step}`
    const before = await takeInventory()
    pipeline.aws.faults.add({
      ...parseFault(`${operation}:before:AccessDenied`),
      times: 1_000,
      matching: (input) => JSON.stringify(input).includes(part),
    })
    await pipeline.announce(clusterNamed(cluster))
    expect(await pipeline.runEnded(cluster)).toMatchObject({ status: 'FAILED' })
    pipeline.aws.faults.clear()

    await pipeline.send('Cluster Deleted', { cluster })

    expect(await pipeline.runEnded(cluster, 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
    expect(newIn(before, await takeInventory())).toEqual({})
  },
)

/** Of each step a call of its removal, refused for good. */
const STOPPING: Readonly<Record<string, string>> = {
  roles: 'iam.DeleteRole',
  provider: 'iam.DeleteOpenIDConnectProvider',
  alias: 'route53.ChangeResourceRecordSets',
  distribution: 'cloudfront.DeleteDistribution',
  certificate: 'acm.DeleteCertificate',
  bucket: 's3.DeleteBucket',
}

test.each(Object.entries(STOPPING))(
  'a removal that stops at %s says so, and goes on there when it is redriven: nothing is made again',
  async (step, operation) => {
    const cluster = `stop-${step}`
    const before = await takeInventory()
    await provisioned(cluster, roleFor('shop', 'cart'))
    pipeline.aws.faults.add({ ...parseFault(`${operation}:before:AccessDenied`), times: 1_000 })
    await pipeline.send('Cluster Deleted', { cluster })
    expect(await pipeline.runEnded(cluster, 2, 'deprovision')).toMatchObject({ status: 'FAILED' })
    pipeline.aws.faults.clear()
    await expect
      .poll(() => toldOf(cluster), POLL)
      .toContainEqual(
        expect.objectContaining({
          'detail-type': 'Provisioning Failed',
          detail: expect.objectContaining({ workflow: 'deprovision', step, run: 2 }),
        }),
      )
    const lastError = await vi.waitUntil(async () => {
      const { clusters } = await readStatus(pipeline.deployed, pipeline.deployed.queues)
      return clusters.failed.find((failed) => failed.cluster === cluster)?.lastError
    }, POLL)
    expect(lastError).toMatchObject({ step, remedy: ERRORS.get(lastError.error)?.remedy })
    pipeline.aws.calls.clear()

    const who = { ...pipeline.deployed, who: 'iam:operator' }
    expect(await replay(pipeline.deployed, { kind: 'cluster', cluster }, who)).toMatchObject({
      how: 'redrive',
    })

    expect(await pipeline.runEnded(cluster, 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
    expect(newIn(before, await takeInventory())).toEqual({})
    const made = pipeline.aws.calls
      .list()
      .filter(({ operation: name }) => /^(Create|Request|Put(?!Item|Events))/.test(name))
    expect(made.map(({ operation: name }) => name)).toEqual([])
  },
)

test('a provider that lost our tags is left alone and stops the removal, until it has them again', async () => {
  await provisioned('stripped')
  const OpenIDConnectProviderArn = `arn:aws:iam::000000000000:oidc-provider/irsa.stripped.${DOMAIN}`
  const iam = iamClient(partitionOf(REGION))
  const Tags = [
    { Key: 'irsa:cluster', Value: 'stripped' },
    { Key: 'irsa:stack', Value: 'irsa-local' },
  ]
  const TagKeys = Tags.map(({ Key }) => Key)
  await iam.send(new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, TagKeys }))

  await pipeline.send('Cluster Deleted', { cluster: 'stripped' })

  expect(await pipeline.runEnded('stripped', 2, 'deprovision')).toMatchObject({
    status: 'FAILED',
    error: 'ProviderNotOurs',
  })
  expect((await takeInventory()).providers).toContain(OpenIDConnectProviderArn)

  await iam.send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags }))
  await pipeline.redrive('stripped-2', 'deprovision')

  expect(await pipeline.runEnded('stripped', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
})

test('what has our names and is not ours is passed over by force, and is there afterwards', async () => {
  const cluster = 'forced'
  const iam = iamClient(partitionOf(REGION))
  pipeline.aws.faults.add({
    ...parseFault('iam.CreateOpenIDConnectProvider:before:AccessDenied'),
    times: 1_000,
  })
  await pipeline.announce(clusterNamed(cluster))
  await pipeline.runEnded(cluster)
  pipeline.aws.faults.clear()
  const Url = `https://irsa.${cluster}.${DOMAIN}`
  const made = await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['somebody'] }))
  await expect.poll(async () => (await pipeline.cluster(cluster))?.run?.state, POLL).toBe('FAILED')

  await pipeline.send('Cluster Deleted', { cluster })
  expect(await pipeline.runEnded(cluster, 2, 'deprovision')).toMatchObject({ error: 'ProviderNotOurs' })
  await expect.poll(async () => (await pipeline.cluster(cluster))?.run?.state, POLL).toBe('FAILED')
  await pipeline.send('Cluster Deleted', { cluster, force: true })

  expect(await pipeline.runEnded(cluster, 3, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  expect((await takeInventory()).providers).toContain(made.OpenIDConnectProviderArn)
})

test('a role with policies of others stops the removal before the provider goes, and says which', async () => {
  const RoleName = 'local_watched_shop_cart'
  const iam = iamClient(partitionOf(REGION))
  await provisioned('watched', roleFor('shop', 'cart'), roleFor('shop', 'till'))
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: POLICY }))

  await pipeline.send('Cluster Deleted', { cluster: 'watched' })

  expect(await pipeline.runEnded('watched', 2, 'deprovision')).toMatchObject({
    status: 'FAILED',
    error: 'RolesLeft',
    cause: expect.stringMatching(
      /1 role could not be removed, among them shop\/cart: RoleHasOtherPolicies: .*AmazonS3ReadOnlyAccess/,
    ),
  })
  expect((await takeInventory()).providers).toContain(
    `arn:aws:iam::000000000000:oidc-provider/irsa.watched.${DOMAIN}`,
  )

  await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: POLICY }))
  await pipeline.redrive('watched-2', 'deprovision')

  expect(await pipeline.runEnded('watched', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  await expect(iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
})

test('what a lost registry does not know any more goes too, once its cluster is announced again', async () => {
  const before = await takeInventory()
  const detail = clusterNamed('unrecorded')
  await pipeline.announce(detail)
  await pipeline.runEnded('unrecorded')
  await deleteItem(pipeline.deployed.table, { pk: 'CLUSTER#unrecorded', sk: 'CLUSTER' })

  await pipeline.announce(detail)
  await expect.poll(() => pipeline.cluster('unrecorded'), POLL).toBeDefined()
  await pipeline.send('Cluster Deleted', { cluster: 'unrecorded' })

  await expect.poll(() => pipeline.cluster('unrecorded'), POLL).toMatchObject({ status: 'DELETED' })
  expect(newIn(before, await takeInventory())).toEqual({})
})

test('steps are all that stop a removal, each of them here', () => {
  expect(Object.keys(STOPPING)).toEqual(REMOVAL_STEPS)
})

async function provisioned(cluster: string, ...roles: readonly object[]): Promise<void> {
  await pipeline.announce(clusterNamed(cluster))
  await expect.poll(() => pipeline.cluster(cluster), POLL).toBeDefined()
  await pipeline.request(cluster, ...roles)
  expect(await pipeline.runEnded(cluster)).toMatchObject({ status: 'SUCCEEDED' })
  await expect
    .poll(async () => Object.values(await pipeline.roleStatuses(cluster)).map(({ state }) => state), POLL)
    .toEqual(roles.map(() => 'READY'))
}

async function toldOf(cluster: string) {
  const told = (await pipeline.told()).filter(({ detail }) => detail.cluster === cluster)
  return told.map(({ 'detail-type': detailType, detail }) => ({ 'detail-type': detailType, detail }))
}

function deadLetters() {
  return pipeline.messages(pipeline.outputs.DeadLettersUrl ?? '')
}
