/** Clusters that share one host: it is made once, each has its own documents and provider there, and none touches another's. */
import { GetRoleCommand, paginateListRoles, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { paginateGetExecutionHistory } from '@aws-sdk/client-sfn'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rollOutMemberAccount } from '../../cli/member-account.ts'
import { REGION, SHARED_DOMAIN, TARGET_ACCOUNT } from '../../cli/package-stack.ts'
import { exchangeToken } from '../../cli/start/exchange.ts'
import { bucketAddress } from '../../lib/aws/buckets.ts'
import { iamClient, s3Client, s3ClientWith, stsClient } from '../../lib/aws/clients.ts'
import { SHARED_HOST } from '../../lib/aws/names.ts'
import { allItems } from '../../lib/aws/pages.ts'
import { credentialsOf } from '../../lib/aws/session-credentials.ts'
import { writerOfDocuments } from '../../lib/aws/shared-documents.ts'
import { JWKS_KEY, keysFromPems } from '../../lib/oidc/jwks.ts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import { runArn } from '../../lib/runs.ts'
import { parseFault } from '../../local/faults.ts'
import { type Inventory, newIn, takeInventory } from './inventory.ts'
import { ACCOUNT, type Keys, newKeys, type Pipeline, POLL, roleFor, startPipeline } from './pipeline.ts'

const HOST = `irsa.${SHARED_DOMAIN}`
const keys = { golem: newKeys(), troll: newKeys(), ogre: newKeys() }
type Name = keyof typeof keys

let pipeline: Pipeline
let before: Inventory

beforeAll(async () => {
  pipeline = await startPipeline()
  await rollOutMemberAccount(TARGET_ACCOUNT, ACCOUNT)
  before = await takeInventory()
})

afterAll(() => pipeline.stop())

test('a host that cannot be made is the reason why its clusters are not; announced again, they have both made', async () => {
  pipeline.aws.faults.add(parseFault('acm.RequestCertificate:before:AccessDenied:1000'))
  await pipeline.announce(sharing('golem'))
  await expect
    .poll(async () => (await pipeline.cluster('golem'))?.lastError, POLL)
    .toMatchObject({
      error: 'SharedHostFailed',
      message: expect.stringMatching(
        new RegExp(`https://${HOST} stopped at certificate: AccessDenied: acm:RequestCertificate`),
      ),
    })

  pipeline.aws.faults.clear()
  await Promise.all([
    pipeline.announce(sharing('golem')),
    pipeline.announce(sharing('troll'), { account: TARGET_ACCOUNT }),
  ])
  await pipeline.request('golem', roleFor('shop', 'cart'))
  await Promise.all([ready('golem'), ready('troll')])
})

test('the host is made once, for clusters of whichever account; each has a provider in its own', async () => {
  const { records = [], ...things } = newIn(before, await takeInventory())

  expect(await pipeline.cluster(SHARED_HOST)).toMatchObject({ status: 'READY', runs: 1 })
  expect(things).toEqual({
    buckets: [bucketAddress(pipeline.deployed.stack, { cluster: SHARED_HOST }).Bucket],
    certificates: [expect.any(String)],
    distributions: [expect.any(String)],
    providers: [`arn:aws:iam::${ACCOUNT}:oidc-provider/${HOST}/golem`],
    roles: [roleOf('golem')],
  })
  expect(records).toHaveLength(3)
  expect((await takeInventory(TARGET_ACCOUNT)).providers).toEqual([
    `arn:aws:iam::${TARGET_ACCOUNT}:oidc-provider/${HOST}/troll`,
  ])
})

test('a further cluster is two documents and a provider, and waits for nothing', async () => {
  pipeline.aws.calls.clear()
  await pipeline.announce(sharing('ogre'))
  await ready('ogre')

  const changes = pipeline.aws.calls
    .list()
    .filter(({ service }) => ['s3', 'acm', 'cloudfront', 'route53', 'iam'].includes(service))
    .filter(({ operation }) => !/^(Get|List|Head|Describe)/.test(operation))
    .map(({ operation }) => operation)
  expect(changes).toEqual(['PutObject', 'PutObject', 'CreateOpenIDConnectProvider'])
  const { deployed } = pipeline
  const executionArn = runArn(deployed, 'ogre', { number: 1, workflow: 'provision' })
  const pages = paginateGetExecutionHistory({ client: deployed.sfn }, { executionArn })
  const events = await allItems('states:GetExecutionHistory', pages, (page) => page.events)
  expect(events.map(({ type }) => type)).not.toContain('WaitStateEntered')
})

test('the host shows everybody the documents of each cluster, and nothing else', async () => {
  const { stack } = pipeline.deployed
  const address = bucketAddress(stack, { cluster: SHARED_HOST })
  await s3Client(REGION).send(new PutObjectCommand({ ...address, Key: 'golem/secret', Body: 'of ours' }))
  const edge = pipeline.aws.world.edge()
  const statusOf = async (path: string) => (await edge.fetch(new URL(`https://${HOST}${path}`))).status

  for (const cluster of ['golem', 'troll', 'ogre'])
    for (const path of ['.well-known/openid-configuration', JWKS_KEY])
      expect(await statusOf(`/${cluster}/${path}`)).toBe(200)
  for (const path of ['/golem/secret', '/golem', '/', '/.well-known/openid-configuration'])
    expect(await statusOf(path)).toBe(403)
})

test('documents are written by sessions of their own cluster only: not by another’s, nor by the function itself', async () => {
  const { stack } = pipeline.deployed
  const address = bucketAddress(stack, { cluster: SHARED_HOST })
  const bucketRoleArn = await letAdministratorBe((name) => name.includes('-BucketRole-'))
  await letAdministratorBe((name) => name === 'irsa-local-shared-documents')
  const ofGolem = writerOfDocuments(stack)('golem')
  const ofFunction = s3ClientWith(REGION, () => sessionOf(bucketRoleArn))
  const denied = { name: 'AccessDenied' }

  for (const Key of [`ogre/${JWKS_KEY}`, 'golem/other', JWKS_KEY])
    await expect(
      ofGolem.send(new PutObjectCommand({ ...address, Key, Body: 'x' })),
      Key,
    ).rejects.toMatchObject(denied)
  await expect(
    ofFunction.send(new PutObjectCommand({ ...address, Key: `golem/${JWKS_KEY}`, Body: 'x' })),
  ).rejects.toMatchObject(denied)
  const { VersionId } = await ofFunction.send(new HeadObjectCommand({ ...address, Key: `golem/${JWKS_KEY}` }))
  await expect(
    ofFunction.send(new DeleteObjectCommand({ ...address, Key: `golem/${JWKS_KEY}`, VersionId })),
  ).rejects.toMatchObject(denied)
  const IfMatch = '"another"'
  // Allowed: only the condition is in the way.
  await expect(
    ofGolem.send(new PutObjectCommand({ ...address, Key: `golem/${JWKS_KEY}`, Body: 'x', IfMatch })),
  ).rejects.toMatchObject({ name: 'PreconditionFailed' })
})

test('a role opens to tokens of its own cluster, and to those of no other on the host', async () => {
  await expect(exchange('golem', keys.golem)).resolves.toBeDefined()
  await expect(exchange('golem', keys.golem, 'till')).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(exchange('golem', keys.troll)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })
  await expect(exchange('ogre', keys.ogre)).rejects.toMatchObject({ name: 'AccessDenied' })
})

test('keys of one cluster rotate: the edges forget its former ones, and nothing of others', async () => {
  const next = newKeys()
  pipeline.aws.calls.clear()
  const others = await jwksOf('ogre')

  await pipeline.send('Cluster Keys Changed', {
    cluster: 'golem',
    serviceAccountKeys: [next.pem],
    retireNow: 'it was disclosed',
  })
  expect(await pipeline.runEnded('golem', 2)).toMatchObject({ status: 'SUCCEEDED' })

  await expect(exchange('golem', next)).resolves.toBeDefined()
  await expect(exchange('golem', keys.golem)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })
  keys.golem = next
  const invalidations = pipeline.aws.calls.list({ operation: 'CreateInvalidation' })
  expect(invalidations.map(({ input }) => input)).toEqual([
    expect.objectContaining({
      InvalidationBatch: expect.objectContaining({ Paths: { Quantity: 1, Items: [`/golem/${JWKS_KEY}`] } }),
    }),
  ])
  expect(await jwksOf('ogre')).toBe(others)
})

test('the host stays while a cluster uses it, and a cluster that goes takes nothing of others with it', async () => {
  await pipeline.send('Cluster Deleted', { cluster: SHARED_HOST, force: true })
  await expect
    .poll(() => pipeline.messages(pipeline.outputs.DeadLettersUrl ?? ''), POLL)
    .toContainEqual(
      expect.objectContaining({
        error: 'SharedHostInUse',
        message: 'The shared host is used by golem, ogre, troll.',
      }),
    )
  const others = await jwksOf('ogre')

  await deleted('golem', 3)

  await expect(jwksOf('golem')).rejects.toMatchObject({ name: 'NoSuchKey' })
  expect(await jwksOf('ogre')).toBe(others)
  const left = newIn(before, await takeInventory())
  expect(Object.keys(left).toSorted()).toEqual([
    'buckets',
    'certificates',
    'distributions',
    'providers',
    'records',
  ])
  expect(left.providers).toEqual([`arn:aws:iam::${ACCOUNT}:oidc-provider/${HOST}/ogre`])
})

test('after the last cluster the host goes, and leaves nothing', async () => {
  await Promise.all([deleted('troll', 2, TARGET_ACCOUNT), deleted('ogre', 2)])
  await deleted(SHARED_HOST, 2)

  expect(newIn(before, await takeInventory())).toEqual({})
  expect((await takeInventory(TARGET_ACCOUNT)).providers).toEqual([])
})

function sharing(cluster: Name) {
  return { cluster, hosting: { type: 'shared' }, serviceAccountKeys: [keys[cluster].pem] }
}

function ready(cluster: Name): Promise<void> {
  return expect.poll(async () => (await pipeline.cluster(cluster))?.status, POLL).toBe('READY')
}

async function deleted(cluster: string, run: number, account = ACCOUNT): Promise<void> {
  await pipeline.send('Cluster Deleted', { cluster }, account === ACCOUNT ? {} : { account })
  expect(await pipeline.runEnded(cluster, run, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
}

function roleOf(cluster: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/irsa/${cluster}/local_${cluster}_shop_cart`
}

/** As a pod of the cluster would, with a token that these keys have signed, for golem's role. */
async function exchange(cluster: Name, { pem, privateKey }: Keys, serviceAccount = 'cart') {
  const [key] = keysFromPems([pem]).keys
  const signer = { privateKey, kid: key?.kid ?? '', alg: 'ES256' }
  const at = {
    issuer: `https://${HOST}/${cluster}`,
    audience: 'sts.amazonaws.com',
    roleArn: roleOf('golem'),
  }
  return exchangeToken(signer, at, subjectOf('shop', serviceAccount), REGION)
}

/** Besides whom it trusts already. Returns its ARN. */
async function letAdministratorBe(isMeant: (roleName: string) => boolean): Promise<string> {
  const iam = iamClient(pipeline.deployed.stack.partition)
  const roles = await allItems('iam:ListRoles', paginateListRoles({ client: iam }, {}), (page) => page.Roles)
  const { RoleName = '', Arn = '' } = roles.find((role) => isMeant(role.RoleName ?? '')) ?? {}
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
  const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 'sts:AssumeRole',
  }
  const PolicyDocument = JSON.stringify({ ...trust, Statement: [trust.Statement, Statement].flat() })
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
  return Arn
}

async function sessionOf(RoleArn: string) {
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' })
  return credentialsOf((await stsClient(REGION).send(command)).Credentials)
}

async function jwksOf(cluster: Name): Promise<string | undefined> {
  const address = bucketAddress(pipeline.deployed.stack, { cluster: SHARED_HOST })
  const { Body } = await s3Client(REGION).send(
    new GetObjectCommand({ ...address, Key: `${cluster}/${JWKS_KEY}` }),
  )
  return Body?.transformToString()
}
