/** Issuers that other tools set up are taken over: nothing is made anew, and nobody who uses them notices. */
import { CloudFrontClient, GetDistributionCommand } from '@aws-sdk/client-cloudfront'
import { GetOpenIDConnectProviderCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  DeleteBucketCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { adoptingIn } from '../../cli/irsa/inspecting.ts'
import { watch } from '../../cli/irsa/watch.ts'
import { exchangeToken } from '../../cli/start/exchange.ts'
import { readAudit } from '../../lib/audit/log.ts'
import { AdoptionRefused } from '../../lib/errors.ts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import { adoptCluster } from '../../lib/ops/adopt.ts'
import { type AdoptionPlan, planAdoption } from '../../lib/ops/adoption/plan.ts'
import { readClusterDetail } from '../../lib/ops/clusters.ts'
import { allOf } from '../../lib/ops/several.ts'
import { changeCluster, requireCluster } from '../../lib/registry/cluster-record.ts'
import { listOrphans } from '../../lib/registry/orphans.ts'
import { deleteItem } from '../../lib/registry/table.ts'
import { deleteVersions } from '../../lib/resources/bucket/versions.ts'
import { irsaHere } from '../cli/command.ts'
import { expectConforming } from '../lib/api/conforms.ts'
import { nameAdopted } from './adopted-resources.ts'
import {
  type ForeignIssuer,
  jwkOf,
  roleThatTrusts,
  setUpAsCcoctl,
  setUpAsIrsaOperator,
  unblock,
} from './foreign-issuers.ts'
import { type Inventory, newIn, takeInventory } from './inventory.ts'
import {
  ACCOUNT,
  DOMAIN,
  type Keys,
  newKeys,
  type Pipeline,
  POLL,
  roleFor,
  startPipeline,
} from './pipeline.ts'

const REGION = 'eu-central-1'
const SUBJECT = subjectOf('shop', 'cart')

let pipeline: Pipeline
let empty: Inventory

beforeAll(async () => {
  pipeline = await startPipeline()
  empty = await takeInventory()
})

afterAll(() => pipeline.stop())

function plan(cluster: string, detail?: object): Promise<AdoptionPlan> {
  return planAdoption(adoptingIn(pipeline.deployed), cluster, detail)
}

function adopt(cluster: string, detail: object | undefined, arns: readonly string[]) {
  const { audit, now } = pipeline.deployed
  const adopting = { ...adoptingIn(pipeline.deployed), audit, now, who: 'iam:operator' }
  return adoptCluster(adopting, cluster, detail, arns)
}

/** Through the API, as an administrator does. */
async function post(cluster: string, body: object = {}) {
  const path = `/clusters/${cluster}/adopt`
  const asked = await pipeline.ask('POST', path, body)
  expectConforming('POST', path, { ...asked, contentType: asked.headers.get('content-type') })
  return { status: asked.status, json: JSON.parse(asked.body) }
}

function created(detail: object) {
  return { event: { detailType: 'Cluster Created', detail } }
}

/** As a pod whose token these keys have signed. */
async function exchange(
  { issuer }: ForeignIssuer,
  keys: Keys,
  roleArn: string,
  audience = 'sts.amazonaws.com',
) {
  const { kid, alg } = jwkOf(keys)
  const signer = { privateKey: keys.privateKey, kid, alg }
  return exchangeToken(signer, { issuer, audience, roleArn }, SUBJECT, REGION)
}

/** As `irsa cluster watch` follows it; and what the cluster is like then. */
async function watchedToItsEnd(cluster: string) {
  const { deployed } = pipeline
  const summary = () => readClusterDetail(deployed.table, cluster, deployed.now())
  await watch(deployed, await summary(), { json: true })
  return summary()
}

/** What everybody sees of the issuer after every single call to AWS; stopped by what it returns. */
function watchIssuer(issuer: string, jwksPath: string): () => Promise<readonly string[]> {
  const seen: Promise<string>[] = []
  const { record } = pipeline.aws.calls
  const spy = vi.spyOn(pipeline.aws.calls, 'record').mockImplementation((call) => {
    record(call)
    for (const path of ['/.well-known/openid-configuration', jwksPath]) seen.push(look(`${issuer}${path}`))
  })
  return () => {
    spy.mockRestore()
    return Promise.all(seen)
  }
}

async function look(url: string): Promise<string> {
  const { status, body } = await pipeline.aws.world.edge().fetch(new URL(url))
  return `${status} ${Buffer.from(body).toString()}`
}

describe('what irsa-operator set up', () => {
  /** The second one signs tokens that are still in use, and no event lists it. */
  const [listed, former] = [newKeys(), newKeys()]
  const detail = {
    cluster: 'golem',
    baseDomain: `golem.${DOMAIN}`,
    serviceAccountKeys: [listed.pem],
    tags: { team: 'a' },
  }
  let foreign: ForeignIssuer
  let before: Inventory
  let roleArn: string

  beforeAll(async () => {
    foreign = await setUpAsIrsaOperator('golem', [listed, former])
    await unblock(foreign.bucket)
    roleArn = await roleThatTrusts(foreign, 'hand-made', SUBJECT)
    before = await takeInventory()
  })

  test('is listed with what a run would make of it, and nothing is changed', async () => {
    await expect(exchange(foreign, former, roleArn)).resolves.toBeDefined()
    pipeline.aws.calls.clear()

    const found = await plan('golem', detail)

    expect(found.obstacles).toEqual([])
    expect(found.things.map(({ arn, isOurs }) => [arn, isOurs])).toEqual(
      foreign.arns.map((arn) => [arn, false]),
    )
    expect(found.tags).toEqual({ 'irsa:stack': 'irsa-local', 'irsa:cluster': 'golem' })
    expect(found.keptKids).toEqual([jwkOf(former).kid])
    expect(found.keptAudiences).toEqual(['legacy'])
    expect(found.changes.map(({ resource, action }) => [resource, action])).toEqual([
      ['bucket', 'change'],
      ['certificate', 'change'],
      ['distribution', 'change'],
      ['alias', 'change'],
      ['provider', 'change'],
    ])
    const fields = found.changes.flatMap(({ differences }) => differences.map(({ field }) => field))
    expect(fields).toEqual(
      expect.arrayContaining([
        'ObjectOwnership',
        'Objects.keys.json.ChecksumSHA256',
        'Versioning.Status',
        'Tags.team',
        'BucketPolicy.Statement',
        'PublicAccessBlock',
      ]),
    )
    expect(fields.filter((field) => field.startsWith('ClientIDList'))).toEqual([])
    expect(writes()).toEqual([])
  })

  test('is the same for a cluster in another account, but for the provider there', async () => {
    const { json } = await post('golem', created({ ...detail, accountId: '111122223333' }))

    expect(json.obstacles).toEqual([expect.stringContaining('adoptedResources does not name')])
    expect(json.resources).toEqual(foreign.arns.filter((arn) => arn !== foreign.providerArn))
    expect(json.left).toContainEqual({
      what: foreign.providerArn.replace(ACCOUNT, '111122223333'),
      why: expect.stringContaining('tag it there: aws iam tag-open-id-connect-provider'),
    })
  })

  test('is not touched through the API before the stack is deployed with its ARNs', async () => {
    pipeline.aws.calls.clear()

    const look = await post('golem', created(detail))
    const refused = await post('golem', { ...created(detail), resources: foreign.arns })

    expect(look).toMatchObject({ status: 200, json: { resources: foreign.arns } })
    expect(look.json.obstacles).toEqual([expect.stringContaining(foreign.arns.slice(1).join(', '))])
    expect(refused).toMatchObject({ status: 403, json: { type: 'urn:irsa:error:AdoptionNotAllowed' } })
    expect(writes()).toEqual([])
    expect(await pipeline.cluster('golem')).toBeUndefined()
  })

  test.each([
    ['less', (arns: readonly string[]) => arns.slice(1)],
    ['more', (arns: readonly string[]) => [...arns, 'arn:aws:s3:::other']],
  ])('is not touched when %s is confirmed than is found', async (_, confirmed) => {
    pipeline.aws.calls.clear()

    await expect(adopt('golem', detail, confirmed(foreign.arns))).rejects.toMatchObject({
      name: 'AdoptionListDiffers',
    })

    expect(writes()).toEqual([])
    expect(await pipeline.cluster('golem')).toBeUndefined()
  })

  test('goes on answering with every key while it is taken over through the API, though IAM cut that off, and nothing is made anew', async () => {
    const tokens: Promise<unknown>[] = []
    pipeline.aws.calls.clear()
    const stopWatching = watchIssuer(foreign.issuer, '/keys.json')

    const asked = { ...created(detail), resources: foreign.arns }
    await nameAdopted(
      foreign.arns.slice(1),
      foreign.arns.slice(1).filter((arn) => arn !== foreign.certificateArn),
    )
    expect(await post('golem', created(detail))).toMatchObject({ status: 200, json: { obstacles: [] } })
    expect(await post('golem', asked)).toMatchObject({
      status: 500,
      json: { type: 'urn:irsa:error:AccessDenied' },
    })
    expect(refusedByIam()).toEqual([`acm:AddTagsToCertificate on resource: ${foreign.certificateArn}`])
    await pipeline.invoke('sweep')
    expect(await pipeline.runEnded('golem')).toMatchObject({ status: 'FAILED', error: 'BucketNotOurs' })
    await vi.waitUntil(async () => (await pipeline.cluster('golem'))?.run?.state === 'FAILED', POLL)
    await nameAdopted(foreign.arns.slice(1))
    expect(await post('golem', asked)).toMatchObject({ status: 202, json: { run: { how: 'redrive' } } })
    await pipeline.request('golem', roleFor('shop', 'cart'))
    const watching = watchedToItsEnd('golem')
    for (const run of [1, 2]) {
      tokens.push(exchange(foreign, listed, roleArn), exchange(foreign, former, roleArn, 'legacy'))
      expect(await pipeline.runEnded('golem', run)).toMatchObject({ status: 'SUCCEEDED' })
    }
    expect(await watching).toMatchObject({ state: 'ready', execution: undefined, isOpen: false })

    const seen = await stopWatching()
    const bad = seen.filter(
      (answer) =>
        !answer.startsWith('200 ') ||
        (answer.includes('"keys"') &&
          ![listed, former].every((key) => answer.includes(`"${jwkOf(key).kid}"`))) ||
        (!answer.includes('"keys"') && !answer.includes(`"${foreign.issuer}/keys.json"`)),
    )
    expect(seen.length).toBeGreaterThan(200)
    expect([...new Set(bad)]).toEqual([])
    await expect(Promise.all(tokens)).resolves.toHaveLength(4)
    expect(await takeInventory()).toEqual({
      ...before,
      records: withoutCname(before.records ?? [], `irsa.golem.${DOMAIN}.`),
      roles: [
        ...(before.roles ?? []),
        `arn:aws:iam::${ACCOUNT}:role/irsa/golem/local_golem_shop_cart`,
      ].toSorted(),
    })
    expect(made()).toEqual(['iam CreateRole'])
  })

  test('is as the pipeline’s own in the end, shut to whoever else read it', async () => {
    expect((await pipeline.cluster('golem'))?.status).toBe('READY')
    const { Policy = '' } = await new S3Client({ region: REGION }).send(
      new GetBucketPolicyCommand({ Bucket: foreign.bucket }),
    )
    expect(Policy).not.toContain('Origin Access Identity')
    const { Distribution } = await new CloudFrontClient({ region: 'us-east-1' }).send(
      new GetDistributionCommand({ Id: foreign.distributionArn?.split('/')[1] }),
    )
    expect(Distribution?.DistributionConfig?.Origins?.Items?.[0]?.S3OriginConfig?.OriginAccessIdentity).toBe(
      '',
    )
    const provider = await new IAMClient({ region: 'us-east-1' }).send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: foreign.providerArn }),
    )
    expect(provider.ClientIDList?.toSorted()).toEqual(['legacy', 'sts.amazonaws.com'])
    for (const key of [listed, former]) await expect(exchange(foreign, key, roleArn)).resolves.toBeDefined()
    await pipeline.audit()
    expect((await pipeline.told()).map((one) => one['detail-type'])).not.toContain('Drift Found')
  })

  test('is taken over once: the same request changes nothing, and the audit says who it was', async () => {
    const known = await pipeline.cluster('golem')

    await adopt('golem', undefined, foreign.arns)
    expect(await post('golem', { resources: foreign.arns })).toMatchObject({
      status: 202,
      json: { run: { how: 'nothing' } },
    })

    expect(await pipeline.cluster('golem')).toEqual(known)
    const { entries } = await readAudit(pipeline.deployed.audit, { cluster: 'golem' }, { limit: 10 })
    expect(entries.filter(({ what }) => what === 'ClusterAdopted')).toMatchObject([
      {
        who: `iam:arn:aws:iam::${ACCOUNT}:user/local`,
        changeId: known?.adopted?.changeId,
        after: { arns: foreign.arns },
      },
    ])
  })

  test('and then all of it is ours, its roles too', async () => {
    const { json } = await post('golem')

    expect(json.things).toMatchObject(foreign.arns.map((arn) => ({ arn, isOurs: true })))
    expect(json.obstacles).toEqual([])
    expect(json.changes).toEqual(
      ['bucket', 'certificate', 'distribution', 'alias', 'provider', 'role shop/cart'].map((resource) => ({
        ...{ resource, action: 'keep', differences: [] },
      })),
    )
  })

  test('confirmed otherwise it answers what there is, and changes nothing', async () => {
    pipeline.aws.calls.clear()

    expect(await post('golem', { resources: foreign.arns.slice(1) })).toMatchObject({
      status: 409,
      json: { type: 'urn:irsa:error:AdoptionListDiffers', resources: foreign.arns },
    })
    expect(writes()).toEqual([])
  })

  test('is not taken over while its cluster migrates, or is there for the migration of another one', async () => {
    const { table } = pipeline.deployed
    const known = await requireCluster(table, 'golem')
    const migration = { to: 'clay', startedAt: '', phase: 'TRUSTING' } as const
    for (const [part, obstacle] of [
      [{ migration }, 'Its migration to clay has not ended.'],
      [{ companionOf: 'clay' }, 'It is there for the migration of clay.'],
    ] as const) {
      const before = await changeCluster(table, 'golem', () => ({ ...known, ...part }))

      expect((await plan('golem')).obstacles).toEqual([obstacle])
      await expect(adopt('golem', detail, foreign.arns)).rejects.toBeInstanceOf(AdoptionRefused)

      expect(await pipeline.cluster('golem')).toEqual(before)
    }
    await changeCluster(table, 'golem', () => known)
  })

  test('is the same issuer’s after it came to another cluster by a migration', async () => {
    const { table } = pipeline.deployed
    const { desired, ...rest } = await requireCluster(table, 'golem')
    const clay = { ...rest, desired: { ...desired, cluster: 'clay' }, hostedAs: 'golem' }
    await changeCluster(table, 'clay', () => clay)

    const { things, tags, obstacles } = await plan('clay')
    await deleteItem(table, { pk: 'CLUSTER#clay', sk: 'CLUSTER' })

    expect(obstacles).toEqual([])
    expect(things.map(({ arn, isOurs }) => [arn, isOurs])).toEqual(foreign.arns.map((arn) => [arn, true]))
    expect(tags).toMatchObject({ 'irsa:cluster': 'golem' })
  })

  test('the command lists it, and takes no other list', async () => {
    const irsa = (...words: string[]) =>
      irsaHere(['cluster', 'adopt', 'golem', ...words, '--endpoint-url', pipeline.aws.endpoint])

    const { out, err, exitCode } = await irsa()
    expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 })
    for (const arn of foreign.arns) expect(out).toContain(arn)
    expect(out).toContain('All of it is ours, and as ours are.')
    expect(await irsa('--confirm', 'arn:aws:s3:::other')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('not found: arn:aws:s3:::other'),
    })
  })

  test('is told of when the registry is lost, and forgotten when it is there again', async () => {
    const { table } = pipeline.deployed
    const record = await requireCluster(table, 'golem')
    await deleteItem(table, { pk: 'CLUSTER#golem', sk: 'CLUSTER' })
    await pipeline.audit()
    const orphans = await allOf(listOrphans(table))
    expect(orphans.filter(({ resource }) => resource !== 'role').map(({ id }) => id)).toEqual([
      foreign.bucket,
      ...foreign.arns.slice(1),
    ])

    await changeCluster(table, 'golem', () => record)
    await pipeline.audit()
    expect(await allOf(listOrphans(table))).toEqual([])
  })

  test('has its bucket made anew, under its name, when somebody has deleted it', async () => {
    const s3 = new S3Client({ region: REGION })
    const address = { Bucket: foreign.bucket, ExpectedBucketOwner: ACCOUNT }
    await deleteVersions(s3, address)
    await s3.send(new DeleteBucketCommand(address))

    await pipeline.audit({ repair: true })
    expect(await pipeline.runEnded('golem', 3)).toMatchObject({ status: 'SUCCEEDED' })

    await expect(exchange(foreign, former, roleArn)).resolves.toBeDefined()
  })

  test('is announced by its hook as ever, and then deleted with all that was taken over', async () => {
    const known = await pipeline.cluster('golem')
    await pipeline.announce(detail)
    // In the same second the one that is handled last is the last word.
    await vi.waitFor(
      async () => expect((await pipeline.cluster('golem'))?.lastEvent).not.toEqual(known?.lastEvent),
      POLL,
    )
    await pipeline.send('Cluster Deleted', { cluster: 'golem' })
    expect(await pipeline.runEnded('golem', 4, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })

    expect(newIn(empty, await takeInventory())).toEqual({ roles: [roleArn] })
  })
})

describe('what ccoctl set up', () => {
  const keys = newKeys()
  let foreign: ForeignIssuer
  let detail: object
  let roleArn: string

  beforeAll(async () => {
    foreign = await setUpAsCcoctl('shift', [keys])
    detail = { cluster: 'shift', hosting: { type: 'external', issuer: foreign.issuer } }
    roleArn = await roleThatTrusts(foreign, 'shift-role', SUBJECT)
  })

  test('keeps its public bucket, which is its issuer; the provider is taken over, as the stack’s parameter names it', async () => {
    await expect(exchange(foreign, keys, roleArn, 'openshift')).resolves.toBeDefined()
    const before = await takeInventory()
    expect(await plan('shift', detail)).toMatchObject({ obstacles: [], keptAudiences: ['openshift'] })

    expect(await post('shift', { ...created(detail), resources: foreign.arns })).toMatchObject({
      status: 202,
    })
    expect(await pipeline.runEnded('shift')).toMatchObject({ status: 'SUCCEEDED' })

    await expect(exchange(foreign, keys, roleArn, 'openshift')).resolves.toBeDefined()
    expect(await takeInventory()).toEqual(before)
    const { TagSet } = await new S3Client({ region: REGION }).send(
      new GetBucketTaggingCommand({ Bucket: foreign.bucket }),
    )
    expect(TagSet?.map(({ Key }) => Key)).toEqual(['openshift.io/cloud-credential-operator/shift'])
  })

  test('is not taken over by another cluster', async () => {
    await expect(adopt('other', { ...detail, cluster: 'other' }, foreign.arns)).rejects.toMatchObject({
      name: 'AdoptionRefused',
      message: expect.stringContaining('has the tags of the stack irsa-local, cluster shift'),
    })
  })
})

const READS = /^(Get|Head|List|Describe|Assume|Query|Scan|BatchGet|Receive)/

/** Of the hosting and of IAM, but for what was refused. */
function writes(): string[] {
  return pipeline.aws.calls
    .list()
    .filter(({ service }) => ['s3', 'acm', 'cloudfront', 'route53', 'iam'].includes(service))
    .filter(({ operation, error }) => !READS.test(operation) && error === undefined)
    .map(({ service, operation }) => `${service} ${operation}`)
}

/** What the functions were refused: the action and its resource. */
function refusedByIam(): string[] {
  return pipeline.aws.calls.list().flatMap(({ error }) => {
    const [, what] = /is not authorized to perform: (\S+ on resource: \S+)/.exec(error?.message ?? '') ?? []
    return what === undefined ? [] : [what]
  })
}

function made(): string[] {
  return [...new Set(writes())].filter((call) => / (Create(?!Invalidation)|Request)/.test(call))
}

function withoutCname(records: readonly string[], name: string): string[] {
  return records.flatMap((record) => (record === `${name} CNAME` ? [`${name} A`, `${name} AAAA`] : [record]))
}
