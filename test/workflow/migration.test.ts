/** A cluster's issuer becomes another one: tokens of both are taken until that is finished, and every role stays the same role. */
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { exchangeToken } from '../../cli/start/exchange.ts'
import { keysFromPems } from '../../lib/oidc/jwks.ts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import { changeCluster } from '../../lib/registry/cluster-record.ts'
import { newIn, takeInventory } from './inventory.ts'
import {
  clusterNamed,
  DOMAIN,
  type Keys,
  newKeys,
  type Pipeline,
  POLL,
  roleFor,
  startPipeline,
} from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await startPipeline()
})

afterAll(() => pipeline.stop())

const FORMER = `golem.${DOMAIN}`
const NEW = `clay.${DOMAIN}`

test('a cluster comes to another base domain, with both issuers trusted until it is finished, and its roles stay', async () => {
  const empty = await takeInventory()
  const keys = newKeys()
  const pems = { serviceAccountKeys: [keys.pem] }
  await made('golem', pems)
  await made('gaia')
  await pipeline.request('golem', roleFor('shop', 'cart'))
  const subjects = [{ cluster: 'golem', namespace: 'shop', serviceAccount: 'cart' }]
  await pipeline.request('gaia', roleFor('books', 'reader', { subjects }))
  const cart = await readyRole('golem', 'shop/cart')
  const reader = await readyRole('gaia', 'books/reader')
  await made('golem-2', { ...pems, baseDomain: NEW })
  expect(await exchanged(keys, FORMER, cart.arn)).toBe('admitted')
  expect(await exchanged(keys, NEW, cart.arn)).toBe('AccessDenied')

  expect(await asked('PUT', '/clusters/golem/migration', { to: 'golem-2' })).toMatchObject({
    migration: { to: 'golem-2', phase: 'TRUSTING' },
  })

  await ended('golem', 2)
  await expect
    .poll(() => status('gaia', 'books/reader'), POLL)
    .toMatchObject({ trusts: { golem: 2, 'golem-2': 1 } })
  for (const role of [cart, reader])
    for (const baseDomain of [FORMER, NEW])
      expect(await exchanged(keys, baseDomain, role.arn)).toBe('admitted')

  // Everything goes on meanwhile: a new role, a change, a new key, at both issuers.
  await pipeline.request('golem', roleFor('shop', 'till', { maxSessionDuration: 7200 }))
  await pipeline.request('golem', roleFor('shop', 'cart', { maxSessionDuration: 7200 }))
  const till = await readyRole('golem', 'shop/till')
  await expect.poll(() => status('golem', 'shop/cart'), POLL).toMatchObject({ version: 2, state: 'READY' })
  expect(await exchanged(keys, NEW, till.arn, 'till')).toBe('admitted')
  const rotated = newKeys()
  await pipeline.send('Cluster Keys Changed', {
    cluster: 'golem',
    serviceAccountKeys: [keys.pem, rotated.pem],
  })
  await ended('golem', 3)
  await ended('golem-2', 2)
  for (const baseDomain of [FORMER, NEW])
    expect(await exchanged(rotated, baseDomain, cart.arn)).toBe('admitted')

  // What would cut pods off is refused.
  await pipeline.send('Cluster Deleted', { cluster: 'golem-2' })
  const now = pipeline.aws.clock.now().toISOString()
  expect(await asked('PUT', '/clusters/golem/migration/end', { switchedAt: now })).toMatchObject({
    detail: expect.stringContaining('pods may have tokens of the former issuer until'),
  })
  const switchedAt = await sinceADay('golem')

  expect(await asked('PUT', '/clusters/golem/migration/end', { switchedAt })).toMatchObject({
    issuer: `https://irsa.${NEW}`,
    migration: { phase: 'FINISHING' },
  })

  const [, last] = await Promise.all([ended('golem'), gone('golem-2')])
  expect(last).toMatchObject({ status: 'DELETED', desired: { issuer: `https://irsa.${FORMER}` } })
  for (const role of [cart, reader]) {
    expect(await exchanged(rotated, NEW, role.arn)).toBe('admitted')
    expect(await exchanged(rotated, FORMER, role.arn)).not.toBe('admitted')
    expect(await roleOf(role.arn)).toEqual(role)
  }
  const { buckets, providers } = newIn(empty, await takeInventory())
  expect([buckets?.length, providers?.length]).toEqual([2, 2])

  // An event that says what is so by now is no change, and one that says what was is refused as ever.
  await pipeline.announce(clusterNamed('golem', { ...pemsOf(keys, rotated), baseDomain: NEW }))
  await pipeline.announce(clusterNamed('golem', { ...pemsOf(keys, rotated), baseDomain: FORMER }))
  await expect
    .poll(async () => (await letters()).map(({ error }) => error), POLL)
    .toContain('ClusterChangeRefused')
  expect(await pipeline.cluster('golem')).toMatchObject({ generation: 4, hostedAs: 'golem-2' })

  // Back again, and that taken back; then nothing is left.
  await made('golem-2', { ...pemsOf(keys, rotated), baseDomain: FORMER })
  await asked('PUT', '/clusters/golem/migration', { to: 'golem-2' })
  await ended('golem', 5)
  expect(await exchanged(keys, FORMER, cart.arn)).toBe('admitted')
  expect(await asked('DELETE', '/clusters/golem/migration')).toMatchObject({
    migration: { phase: 'ABORTING' },
  })
  await gone('golem-2')
  expect(await exchanged(keys, FORMER, cart.arn)).not.toBe('admitted')
  expect(await exchanged(keys, NEW, cart.arn)).toBe('admitted')
  expect(await roleOf(cart.arn)).toEqual(cart)

  await pipeline.send('Cluster Deleted', { cluster: 'golem' })
  await gone('golem')
  await pipeline.send('Cluster Deleted', { cluster: 'gaia' })
  await gone('gaia')
  expect(newIn(empty, await takeInventory())).toEqual({})
}, 120_000)

function pemsOf(...keys: readonly Keys[]) {
  return { serviceAccountKeys: keys.map(({ pem }) => pem) }
}

async function letters(): Promise<readonly { readonly error?: string }[]> {
  const body = (await asked('GET', '/dead-letters')) as { deadLetters: { error?: string }[] }
  return body.deadLetters
}

async function made(cluster: string, more: object = {}): Promise<void> {
  await pipeline.announce(clusterNamed(cluster, more))
  await expect.poll(() => pipeline.cluster(cluster), POLL).toMatchObject({ status: 'READY' })
}

/** Nothing works on it any more. */
async function ended(cluster: string, generation = 0): Promise<void> {
  await expect
    .poll(async () => {
      const { run, status, generation: latest = 0 } = (await pipeline.cluster(cluster)) ?? {}
      return run === undefined && status === 'READY' && latest >= generation
    }, POLL)
    .toBe(true)
}

async function gone(cluster: string) {
  await expect.poll(() => pipeline.cluster(cluster), POLL).toMatchObject({ status: 'DELETED' })
  return pipeline.cluster(cluster)
}

async function status(cluster: string, role: string) {
  return (await pipeline.roleStatuses(cluster))[role]
}

async function readyRole(cluster: string, role: string) {
  await expect.poll(() => status(cluster, role), POLL).toMatchObject({ state: 'READY' })
  return roleOf((await status(cluster, role))?.roleArn ?? '')
}

/** What is named elsewhere, and must not change. */
async function roleOf(roleArn: string) {
  const RoleName = roleArn.split('/').at(-1)
  const { Role } = await new IAMClient({ region: REGION }).send(new GetRoleCommand({ RoleName }))
  return { arn: Role?.Arn ?? '', id: Role?.RoleId ?? '' }
}

async function asked(method: string, path: string, body?: object): Promise<unknown> {
  return JSON.parse((await pipeline.ask(method, path, body)).body)
}

/** As if it had begun long ago: a day of the clock has 300 sweeps. Returns when the API servers were switched. */
async function sinceADay(cluster: string): Promise<string> {
  const before = (hours: number) =>
    new Date(pipeline.aws.clock.now().getTime() - hours * 3_600_000).toISOString()
  await changeCluster(pipeline.deployed.table, cluster, (known) =>
    known?.migration ? { ...known, migration: { ...known.migration, startedAt: before(26) } } : known,
  )
  return before(25)
}

/** At STS, as a pod does. */
async function exchanged(
  keys: Keys,
  baseDomain: string,
  roleArn: string,
  serviceAccount = 'cart',
): Promise<string> {
  const [key] = keysFromPems([keys.pem]).keys
  const signer = { privateKey: keys.privateKey, kid: key?.kid ?? '', alg: 'ES256' }
  const claim = { issuer: `https://irsa.${baseDomain}`, audience: 'sts.amazonaws.com', roleArn }
  return exchangeToken(signer, claim, subjectOf('shop', serviceAccount), REGION).then(
    () => 'admitted',
    (error: unknown) => (error instanceof Error ? error.name.replace(/Exception$/, '') : String(error)),
  )
}
