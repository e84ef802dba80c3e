/** Events that the pipeline does not take: each ends in the dead letters with its reason, and nothing is made. */
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getItem } from '../../lib/registry/table.ts'
import { type Inventory, takeInventory } from './inventory.ts'
import {
  clusterNamed,
  DOMAIN,
  letAccountSend,
  newKeys,
  type Pipeline,
  POLL,
  sharePipeline,
} from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const SECRET = privateKey.replaceAll(/-----[A-Z ]+-----|\s/g, '').slice(100, 160)

test.each([
  ['without keys', 'InvalidInput', { serviceAccountKeys: [] }],
  ['with a member too many', 'InvalidInput', { serviceAccountKey: 'x' }],
  ['with a name that is no DNS label', 'InvalidInput', { cluster: 'Golem' }],
  ['with an underscore in the domain', 'InvalidInput', { baseDomain: 'a_b.gaws.gigantic.io' }],
  ['with a private key for a public one', 'PrivateKeyInInput', { serviceAccountKeys: [privateKey] }],
  ['with a private key in a tag', 'PrivateKeyInInput', { tags: { note: privateKey } }],
  ['with hosting that is not there yet', 'InvalidInput', { hosting: { type: 's3' } }],
])('a cluster %s is refused as %s', async (_, error, change) => {
  const before = await takeInventory()
  const detail = { ...clusterNamed('refused'), ...change }

  await pipeline.announce(detail)

  const letter = await letterOf(error)
  expect(letter).toMatchObject({ error, remedy: expect.stringMatching(/\.$/) })
  expect(JSON.stringify(letter)).not.toContain(SECRET)
  await expectNothing(before)
})

test('an account speaks for no cluster but its own', async () => {
  await letAccountSend(pipeline, '111122223333')
  await pipeline.announce(clusterNamed('gargoyle'))
  await pipeline.runEnded('gargoyle')
  const before = await takeInventory()

  await pipeline.announce(clusterNamed('gargoyle'), { account: '111122223333' })

  const letter = await letterOf('AccountMayNotSpeak')
  expect(letter).toMatchObject({ event: { account: '111122223333', detail: { cluster: 'gargoyle' } } })
  const theirs = { cluster: 'gargoyle', serviceAccountKeys: [newKeys().pem], retireNow: 'mine now' }
  await pipeline.send('Cluster Keys Changed', theirs, { account: '111122223333' })
  await letterOf('AccountMayNotSpeak')
  expect(await takeInventory()).toEqual(before)
  expect(await pipeline.cluster('gargoyle')).toMatchObject({ generation: 1, runs: 1 })
})

test('an event from the future is refused', async () => {
  const time = new Date(pipeline.aws.clock.now().getTime() + 6 * 60_000)

  await pipeline.announce(clusterNamed('refused'), { time })

  await letterOf('EventFromTheFuture')
  expect(await pipeline.cluster('refused')).toBeUndefined()
})

test.each([
  ['be deleted', 'Cluster Deleted', {}],
  ['have other keys', 'Cluster Keys Changed', { serviceAccountKeys: [newKeys().pem] }],
])('a cluster that nobody has announced cannot %s', async (_, detailType, detail) => {
  await pipeline.send(detailType, { cluster: 'refused', ...detail })

  expect(await letterOf('ClusterNotFound')).toMatchObject({ event: { 'detail-type': detailType } })
  expect(await pipeline.cluster('refused')).toBeUndefined()
})

test('of first events that race for one cluster with other base domains, one wins, and the others claim nothing', async () => {
  const { table } = pipeline.deployed
  const details = Array.from({ length: 6 }, (_, index) => ({
    ...clusterNamed('racing'),
    baseDomain: `race-${index}.${DOMAIN}`,
  }))

  await Promise.all(details.map((detail) => pipeline.announce(detail)))

  const letters = async () =>
    (await pipeline.messages(pipeline.outputs.DeadLettersUrl ?? '')).filter(isOf('ClusterChangeRefused'))
  await expect.poll(async () => (await letters()).length, POLL).toBe(5)
  const claims = await Promise.all(
    details.map(({ baseDomain }) => getItem(table, { pk: `ISSUER#irsa.${baseDomain}`, sk: 'CLAIM' })),
  )
  const winner = (await pipeline.cluster('racing'))?.desired.baseDomain
  expect(claims.map((claim) => claim !== undefined)).toEqual(
    details.map(({ baseDomain }) => baseDomain === winner),
  )
  expect(await pipeline.runEnded('racing')).toMatchObject({ status: 'SUCCEEDED' })
})

/** The newest of its kind, once there is one more of them than before. */
async function letterOf(error: string): Promise<unknown> {
  const letters = async () =>
    (await pipeline.messages(pipeline.outputs.DeadLettersUrl ?? '')).filter(isOf(error))
  const seen = counted.get(error) ?? 0
  await expect.poll(async () => (await letters()).length, POLL).toBe(seen + 1)
  counted.set(error, seen + 1)
  return (await letters()).at(-1)
}

const counted = new Map<string, number>()

function isOf(error: string): (letter: unknown) => boolean {
  return (letter) =>
    typeof letter === 'object' && letter !== null && 'error' in letter && letter.error === error
}

async function expectNothing(before: Inventory): Promise<void> {
  expect(await takeInventory()).toEqual(before)
  expect(await pipeline.cluster('refused')).toBeUndefined()
}
