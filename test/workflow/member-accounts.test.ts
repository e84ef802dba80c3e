/** Clusters in other accounts than the stack's: provider and roles are there, the hosting is not, and nothing is anywhere else. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagOpenIDConnectProviderCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { administratorOf, createHostedZoneIn } from '../../cli/local-stack.ts'
import { type MemberParameters, rollOutMemberAccount, rollOutZoneAccount } from '../../cli/member-account.ts'
import { EXTERNAL_ID, REGION, TARGET_ACCOUNT, ZONES_ACCOUNT, ZONES_USER } from '../../cli/package-stack.ts'
import { exchangeToken } from '../../cli/start/exchange.ts'
import { ClusterNotAbandonable } from '../../lib/errors.ts'
import { keysFromPems } from '../../lib/oidc/jwks.ts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import { abandonCluster } from '../../lib/ops/abandonment.ts'
import { allOf } from '../../lib/ops/several.ts'
import { readStatus } from '../../lib/ops/status.ts'
import { deleteOrphan, listOrphans, putOrphan } from '../../lib/registry/orphans.ts'
import { changeReplica } from '../../lib/registry/replicas.ts'
import { type Inventory, newIn, takeInventory } from './inventory.ts'
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
  startPipeline,
} from './pipeline.ts'
import { tamper } from './tamper.ts'

const MEMBER = '111122223333'
const BYSTANDER = '444455556666'
const ORGANIZATION = { id: 'o-example1234', accounts: [ACCOUNT, MEMBER, BYSTANDER] }

const HOST = `irsa.golem.${DOMAIN}`
const PROVIDER_ARN = `arn:aws:iam::${MEMBER}:oidc-provider/${HOST}`
const ROLE_ARN = `arn:aws:iam::${MEMBER}:role/irsa/golem/local_golem_shop_cart`

const NOBODY = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
})
const STRANGE = [{ Key: 'strange', Value: 'yes' }]

const keys = newKeys()
const detail = clusterNamed('golem', { serviceAccountKeys: [keys.pem], tags: { team: 'rocket' } })
let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await startPipeline({ organization: ORGANIZATION })
  await letAccountSend(pipeline, MEMBER)
  await rollOut(MEMBER, { OrganizationId: ORGANIZATION.id })
  await rollOut(BYSTANDER)
  await rollOut(TARGET_ACCOUNT)
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

  test('is looked at by the audit there, too', async () => {
    const role = { RoleName: 'local_golem_shop_till' }
    const iam = new IAMClient(administratorOf(MEMBER))
    await iam.send(new UpdateRoleCommand({ ...role, Description: 'changed' }))
    await iam.send(
      new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: PROVIDER_ARN, Tags: STRANGE }),
    )
    const orphan = { RoleName: 'local_ghost_shop_cart', Path: '/irsa/ghost/' }
    const Tags = Object.entries({ 'irsa:stack': 'irsa-local', 'irsa:cluster': 'ghost' })
    await iam.send(
      new CreateRoleCommand({
        ...orphan,
        AssumeRolePolicyDocument: NOBODY,
        Tags: Tags.map(([Key, Value]) => ({ Key, Value })),
      }),
    )

    await pipeline.audit()

    const told = await pipeline.told()
    const found = told.filter((event) => event['detail-type'] === 'Drift Found')
    const orphans = told.filter((event) => event['detail-type'] === 'Orphan Found')
    expect(orphans.map(({ detail }) => detail)).toEqual([
      {
        accountId: MEMBER,
        cluster: 'ghost',
        resource: 'role',
        id: `arn:aws:iam::${MEMBER}:role/irsa/ghost/local_ghost_shop_cart`,
      },
    ])
    await iam.send(new DeleteRoleCommand({ RoleName: orphan.RoleName }))
    expect(found.map(({ detail: { accountId, resource } }) => [accountId, resource])).toEqual([
      [MEMBER, 'provider'],
      [MEMBER, 'role shop/till'],
    ])
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

describe('a role in a third account', () => {
  const [own, other] = [newKeys(), newKeys()]
  const there = (issuer: string) => `arn:aws:iam::${TARGET_ACCOUNT}:oidc-provider/irsa.${issuer}.${DOMAIN}`
  const ROLE = `arn:aws:iam::${TARGET_ACCOUNT}:role/irsa/mine/local_mine_shop_cart`
  const accounts = [ACCOUNT, MEMBER, BYSTANDER, TARGET_ACCOUNT]
  let before: Inventory[] = []

  test('has the providers of all clusters that it trusts made there first', async () => {
    before = await Promise.all(accounts.map(takeInventory))
    const subjects = [{ cluster: 'theirs', namespace: 'checkout', serviceAccount: 'till' }]
    await pipeline.announce(clusterNamed('theirs', { accountId: BYSTANDER, serviceAccountKeys: [other.pem] }))
    expect(await pipeline.runEnded('theirs')).toMatchObject({ status: 'SUCCEEDED' })
    await pipeline.announce(clusterNamed('mine', { accountId: MEMBER, serviceAccountKeys: [own.pem] }))
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
    await pipeline.runEnded('theirs', 2)
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
    await new LambdaClient({ region: REGION }).send(new InvokeCommand({ FunctionName: 'irsa-local-sweep' }))

    await expect.poll(providersThere, POLL).toEqual([])
  })

  test('goes on without a cluster that goes, and then with its own: nothing is left in any account', async () => {
    await pipeline.announce(clusterNamed('mine', { accountId: MEMBER, serviceAccountKeys: [own.pem] }))
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
  async function opens(keys: Keys, cluster: string, namespace: string, serviceAccount: string) {
    const [key] = keysFromPems([keys.pem]).keys
    const signer = { privateKey: keys.privateKey, kid: key?.kid ?? '', alg: 'ES256' }
    const claim = {
      issuer: `https://irsa.${cluster}.${DOMAIN}`,
      audience: 'sts.amazonaws.com',
      roleArn: ROLE,
    }
    const credentials = await exchangeToken(signer, claim, subjectOf(namespace, serviceAccount), REGION)
    const { Account } = await new STSClient({ region: REGION, credentials }).send(
      new GetCallerIdentityCommand({}),
    )
    return Account
  }

  async function providersThere(): Promise<readonly string[] | undefined> {
    return (await takeInventory(TARGET_ACCOUNT)).providers
  }
})

describe('a hosted zone of another account', () => {
  const ABROAD = 'abroad.example.net'
  const accounts = [ACCOUNT, ZONES_USER, ZONES_ACCOUNT]
  const abroad = clusterNamed('abroad', { accountId: ZONES_USER, baseDomain: ABROAD })
  let before: Inventory[] = []

  test('is waited for until its account lets the stack in', async () => {
    await rollOut(ZONES_USER)
    const zone = await createHostedZoneIn(ZONES_ACCOUNT, 'example.net')
    const [own = {}, user = {}] = await Promise.all([ACCOUNT, ZONES_USER].map(takeInventory))
    await pipeline.announce(abroad)
    expect(await pipeline.runEnded('abroad')).toMatchObject({
      status: 'FAILED',
      error: 'ZonesRoleDenied',
      cause: expect.stringContaining(`arn:aws:iam::${ZONES_ACCOUNT}:role/irsa-local-zones`),
    })

    await rollOutZoneAccount(ZONES_ACCOUNT, ACCOUNT, [zone])
    before = [own, user, await takeInventory(ZONES_ACCOUNT)]
    await pipeline.redrive('abroad-1')

    expect(await pipeline.runEnded('abroad')).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('has the records of a cluster whose account may use it, made by sessions of its role; the rest is where it always is', async () => {
    const after = await Promise.all(accounts.map(takeInventory))
    const [own = {}, user, there] = after.map((inventory, index) => newIn(before[index] ?? {}, inventory))
    expect(Object.keys(own).toSorted()).toEqual(['buckets', 'certificates', 'distributions'])
    expect(Object.keys(user ?? {})).toEqual(['providers'])
    expect(there).toEqual({ records: recordsOf(ABROAD) })
    const changes = pipeline.aws.calls
      .list({ service: 'route53', operation: 'ChangeResourceRecordSets' })
      .filter(({ account }) => account === ZONES_ACCOUNT)
    expect(changes.map(({ principal }) => principal)).toEqual(
      ['certificate', 'alias'].map(
        (name) => `arn:aws:sts::${ZONES_ACCOUNT}:assumed-role/irsa-local-zones/${name}`,
      ),
    )
  })

  test('is looked at there', async () => {
    const { body } = await pipeline.ask('POST', '/clusters/abroad/plan', {})

    expect(JSON.parse(body).things).toContainEqual(
      expect.objectContaining({ resource: 'alias', action: 'keep' }),
    )
  })

  test('is none for a cluster of an account that may not use it: nothing is made there, and nothing told of it', async () => {
    const there = await takeInventory(ZONES_ACCOUNT)

    await pipeline.announce(clusterNamed('trespasser', { accountId: MEMBER, baseDomain: `x.${ABROAD}` }))

    const { status, error, cause = '' } = await pipeline.runEnded('trespasser')
    expect([status, error]).toEqual(['FAILED', 'HostedZoneNotFound'])
    expect(cause).toContain(`No public hosted zone that account ${MEMBER} may use covers irsa.x.${ABROAD}.`)
    expect(cause).not.toContain(ZONES_ACCOUNT)
    expect(await takeInventory(ZONES_ACCOUNT)).toEqual(there)
    await pipeline.send('Cluster Deleted', { cluster: 'trespasser' })
    await pipeline.runEnded('trespasser', 2, 'deprovision')
  })

  test('keeps a cluster from going without force while the stack may not change it any more, and lets it go when only its account may not', async () => {
    const place = { accountId: ZONES_USER, baseDomain: 'astray.example.net' }
    await pipeline.announce(clusterNamed('astray', place))
    expect(await pipeline.runEnded('astray')).toMatchObject({ status: 'SUCCEEDED' })
    await openZones('*')
    await pipeline.send('Cluster Deleted', { cluster: 'abroad' })
    expect(await pipeline.runEnded('abroad', 2, 'deprovision')).toMatchObject({
      status: 'FAILED',
      error: 'HostedZoneWithdrawn',
      cause: expect.stringContaining(`of account ${ZONES_ACCOUNT}`),
    })

    await pipeline.send('Cluster Deleted', { cluster: 'astray', force: true })
    expect(await pipeline.runEnded('astray', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })

    await openZones(`*,* in ${ZONES_ACCOUNT} for ${BYSTANDER}`)
    await pipeline.redrive('abroad-2', 'deprovision')

    expect(await pipeline.runEnded('abroad', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
    const after = await Promise.all(accounts.map(takeInventory))
    const left = after.map((inventory, index) => newIn(before[index] ?? {}, inventory))
    expect(left).toEqual([{}, {}, { records: recordsOf('astray.example.net') }])
    await openZones(`*,* in ${ZONES_ACCOUNT} for ${ZONES_USER}`)
  })

  function recordsOf(baseDomain: string) {
    return [
      `irsa.${baseDomain}. A`,
      `irsa.${baseDomain}. AAAA`,
      expect.stringMatching(`^_[0-9a-f]+.irsa.${baseDomain}. CNAME$`),
    ]
  }

  /** As a deployment with another parameter does. */
  async function openZones(HOSTED_ZONES: string): Promise<void> {
    const lambda = new LambdaClient({ region: REGION })
    for (const FunctionName of ['irsa-local-alias', 'irsa-local-certificate']) {
      const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
      const Variables = { ...Environment?.Variables, HOSTED_ZONES }
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }))
    }
  }
})

describe('a cluster whose account lets the stack in no longer', () => {
  const LOST = '888899990000'
  const PROVISIONER = { RoleName: 'irsa-local-provisioner' }
  const ISSUER = `https://irsa.lonely.${DOMAIN}`
  const CART = `arn:aws:iam::${LOST}:role/irsa/lonely/local_lonely_shop_cart`
  const accounts = [ACCOUNT, LOST, TARGET_ACCOUNT]
  const [former, latter] = [newKeys(), newKeys()]
  const lonely = (keys: Keys, more = {}) =>
    clusterNamed('lonely', { accountId: LOST, serviceAccountKeys: [keys.pem], ...more })
  const operator = () => ({ ...pipeline.deployed, who: 'iam:operator' })
  const iam = () => new IAMClient(administratorOf(LOST))
  const OF_PROVISIONER = { ...PROVISIONER, PolicyName: 'provisioner' }
  let trust = ''
  let policy = ''
  let before: Inventory[] = []

  test('stops when it is to go, says what keeps it, and takes nothing of the issuer away', async () => {
    await rollOut(LOST)
    before = await Promise.all(accounts.map(takeInventory))
    await pipeline.announce(lonely(former))
    await expect.poll(() => pipeline.cluster('lonely'), POLL).toBeDefined()
    const there = { targetAccountId: TARGET_ACCOUNT }
    await pipeline.request('lonely', roleFor('shop', 'cart'), roleFor('shop', 'till', there))
    expect(await pipeline.runEnded('lonely')).toMatchObject({ status: 'SUCCEEDED' })
    await lock()
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
    expect(await exchanged(former)).toBe(LOST)
  })

  test('goes as far as it can once it is abandoned, whoever says so how often, and keeps an empty host', async () => {
    await Promise.all(['closed', 'closed'].map((reason) => abandonCluster(operator(), 'lonely', reason)))

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
    await expect(exchanged(former)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })
  })

  test('tells what is left, and counts it as nobody’s: neither drift nor an orphan', async () => {
    const { table } = pipeline.deployed
    const earlier = { resource: 'role', id: `arn:aws:iam::${LOST}:role/irsa/x`, cluster: 'x' } as const
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
    expect(await allOf(listOrphans(table))).toMatchObject([earlier])
    await deleteOrphan(table, earlier)
    expect(JSON.stringify(pipeline.aws.logs('irsa-local-find-orphans'))).toMatch(
      new RegExp(`could not be looked into.*${LOST}.*ProvisionerRoleDenied`),
    )
    const { clusters } = await readStatus(pipeline.deployed, pipeline.deployed.queues)
    expect(clusters.abandoned).toMatchObject([{ cluster: 'lonely', state: 'abandoned' }])
  })

  test('leaves neither its name nor its issuer to anybody else, nor another issuer to its name', async () => {
    await pipeline.announce(clusterNamed('lonely', { baseDomain: `lonely.${DOMAIN}` }), { account: MEMBER })
    await pipeline.announce(clusterNamed('usurper', { baseDomain: `lonely.${DOMAIN}` }))
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
    await expect.poll(() => exchanged(latter).catch(String), POLL).toBe(LOST)
    await expect(exchanged(former)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })

    await pipeline.send('Cluster Deleted', { cluster: 'lonely' })

    expect(await pipeline.runEnded('lonely', 4, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
    expect(await Promise.all(accounts.map(takeInventory))).toEqual(before)
  })

  /** As somebody does who closes that account to the stack: nothing that sessions of an hour are good for is left either. */
  async function lock(): Promise<void> {
    const { Role } = await iam().send(new GetRoleCommand(PROVISIONER))
    trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')
    const PolicyDocument = trust.replaceAll('"Allow"', '"Deny"')
    await iam().send(new UpdateAssumeRolePolicyCommand({ ...PROVISIONER, PolicyDocument }))
    policy = (await iam().send(new GetRolePolicyCommand(OF_PROVISIONER))).PolicyDocument ?? ''
    await iam().send(new DeleteRolePolicyCommand(OF_PROVISIONER))
  }

  async function unlock(): Promise<void> {
    await iam().send(new UpdateAssumeRolePolicyCommand({ ...PROVISIONER, PolicyDocument: trust }))
    const PolicyDocument = decodeURIComponent(policy)
    await iam().send(new PutRolePolicyCommand({ ...OF_PROVISIONER, PolicyDocument }))
  }

  /** The account that the credentials are of. */
  async function exchanged(keys: Keys): Promise<string | undefined> {
    const [key] = keysFromPems([keys.pem]).keys
    const signer = { privateKey: keys.privateKey, kid: key?.kid ?? '', alg: 'ES256' }
    const claim = { issuer: ISSUER, audience: 'sts.amazonaws.com', roleArn: CART }
    const credentials = await exchangeToken(signer, claim, subjectOf('shop', 'cart'), REGION)
    return (await new STSClient({ region: REGION, credentials }).send(new GetCallerIdentityCommand({})))
      .Account
  }
})
