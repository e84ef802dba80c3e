/** A cluster's issuer becomes another one: tokens of both are taken until that is finished, and every role stays the same role. */
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REGION, SHARED_DOMAIN, STAGE } from '../../cli/package-stack.ts'
import { serveExternalIssuer } from '../../cli/start/external-issuer.ts'
import { bucketAddress } from '../../lib/aws/buckets.ts'
import { s3Client } from '../../lib/aws/clients.ts'
import { SHARED_HOST } from '../../lib/aws/names.ts'
import { jwkOf } from './foreign-issuers.ts'
import { newIn, takeInventory } from './inventory.ts'
import { migratingIn, type Place, type Signing, type Traveller } from './migrating.ts'
import {
  clusterNamed,
  DOMAIN,
  type Keys,
  newKeys,
  type Pipeline,
  POLL,
  roleFor,
  sharePipeline,
} from './pipeline.ts'

let pipeline: Pipeline
let migrating: ReturnType<typeof migratingIn>

beforeAll(async () => {
  pipeline = await sharePipeline()
  migrating = migratingIn(pipeline)
})

afterAll(() => pipeline.stop())

const FORMER = `pilgrim.${DOMAIN}`
const NEW = `clay.${DOMAIN}`

test('a cluster comes to another base domain, with both issuers trusted until it is finished, and its roles stay', async () => {
  const { asked, ended, exchanged, gone, readyRole, roleOf, sinceADay, status } = migrating
  const made = (cluster: string, more?: object) => migrating.made(clusterNamed(cluster, more))
  const empty = await takeInventory()
  const keys = newKeys()
  const pems = { serviceAccountKeys: [keys.pem] }
  await made('pilgrim', pems)
  await made('abbey')
  await pipeline.request('pilgrim', roleFor('shop', 'cart'))
  const subjects = [{ cluster: 'pilgrim', namespace: 'shop', serviceAccount: 'cart' }]
  await pipeline.request('abbey', roleFor('books', 'reader', { subjects }))
  const cart = await readyRole('pilgrim', 'shop/cart')
  const reader = await readyRole('abbey', 'books/reader')
  await made('pilgrim-2', { ...pems, baseDomain: NEW })
  expect(await exchanged(signing(keys, FORMER), cart.arn)).toBe('admitted')
  expect(await exchanged(signing(keys, NEW), cart.arn)).toBe('AccessDenied')

  expect(await asked('PUT', '/clusters/pilgrim/migration', { to: 'pilgrim-2' })).toMatchObject({
    migration: { to: 'pilgrim-2', phase: 'TRUSTING' },
  })

  await ended('pilgrim', 2)
  await expect
    .poll(() => status('abbey', 'books/reader'), POLL)
    .toMatchObject({ trusts: { pilgrim: 2, 'pilgrim-2': 1 } })
  for (const role of [cart, reader])
    for (const baseDomain of [FORMER, NEW])
      expect(await exchanged(signing(keys, baseDomain), role.arn)).toBe('admitted')

  // Everything goes on meanwhile: a new role, a change, a new key, at both issuers.
  await pipeline.request('pilgrim', roleFor('shop', 'till', { maxSessionDuration: 7200 }))
  await pipeline.request('pilgrim', roleFor('shop', 'cart', { maxSessionDuration: 7200 }))
  const till = await readyRole('pilgrim', 'shop/till')
  await expect.poll(() => status('pilgrim', 'shop/cart'), POLL).toMatchObject({ version: 2, state: 'READY' })
  expect(await exchanged(signing(keys, NEW), till.arn, 'till')).toBe('admitted')
  const rotated = newKeys()
  await pipeline.send('Cluster Keys Changed', {
    cluster: 'pilgrim',
    serviceAccountKeys: [keys.pem, rotated.pem],
  })
  await ended('pilgrim', 3)
  await ended('pilgrim-2', 2)
  for (const baseDomain of [FORMER, NEW])
    expect(await exchanged(signing(rotated, baseDomain), cart.arn)).toBe('admitted')

  // What would cut pods off is refused.
  await pipeline.send('Cluster Deleted', { cluster: 'pilgrim-2' })
  const now = pipeline.aws.clock.now().toISOString()
  expect(await asked('PUT', '/clusters/pilgrim/migration/end', { switchedAt: now })).toMatchObject({
    detail: expect.stringContaining('pods may have tokens of the former issuer until'),
  })
  const switchedAt = await sinceADay('pilgrim')

  expect(await asked('PUT', '/clusters/pilgrim/migration/end', { switchedAt })).toMatchObject({
    issuer: `https://irsa.${NEW}`,
    migration: { phase: 'FINISHING' },
  })

  const [, last] = await Promise.all([ended('pilgrim'), gone('pilgrim-2')])
  expect(last).toMatchObject({ status: 'DELETED', desired: { issuer: `https://irsa.${FORMER}` } })
  for (const role of [cart, reader]) {
    expect(await exchanged(signing(rotated, NEW), role.arn)).toBe('admitted')
    expect(await exchanged(signing(rotated, FORMER), role.arn)).not.toBe('admitted')
    expect(await roleOf(role.arn)).toEqual(role)
  }
  await pipeline.invoke('measure')
  const measured = pipeline.aws
    .logs(`irsa-${STAGE}-measure`)
    .matchAll(/"CertificateDaysLeft".*"cluster":"([\w-]+)"/g)
  const own = ['abbey', 'pilgrim', 'pilgrim-2']
  const measuredOfOwn = [...measured].flatMap(([, cluster = '']) => (own.includes(cluster) ? [cluster] : []))
  expect(measuredOfOwn.toSorted()).toEqual(['abbey', 'pilgrim'])
  const { buckets, providers } = newIn(empty, await takeInventory())
  expect([buckets?.length, providers?.length]).toEqual([2, 2])

  // An event that says what is so by now is no change, and one that says what was is refused as ever.
  await pipeline.announce(clusterNamed('pilgrim', { ...pemsOf(keys, rotated), baseDomain: NEW }))
  await pipeline.announce(clusterNamed('pilgrim', { ...pemsOf(keys, rotated), baseDomain: FORMER }))
  await expect.poll(letters, POLL).toContain('ClusterChangeRefused')
  expect(await pipeline.cluster('pilgrim')).toMatchObject({ generation: 4, hostedAs: 'pilgrim-2' })

  // Back again, and that taken back; then nothing is left.
  await made('pilgrim-2', { ...pemsOf(keys, rotated), baseDomain: FORMER })
  await asked('PUT', '/clusters/pilgrim/migration', { to: 'pilgrim-2' })
  await ended('pilgrim', 5)
  expect(await exchanged(signing(keys, FORMER), cart.arn)).toBe('admitted')
  expect(await asked('DELETE', '/clusters/pilgrim/migration')).toMatchObject({
    migration: { phase: 'ABORTING' },
  })
  await gone('pilgrim-2')
  expect(await exchanged(signing(keys, FORMER), cart.arn)).not.toBe('admitted')
  expect(await exchanged(signing(keys, NEW), cart.arn)).toBe('admitted')
  expect(await roleOf(cart.arn)).toEqual(cart)

  await pipeline.send('Cluster Deleted', { cluster: 'pilgrim' })
  await gone('pilgrim')
  await pipeline.send('Cluster Deleted', { cluster: 'abbey' })
  await gone('abbey')
  expect(newIn(empty, await takeInventory())).toEqual({})
}, 120_000)

/** To other hostings; sometimes another migration is begun and taken back before. */
describe('a cluster comes, with its roles,', () => {
  const keys = newKeys()
  const ownHost = (name: string) => ({
    detail: { baseDomain: `${name}.${DOMAIN}`, ...pemsOf(keys) },
    ...signing(keys, `${name}.${DOMAIN}`),
    things: { buckets: 1, certificates: 1, distributions: 1, records: 3 },
  })
  const sharedHost = (hostedAs: string) => ({
    detail: { hosting: { type: 'shared' }, ...pemsOf(keys) },
    ...{ issuer: `https://irsa.${SHARED_DOMAIN}/${hostedAs}`, keys },
    things: {},
  })
  const onHost = sharedHost('walker-2')
  const others = 'https://oidc.example.com/walker'
  const external = {
    detail: { hosting: { type: 'external', issuer: others } },
    ...{ issuer: others, keys: newKeys() },
    things: {},
  }
  let walker: Traveller
  let documents: readonly string[]

  beforeAll(async () => {
    serveExternalIssuer(pipeline.aws.sites, others, jwkOf(external.keys))
    const first = ownHost('walker')
    await Promise.all([
      migrating.made({ cluster: 'walker', ...first.detail }),
      migrating.made({ cluster: 'troll', hosting: { type: 'shared' }, ...pemsOf(newKeys()) }),
    ])
    await pipeline.request('walker', roleFor('shop', 'cart'))
    walker = await migrating.traveller('walker', first)
    documents = await documentsOfHost()
  })

  test.each<[where: string, next: Place, documents: number, turned?: Place]>([
    ['to the shared host', onHost, 2, external],
    ['to an issuer that somebody else runs', external, 0],
    ['back to the first host of its own', ownHost('walker'), 0],
  ])(
    '%s; and the former issuer, and what was turned back from, go without a trace',
    async (_, next, more, turned) => {
      const before = await documentsOfHost()
      if (turned !== undefined) await walker.turnsBackFrom(turned)
      expect(await documentsOfHost()).toEqual(before)

      await walker.comesTo(next)

      expect((await documentsOfHost()).filter((key) => !documents.includes(key))).toHaveLength(more)
      expect(await documentsOfHost()).toEqual(expect.arrayContaining([...documents]))
    },
    60_000,
  )
})

function signing(keys: Keys, baseDomain: string): Signing {
  return { issuer: `https://irsa.${baseDomain}`, keys }
}

function pemsOf(...keys: readonly Keys[]) {
  return { serviceAccountKeys: keys.map(({ pem }) => pem) }
}

async function letters(): Promise<readonly (string | undefined)[]> {
  const { deadLetters } = (await migrating.asked('GET', '/dead-letters')) as {
    readonly deadLetters: readonly { readonly error?: string }[]
  }
  return deadLetters.map(({ error }) => error)
}

async function documentsOfHost(): Promise<readonly string[]> {
  const { Bucket } = bucketAddress(pipeline.deployed.stack, { cluster: SHARED_HOST })
  const { Contents = [] } = await s3Client(REGION).send(new ListObjectsV2Command({ Bucket }))
  return Contents.map(({ Key = '' }) => Key)
}
