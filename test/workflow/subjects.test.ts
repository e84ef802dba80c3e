/** One role, and service accounts of two clusters: each of them opens it with its own tokens, and nobody else does. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHostedZone } from '../../cli/local-stack.ts'
import { REGION } from '../../cli/package-stack.ts'
import { exchangeToken } from '../../cli/start/exchange.ts'
import { prove } from '../../cli/start/proof.ts'
import { keysFromPems } from '../../lib/oidc/jwks.ts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import { newIn, takeInventory } from './inventory.ts'
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

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

test('a role that two clusters trust is opened by the service account of each, and by no other', async () => {
  const talos = newKeys()
  const gaia = newKeys()
  await announced('talos', { serviceAccountKeys: [talos.pem] })
  await announced('gaia', { serviceAccountKeys: [gaia.pem] })
  const subjects = [{ cluster: 'gaia', namespace: 'checkout', serviceAccount: 'till' }]

  await pipeline.request('talos', roleFor('shop', 'cart', { subjects }))

  await pipeline.runEnded('talos')
  await pipeline.runEnded('gaia')
  await expect.poll(() => statusOf('talos', 'shop/cart'), POLL).toMatchObject({ state: 'READY' })
  const { roleArn = '' } = (await statusOf('talos', 'shop/cart')) ?? {}
  expect(await proofOf(talos, 'talos.gaws.gigantic.io', 'shop', 'cart', roleArn)).toBe('proven')
  expect(await proofOf(gaia, 'gaia.gaws.gigantic.io', 'checkout', 'till', roleArn)).toBe('proven')
  await expect(
    exchanged(gaia, 'gaia.gaws.gigantic.io', subjectOf('shop', 'cart'), roleArn),
  ).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(
    exchanged(talos, 'talos.gaws.gigantic.io', subjectOf('checkout', 'till'), roleArn),
  ).rejects.toMatchObject({ name: 'AccessDenied' })
})

test('a role waits for the other cluster, stops no run of its own, and is made when that one is ready', async () => {
  const late = newKeys()
  const baseDomain = 'late.example.org'
  const detail = clusterNamed('newborn', { baseDomain, serviceAccountKeys: [late.pem] })
  await pipeline.announce(detail)
  await expect.poll(async () => (await pipeline.cluster('newborn'))?.run?.state, POLL).toBe('FAILED')
  await announced('unborn')
  const subjects = [{ cluster: 'newborn', namespace: 'shop', serviceAccount: 'cart' }]
  await pipeline.request('unborn', roleFor('shop', 'cart', { subjects }))

  expect(await pipeline.runEnded('unborn')).toMatchObject({ status: 'SUCCEEDED' })
  expect(await statusOf('unborn', 'shop/cart')).toMatchObject({
    state: 'WAITING',
    message: expect.stringContaining('newborn'),
  })
  await createHostedZone(baseDomain)
  await pipeline.announce(detail)

  await expect.poll(() => statusOf('unborn', 'shop/cart'), POLL).toMatchObject({ state: 'READY' })
  const { roleArn = '' } = (await statusOf('unborn', 'shop/cart')) ?? {}
  expect(await proofOf(late, baseDomain, 'shop', 'cart', roleArn)).toBe('proven')
})

test('a role goes on without a cluster that is deleted, from before its provider goes until it is back', async () => {
  const [home, guest] = [newKeys(), newKeys()]
  const before = await takeInventory()
  await announced('home', { serviceAccountKeys: [home.pem] })
  await announced('guest', { serviceAccountKeys: [guest.pem] })
  const subjects = [{ cluster: 'guest', namespace: 'checkout', serviceAccount: 'till' }]
  await pipeline.request('home', roleFor('shop', 'cart', { subjects }))
  await pipeline.runEnded('home')
  await pipeline.runEnded('guest')
  await expect.poll(() => statusOf('home', 'shop/cart'), POLL).toMatchObject({ state: 'READY' })
  const { roleArn = '' } = (await statusOf('home', 'shop/cart')) ?? {}
  pipeline.aws.calls.clear()

  await pipeline.send('Cluster Deleted', { cluster: 'guest' })

  expect(await pipeline.runEnded('guest', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  const changes = pipeline.aws.calls
    .list({ service: 'iam' })
    .map(({ operation }) => operation)
    .filter((operation) => /^(Update|Delete)/.test(operation))
  expect(changes).toEqual(['UpdateAssumeRolePolicy', 'DeleteOpenIDConnectProvider'])
  expect(await statusOf('home', 'shop/cart')).toMatchObject({ state: 'READY' })
  expect((await statusOf('home', 'shop/cart'))?.trusts).toBeUndefined()
  expect(await proofOf(home, `home.${DOMAIN}`, 'shop', 'cart', roleArn)).toBe('proven')

  await announced('guest', { serviceAccountKeys: [guest.pem] })

  expect(await pipeline.runEnded('guest', 3)).toMatchObject({ status: 'SUCCEEDED' })
  await expect.poll(() => statusOf('home', 'shop/cart'), POLL).toMatchObject({ trusts: { guest: 3 } })
  expect(await proofOf(guest, `guest.${DOMAIN}`, 'checkout', 'till', roleArn)).toBe('proven')

  await pipeline.send('Cluster Deleted', { cluster: 'home' })
  await pipeline.send('Cluster Deleted', { cluster: 'guest' })

  expect(await pipeline.runEnded('home', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.runEnded('guest', 4, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  expect(newIn(before, await takeInventory())).toEqual({})
})

async function announced(cluster: string, more: object = {}): Promise<void> {
  await pipeline.announce(clusterNamed(cluster, more))
  await expect.poll(() => pipeline.cluster(cluster), POLL).toBeDefined()
}

async function statusOf(cluster: string, role: string) {
  return (await pipeline.roleStatuses(cluster))[role]
}

/** And that STS refuses another service account of the same namespace. */
async function proofOf(
  keys: Keys,
  baseDomain: string,
  namespace: string,
  serviceAccount: string,
  roleArn: string,
): Promise<string> {
  const claim = { ...claimFor(baseDomain, roleArn), namespace, serviceAccount }
  return (await prove(signerWith(keys), claim, REGION)).status
}

function exchanged(keys: Keys, baseDomain: string, subject: string, roleArn: string) {
  return exchangeToken(signerWith(keys), claimFor(baseDomain, roleArn), subject, REGION)
}

function signerWith({ pem, privateKey }: Keys) {
  const [key] = keysFromPems([pem]).keys
  return { privateKey, kid: key?.kid ?? '', alg: 'ES256' }
}

function claimFor(baseDomain: string, roleArn: string) {
  const issuedAt = pipeline.aws.clock.now()
  return { issuer: `https://irsa.${baseDomain}`, audience: 'sts.amazonaws.com', roleArn, issuedAt }
}
