import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import { createStep } from '../../../../lib/reconcile.ts'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { TAG_LIST } from '../golem.ts'
import {
  attach,
  BOUNDARY,
  CREATE,
  DESIRED,
  EXISTS,
  encoded,
  FOUND,
  type FoundRole,
  holding,
  type IamStub,
  MADE,
  NO_ROLE,
  NOT_OURS,
  ORDERS,
  PUT_INLINE,
  READ_ONLY,
  READ_ROLE,
  ROLE_NAME,
  readsOf,
  theRole,
} from './fixture.ts'

/** There is none until CreateRole has been sent, which may throw or answer; then there is `made`. */
function madeBy(answer: Error | object, made: FoundRole | undefined) {
  const fixture = theRole(undefined)
  fixture.iam.on(CreateRoleCommand).callsFake(async () => {
    holding(fixture.iam, made)
    if (answer instanceof Error) throw answer
    return answer
  })
  return fixture
}

describe('create', () => {
  test('makes an absent role below its path, with boundary, trust and tags from its first moment, then its policies', async () => {
    const { iam, role } = madeBy({}, MADE)

    expect(await role.create(DESIRED)).toBeUndefined()
    expect(sent(iam)).toEqual([READ_ROLE, CREATE, PUT_INLINE, attach(ORDERS), attach(READ_ONLY)])
  })

  test('makes one that may do nothing when no policies are desired', async () => {
    const { iam, role } = madeBy({}, MADE)

    await role.create({ ...DESIRED, managedPolicies: [], inlinePolicy: undefined })

    expect(sent(iam)).toEqual([READ_ROLE, CREATE])
  })

  test('changes nothing when everything is there', async () => {
    const { iam, role } = theRole(FOUND)

    expect(await role.create(DESIRED)).toBeUndefined()
    expect(sent(iam)).toEqual(readsOf(FOUND))
  })

  test('finishes what was half made', async () => {
    const half = { ...MADE, inline: FOUND.inline }
    const { iam, role } = theRole(half)

    await role.create(DESIRED)

    expect(sent(iam)).toEqual([...readsOf(half), attach(ORDERS), attach(READ_ONLY)])
  })

  test.each(NOT_OURS)('throws RoleNotOurs for one %s, and reads no more of it', async (_, found) => {
    const { iam, role } = theRole(found)

    await expect(role.create(DESIRED)).rejects.toMatchObject({ name: 'RoleNotOurs', mendedBy: 'requester' })
    expect(sent(iam)).toEqual([READ_ROLE])
  })

  test.each([
    ['LimitExceededException', 409, 'QuotaExceeded'],
    ['ThrottlingException', 400, 'Throttled'],
    ['ConcurrentModificationException', 409, 'ConcurrentChange'],
    ['ServiceFailureException', 500, 'AwsUnavailable'],
    ['AccessDeniedException', 403, 'AccessDenied'],
    ['InvalidInputException', 400, 'AwsRefused'],
    ['MalformedPolicyDocumentException', 400, 'PolicyMalformed'],
    ['NoSuchEntityException', 404, 'ConcurrentChange'],
  ])('translates %s of CreateRole', async (code, status, name) => {
    const { iam, role } = theRole(undefined)
    const cause = refusal(code, 'no', status)
    iam.on(CreateRoleCommand).rejects(cause)

    await expect(role.create(DESIRED)).rejects.toMatchObject({
      name,
      message: expect.stringContaining('iam:CreateRole'),
      cause,
    })
    expect(sent(iam)).toEqual([READ_ROLE, CREATE])
  })
})

describe('EntityAlreadyExists', () => {
  test('means the call whose answer was lost when it is ours, and the rest is done', async () => {
    const { iam, role } = madeBy(EXISTS, { ...MADE, attached: [ORDERS] })

    await role.create(DESIRED)

    expect(sent(iam).slice(-2)).toEqual([PUT_INLINE, attach(READ_ONLY)])
  })

  test.each(NOT_OURS)('throws RoleNotOurs for one %s, and changes nothing', async (_, found) => {
    const { iam, role } = madeBy(EXISTS, found)

    await expect(role.create(DESIRED)).rejects.toMatchObject({ name: 'RoleNotOurs' })
    expect(sent(iam)).toEqual([READ_ROLE, CREATE, READ_ROLE])
  })

  test('throws ConcurrentChange while it cannot be read', async () => {
    const { role } = madeBy(EXISTS, undefined)

    await expect(role.create(DESIRED)).rejects.toMatchObject({ name: 'ConcurrentChange', mendedBy: 'time' })
  })
})

describe('a role that IAM does not show everywhere yet', () => {
  test('throws what passes by itself when it takes no policy yet', async () => {
    const { iam, role } = madeBy({}, undefined)
    iam.on(PutRolePolicyCommand).rejects(NO_ROLE)

    await expect(role.create(DESIRED)).rejects.toMatchObject({ name: 'ConcurrentChange', mendedBy: 'time' })
    expect(sentNames(iam)).toEqual(['GetRole', 'CreateRole', 'PutRolePolicy'])
  })

  const DRIFTED: FoundRole = {
    ...MADE,
    AssumeRolePolicyDocument: encoded({}),
    PermissionsBoundary: undefined,
    Description: '',
    Tags: [...TAG_LIST.slice(0, 2), { Key: 'cost', Value: '1' }],
  }

  test.each<[string, (iam: IamStub) => unknown]>([
    ['its policies', (iam) => iam.on(ListAttachedRolePoliciesCommand).rejects(NO_ROLE)],
    ['its boundary', (iam) => iam.on(PutRolePermissionsBoundaryCommand).rejects(NO_ROLE)],
    ['its trust policy', (iam) => iam.on(UpdateAssumeRolePolicyCommand).rejects(NO_ROLE)],
    ['its inline policy', (iam) => iam.on(PutRolePolicyCommand).rejects(NO_ROLE)],
    ['a managed policy', (iam) => iam.on(AttachRolePolicyCommand).rejects(NO_ROLE)],
    ['its description', (iam) => iam.on(UpdateRoleCommand).rejects(NO_ROLE)],
    ['a tag', (iam) => iam.on(TagRoleCommand).rejects(NO_ROLE)],
    ['a tag too much', (iam) => iam.on(UntagRoleCommand).rejects(NO_ROLE)],
  ])('throws what passes by itself at %s', async (_, reject) => {
    const { iam, role } = theRole(DRIFTED)
    reject(iam)

    await expect(role.create(DESIRED)).rejects.toMatchObject({ name: 'ConcurrentChange', mendedBy: 'time' })
  })

  test('is pending when it goes before it is looked at again', async () => {
    const { iam, role } = madeBy({}, MADE)
    iam.on(AttachRolePolicyCommand).callsFake(async () => {
      iam.on(GetRoleCommand).rejects(NO_ROLE)
      return {}
    })

    expect(await createStep(role, DESIRED)).toMatchObject({ status: 'pending' })
  })
})

test.each<[string, FoundRole | undefined, (iam: IamStub, error: Error) => unknown]>([
  ['made', undefined, (iam, error) => iam.on(CreateRoleCommand).rejects(error)],
  [
    'mended',
    { ...FOUND, PermissionsBoundary: undefined },
    (iam, error) => iam.on(PutRolePermissionsBoundaryCommand).rejects(error),
  ],
])('tells the operator when the account has no boundary for the role to be %s', async (_, found, reject) => {
  const { iam, role } = theRole(found)
  const words = `Scope ARN: ${BOUNDARY} does not exist or is not attachable.`
  reject(iam, refusal('NoSuchEntityException', words, 404))

  await expect(role.create(DESIRED)).rejects.toMatchObject({
    name: 'AwsRefused',
    mendedBy: 'operator',
    message: expect.stringContaining(words),
  })
})

describe('PolicyMalformed', () => {
  const MALFORMED = refusal('MalformedPolicyDocumentException', 'Syntax errors in policy.')
  const NO_POLICY = refusal(
    'NoSuchEntityException',
    `Policy ${ORDERS} does not exist or is not attachable.`,
    404,
  )

  test.each<[string, FoundRole, (iam: IamStub) => unknown]>([
    [
      'the trust policy that IAM does not take',
      { ...FOUND, AssumeRolePolicyDocument: encoded({}) },
      (iam) => iam.on(UpdateAssumeRolePolicyCommand).rejects(MALFORMED),
    ],
    [
      'the inline policy that IAM does not take',
      MADE,
      (iam) => iam.on(PutRolePolicyCommand).rejects(MALFORMED),
    ],
    ['a managed policy that is not there', MADE, (iam) => iam.on(AttachRolePolicyCommand).rejects(NO_POLICY)],
    [
      'a managed policy that is for AWS’s services only',
      MADE,
      (iam) => iam.on(AttachRolePolicyCommand).rejects(refusal('PolicyNotAttachableException')),
    ],
  ])('tells the requester of %s', async (_, found, reject) => {
    const { iam, role } = theRole(found)
    reject(iam)

    await expect(role.create(DESIRED)).rejects.toMatchObject({
      name: 'PolicyMalformed',
      mendedBy: 'requester',
    })
  })

  test('carries IAM’s words', async () => {
    const { iam, role } = theRole(MADE)
    iam.on(AttachRolePolicyCommand).rejects(NO_POLICY)

    await expect(role.create(DESIRED)).rejects.toMatchObject({
      message: `iam:AttachRolePolicy: Policy ${ORDERS} does not exist or is not attachable.`,
      cause: NO_POLICY,
    })
  })
})

test.each<[string, (iam: IamStub, error: Error) => unknown]>([
  ['an inline policy beyond its size', (iam, error) => iam.on(PutRolePolicyCommand).rejects(error)],
  ['one managed policy too many', (iam, error) => iam.on(AttachRolePolicyCommand).rejects(error)],
])('throws QuotaExceeded for %s', async (_, reject) => {
  const { iam, role } = theRole(MADE)
  reject(iam, refusal('LimitExceededException', `Maximum exceeded for role ${ROLE_NAME}`, 409))

  await expect(role.create(DESIRED)).rejects.toMatchObject({ name: 'QuotaExceeded' })
})
