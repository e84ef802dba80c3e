/** Accounts that do not let the stack in any longer: their clusters are abandoned, and may come back. */
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { REGION, TARGET_ACCOUNT } from '../../../cli/package-stack.ts'
import { ClusterNotAbandonable } from '../../../lib/errors.ts'
import { subjectOf } from '../../../lib/oidc/subject.ts'
import { abandonCluster } from '../../../lib/ops/abandonment.ts'
import { allOf } from '../../../lib/ops/several.ts'
import { readStatus } from '../../../lib/ops/status.ts'
import { deleteOrphan, listOrphans, putOrphan } from '../../../lib/registry/orphans.ts'
import { type Inventory, newIn, takeInventory } from '../inventory.ts'
import {
  ACCOUNT,
  clusterNamed,
  DOMAIN,
  type Keys,
  letAccountSend,
  newKeys,
  type Pipeline,
  POLL,
  roleFor,
  sharePipeline,
} from '../pipeline.ts'
import { accountOpened, MEMBER, rollOut } from './fixture.ts'
import { lock } from './lock.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
  await letAccountSend(pipeline, MEMBER)
  await rollOut(TARGET_ACCOUNT)
})

afterAll(() => pipeline.stop())

describe('a cluster whose account lets the stack in no longer', () => {
  const LOST = '888899990000'
  const CART = `arn:aws:iam::${LOST}:role/irsa/lonely/local_lonely_shop_cart`
  const accounts = [ACCOUNT, LOST, TARGET_ACCOUNT]
  const [former, latter] = [newKeys(), newKeys()]
  const lonely = (keys: Keys, more = {}) =>
    clusterNamed('lonely', { accountId: LOST, serviceAccountKeys: [keys.pem], ...more })
  const operator = () => ({ ...pipeline.deployed, who: 'iam:operator' })
  let unlock: () => Promise<void>
  let before: Inventory[] = []

  test('stops when it is to go, says what keeps it, and takes nothing of the issuer away', async () => {
    await rollOut(LOST)
    before = await Promise.all(accounts.map(takeInventory))
    await pipeline.announce(lonely(former))
    await expect.poll(() => pipeline.cluster('lonely'), POLL).toBeDefined()
    const there = { targetAccountId: TARGET_ACCOUNT }
    await pipeline.request('lonely', roleFor('shop', 'cart'), roleFor('shop', 'till', there))
    expect(await pipeline.runEnded('lonely')).toMatchObject({ status: 'SUCCEEDED' })
    unlock = await lock(LOST)
    await expect(abandonCluster(operator(), 'lonely', 'closed')).rejects.toBeInstanceOf(ClusterNotAbandonable)

    await pipeline.send('Cluster Deleted', { cluster: 'lonely' })

    expect(await pipeline.runEnded('lonely', 2, 'deprovision')).toMatchObject({
      status: 'FAILED',
      error: 'ProviderAccountUnreachable',
      cause: expect.stringContaining(`Account ${LOST} cannot be reached: shop/cart`),
    })
    const failed = await vi.waitUntil(async () => {
      const { clusters } = await readStatus(pipeline.deployed, pipeline.deployed.queues)
      return clusters.failed.find(({ cluster }) => cluster === 'lonely')
    }, POLL)
    expect(failed.lastError).toMatchObject({
      step: 'roles',
      remedy: expect.stringContaining('irsa cluster abandon'),
    })
    expect(await opened(former)).toBe(LOST)
  })

  test('goes as far as it can once it is abandoned, whoever says so how often, and keeps an empty host', async () => {
    const [{ status }] = await Promise.all([
      pipeline.ask('POST', '/clusters/lonely/abandon', { reason: 'closed' }),
      abandonCluster(operator(), 'lonely', 'closed'),
    ])
    expect(status).toBe(202)

    expect(await pipeline.runEnded('lonely', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
    expect(await pipeline.cluster('lonely')).toMatchObject({
      status: 'DELETED',
      abandoned: { reason: 'closed', accounts: [LOST] },
      outputs: { certificate: {}, distribution: {}, alias: {} },
    })
    const after = await Promise.all(accounts.map(takeInventory))
    const [own, lost, target] = after.map((inventory, index) => newIn(before[index] ?? {}, inventory))
    expect(Object.keys(own ?? {}).toSorted()).toEqual(['buckets', 'certificates', 'distributions', 'records'])
    const { Versions, DeleteMarkers } = await new S3Client({ region: REGION }).send(
      new ListObjectVersionsCommand({ Bucket: own?.buckets?.[0] }),
    )
    expect([Versions ?? [], DeleteMarkers ?? []]).toEqual([[], []])
    expect(lost).toEqual({
      providers: [`arn:aws:iam::${LOST}:oidc-provider/irsa.lonely.${DOMAIN}`],
      roles: [CART],
    })
    expect(target).toEqual({})
    await expect(opened(former)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })
  })

  test('tells what is left, and counts it as nobody’s: neither drift nor an orphan', async () => {
    const { table } = pipeline.deployed
    const id = `arn:aws:iam::${LOST}:role/irsa/earlier`
    const earlier = { resource: 'role', id, cluster: 'earlier' } as const
    await putOrphan(table, { ...earlier, foundAt: '2026-01-31T12:00:00.000Z' })

    await pipeline.audit()

    const told = await pipeline.told()
    expect(told.filter(({ detail }) => detail.cluster === 'lonely')).toContainEqual(
      expect.objectContaining({
        'detail-type': 'Cluster Deprovisioned',
        detail: expect.objectContaining({ abandoned: { reason: 'closed', accounts: [LOST] } }),
      }),
    )
    // What was found there before stays found as long as nobody can look.
    const orphans = await allOf(listOrphans(table))
    expect(orphans.filter(({ cluster }) => ['earlier', 'lonely'].includes(cluster))).toMatchObject([earlier])
    await deleteOrphan(table, earlier)
    expect(JSON.stringify(pipeline.aws.logs('irsa-local-find-orphans'))).toMatch(
      new RegExp(`could not be looked into.*${LOST}.*ProvisionerRoleDenied`),
    )
    const { clusters } = await readStatus(pipeline.deployed, pipeline.deployed.queues)
    const abandoned = clusters.abandoned.filter(({ cluster }) => cluster === 'lonely')
    expect(abandoned).toMatchObject([{ state: 'abandoned' }])
  })

  test('leaves neither its name nor its issuer to anybody else, nor another issuer to its name', async () => {
    await pipeline.announce(clusterNamed('lonely', { baseDomain: `lonely.${DOMAIN}` }), { account: MEMBER })
    await pipeline.announce(clusterNamed('pretender', { baseDomain: `lonely.${DOMAIN}` }))
    await pipeline.announce(lonely(latter, { baseDomain: `elsewhere.${DOMAIN}` }))

    for (const error of ['AccountMayNotSpeak', 'IssuerTaken', 'ClusterChangeRefused'])
      await expect
        .poll(
          async () => JSON.stringify(await pipeline.messages(pipeline.outputs.DeadLettersUrl ?? '')),
          POLL,
        )
        .toContain(error)
    expect(await pipeline.cluster('lonely')).toMatchObject({ status: 'DELETED', runs: 2 })
  })

  test('is there again, whole, when it is announced by its account, and then goes without a trace', async () => {
    await unlock()
    await pipeline.announce(lonely(latter))
    await expect.poll(() => pipeline.cluster('lonely'), POLL).toMatchObject({ runs: 3 })
    await pipeline.request('lonely', roleFor('shop', 'cart'))

    expect(await pipeline.runEnded('lonely', 3)).toMatchObject({ status: 'SUCCEEDED' })
    await expect.poll(() => pipeline.cluster('lonely'), POLL).toMatchObject({ status: 'READY' })
    expect((await pipeline.cluster('lonely'))?.abandoned).toBeUndefined()
    await expect.poll(() => opened(latter).catch(String), POLL).toBe(LOST)
    await expect(opened(former)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })

    await pipeline.send('Cluster Deleted', { cluster: 'lonely' })

    expect(await pipeline.runEnded('lonely', 4, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
    expect(await Promise.all(accounts.map(takeInventory))).toEqual(before)
  })

  function opened(keys: Keys) {
    return accountOpened(pipeline, keys, { cluster: 'lonely', roleArn: CART }, subjectOf('shop', 'cart'))
  }
})
