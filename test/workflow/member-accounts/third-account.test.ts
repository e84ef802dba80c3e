/** Roles in a third account: what they need there is made before them, and goes when the last one does not need it any more. */
import { GetOpenIDConnectProviderCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { administratorOf } from '../../../cli/local-stack.ts'
import { TARGET_ACCOUNT } from '../../../cli/package-stack.ts'
import { subjectOf } from '../../../lib/oidc/subject.ts'
import { allOf } from '../../../lib/ops/several.ts'
import { listOrphans } from '../../../lib/registry/orphans.ts'
import { changeReplica } from '../../../lib/registry/replicas.ts'
import { type Inventory, takeInventory } from '../inventory.ts'
import {
  ACCOUNT,
  clusterNamed,
  DOMAIN,
  type Keys,
  newKeys,
  type Pipeline,
  POLL,
  roleFor,
  sharePipeline,
} from '../pipeline.ts'
import { accountOpened, BYSTANDER, rollOut } from './fixture.ts'

const HOME = '131313131313'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
  await rollOut(HOME)
  await rollOut(BYSTANDER)
  await rollOut(TARGET_ACCOUNT)
})

afterAll(() => pipeline.stop())

describe('a role in a third account', () => {
  const [own, other] = [newKeys(), newKeys()]
  const there = (issuer: string) => `arn:aws:iam::${TARGET_ACCOUNT}:oidc-provider/irsa.${issuer}.${DOMAIN}`
  const ROLE = `arn:aws:iam::${TARGET_ACCOUNT}:role/irsa/mine/local_mine_shop_cart`
  const accounts = [ACCOUNT, HOME, BYSTANDER, TARGET_ACCOUNT]
  let before: Inventory[] = []

  test('has the providers of all clusters that it trusts made there first', async () => {
    before = await Promise.all(accounts.map(takeInventory))
    const subjects = [{ cluster: 'theirs', namespace: 'checkout', serviceAccount: 'till' }]
    await pipeline.announce(clusterNamed('theirs', { accountId: BYSTANDER, serviceAccountKeys: [other.pem] }))
    expect(await pipeline.runEnded('theirs')).toMatchObject({ status: 'SUCCEEDED' })
    await pipeline.announce(clusterNamed('mine', { accountId: HOME, serviceAccountKeys: [own.pem] }))
    await expect.poll(() => pipeline.cluster('mine'), POLL).toBeDefined()

    const wish = { targetAccountId: TARGET_ACCOUNT, subjects }
    await pipeline.request('mine', roleFor('shop', 'cart', wish))

    expect(await pipeline.runEnded('mine')).toMatchObject({ status: 'SUCCEEDED' })
    expect((await pipeline.roleStatuses('mine'))['shop/cart']).toMatchObject({
      state: 'READY',
      roleArn: ROLE,
    })
    expect(await takeInventory(TARGET_ACCOUNT)).toMatchObject({
      providers: [there('mine'), there('theirs')],
      roles: expect.arrayContaining([ROLE]),
    })
    await pipeline.audit()
    expect(JSON.stringify(await allOf(listOrphans(pipeline.deployed.table)))).not.toContain(TARGET_ACCOUNT)
    expect(await opens(own, 'mine', 'shop', 'cart')).toBe(TARGET_ACCOUNT)
    expect(await opens(other, 'theirs', 'checkout', 'till')).toBe(TARGET_ACCOUNT)
    await expect(opens(other, 'theirs', 'shop', 'cart')).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('was made there by sessions of the two functions, each in its own half', () => {
    const made = pipeline.aws.calls
      .list({ service: 'iam' })
      .filter(({ account, operation }) => account === TARGET_ACCOUNT && /^Create(Open|Role)/.test(operation))
      .map(({ operation, principal }) => [operation, principal.split('/').at(-1)])
      .filter(([, principal]) => principal !== 'local')

    expect(made).toEqual([
      ['CreateOpenIDConnectProvider', 'provider'],
      ['CreateOpenIDConnectProvider', 'provider'],
      ['CreateRole', 'settle-roles'],
    ])
  })

  test('asked for later has them made as well, with what the cluster has become', async () => {
    const detail = { accountId: BYSTANDER, serviceAccountKeys: [other.pem] }
    await pipeline.announce(clusterNamed('theirs', { ...detail, audiences: ['sts.amazonaws.com', 'vault'] }))
    expect(await pipeline.runEnded('theirs', 2)).toMatchObject({ status: 'SUCCEEDED' })
    await pipeline.request('theirs', roleFor('shop', 'desk', { targetAccountId: TARGET_ACCOUNT }))

    await expect
      .poll(async () => (await pipeline.roleStatuses('theirs'))['shop/desk'], POLL)
      .toMatchObject({ state: 'READY' })
    const { ClientIDList = [] } = await new IAMClient(administratorOf(TARGET_ACCOUNT)).send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: there('theirs') }),
    )
    expect(ClientIDList.toSorted()).toEqual(['sts.amazonaws.com', 'vault'])
  })

  test('leaves no provider behind once no role needs it any more', async () => {
    await pipeline.remove('theirs', 'shop/desk')
    await expect.poll(() => pipeline.roleStatuses('theirs'), POLL).toEqual({})
    expect(await providersThere()).toEqual([there('mine'), there('theirs')])

    await pipeline.request('mine', roleFor('shop', 'cart', { targetAccountId: TARGET_ACCOUNT }))

    await expect.poll(providersThere, POLL).toEqual([there('mine')])
    await expect(opens(other, 'theirs', 'checkout', 'till')).rejects.toThrow()
    expect(await opens(own, 'mine', 'shop', 'cart')).toBe(TARGET_ACCOUNT)

    await pipeline.remove('mine', 'shop/cart')

    await expect.poll(providersThere, POLL).toEqual([])
  })

  test('goes with its cluster; the provider of another one is found by the sweep', async () => {
    await trustsTheirs()
    await pipeline.send('Cluster Deleted', { cluster: 'mine' })
    expect(await pipeline.runEnded('mine', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
    expect(await providersThere()).toEqual([there('theirs')])

    const theirs = { cluster: 'theirs', accountId: TARGET_ACCOUNT }
    await changeReplica(pipeline.deployed.table, theirs, (known) => {
      const { doubt } = known ?? {}
      return known && doubt && { ...known, doubt: { ...doubt, at: '2026-01-31T12:00:00.000Z' } }
    })
    await pipeline.invoke('sweep')

    await expect.poll(providersThere, POLL).toEqual([])
  })

  test('goes on without a cluster that goes, and then with its own: nothing is left in any account', async () => {
    await pipeline.announce(clusterNamed('mine', { accountId: HOME, serviceAccountKeys: [own.pem] }))
    expect(await pipeline.runEnded('mine', 3)).toMatchObject({ status: 'SUCCEEDED' })
    await trustsTheirs()

    await pipeline.send('Cluster Deleted', { cluster: 'theirs' })
    expect(await pipeline.runEnded('theirs', 3, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
    expect(await providersThere()).toEqual([there('mine')])
    expect(await opens(own, 'mine', 'shop', 'cart')).toBe(TARGET_ACCOUNT)
    await pipeline.send('Cluster Deleted', { cluster: 'mine' })
    expect(await pipeline.runEnded('mine', 4, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })

    expect(await Promise.all(accounts.map(takeInventory))).toEqual(before)
  })

  async function trustsTheirs(): Promise<void> {
    const subjects = [{ cluster: 'theirs', namespace: 'checkout', serviceAccount: 'till' }]
    await pipeline.request('mine', roleFor('shop', 'cart', { targetAccountId: TARGET_ACCOUNT, subjects }))
    await expect
      .poll(async () => (await pipeline.roleStatuses('mine'))['shop/cart'], POLL)
      .toMatchObject({ state: 'READY' })
    expect(await providersThere()).toEqual([there('mine'), there('theirs')])
  }

  /** The account that the service account's credentials are of. */
  function opens(keys: Keys, cluster: string, namespace: string, serviceAccount: string) {
    return accountOpened(pipeline, keys, { cluster, roleArn: ROLE }, subjectOf(namespace, serviceAccount))
  }

  async function providersThere(): Promise<readonly string[] | undefined> {
    return (await takeInventory(TARGET_ACCOUNT)).providers
  }
})
