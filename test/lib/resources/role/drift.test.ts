import { AttachRolePolicyCommand } from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import { PolicyMalformed } from '../../../../lib/errors.ts'
import type { Difference } from '../../../../lib/resource.ts'
import type { DesiredRole } from '../../../../lib/role.ts'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { HOST, TAG_LIST } from '../golem.ts'
import {
  ADMINISTRATOR,
  attach,
  BOUNDARY,
  DESIRED,
  deleteInline,
  detach,
  encoded,
  FOUND,
  type FoundRole,
  INLINE,
  ORDERS,
  PUT_BOUNDARY,
  PUT_INLINE,
  PUT_TRUST,
  READ_ONLY,
  readsOf,
  TRUST,
  tag,
  theRole,
  UPDATE,
  untag,
} from './fixture.ts'

/** One field that is not as desired: how it is told, and the one call that mends it. */
interface Drift {
  readonly found: FoundRole
  readonly desired?: DesiredRole
  readonly difference: Difference
  readonly call: unknown
}

const [TRUSTED] = TRUST.Statement
const [ALLOWED] = INLINE.Statement
const SUB = `${HOST}:sub`
const EVERYONE = 'system:serviceaccount:shop:*'
const BACK_DOOR = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
}

function boundary(PermissionsBoundaryArn: string): FoundRole {
  return {
    ...FOUND,
    PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn },
  }
}

function trust(Statement: object): FoundRole {
  return { ...FOUND, AssumeRolePolicyDocument: encoded({ Version: '2012-10-17', Statement }) }
}

const POLICIES = [READ_ONLY, ORDERS].toSorted()

const DRIFTS: [string, Drift][] = [
  [
    'another boundary',
    {
      found: boundary(ADMINISTRATOR),
      difference: { field: 'Role.PermissionsBoundary', desired: BOUNDARY, observed: ADMINISTRATOR },
      call: PUT_BOUNDARY,
    },
  ],
  [
    'no boundary',
    {
      found: { ...FOUND, PermissionsBoundary: undefined },
      difference: { field: 'Role.PermissionsBoundary', desired: BOUNDARY, observed: undefined },
      call: PUT_BOUNDARY,
    },
  ],
  [
    'another subject in its trust policy',
    {
      found: trust({
        ...TRUSTED,
        Condition: { StringEquals: { ...TRUSTED.Condition.StringEquals, [SUB]: EVERYONE } },
      }),
      difference: {
        field: `Role.AssumeRolePolicyDocument.Statement.Condition.StringEquals.${SUB}`,
        desired: 'system:serviceaccount:shop:cart',
        observed: EVERYONE,
      },
      call: PUT_TRUST,
    },
  ],
  [
    'a trust policy with one principal more',
    {
      found: trust({ ...TRUSTED, Principal: { ...TRUSTED.Principal, AWS: '*' } }),
      difference: {
        field: 'Role.AssumeRolePolicyDocument.Statement.Principal.AWS',
        desired: undefined,
        observed: '*',
      },
      call: PUT_TRUST,
    },
  ],
  [
    'another action in its inline policy',
    {
      found: { ...FOUND, inline: { irsa: { ...INLINE, Statement: { ...ALLOWED, Action: 'sqs:*' } } } },
      difference: {
        field: 'Role.Policies.irsa.Statement.Action',
        desired: ['sqs:GetQueueUrl', 'sqs:SendMessage'],
        observed: 'sqs:*',
      },
      call: PUT_INLINE,
    },
  ],
  [
    'no inline policy',
    {
      found: { ...FOUND, inline: {} },
      difference: {
        field: 'Role.Policies.irsa',
        desired: {
          Version: '2012-10-17',
          Statement: { ...ALLOWED, Action: ['sqs:GetQueueUrl', 'sqs:SendMessage'] },
        },
        observed: undefined,
      },
      call: PUT_INLINE,
    },
  ],
  [
    'an inline policy of somebody else',
    {
      found: { ...FOUND, inline: { ...FOUND.inline, door: BACK_DOOR } },
      difference: { field: 'Role.Policies.door', desired: undefined, observed: BACK_DOOR },
      call: deleteInline('door'),
    },
  ],
  [
    'an inline policy that is wanted no more',
    {
      found: { ...FOUND, inline: { irsa: BACK_DOOR } },
      desired: { ...DESIRED, inlinePolicy: undefined },
      difference: { field: 'Role.Policies.irsa', desired: undefined, observed: BACK_DOOR },
      call: deleteInline('irsa'),
    },
  ],
  [
    'a managed policy less',
    {
      found: { ...FOUND, attached: [READ_ONLY] },
      difference: { field: 'Role.AttachedPolicies', desired: POLICIES, observed: [READ_ONLY] },
      call: attach(ORDERS),
    },
  ],
  [
    'a managed policy that somebody else attached',
    {
      found: { ...FOUND, attached: [...FOUND.attached, ADMINISTRATOR] },
      difference: {
        field: 'Role.AttachedPolicies',
        desired: POLICIES,
        observed: [...POLICIES, ADMINISTRATOR].toSorted(),
      },
      call: detach(ADMINISTRATOR),
    },
  ],
  [
    'a longer session',
    {
      found: { ...FOUND, MaxSessionDuration: 43_200 },
      difference: { field: 'Role.MaxSessionDuration', desired: 7200, observed: 43_200 },
      call: UPDATE,
    },
  ],
  [
    'another description',
    {
      found: { ...FOUND, Description: 'mine' },
      difference: { field: 'Role.Description', desired: 'golem shop/cart', observed: 'mine' },
      call: UPDATE,
    },
  ],
  [
    'no description',
    {
      found: { ...FOUND, Description: undefined },
      difference: { field: 'Role.Description', desired: 'golem shop/cart', observed: '' },
      call: UPDATE,
    },
  ],
  [
    'a tag less',
    {
      found: { ...FOUND, Tags: TAG_LIST.slice(0, 2) },
      difference: { field: 'Role.Tags.team', desired: 'a', observed: undefined },
      call: tag('team', 'a'),
    },
  ],
  [
    'another value of a tag',
    {
      found: { ...FOUND, Tags: [...TAG_LIST.slice(0, 2), { Key: 'team', Value: 'b' }] },
      difference: { field: 'Role.Tags.team', desired: 'a', observed: 'b' },
      call: tag('team', 'a'),
    },
  ],
  [
    'a tag more',
    {
      found: { ...FOUND, Tags: [...TAG_LIST, { Key: 'cost', Value: '1' }] },
      difference: { field: 'Role.Tags.cost', desired: undefined, observed: '1' },
      call: untag('cost'),
    },
  ],
]

describe('a role with', () => {
  test.each(DRIFTS)('%s has one difference', async (_, { found, desired = DESIRED, difference }) => {
    const { role } = theRole(found)

    expect(await role.observe(desired)).toMatchObject({ status: 'ready', differences: [difference] })
  })

  test.each(DRIFTS)('%s is mended by one call', async (_, { found, desired = DESIRED, call }) => {
    const { iam, role } = theRole(found)

    await role.create(desired)

    expect(sent(iam)).toEqual([...readsOf(found), call])
  })
})

test('whatever limits the role comes first, what lets it do more later, and what is only said of it last', async () => {
  const found: FoundRole = {
    ...boundary(ADMINISTRATOR),
    AssumeRolePolicyDocument: encoded(BACK_DOOR),
    inline: { door: BACK_DOOR },
    attached: [ADMINISTRATOR],
    Description: 'mine',
    Tags: [...TAG_LIST.slice(0, 2), { Key: 'cost', Value: '1' }],
  }
  const { iam, role } = theRole(found)

  await role.create(DESIRED)

  expect(sent(iam).slice(readsOf(found).length)).toEqual([
    PUT_BOUNDARY,
    PUT_TRUST,
    deleteInline('door'),
    PUT_INLINE,
    attach(ORDERS),
    attach(READ_ONLY),
    detach(ADMINISTRATOR),
    UPDATE,
    tag('team', 'a'),
    untag('cost'),
  ])
})

describe('what is not desired any more', () => {
  const MISSPELT = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcess'

  test('stays when IAM does not take what is new: pods keep what they had', async () => {
    const { iam, role } = theRole(FOUND)
    iam
      .on(AttachRolePolicyCommand, { PolicyArn: MISSPELT })
      .rejects(
        refusal('NoSuchEntityException', `Policy ${MISSPELT} does not exist or is not attachable.`, 404),
      )
    const desired = { ...DESIRED, managedPolicies: [MISSPELT], inlinePolicy: undefined }

    await expect(role.create(desired)).rejects.toThrow(PolicyMalformed)

    expect(sentNames(iam)).not.toContain('DetachRolePolicy')
    expect(sentNames(iam)).not.toContain('DeleteRolePolicy')
  })

  test('makes room where IAM has none for both', async () => {
    const found = { ...FOUND, attached: [ADMINISTRATOR, ORDERS] }
    const { iam, role } = theRole(found)
    iam
      .on(AttachRolePolicyCommand, { PolicyArn: READ_ONLY })
      .rejectsOnce(refusal('LimitExceededException', 'Cannot exceed quota for PoliciesPerRole: 10', 409))
      .resolves({})

    await role.create(DESIRED)

    expect(sent(iam).slice(readsOf(found).length)).toEqual([
      attach(READ_ONLY),
      detach(ADMINISTRATOR),
      attach(READ_ONLY),
      detach(ADMINISTRATOR),
    ])
  })
})
