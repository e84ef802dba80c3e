/** `Cluster Created` and `Cluster Deleted` in any order, while either is at work: the last word wins, and nothing leaks. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseFault } from '../../local/faults.ts'
import { type Inventory, newIn, takeInventory } from './inventory.ts'
import { clusterNamed, type Pipeline, POLL, roleFor, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

/** One cluster without roles. */
const ONE_OF_EACH = { buckets: 1, certificates: 1, distributions: 1, providers: 1, records: 3 }

/** At each of these the run is taken over while the step has not come to its end. */
test.each([
  ['bucket', 's3.PutBucketVersioning'],
  ['certificate', 'acm.RequestCertificate'],
  ['distribution', 'cloudfront.CreateDistributionWithTags'],
  ['alias', 'route53.ChangeResourceRecordSets'],
  ['provider', 'iam.CreateOpenIDConnectProvider'],
  ['roles', 'iam.CreateRole'],
])('a cluster that is deleted while its %s is made leaves nothing', async (step, operation) => {
  const cluster = `early-${step}`
  const before = await takeInventory()
  pipeline.aws.faults.add(parseFault(`${operation}:delay:60000`))
  await pipeline.announce(clusterNamed(cluster))
  await expect.poll(() => pipeline.cluster(cluster), POLL).toBeDefined()
  await pipeline.request(cluster, roleFor('shop', 'cart'))
  await expect.poll(() => pipeline.aws.faults.unspent(), POLL).toEqual([])

  await pipeline.send('Cluster Deleted', { cluster })

  expect(await pipeline.runEnded(cluster, 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.runEnded(cluster, 1)).toMatchObject({ status: 'SUCCEEDED' })
  await expectGone(cluster, before)
})

test('a cluster that is announced again while it goes is there in the end, made anew by the next run', async () => {
  const before = await takeInventory()
  await pipeline.announce(clusterNamed('back'))
  await pipeline.runEnded('back')
  await pipeline.send('Cluster Deleted', { cluster: 'back' })
  await expect.poll(async () => (await pipeline.cluster('back'))?.status, POLL).toBe('DELETING')

  await pipeline.announce(clusterNamed('back'))

  expect(await pipeline.runEnded('back', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.runEnded('back', 3)).toMatchObject({ status: 'SUCCEEDED' })
  await expect.poll(() => pipeline.cluster('back'), POLL).toMatchObject({ status: 'READY', runs: 3 })
  expect(countsOf(newIn(before, await takeInventory()))).toEqual(ONE_OF_EACH)
})

test('a role that is asked for while its cluster goes is refused', async () => {
  await pipeline.announce(clusterNamed('closing'))
  await pipeline.runEnded('closing')
  await pipeline.send('Cluster Deleted', { cluster: 'closing' })
  await expect.poll(async () => (await pipeline.cluster('closing'))?.status, POLL).toBe('DELETING')

  await expect(pipeline.request('closing', roleFor('shop', 'cart'))).rejects.toMatchObject({
    name: 'ClusterBeingDeleted',
  })

  await pipeline.runEnded('closing', 2, 'deprovision')
  await expect.poll(async () => (await pipeline.cluster('closing'))?.status, POLL).toBe('DELETED')
  await expect(pipeline.request('closing', roleFor('shop', 'cart'))).rejects.toMatchObject({
    name: 'ClusterNotFound',
  })
})

test('deleted twice, it goes once', async () => {
  const before = await takeInventory()
  await pipeline.announce(clusterNamed('twice'))
  await pipeline.runEnded('twice')

  await Promise.all([
    pipeline.send('Cluster Deleted', { cluster: 'twice' }),
    pipeline.send('Cluster Deleted', { cluster: 'twice' }),
  ])
  await pipeline.runEnded('twice', 2, 'deprovision')
  await expectGone('twice', before)
  await pipeline.send('Cluster Deleted', { cluster: 'twice' })
  await delay(200)

  expect(await pipeline.cluster('twice')).toMatchObject({ status: 'DELETED', runs: 2 })
})

test('an event that is older than the last one changes nothing, whatever it says', async () => {
  const now = pipeline.aws.clock.now().getTime()
  const at = (seconds: number) => ({ time: new Date(now + seconds * 1000) })
  await pipeline.announce(clusterNamed('stays'), at(-10))
  await pipeline.announce(clusterNamed('goes'), at(-10))
  await Promise.all([pipeline.runEnded('stays'), pipeline.runEnded('goes')])

  await pipeline.send('Cluster Deleted', { cluster: 'stays' }, at(-20))
  await pipeline.send('Cluster Deleted', { cluster: 'goes' }, at(-5))
  await pipeline.runEnded('goes', 2, 'deprovision')
  await expect.poll(async () => (await pipeline.cluster('goes'))?.status, POLL).toBe('DELETED')
  await pipeline.announce(clusterNamed('goes'), at(-7))
  await delay(200)

  expect(await pipeline.cluster('stays')).toMatchObject({ status: 'READY', runs: 1 })
  expect(await pipeline.cluster('goes')).toMatchObject({ status: 'DELETED', runs: 2 })
})

test('a deletion that comes before the first announcement, and was sent after it, counts', async () => {
  const before = await takeInventory()
  const now = pipeline.aws.clock.now().getTime()

  await pipeline.send('Cluster Deleted', { cluster: 'swapped' }, { time: new Date(now - 5_000) })
  await expect.poll(async () => JSON.stringify(await deadLetters()), POLL).toContain('"swapped"')
  await pipeline.announce(clusterNamed('swapped'), { time: new Date(now - 10_000) })

  await expect.poll(async () => (await pipeline.cluster('swapped'))?.status, POLL).toBe('DELETED')
  await expectGone('swapped', before)
})

test.each([1, 2, 3, 4])('back and forth, the last word wins: %s more words', async (words) => {
  const cluster = `flicker-${words}`
  const before = await takeInventory()
  const detail = clusterNamed(cluster)
  const now = pipeline.aws.clock.now().getTime()
  // EventBridge counts whole seconds.
  const at = (seconds: number) => ({ time: new Date((Math.floor(now / 1000) - 100 + seconds) * 1000) })
  await pipeline.announce(detail, at(0))
  await expect.poll(() => pipeline.cluster(cluster), POLL).toBeDefined()

  for (let word = 1; word <= words; word++) {
    if (word % 2 === 1) await pipeline.send('Cluster Deleted', { cluster }, at(word))
    else await pipeline.announce(detail, at(word))
    await expect
      .poll(async () => (await pipeline.cluster(cluster))?.lastEvent.time, POLL)
      .toBe(at(word).time.toISOString())
  }

  if (words % 2 === 1) await expectGone(cluster, before)
  else {
    await expect.poll(async () => (await pipeline.cluster(cluster))?.status, POLL).toBe('READY')
    expect(countsOf(newIn(before, await takeInventory()))).toEqual(ONE_OF_EACH)
  }
})

async function expectGone(cluster: string, before: Inventory): Promise<void> {
  await expect.poll(() => pipeline.cluster(cluster), POLL).toMatchObject({ status: 'DELETED' })
  expect((await pipeline.cluster(cluster))?.run).toBeUndefined()
  await expect.poll(async () => newIn(before, await takeInventory()), POLL).toEqual({})
  expect(await pipeline.roleStatuses(cluster)).toEqual({})
}

function countsOf(inventory: Inventory): Record<string, number> {
  return Object.fromEntries(Object.entries(inventory).map(([kind, things]) => [kind, things.length]))
}

function deadLetters() {
  return pipeline.messages(pipeline.outputs.DeadLettersUrl ?? '')
}
