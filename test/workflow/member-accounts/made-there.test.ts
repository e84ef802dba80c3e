/** What is made in other accounts than the stack's: a cluster's provider and roles, but no hosting. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  IAMClient,
  TagOpenIDConnectProviderCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { administratorOf } from '../../../cli/local-stack.ts'
import { EXTERNAL_ID } from '../../../cli/package-stack.ts'
import { subjectOf } from '../../../lib/oidc/subject.ts'
import { newIn, takeInventory } from '../inventory.ts'
import {
  ACCOUNT,
  clusterNamed,
  DOMAIN,
  letAccountSend,
  newKeys,
  ORGANIZATION,
  type Pipeline,
  POLL,
  roleFor,
  sharePipeline,
} from '../pipeline.ts'
import { tamper } from '../tamper.ts'
import { accountOpened, BYSTANDER, MEMBER, rollOut } from './fixture.ts'

const PROVIDER_ARN = `arn:aws:iam::${MEMBER}:oidc-provider/irsa.colony.${DOMAIN}`
const ROLE_ARN = `arn:aws:iam::${MEMBER}:role/irsa/colony/local_colony_shop_cart`

const NOBODY = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
})
const STRANGE = [{ Key: 'strange', Value: 'yes' }]

const keys = newKeys()
const detail = clusterNamed('colony', { serviceAccountKeys: [keys.pem], tags: { team: 'rocket' } })
let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
  await letAccountSend(pipeline, MEMBER)
  await rollOut(MEMBER, { OrganizationId: ORGANIZATION })
  await rollOut(BYSTANDER)
})

afterAll(() => pipeline.stop())

describe('a cluster that another account announces', () => {
  test('has provider and roles there, the hosting in the stack’s account, and nothing anywhere else', async () => {
    const accounts = [ACCOUNT, MEMBER, BYSTANDER]
    const before = await Promise.all(accounts.map(takeInventory))
    const managed = { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }] }

    await pipeline.announce(detail, { account: MEMBER })
    await expect.poll(() => pipeline.cluster('colony'), POLL).toBeDefined()
    await pipeline.request('colony', roleFor('shop', 'cart'), roleFor('shop', 'till', managed))
    expect(await pipeline.runEnded('colony')).toMatchObject({ status: 'SUCCEEDED' })

    const after = await Promise.all(accounts.map(takeInventory))
    const [own = {}, member, bystander] = after.map((inventory, index) =>
      newIn(before[index] ?? {}, inventory),
    )
    expect(Object.keys(own).toSorted()).toEqual(['buckets', 'certificates', 'distributions', 'records'])
    expect(member).toEqual({
      providers: [PROVIDER_ARN],
      roles: [ROLE_ARN, `arn:aws:iam::${MEMBER}:role/irsa/colony/local_colony_shop_till`],
    })
    expect(bystander).toEqual({})
  })

  test('tells of what is there', async () => {
    const { outputs } = (await pipeline.cluster('colony')) ?? {}
    const statuses = await pipeline.roleStatuses('colony')

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
      new GetRoleCommand({ RoleName: 'local_colony_shop_cart' }),
    )

    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(
      `arn:aws:iam::${MEMBER}:policy/irsa-local-boundary`,
    )
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain(`"${PROVIDER_ARN}"`)
  })

  test('opens its roles to its pods, and to no other', async () => {
    const opened = (serviceAccount: string) =>
      accountOpened(
        pipeline,
        keys,
        { cluster: 'colony', roleArn: ROLE_ARN },
        subjectOf('shop', serviceAccount),
      )

    expect(await opened('cart')).toBe(MEMBER)
    await expect(opened('till')).rejects.toMatchObject({ name: 'AccessDenied' })
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
    const role = { RoleName: 'local_colony_shop_till' }
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
    const found = told.filter(
      (event) => event['detail-type'] === 'Drift Found' && event.detail.cluster === 'colony',
    )
    const orphans = told.filter(
      (event) => event['detail-type'] === 'Orphan Found' && event.detail.accountId === MEMBER,
    )
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
    await tamper(pipeline, 'colony', 'local_colony_shop_cart')

    await pipeline.announce({ ...detail, audiences: ['sts.amazonaws.com', 'vault'] }, { account: MEMBER })

    expect(await pipeline.runEnded('colony', 2)).toMatchObject({ status: 'SUCCEEDED' })
    const iam = new IAMClient(administratorOf(MEMBER))
    const { ClientIDList, Tags } = await iam.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: PROVIDER_ARN }),
    )
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'local_colony_shop_cart' }))
    expect(ClientIDList?.toSorted()).toEqual(['sts.amazonaws.com', 'vault'])
    expect(Tags?.map(({ Key }) => Key).toSorted()).toEqual(['irsa:cluster', 'irsa:stack', 'team'])
    expect(Role?.PermissionsBoundary).toBeDefined()
    expect(Role?.Tags?.map(({ Key }) => Key).toSorted()).toEqual(['irsa:cluster', 'irsa:stack', 'team'])
  })

  test('leaves the external ID in no event, item or log', async () => {
    const written = JSON.stringify([
      await pipeline.cluster('colony'),
      await pipeline.roleStatuses('colony'),
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
