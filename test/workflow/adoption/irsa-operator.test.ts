/** What irsa-operator set up is taken over, all of it: nothing is made anew, and nobody who uses it notices. */
import { CloudFrontClient, GetDistributionCommand } from '@aws-sdk/client-cloudfront'
import { GetOpenIDConnectProviderCommand, IAMClient } from '@aws-sdk/client-iam'
import { DeleteBucketCommand, GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readAudit } from '../../../lib/audit/log.ts'
import { AdoptionRefused } from '../../../lib/errors.ts'
import { allOf } from '../../../lib/ops/several.ts'
import { changeCluster, requireCluster } from '../../../lib/registry/cluster-record.ts'
import { listOrphans } from '../../../lib/registry/orphans.ts'
import { deleteItem } from '../../../lib/registry/table.ts'
import { deleteVersions } from '../../../lib/resources/bucket/versions.ts'
import { irsaHere } from '../../cli/command.ts'
import { nameAdopted } from '../adopted-resources.ts'
import {
  type ForeignIssuer,
  jwkOf,
  roleThatTrusts,
  setUpAsIrsaOperator,
  unblock,
} from '../foreign-issuers.ts'
import { type Inventory, newIn, takeInventory } from '../inventory.ts'
import { ACCOUNT, DOMAIN, newKeys, type Pipeline, POLL, roleFor, startPipeline } from '../pipeline.ts'
import { adoptionOn, created, REGION, SUBJECT } from './fixture.ts'
import { incomplete, made, refusedByIam, watchedToItsEnd, watchIssuer, writes } from './watching.ts'

let pipeline: Pipeline
let empty: Inventory
const { plan, adopt, post, exchange } = adoptionOn(() => pipeline)

beforeAll(async () => {
  pipeline = await startPipeline()
  empty = await takeInventory()
})

afterAll(() => pipeline.stop())

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
    expect(writes(pipeline)).toEqual([])
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
    expect(writes(pipeline)).toEqual([])
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

    expect(writes(pipeline)).toEqual([])
    expect(await pipeline.cluster('golem')).toBeUndefined()
  })

  test('goes on answering with every key while it is taken over through the API, though IAM cut that off, and nothing is made anew', async () => {
    const tokens: Promise<unknown>[] = []
    pipeline.aws.calls.clear()
    const stopWatching = watchIssuer(pipeline, foreign.issuer, '/keys.json')

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
    expect(refusedByIam(pipeline)).toEqual([
      `acm:AddTagsToCertificate on resource: ${foreign.certificateArn}`,
    ])
    await pipeline.invoke('sweep')
    expect(await pipeline.runEnded('golem')).toMatchObject({ status: 'FAILED', error: 'BucketNotOurs' })
    await vi.waitUntil(async () => (await pipeline.cluster('golem'))?.run?.state === 'FAILED', POLL)
    await nameAdopted(foreign.arns.slice(1))
    expect(await post('golem', asked)).toMatchObject({ status: 202, json: { run: { how: 'redrive' } } })
    await pipeline.request('golem', roleFor('shop', 'cart'))
    const watching = watchedToItsEnd(pipeline, 'golem')
    for (const run of [1, 2]) {
      tokens.push(exchange(foreign, listed, roleArn), exchange(foreign, former, roleArn, 'legacy'))
      expect(await pipeline.runEnded('golem', run)).toMatchObject({ status: 'SUCCEEDED' })
    }
    expect(await watching).toMatchObject({ state: 'ready', execution: undefined, isOpen: false })

    const seen = await stopWatching()
    expect(seen.length).toBeGreaterThan(200)
    expect(incomplete(seen, foreign, [listed, former])).toEqual([])
    await expect(Promise.all(tokens)).resolves.toHaveLength(4)
    expect(await takeInventory()).toEqual({
      ...before,
      records: withoutCname(before.records ?? [], `irsa.golem.${DOMAIN}.`),
      roles: [
        ...(before.roles ?? []),
        `arn:aws:iam::${ACCOUNT}:role/irsa/golem/local_golem_shop_cart`,
      ].toSorted(),
    })
    expect(made(pipeline)).toEqual(['iam CreateRole'])
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
    expect(writes(pipeline)).toEqual([])
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

function withoutCname(records: readonly string[], name: string): string[] {
  return records.flatMap((record) => (record === `${name} CNAME` ? [`${name} A`, `${name} AAAA`] : [record]))
}
