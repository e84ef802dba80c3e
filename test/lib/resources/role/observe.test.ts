import {
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam'
import { assert, asyncProperty, shuffledSubarray } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refusal, sent } from '../../aws/sdk.ts'
import { TAG_LIST } from '../golem.ts'
import {
  DESIRED,
  encoded,
  FOUND,
  type IamStub,
  INLINE,
  MADE,
  NO_ROLE,
  ORDERS,
  READ_ONLY,
  READ_ROLE,
  ROLE_ARN,
  readsOf,
  theRole,
} from './fixture.ts'

const READY = { status: 'ready', outputs: { roleArn: ROLE_ARN, roleId: 'AROA1' }, differences: [] }

describe('observe', () => {
  test('finds the role by its name, and no difference in how IAM spells documents and lists', async () => {
    const { iam, role } = theRole(FOUND)

    expect(await role.observe(DESIRED)).toEqual(READY)
    expect(sent(iam)).toEqual(readsOf(FOUND))
  })

  test('reads every page of its policies', async () => {
    const { iam, role } = theRole({ ...FOUND, inline: { irsa: INLINE, a: INLINE } })
    iam
      .on(ListAttachedRolePoliciesCommand)
      .callsFake(async ({ Marker }) =>
        Marker === '2'
          ? { AttachedPolicies: [{ PolicyArn: ORDERS }], IsTruncated: false }
          : { AttachedPolicies: [{ PolicyArn: READ_ONLY }], IsTruncated: true, Marker: '2' },
      )
    iam
      .on(ListRolePoliciesCommand)
      .callsFake(async ({ Marker }) =>
        Marker === '2'
          ? { PolicyNames: ['a'], IsTruncated: false }
          : { PolicyNames: ['irsa'], IsTruncated: true, Marker: '2' },
      )

    expect(await role.observe(DESIRED)).toMatchObject({ differences: [{ field: 'Role.Policies.a' }] })
  })

  test('says absent when there is none', async () => {
    const { iam, role } = theRole(undefined)

    expect(await role.observe(DESIRED)).toEqual({ status: 'absent' })
    expect(sent(iam)).toEqual([READ_ROLE])
  })

  test('is ready without any policy when none is desired', async () => {
    const { role } = theRole(MADE)

    expect(await role.observe({ ...DESIRED, managedPolicies: [], inlinePolicy: undefined })).toEqual(READY)
  })

  test('leaves AWS’s own tags out', async () => {
    const Tags = [...TAG_LIST, { Key: 'aws:cloudformation:stack-id', Value: '1' }]
    const { role } = theRole({ ...FOUND, Tags })

    expect(await role.observe(DESIRED)).toEqual(READY)
  })

  test('sees no difference in the order of statements, actions and tags', () => {
    const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 'sqs:SendMessage']
    const statements = actions.map((Action) => ({ Effect: 'Allow', Action, Resource: '*' }) as const)
    const shuffled = <Item>(items: readonly Item[]) =>
      shuffledSubarray([...items], { minLength: items.length })

    return assert(
      asyncProperty(
        shuffled(statements),
        shuffled(actions),
        shuffled(TAG_LIST),
        async (some, Action, Tags) => {
          const both = { Effect: 'Allow', Action, Resource: 'arn:aws:s3:::b' } as const
          const inline = { irsa: { Version: '2012-10-17', Statement: [...some, both] } }
          const { role } = theRole({ ...FOUND, Tags, inline })
          const Statement = [{ ...both, Action: actions }, ...statements]

          expect(
            await role.observe({ ...DESIRED, inlinePolicy: { Version: '2012-10-17', Statement } }),
          ).toEqual(READY)
        },
      ),
      { numRuns: 20 },
    )
  })

  test('names what is no policy at all', async () => {
    const { role } = theRole({ ...FOUND, AssumeRolePolicyDocument: encoded('lost') })

    expect(await role.observe(DESIRED)).toMatchObject({
      differences: [{ field: 'Role.AssumeRolePolicyDocument' }],
    })
  })

  test.each<[string, (iam: IamStub) => unknown]>([
    ['managed policies are listed', (iam) => iam.on(ListAttachedRolePoliciesCommand).rejects(NO_ROLE)],
    ['inline policies are listed', (iam) => iam.on(ListRolePoliciesCommand).rejects(NO_ROLE)],
    ['inline policy is read', (iam) => iam.on(GetRolePolicyCommand).rejects(NO_ROLE)],
  ])('throws ConcurrentChange when the role goes before its %s', async (_, reject) => {
    const { iam, role } = theRole(FOUND)
    reject(iam)

    await expect(role.observe(DESIRED)).rejects.toMatchObject({ name: 'ConcurrentChange', mendedBy: 'time' })
  })

  const THROTTLED = refusal('ThrottlingException')

  test.each<[string, (iam: IamStub) => unknown]>([
    ['GetRole', (iam) => iam.on(GetRoleCommand).rejects(THROTTLED)],
    ['ListAttachedRolePolicies', (iam) => iam.on(ListAttachedRolePoliciesCommand).rejects(THROTTLED)],
    ['ListRolePolicies', (iam) => iam.on(ListRolePoliciesCommand).rejects(THROTTLED)],
    ['GetRolePolicy', (iam) => iam.on(GetRolePolicyCommand).rejects(THROTTLED)],
  ])('throws Throttled rather than take what it could not read for absent: %s', async (name, reject) => {
    const { iam, role } = theRole(FOUND)
    reject(iam)

    await expect(role.observe(DESIRED)).rejects.toMatchObject({
      name: 'Throttled',
      message: expect.stringContaining(`iam:${name}`),
    })
  })
})
