/** Clusters in other accounts than the stack's: provider and roles are there, the hosting is not, and nothing is anywhere else. */
import { GetOpenIDConnectProviderCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { administratorOf } from '../../cli/local-stack.ts'
import { type MemberParameters, rollOutMemberAccount } from '../../cli/member-account.ts'
import { EXTERNAL_ID, REGION } from '../../cli/package-stack.ts'
import { exchangeToken } from '../../cli/start/exchange.ts'
import { keysFromPems } from '../../lib/oidc/jwks.ts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import { newIn, takeInventory } from './inventory.ts'
import {
  ACCOUNT,
  clusterNamed,
  DOMAIN,
  letAccountSend,
  newKeys,
  type Pipeline,
  POLL,
  roleFor,
  startPipeline,
} from './pipeline.ts'
import { tamper } from './tamper.ts'

const MEMBER = '111122223333'
const BYSTANDER = '444455556666'
const ORGANIZATION = { id: 'o-example1234', accounts: [ACCOUNT, MEMBER, BYSTANDER] }

const HOST = `irsa.golem.${DOMAIN}`
const PROVIDER_ARN = `arn:aws:iam::${MEMBER}:oidc-provider/${HOST}`
const ROLE_ARN = `arn:aws:iam::${MEMBER}:role/irsa/golem/local_golem_shop_cart`

const keys = newKeys()
const detail = clusterNamed('golem', { serviceAccountKeys: [keys.pem], tags: { team: 'rocket' } })
let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await startPipeline({ organization: ORGANIZATION })
  await letAccountSend(pipeline, MEMBER)
  await rollOut(MEMBER, { OrganizationId: ORGANIZATION.id })
  await rollOut(BYSTANDER)
})

afterAll(() => pipeline.stop())

function rollOut(account: string, parameters: MemberParameters = {}): Promise<void> {
  return rollOutMemberAccount(account, ACCOUNT, parameters)
}

describe('a cluster that another account announces', () => {
  test('has provider and roles there, the hosting in the stack’s account, and nothing anywhere else', async () => {
    const accounts = [ACCOUNT, MEMBER, BYSTANDER]
    const before = await Promise.all(accounts.map(takeInventory))
    const managed = { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }] }

    await pipeline.announce(detail, { account: MEMBER })
    await expect.poll(() => pipeline.cluster('golem'), POLL).toBeDefined()
    await pipeline.request('golem', roleFor('shop', 'cart'), roleFor('shop', 'till', managed))
    expect(await pipeline.runEnded('golem')).toMatchObject({ status: 'SUCCEEDED' })

    const after = await Promise.all(accounts.map(takeInventory))
    const [own = {}, member, bystander] = after.map((inventory, index) =>
      newIn(before[index] ?? {}, inventory),
    )
    expect(Object.keys(own).toSorted()).toEqual(['buckets', 'certificates', 'distributions', 'records'])
    expect(member).toEqual({
      providers: [PROVIDER_ARN],
      roles: [ROLE_ARN, `arn:aws:iam::${MEMBER}:role/irsa/golem/local_golem_shop_till`],
    })
    expect(bystander).toEqual({})
  })

  test('tells of what is there', async () => {
    const { outputs } = (await pipeline.cluster('golem')) ?? {}
    const statuses = await pipeline.roleStatuses('golem')

    expect(outputs?.provider).toMatchObject({ providerArn: PROVIDER_ARN })
    expect(statuses['shop/cart']).toMatchObject({ state: 'READY', roleArn: ROLE_ARN })
    expect(await pipeline.told()).toContainEqual(
      expect.objectContaining({
        'detail-type': 'Role Ready',
        detail: expect.objectContaining({ accountId: MEMBER, roleArn: ROLE_ARN }),
      }),
    )
  })

  test('has roles that trust the provider beside them, within the boundary of their account', async () => {
    const { Role } = await new IAMClient(administratorOf(MEMBER)).send(
      new GetRoleCommand({ RoleName: 'local_golem_shop_cart' }),
    )

    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(
      `arn:aws:iam::${MEMBER}:policy/irsa-local-boundary`,
    )
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain(`"${PROVIDER_ARN}"`)
  })

  test('opens its roles to its pods, and to no other', async () => {
    const [key] = keysFromPems([keys.pem]).keys
    const signer = { privateKey: keys.privateKey, kid: key?.kid ?? '', alg: 'ES256' }
    const claim = { issuer: `https://${HOST}`, audience: 'sts.amazonaws.com', roleArn: ROLE_ARN }

    const credentials = await exchangeToken(signer, claim, subjectOf('shop', 'cart'), REGION)

    const identity = await new STSClient({ region: REGION, credentials }).send(
      new GetCallerIdentityCommand({}),
    )
    expect(identity).toMatchObject({ Account: MEMBER })
    await expect(exchangeToken(signer, claim, subjectOf('shop', 'till'), REGION)).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  test('was made by sessions of the provisioner role only, one for all calls of a sandbox', () => {
    const iam = pipeline.aws.calls
      .list({ service: 'iam' })
      .filter(({ account, principal }) => account === MEMBER && !principal.endsWith(':user/local'))
    const sessions = pipeline.aws.calls
      .list({ service: 'sts', operation: 'AssumeRole' })
      .map(({ principal }) => principal)
    const ofProvider = sessions.filter((principal) => principal.includes('/irsa-local-provider/'))

    expect(new Set(iam.map(({ principal }) => principal))).toEqual(
      new Set([sessionArn('provider'), sessionArn('settle-roles')]),
    )
    expect(ofProvider).toHaveLength(1)
  })

  test('is mended there', async () => {
    await tamper(pipeline, 'golem', 'local_golem_shop_cart')

    await pipeline.announce({ ...detail, audiences: ['sts.amazonaws.com', 'vault'] }, { account: MEMBER })

    expect(await pipeline.runEnded('golem', 2)).toMatchObject({ status: 'SUCCEEDED' })
    const iam = new IAMClient(administratorOf(MEMBER))
    const { ClientIDList, Tags } = await iam.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: PROVIDER_ARN }),
    )
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'local_golem_shop_cart' }))
    expect(ClientIDList?.toSorted()).toEqual(['sts.amazonaws.com', 'vault'])
    expect(Tags?.map(({ Key }) => Key).toSorted()).toEqual(['irsa:cluster', 'irsa:stack', 'team'])
    expect(Role?.PermissionsBoundary).toBeDefined()
    expect(Role?.Tags?.map(({ Key }) => Key).toSorted()).toEqual(['irsa:cluster', 'irsa:stack', 'team'])
  })

  test('leaves the external ID in no event, item or log', async () => {
    const written = JSON.stringify([
      await pipeline.cluster('golem'),
      await pipeline.roleStatuses('golem'),
      await pipeline.told(),
      ...FUNCTIONS.map((name) => pipeline.aws.logs(name)),
    ])

    expect(written).toContain(MEMBER)
    expect(written).not.toContain(EXTERNAL_ID)
  })
})

const FUNCTIONS = ['irsa-local-provider', 'irsa-local-settle-roles']

function sessionArn(name: string): string {
  return `arn:aws:sts::${MEMBER}:assumed-role/irsa-local-provisioner/${name}`
}

describe('a cluster in an account that is not ready for it', () => {
  test('waits at its provider until the template is rolled out, and goes on with a redrive', async () => {
    const late = '777788889999'
    await pipeline.announce(clusterNamed('late', { accountId: late }))
    expect(await pipeline.runEnded('late')).toMatchObject({
      status: 'FAILED',
      error: 'ProvisionerRoleDenied',
      cause: expect.stringContaining(`arn:aws:iam::${late}:role/irsa-local-provisioner`),
    })
    await expect
      .poll(() => tellsOf('late'), POLL)
      .toMatchObject({
        step: 'provider',
        error: expect.stringContaining('ProvisionerRoleDenied'),
        remedy: expect.stringContaining('serverless/member-account.yml'),
      })

    await rollOut(late)
    await pipeline.redrive('late-1')

    expect(await pipeline.runEnded('late')).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 })
    expect(await takeInventory(late)).toMatchObject({
      providers: [`arn:aws:iam::${late}:oidc-provider/irsa.late.${DOMAIN}`],
    })
  })

  test.each<[string, string, string, MemberParameters]>([
    ['another external ID', 'secretive', '222233334444', { ExternalId: 'another' }],
    ['another organization', 'foreign', '333344445555', { OrganizationId: 'o-another1234' }],
  ])('which asks for %s, is not made there', async (_, cluster, accountId, parameters) => {
    await rollOut(accountId, parameters)

    await pipeline.announce(clusterNamed(cluster, { accountId }))

    expect(await pipeline.runEnded(cluster)).toMatchObject({
      status: 'FAILED',
      error: 'ProvisionerRoleDenied',
    })
    expect(await takeInventory(accountId)).toMatchObject({ providers: [] })
  })
})

async function tellsOf(cluster: string) {
  const told = await pipeline.told()
  return told.find((one) => one['detail-type'] === 'Provisioning Failed' && one.detail.cluster === cluster)
    ?.detail
}

test('a cluster of another account is deleted there and here', async () => {
  const accounts = [ACCOUNT, MEMBER]
  const before = await Promise.all(accounts.map(takeInventory))
  await pipeline.announce(clusterNamed('leaving'), { account: MEMBER })
  await expect.poll(() => pipeline.cluster('leaving'), POLL).toBeDefined()
  await pipeline.request('leaving', roleFor('shop', 'cart'))
  await pipeline.runEnded('leaving')

  await pipeline.send('Cluster Deleted', { cluster: 'leaving' }, { account: MEMBER })

  expect(await pipeline.runEnded('leaving', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  expect(await Promise.all(accounts.map(takeInventory))).toEqual(before)
})
