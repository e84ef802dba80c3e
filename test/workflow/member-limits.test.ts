/** Whom the provisioner role of a member account lets in, and to do what; and what a member account cannot do to the stack's. */
import { CloudFrontClient, GetDistributionCommand } from '@aws-sdk/client-cloudfront'
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import {
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { DeleteBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, type AssumeRoleRequest, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { administratorOf, createHostedZoneIn } from '../../cli/local-stack.ts'
import { rollOutMemberAccount, rollOutZoneAccount } from '../../cli/member-account.ts'
import { EXTERNAL_ID, REGION, ZONES_ACCOUNT } from '../../cli/package-stack.ts'
import {
  READS_RECORDS,
  WRITES_ALIASES,
  WRITES_VALIDATION_RECORDS,
  type ZoneUse,
} from '../../lib/aws/zone-sessions.ts'
import type { ClusterRecord } from '../../lib/registry/cluster-record.ts'
import { takeInventory } from './inventory.ts'
import { closeZoneAccount } from './member-accounts/fixture.ts'
import {
  ACCOUNT,
  clusterNamed,
  DOMAIN,
  letAccountSend,
  type Pipeline,
  POLL,
  roleFor,
  sharePipeline,
} from './pipeline.ts'

const MEMBER = '121212121212'
const STRANGER = '343434343434'
const BOUNDARY = `arn:aws:iam::${MEMBER}:policy/irsa-local-boundary`

let pipeline: Pipeline
let outputs: ClusterRecord['outputs']

beforeAll(async () => {
  pipeline = await sharePipeline()
  await letAccountSend(pipeline, MEMBER)
  await letAccountSend(pipeline, STRANGER)
  await rollOutMemberAccount(MEMBER, ACCOUNT)
  await pipeline.announce(clusterNamed('vassal'), { account: MEMBER })
  await vi.waitFor(async () => expect(await pipeline.cluster('vassal')).toBeDefined(), POLL)
  await pipeline.request('vassal', roleFor('shop', 'cart'))
  await pipeline.runEnded('vassal')
  const state = async () => (await pipeline.roleStatuses('vassal'))['shop/cart']?.state
  await vi.waitFor(async () => expect(await state()).toBe('READY'), POLL)
  outputs = (await pipeline.cluster('vassal'))?.outputs ?? {}
})

afterAll(() => pipeline.stop())

type Assumption = Partial<AssumeRoleRequest>

/** Of the provisioner role unless it says another one, by whoever this is. */
async function assume(session: Session, more: Assumption) {
  const RoleArn = `arn:aws:iam::${MEMBER}:role/irsa-local-provisioner`
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me', ...more })
  const { Credentials } = await new STSClient({ region: REGION, ...session }).send(command)
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
}

type Session = Pick<ReturnType<typeof administratorOf>, 'credentials'>

/** As Lambda runs the function's code. */
async function functionSession(name: string): Promise<Session> {
  const { Role = '' } = await new LambdaClient({ region: REGION }).send(
    new GetFunctionConfigurationCommand({ FunctionName: `irsa-local-${name}` }),
  )
  return { credentials: pipeline.aws.world.sts().serviceSession(Role, name, 'lambda.amazonaws.com') }
}

describe('the provisioner role', () => {
  test.each(['provider', 'settle-roles'])('lets the function %s in', async (name) => {
    await expect(assume(await functionSession(name), { ExternalId: EXTERNAL_ID })).resolves.toBeDefined()
  })

  test.each<[string, () => Session | Promise<Session>, Assumption]>([
    ['one of them without the external ID', () => functionSession('provider'), {}],
    ['one of them with another one', () => functionSession('provider'), { ExternalId: 'another' }],
    ['another function of the stack', () => functionSession('bucket'), { ExternalId: EXTERNAL_ID }],
    ['who administers the stack’s account', () => administratorOf(ACCOUNT), { ExternalId: EXTERNAL_ID }],
    ['who administers a third account', () => administratorOf(STRANGER), { ExternalId: EXTERNAL_ID }],
  ])('does not let %s in', async (_, session, more) => {
    await expect(assume(await session(), more)).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

/** The session that the function had, as it asked for it. */
async function iamAs(name: string): Promise<IAMClient> {
  const asked = pipeline.aws.calls
    .list({ service: 'sts', operation: 'AssumeRole' })
    .map(({ input }) => input as AssumeRoleRequest)
    .find(({ RoleSessionName, RoleArn }) => RoleSessionName === name && RoleArn?.includes(MEMBER))
  return new IAMClient({
    region: REGION,
    credentials: await assume(await functionSession(name), { ...asked }),
  })
}

const CART = { RoleName: 'local_vassal_shop_cart' }
const TRUST = JSON.stringify({ Version: '2012-10-17', Statement: [statement('sts:AssumeRole')] })
const EVERYTHING = JSON.stringify({ Version: '2012-10-17', Statement: [statement('*', '*')] })
const NEW_ROLE = {
  RoleName: 'local_vassal_shop_new',
  Path: '/irsa/vassal/',
  AssumeRolePolicyDocument: TRUST,
  PermissionsBoundary: BOUNDARY,
}

function statement(Action: string, Resource?: string) {
  const Principal = { Service: 'ec2.amazonaws.com' }
  return { Effect: 'Allow', Action, ...(Resource === undefined ? { Principal } : { Resource }) }
}

describe('a session of the role function', () => {
  test('may make a role on the path within the boundary', async () => {
    const iam = await iamAs('settle-roles')

    await expect(iam.send(new CreateRoleCommand(NEW_ROLE))).resolves.toBeDefined()
  })

  test.each<[string, (iam: IAMClient) => Promise<unknown>]>([
    [
      'make one without the boundary',
      (iam) => iam.send(new CreateRoleCommand({ ...NEW_ROLE, PermissionsBoundary: undefined })),
    ],
    [
      'make one within another boundary',
      (iam) =>
        iam.send(
          new CreateRoleCommand({
            ...NEW_ROLE,
            PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess',
          }),
        ),
    ],
    ['make one on another path', (iam) => iam.send(new CreateRoleCommand({ ...NEW_ROLE, Path: '/' }))],
    ['take the boundary off', (iam) => iam.send(new DeleteRolePermissionsBoundaryCommand(CART))],
    [
      'put another one in its place',
      (iam) =>
        iam.send(
          new PutRolePermissionsBoundaryCommand({
            ...CART,
            PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess',
          }),
        ),
    ],
    [
      'change the boundary itself',
      (iam) =>
        iam.send(
          new CreatePolicyVersionCommand({
            PolicyArn: BOUNDARY,
            PolicyDocument: EVERYTHING,
            SetAsDefault: true,
          }),
        ),
    ],
    [
      'attach AdministratorAccess',
      (iam) =>
        iam.send(
          new AttachRolePolicyCommand({
            ...CART,
            PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
          }),
        ),
    ],
    [
      'attach a policy that is not on the list',
      (iam) =>
        iam.send(
          new AttachRolePolicyCommand({ ...CART, PolicyArn: `arn:aws:iam::${MEMBER}:policy/of-the-team` }),
        ),
    ],
    [
      'say that a role is another stack’s',
      (iam) => iam.send(new TagRoleCommand({ ...CART, Tags: [{ Key: 'irsa:stack', Value: 'irsa-other' }] })),
    ],
    [
      'give the provisioner role more',
      (iam) =>
        iam.send(
          new PutRolePolicyCommand({
            RoleName: 'irsa-local-provisioner',
            PolicyName: 'more',
            PolicyDocument: EVERYTHING,
          }),
        ),
    ],
    [
      'let others assume the provisioner role',
      (iam) =>
        iam.send(
          new UpdateAssumeRolePolicyCommand({
            RoleName: 'irsa-local-provisioner',
            PolicyDocument: TRUST,
          }),
        ),
    ],
    ['list roles', (iam) => iam.send(new ListRolesCommand({}))],
    [
      'make a provider, which the provisioner role may: that is the other function’s',
      (iam) =>
        iam.send(
          new CreateOpenIDConnectProviderCommand({
            Url: `https://irsa.vassal.${DOMAIN}`,
            ClientIDList: ['a'],
          }),
        ),
    ],
  ])('may not %s', async (_, act) => {
    await expect(act(await iamAs('settle-roles'))).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

describe('a session of the provider function', () => {
  test('may make no role, which the provisioner role may: that is the other function’s', async () => {
    const iam = await iamAs('provider')
    const refused = { name: 'AccessDenied', message: expect.stringContaining('no session policy allows') }

    await expect(iam.send(new CreateRoleCommand(NEW_ROLE))).rejects.toMatchObject(refused)
    await expect(iam.send(new GetRoleCommand(CART))).rejects.toMatchObject(refused)
  })
})

describe('a member account', () => {
  const member = administratorOf(MEMBER)

  test.each<[string, () => Promise<unknown>]>([
    [
      'write other keys into the issuer’s documents',
      () => {
        const object = { Bucket: outputs.bucket?.bucket, Key: 'openid/v1/jwks', Body: '{"keys":[]}' }
        return new S3Client(member).send(new PutObjectCommand(object))
      },
    ],
    [
      'delete the bucket',
      () => new S3Client(member).send(new DeleteBucketCommand({ Bucket: outputs.bucket?.bucket })),
    ],
    [
      'reach the distribution',
      () => {
        const command = new GetDistributionCommand({ Id: outputs.distribution?.distributionId })
        return new CloudFrontClient({ ...member, region: 'us-east-1' }).send(command)
      },
    ],
    [
      'point the issuer’s name elsewhere',
      () => {
        const ResourceRecordSet = {
          Name: `irsa.vassal.${DOMAIN}`,
          Type: 'TXT' as const,
          TTL: 60,
          ResourceRecords: [{ Value: '"mine"' }],
        }
        const ChangeBatch = { Changes: [{ Action: 'UPSERT' as const, ResourceRecordSet }] }
        const change = { HostedZoneId: outputs.alias?.hostedZoneId, ChangeBatch }
        return new Route53Client({ ...member, region: 'us-east-1' }).send(
          new ChangeResourceRecordSetsCommand(change),
        )
      },
    ],
    [
      'free the issuer’s name in the registry',
      () => {
        const TableName = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${pipeline.outputs.RegistryName}`
        const Key = { pk: { S: `ISSUER#irsa.vassal.${DOMAIN}` }, sk: { S: 'CLAIM' } }
        return new DynamoDBClient(member).send(new DeleteItemCommand({ TableName, Key }))
      },
    ],
    [
      'run a function of the stack',
      () => {
        const FunctionName = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:irsa-local-bucket`
        return new LambdaClient(member).send(new InvokeCommand({ FunctionName, Payload: '{}' }))
      },
    ],
  ])('cannot %s', async (_, act) => {
    const before = await takeInventory()

    await expect(act()).rejects.toMatchObject({
      name: expect.stringMatching(/^(AccessDenied(Exception)?|NoSuchDistribution|NoSuchHostedZone)$/),
    })

    expect(await takeInventory()).toEqual(before)
  })

  test('cannot have what another one has: neither its cluster nor its issuer', async () => {
    const before = await takeInventory()
    const sameIssuer = { baseDomain: `vassal.${DOMAIN}` }

    await pipeline.announce(clusterNamed('vassal'), { account: STRANGER })
    await pipeline.announce(clusterNamed('vassal', { accountId: STRANGER }), { account: STRANGER })
    await pipeline.announce(clusterNamed('rebel', sameIssuer), { account: STRANGER })

    const letters = () => pipeline.messages(pipeline.outputs.DeadLettersUrl ?? '')
    await expect.poll(async () => (await letters()).length, POLL).toBe(3)
    const errors = (await letters()).map((letter) => (letter as { readonly error: string }).error)
    expect(errors.toSorted()).toEqual(['AccountMayNotSpeak', 'AccountMayNotSpeak', 'IssuerTaken'])
    expect(await takeInventory()).toEqual(before)
  })
})

describe('the role for hosted zones of another account', () => {
  const OPENING = { RoleArn: `arn:aws:iam::${ZONES_ACCOUNT}:role/irsa-local-zones`, ExternalId: EXTERNAL_ID }
  const A = { Type: 'A' as const, TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] }
  const CNAME = { Type: 'CNAME' as const, TTL: 60, ResourceRecords: [{ Value: 'x.example.com' }] }
  let opened = ''
  let other = ''

  beforeAll(async () => {
    opened = await createHostedZoneIn(ZONES_ACCOUNT, 'opened.example.net')
    other = await createHostedZoneIn(ZONES_ACCOUNT, 'other.example.net')
    await rollOutZoneAccount(ZONES_ACCOUNT, ACCOUNT, [opened])
  })

  afterAll(() => closeZoneAccount(ZONES_ACCOUNT))

  test.each<[string, () => Session | Promise<Session>, Assumption]>([
    [
      'a function that writes records with another external ID',
      () => functionSession('alias'),
      { ExternalId: 'another' },
    ],
    ['another function of the stack', () => functionSession('provider'), {}],
    ['who administers the stack’s account', () => administratorOf(ACCOUNT), {}],
    ['who administers the account of a cluster', () => administratorOf(MEMBER), {}],
  ])('does not let %s in', async (_, session, more) => {
    await expect(assume(await session(), { ...OPENING, ...more })).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  /** By a session of the function's that asks for this zone. */
  async function change(
    { name, allows }: ZoneUse,
    arn: string,
    Action: ChangeAction,
    record: ResourceRecordSet,
  ) {
    const statements = allows({ arn, partition: 'aws' }, pipeline.deployed.stack)
    const Statement = statements.map((one) => ({ Effect: 'Allow', ...one }))
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    const credentials = await assume(await functionSession(name), { ...OPENING, Policy })
    const Changes = [{ Action, ResourceRecordSet: record }]
    await new Route53Client({ region: 'us-east-1', credentials }).send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: arn.split('/').at(-1),
        ChangeBatch: { Changes },
      }),
    )
  }

  test('lets a function write what is its own', async () => {
    const validation = { ...CNAME, Name: '_1.irsa.opened.example.net' }

    await change(WRITES_ALIASES, opened, 'CREATE', { ...A, Name: 'irsa.opened.example.net' })
    await change(WRITES_VALIDATION_RECORDS, opened, 'CREATE', validation)
    await change(WRITES_VALIDATION_RECORDS, opened, 'DELETE', validation)
  })

  test.each<[string, ZoneUse, ChangeAction, ResourceRecordSet]>([
    ['alias write another name', WRITES_ALIASES, 'CREATE', { ...A, Name: 'www.opened.example.net' }],
    ['alias write over a record', WRITES_ALIASES, 'UPSERT', { ...A, Name: 'irsa.opened.example.net' }],
    ['alias prove a domain', WRITES_ALIASES, 'CREATE', { ...CNAME, Name: '_2.irsa.opened.example.net' }],
    [
      'certificate take a host',
      WRITES_VALIDATION_RECORDS,
      'CREATE',
      { ...A, Name: 'irsa.x.opened.example.net' },
    ],
    ['find-drift write', READS_RECORDS, 'DELETE', { ...A, Name: 'irsa.opened.example.net' }],
  ])('does not let %s', async (_, use, action, record) => {
    await expect(change(use, opened, action, record)).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('lets nobody write into a zone that is not opened', async () => {
    const record = { ...A, Name: 'irsa.other.example.net' }

    await expect(change(WRITES_ALIASES, other, 'CREATE', record)).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })
})
