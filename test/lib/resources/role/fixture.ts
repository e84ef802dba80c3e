/** A role of the example's cluster, as it is asked for and as IAM answers. */
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  type GetRolePolicyCommandInput,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  type Role,
} from '@aws-sdk/client-iam'
import { mockClient } from 'aws-sdk-client-mock'
import { expect } from 'vitest'
import type { PolicyDocument } from '../../../../lib/policy/document.ts'
import { roleResource } from '../../../../lib/resources/role.ts'
import type { DesiredRole } from '../../../../lib/role.ts'
import { refusal } from '../../aws/sdk.ts'
import { HOST, STACK, TAG_LIST, TAGS_OF_OTHERS } from '../golem.ts'

export const ROLE_NAME = 'dev_golem_shop_cart'
export const ROLE_ARN = `arn:aws:iam::111122223333:role/irsa/golem/${ROLE_NAME}`
export const BOUNDARY = 'arn:aws:iam::111122223333:policy/irsa-dev-boundary'
export const ORDERS = 'arn:aws:iam::111122223333:policy/orders'
export const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
/** What somebody else attached. */
export const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'

export const TRUST = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${HOST}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${HOST}:aud`]: 'sts.amazonaws.com',
          [`${HOST}:sub`]: 'system:serviceaccount:shop:cart',
        },
      },
    },
  ],
} as const satisfies PolicyDocument

export const INLINE: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'], Resource: '*' }],
}

export const DESIRED: DesiredRole = {
  cluster: 'golem',
  namespace: 'shop',
  serviceAccount: 'cart',
  accountId: '111122223333',
  roleName: ROLE_NAME,
  path: '/irsa/golem/',
  permissionsBoundary: BOUNDARY,
  trustPolicy: TRUST,
  managedPolicies: [ORDERS, READ_ONLY],
  inlinePolicy: INLINE,
  maxSessionDurationSeconds: 7200,
  description: 'golem shop/cart',
  tags: { team: 'a' },
}

/** As IAM has it. */
export interface FoundRole extends Omit<Role, 'Path' | 'RoleName' | 'CreateDate'> {
  readonly inline: Readonly<Record<string, unknown>>
  readonly attached: readonly string[]
}

/** Documents as IAM gives them back: URL-encoded, with members and lists in another order; and lists in another order. */
export const FOUND: FoundRole = {
  Arn: ROLE_ARN,
  RoleId: 'AROA1',
  AssumeRolePolicyDocument: encoded({
    Statement: {
      ...TRUST.Statement[0],
      Action: ['sts:AssumeRoleWithWebIdentity'],
      Principal: { Federated: [TRUST.Statement[0].Principal.Federated] },
    },
    Version: '2012-10-17',
  }),
  PermissionsBoundary: {
    PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
    PermissionsBoundaryArn: BOUNDARY,
  },
  MaxSessionDuration: 7200,
  Description: 'golem shop/cart',
  Tags: TAG_LIST.toReversed(),
  inline: {
    irsa: {
      Statement: [{ Resource: ['*'], Action: ['sqs:GetQueueUrl', 'sqs:SendMessage'], Effect: 'Allow' }],
      Version: '2012-10-17',
    },
  },
  attached: [READ_ONLY, ORDERS],
}

/** As CreateRole leaves it: nothing that it may do. */
export const MADE: FoundRole = { ...FOUND, inline: {}, attached: [] }

export function encoded(document: unknown): string {
  return encodeURIComponent(JSON.stringify(document))
}

/** IAM of the role's account with this role, or none. Nothing that is written changes it. */
export function theRole(found: FoundRole | undefined) {
  const client = new IAMClient({ region: 'us-east-1' })
  const iam = mockIam(client)
  iam.onAnyCommand().resolves({})
  holding(iam, found)
  return {
    iam,
    role: roleResource(
      {
        iamOf: (accountId) => {
          expect(accountId).toBe('111122223333')
          return client
        },
      },
      STACK,
    ),
  }
}

function mockIam(client: IAMClient) {
  return mockClient(client)
}

export type IamStub = ReturnType<typeof mockIam>

export function holding(iam: IamStub, found: FoundRole | undefined): void {
  if (found === undefined) {
    iam.on(GetRoleCommand).rejects(NO_ROLE)
    return
  }
  const { inline, attached, ...rest } = found
  iam.on(GetRoleCommand).resolves({
    Role: { Path: '/', RoleName: ROLE_NAME, CreateDate: new Date('2026-01-01T00:00:00Z'), ...rest },
  })
  iam.on(ListAttachedRolePoliciesCommand).resolves({
    AttachedPolicies: attached.map((PolicyArn) => ({ PolicyArn })),
    IsTruncated: false,
  })
  iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: Object.keys(inline), IsTruncated: false })
  iam.on(GetRolePolicyCommand).callsFake(async ({ PolicyName = '' }: GetRolePolicyCommandInput) => ({
    RoleName: ROLE_NAME,
    PolicyName,
    PolicyDocument: encoded(inline[PolicyName]),
  }))
}

export const NO_ROLE = refusal(
  'NoSuchEntityException',
  `The role with name ${ROLE_NAME} cannot be found.`,
  404,
)
export const EXISTS = refusal(
  'EntityAlreadyExistsException',
  `Role with name ${ROLE_NAME} already exists.`,
  409,
)

const NAME = { RoleName: ROLE_NAME }
export const READ_ROLE = ['GetRole', NAME]

/** The reads of one that is there. */
export function readsOf({ inline }: FoundRole) {
  return [
    READ_ROLE,
    ['ListAttachedRolePolicies', NAME],
    ['ListRolePolicies', NAME],
    ...Object.keys(inline).map((PolicyName) => ['GetRolePolicy', { ...NAME, PolicyName }]),
  ]
}

export const CREATE = [
  'CreateRole',
  {
    ...NAME,
    Path: '/irsa/golem/',
    AssumeRolePolicyDocument: JSON.stringify(TRUST),
    PermissionsBoundary: BOUNDARY,
    Description: 'golem shop/cart',
    MaxSessionDuration: 7200,
    Tags: TAG_LIST,
  },
]
export const PUT_BOUNDARY = ['PutRolePermissionsBoundary', { ...NAME, PermissionsBoundary: BOUNDARY }]
export const PUT_TRUST = ['UpdateAssumeRolePolicy', { ...NAME, PolicyDocument: JSON.stringify(TRUST) }]
export const PUT_INLINE = [
  'PutRolePolicy',
  { ...NAME, PolicyName: 'irsa', PolicyDocument: JSON.stringify(INLINE) },
]
export const UPDATE = ['UpdateRole', { ...NAME, Description: 'golem shop/cart', MaxSessionDuration: 7200 }]
export const DELETE = ['DeleteRole', NAME]

export function attach(PolicyArn: string) {
  return ['AttachRolePolicy', { ...NAME, PolicyArn }]
}

export function detach(PolicyArn: string) {
  return ['DetachRolePolicy', { ...NAME, PolicyArn }]
}

export function deleteInline(PolicyName: string) {
  return ['DeleteRolePolicy', { ...NAME, PolicyName }]
}

export function tag(Key: string, Value: string) {
  return ['TagRole', { ...NAME, Tags: [{ Key, Value }] }]
}

export function untag(key: string) {
  return ['UntagRole', { ...NAME, TagKeys: [key] }]
}

export const NOT_OURS: [string, FoundRole][] = [
  ['without tags', { ...FOUND, Tags: undefined }],
  ...TAGS_OF_OTHERS.map(([whose, Tags]): [string, FoundRole] => [whose, { ...FOUND, Tags }]),
  ['below another path', { ...FOUND, Arn: `arn:aws:iam::111122223333:role/${ROLE_NAME}` }],
  ['below another cluster’s path', { ...FOUND, Arn: ROLE_ARN.replace('golem/', 'troll/') }],
  ['whose name has another case', { ...FOUND, Arn: ROLE_ARN.replace('cart', 'Cart') }],
]
