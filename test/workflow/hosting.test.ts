/** Issuers that are not a cluster's own chain: what is made for each kind, whom it lets in, and what is left after it. */
import { GetPublicAccessBlockCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { STAGE } from '../../cli/package-stack.ts'
import { exchangeToken } from '../../cli/start/exchange.ts'
import { serveExternalIssuer } from '../../cli/start/external-issuer.ts'
import { bucketName } from '../../lib/aws/names.ts'
import { keysFromPems } from '../../lib/oidc/jwks.ts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import { allOf } from '../../lib/ops/several.ts'
import { changeCluster, requireCluster } from '../../lib/registry/cluster-record.ts'
import { listOrphans } from '../../lib/registry/orphans.ts'
import { deleteItem } from '../../lib/registry/table.ts'
import { type Inventory, newIn, takeInventory } from './inventory.ts'
import { migratingIn, type Traveller } from './migrating.ts'
import { ACCOUNT, type Keys, newKeys, type Pipeline, POLL, roleFor, startPipeline } from './pipeline.ts'

/** Of a partition without CloudFront for issuers. */
const REGION = 'us-gov-west-1'

let pipeline: Pipeline
let before: Inventory

beforeAll(async () => {
  pipeline = await startPipeline({ region: REGION })
  before = await takeInventory()
})

afterAll(() => pipeline.stop())

/** As a pod of the cluster would, with a token that these keys have signed. */
async function exchange(issuer: string, keys: Keys, subject: string, roleArn: string) {
  const [key] = keysFromPems([keys.pem]).keys
  const signer = { privateKey: keys.privateKey, kid: key?.kid ?? '', alg: 'ES256' }
  return exchangeToken(signer, { issuer, audience: 'sts.amazonaws.com', roleArn }, subject, REGION)
}

async function provisioned(detail: { readonly cluster: string }, run = 1): Promise<void> {
  await pipeline.announce(detail)
  await vi.waitFor(async () => expect(await pipeline.cluster(detail.cluster)).toBeDefined(), POLL)
  const statements = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws-us-gov:s3:::bucket/*' }]
  await pipeline.request(detail.cluster, roleFor('shop', 'cart', { policies: [{ statements }] }))

  expect(await pipeline.runEnded(detail.cluster, run)).toMatchObject({ status: 'SUCCEEDED' })
}

async function deleted(cluster: string, run: number): Promise<void> {
  await pipeline.send('Cluster Deleted', { cluster })
  expect(await pipeline.runEnded(cluster, run, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
}

function roleOf(cluster: string): string {
  return `arn:aws-us-gov:iam::000000000000:role/irsa/${cluster}/local_${cluster}_shop_cart`
}

describe('an external issuer', () => {
  // As AKS has them: the slash is part of the name.
  const hostPath = 'westeurope.oic.prod-aks.azure.com/tenant/cluster/'
  const issuer = `https://${hostPath}`
  const detail = { cluster: 'aks', hosting: { type: 'external', issuer } }
  const keys = newKeys()

  beforeAll(async () => {
    const [key] = keysFromPems([keys.pem]).keys
    if (key !== undefined) serveExternalIssuer(pipeline.aws.sites, issuer, key)
    await provisioned(detail)
  })

  test('has a provider and roles made, and nothing else', async () => {
    expect(newIn(before, await takeInventory())).toEqual({
      providers: [`arn:aws-us-gov:iam::000000000000:oidc-provider/${hostPath}`],
      roles: [roleOf('aks')],
    })
  })

  test('opens a role to its own tokens, and to nobody else’s', async () => {
    await expect(exchange(issuer, keys, subjectOf('shop', 'cart'), roleOf('aks'))).resolves.toBeDefined()
    await expect(exchange(issuer, keys, subjectOf('shop', 'till'), roleOf('aks'))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    await expect(exchange(issuer, newKeys(), subjectOf('shop', 'cart'), roleOf('aks'))).rejects.toMatchObject(
      {
        name: 'InvalidIdentityTokenException',
      },
    )
  })

  test('is told of with the keys that it serves, and shown without settings for its API server', async () => {
    const kids = keysFromPems([keys.pem]).keys.map(({ kid }) => kid)
    const { body } = await pipeline.ask('GET', '/clusters/aks')

    expect(await pipeline.told()).toContainEqual(
      expect.objectContaining({
        'detail-type': 'Keys Published',
        detail: expect.objectContaining({ issuer, kids }),
      }),
    )
    expect(JSON.parse(body)).toMatchObject({ issuer, hosting: { type: 'external' } })
    expect(JSON.parse(body)).not.toHaveProperty('apiServer')
  })

  test.each([
    [
      'keys',
      'Cluster Keys Changed',
      { cluster: 'aks', serviceAccountKeys: [newKeys().pem] },
      'IssuerIsExternal',
    ],
    ['another hosting', 'Cluster Created', inBucket('aks'), 'ClusterChangeRefused'],
    [
      'another issuer',
      'Cluster Created',
      { cluster: 'aks', hosting: { type: 'external', issuer: 'https://other.example.com' } },
      'ClusterChangeRefused',
    ],
  ])('refuses %s', async (_, detailType, refused, error) => {
    const known = await pipeline.cluster('aks')
    await pipeline.send(detailType, refused)

    await expect
      .poll(() => pipeline.messages(pipeline.outputs.DeadLettersUrl ?? ''), POLL)
      .toContainEqual(
        expect.objectContaining({
          error,
          event: expect.objectContaining({ detail: expect.objectContaining({ cluster: 'aks' }) }),
        }),
      )
    expect(await pipeline.cluster('aks')).toEqual(known)
  })

  test('leaves nothing', async () => {
    await deleted('aks', 2)

    expect(newIn(before, await takeInventory())).toEqual({})
  })
})

describe('a public bucket as issuer', () => {
  const { issuer, bucket } = publicIssuer('public')
  const keys = newKeys()
  const detail = inBucket('public', keys)

  beforeAll(() => provisioned(detail))

  test('is a bucket, a provider and roles, and nothing else', async () => {
    expect(newIn(before, await takeInventory())).toEqual({
      buckets: [bucket],
      providers: [`arn:aws-us-gov:iam::000000000000:oidc-provider/${issuer.slice('https://'.length)}`],
      roles: [roleOf('public')],
    })
  })

  test('shows everybody the two documents, and nothing else', async () => {
    const s3 = new S3Client({ region: REGION })
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'secret', Body: 'of ours' }))
    const statusOf = async (path: string) =>
      (await pipeline.aws.world.edge().fetch(new URL(`${issuer}${path}`))).status

    expect(await statusOf('/.well-known/openid-configuration')).toBe(200)
    expect(await statusOf('/openid/v1/jwks')).toBe(200)
    expect(await statusOf('/secret')).toBe(403)
    expect(await statusOf('/')).toBe(403)
    const { PublicAccessBlockConfiguration } = await s3.send(
      new GetPublicAccessBlockCommand({ Bucket: bucket }),
    )
    expect(PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    })
  })

  test('opens a role to its own tokens, and to nobody else’s', async () => {
    await expect(exchange(issuer, keys, subjectOf('shop', 'cart'), roleOf('public'))).resolves.toBeDefined()
    await expect(exchange(issuer, keys, subjectOf('shop', 'till'), roleOf('public'))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  test('is audited without a finding, and measured', async () => {
    pipeline.aws.calls.clear()
    await pipeline.audit()
    await pipeline.invoke('measure')

    const found = (await pipeline.told()).filter((event) => event['detail-type'].endsWith(' Found'))
    expect(found).toEqual([])
    const services = new Set(pipeline.aws.calls.list().map(({ service }) => service))
    expect(services).toContain('servicequotas')
    expect(services).not.toContain('acm')
    expect(services).not.toContain('cloudfront')
  })

  test('is found as an orphan, with its provider and roles, when the registry has lost the cluster', async () => {
    const { table } = pipeline.deployed
    const record = await requireCluster(table, 'public')
    await deleteItem(table, { pk: 'CLUSTER#public', sk: 'CLUSTER' })
    await pipeline.audit()

    expect((await allOf(listOrphans(table))).map(({ id }) => id).toSorted()).toEqual(
      [record.outputs.provider?.providerArn, roleOf('public'), bucket].toSorted(),
    )
    await changeCluster(table, 'public', () => record)
    await pipeline.audit()
    expect(await allOf(listOrphans(table))).toEqual([])
  })

  test('leaves nothing', async () => {
    await deleted('public', 2)

    expect(newIn(before, await takeInventory())).toEqual({})
  })
})

describe('a cluster comes, with its role,', () => {
  const others = 'https://oidc.example.com/cluster'
  const keys = newKeys()
  const bucketOf = (hostedAs: string) => ({
    detail: { hosting: { type: 's3' }, serviceAccountKeys: [keys.pem] },
    ...{ issuer: publicIssuer(hostedAs).issuer, keys },
    things: { buckets: 1 },
  })
  const external = {
    detail: { hosting: { type: 'external', issuer: others } },
    ...{ issuer: others, keys: newKeys() },
    things: {},
  }
  let walker: Traveller

  beforeAll(async () => {
    const [key] = keysFromPems([external.keys.pem]).keys
    if (key !== undefined) serveExternalIssuer(pipeline.aws.sites, others, key)
    await provisioned({ cluster: 'walker', ...bucketOf('walker').detail })
    walker = await migratingIn(pipeline).traveller('walker', bucketOf('walker'))
  })

  test('from its bucket to an issuer that somebody else runs, and has turned back from another bucket before', async () => {
    await walker.turnsBackFrom(bucketOf('walker-2'))
    await walker.comesTo(external)
  }, 60_000)

  test('from there to a bucket', () => walker.comesTo(bucketOf('walker')), 60_000)
})

function publicIssuer(cluster: string) {
  const place = { stage: STAGE, accountId: ACCOUNT, region: REGION }
  const bucket = bucketName(place, cluster)
  return { bucket, issuer: `https://s3.${REGION}.amazonaws.com/${bucket}` }
}

function inBucket(cluster: string, { pem } = newKeys()) {
  return { cluster, hosting: { type: 's3' }, serviceAccountKeys: [pem] }
}
