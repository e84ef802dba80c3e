/** The keys of a cluster change, and no token that may be in use is ever refused; one of a disclosed key is, at once. */
import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { readAudit } from '../../lib/audit/log.ts'
import { bucketAddress } from '../../lib/aws/buckets.ts'
import { s3Client } from '../../lib/aws/clients.ts'
import { JWKS_KEY, keysFromPems } from '../../lib/oidc/jwks.ts'
import { changeCluster } from '../../lib/registry/cluster-record.ts'
import { clusterNamed, type Keys, newKeys, type Pipeline, POLL, roleFor, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

const HOUR = 3_600_000
const CLUSTER = 'revolving'
const ISSUER = 'https://irsa.revolving.gaws.gigantic.io'

test('keys rotate without an outage, by themselves; a rotation is taken back; a disclosed key is off at once', async () => {
  const [first, second] = [newKeys(), newKeys()]
  await pipeline.announce(clusterNamed(CLUSTER, { serviceAccountKeys: [first.pem] }))
  await expect.poll(() => pipeline.cluster(CLUSTER), POLL).toBeDefined()
  await pipeline.request(CLUSTER, roleFor('shop', 'cart'))
  await pipeline.runEnded(CLUSTER)
  await expectTokens({ admitted: [first], refused: [second] })

  // Both are listed: the new one is public before anybody signs with it.
  await changeKeys([first, second])
  expect(await pipeline.runEnded(CLUSTER, 2)).toMatchObject({ status: 'SUCCEEDED' })
  await expectTokens({ admitted: [first, second] })
  const invalidated = pipeline.aws.calls.list({ operation: 'CreateInvalidation' })
  expect(invalidated).toHaveLength(1)

  // The API servers have the new one only; tokens of the old one are in pods for a day.
  await changeKeys([second])
  await expect.poll(retiring, POLL).toEqual([kidOf(first)])
  await expectTokens({ admitted: [first, second] })
  await letPass(24.9)
  await expectTokens({ admitted: [first, second] })
  expect(await pipeline.cluster(CLUSTER)).toMatchObject({ generation: 2, runs: 2 })

  await letPass(0.1)
  expect(await pipeline.runEnded(CLUSTER, 3)).toMatchObject({ status: 'SUCCEEDED' })
  await expectTokens({ admitted: [second], refused: [first] })

  // Taken back, from the history of the bucket.
  await pipeline.send('Cluster Keys Changed', { cluster: CLUSTER, jwks: await jwksBefore() })
  expect(await pipeline.runEnded(CLUSTER, 4)).toMatchObject({ status: 'SUCCEEDED' })
  await expectTokens({ admitted: [first, second] })

  const third = newKeys()
  await changeKeys([third], { retireNow: 'the old ones were disclosed' })
  expect(await pipeline.runEnded(CLUSTER, 5)).toMatchObject({ status: 'SUCCEEDED' })
  await expectTokens({ admitted: [third], refused: [first, second] })
  expect(await publishedSets()).toEqual(
    [[first], [first, second], [second], [first, second], [third]].map((keys) => keys.map(kidOf).toSorted()),
  )
  const { entries } = await readAudit(audit(), { cluster: CLUSTER }, { limit: 10 })
  // Of those of the same second any may be the first.
  expect(entries).toContainEqual(
    expect.objectContaining({
      what: 'KeysChanged',
      after: expect.objectContaining({ retireNow: 'the old ones were disclosed' }),
    }),
  )
})

test('changes of keys at once, during the first run, twice and out of order, end as the last word says', async () => {
  const cluster = 'hurrying'
  const [first, second, third] = [newKeys(), newKeys(), newKeys()]
  const now = Math.floor(pipeline.aws.clock.now().getTime() / 1000)
  const at = (seconds: number) => ({ time: new Date((now - 100 + seconds) * 1000) })
  const change = (keys: readonly Keys[], seconds: number, more: object = {}) =>
    pipeline.send('Cluster Keys Changed', { cluster, ...pemsOf(keys), ...more }, at(seconds))
  await pipeline.announce(clusterNamed(cluster, { serviceAccountKeys: [first.pem] }), at(0))
  await expect.poll(() => pipeline.cluster(cluster), POLL).toBeDefined()

  await Promise.all([
    change([first, second], 20),
    change([first, second], 20),
    change([first, third], 20),
    change([third], 10, { retireNow: 'overtaken, or undone' }),
  ])

  await expect
    .poll(async () => {
      const record = await pipeline.cluster(cluster)
      return record?.run === undefined && record?.publishedKids?.toSorted()
    }, POLL)
    .toEqual([first, second, third].map(kidOf).toSorted())
  expect(await pipeline.cluster(cluster)).toMatchObject({
    status: 'READY',
    lastEvent: { time: at(20).time.toISOString() },
  })
})

async function changeKeys(keys: readonly Keys[], more: object = {}): Promise<void> {
  await pipeline.send('Cluster Keys Changed', { cluster: CLUSTER, ...pemsOf(keys), ...more })
}

function pemsOf(keys: readonly Keys[]) {
  return { serviceAccountKeys: keys.map(({ pem }) => pem) }
}

function kidOf({ pem }: Keys): string {
  return keysFromPems([pem]).keys[0]?.kid ?? ''
}

async function retiring(): Promise<readonly string[]> {
  const times = (await pipeline.cluster(CLUSTER))?.keyTimes ?? []
  return times.filter(({ retireAfter }) => retireAfter !== undefined).map(({ kid }) => kid)
}

/** By moving what is on record: a day of the clock has 300 sweeps, and every function is cold after it. Then it is time for a sweep. */
async function letPass(hours: number): Promise<void> {
  const before = (time: string) => new Date(Date.parse(time) - hours * HOUR).toISOString()
  await changeCluster(pipeline.deployed.table, CLUSTER, (known) => {
    const keyTimes = known?.keyTimes?.map(({ firstPublished, retireAfter, ...times }) => ({
      ...times,
      ...(firstPublished !== undefined && { firstPublished: before(firstPublished) }),
      ...(retireAfter !== undefined && { retireAfter: before(retireAfter) }),
    }))
    return known && keyTimes && { ...known, keyTimes }
  })
  const { calls, clock } = pipeline.aws
  const swept = () => calls.list({ operation: 'Query' }).filter(({ input }) => isSweep(input)).length
  const seen = swept()
  clock.advance(300_000)
  await expect.poll(swept, POLL).toBeGreaterThan(seen)
}

/** Of keys that are listed no longer. */
function isSweep(input: object): boolean {
  return JSON.stringify(input).includes('KEYS_RETIRING')
}

/** At STS, as a pod would. */
async function expectTokens(keys: {
  readonly admitted: readonly Keys[]
  readonly refused?: readonly Keys[]
}) {
  for (const one of keys.admitted) expect(await exchange(one)).toBe('admitted')
  for (const one of keys.refused ?? []) expect(await exchange(one)).toBe('InvalidIdentityToken')
}

async function exchange(keys: Keys): Promise<string> {
  const now = Math.floor(pipeline.aws.clock.now().getTime() / 1000)
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: kidOf(keys) })
    .setIssuer(ISSUER)
    .setSubject('system:serviceaccount:shop:cart')
    .setAudience('sts.amazonaws.com')
    .setIssuedAt(now)
    .setExpirationTime(now + 3600)
    .sign(keys.privateKey)
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: `arn:aws:iam::000000000000:role/irsa/${CLUSTER}/local_${CLUSTER}_shop_cart`,
    RoleSessionName: 'pod',
    WebIdentityToken: token,
  })
  return new STSClient({ region: REGION }).send(command).then(
    () => 'admitted',
    (error: unknown) => (error instanceof Error ? error.name.replace(/Exception$/, '') : String(error)),
  )
}

function audit() {
  return { ...pipeline.deployed.table, tableName: pipeline.outputs.AuditName ?? '' }
}

/** The key set before the newest one, as anybody with the right to the bucket reads it. */
async function jwksBefore(): Promise<unknown> {
  const s3 = s3Client(REGION)
  const address = bucketAddress(pipeline.deployed.stack, { cluster: CLUSTER })
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ ...address, Prefix: JWKS_KEY }))
  const former = Versions.filter(({ IsLatest }) => !IsLatest)[0]
  const { Body } = await s3.send(
    new GetObjectCommand({ ...address, Key: JWKS_KEY, VersionId: former?.VersionId }),
  )
  return JSON.parse((await Body?.transformToString()) ?? '')
}

async function publishedSets(): Promise<unknown[]> {
  const told = await pipeline.told()
  return told
    .filter((event) => event['detail-type'] === 'Keys Published' && event.detail.cluster === CLUSTER)
    .map(({ detail }) => (detail.kids as string[]).toSorted())
}
