import type { ListPoliciesResponse } from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { NotInLocalMode } from '../../../local/errors.ts'
import { textIn } from './answers.ts'
import { ACCOUNT, iamFixture, permission, trust } from './iam.ts'

const policy = { PolicyName: 'read', PolicyDocument: permission }
const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/read`

test('answers page by page, without description and tags', async () => {
  const { run } = iamFixture()
  for (const PolicyName of ['c', 'a', 'b'])
    await run('CreatePolicy', {
      ...policy,
      PolicyName,
      Description: 'Reads.',
      Tags: [{ Key: 'team', Value: 'a' }],
    })

  const first = await run('ListPolicies', { Scope: 'Local', MaxItems: 2 })
  const second = await run('ListPolicies', { Scope: 'Local', Marker: textIn(first, 'Marker') })

  expect(first).toEqual({
    Policies: [shown('a'), shown('b')],
    IsTruncated: true,
    Marker: expect.any(String),
  })
  expect(second).toEqual({ Policies: [shown('c')], IsTruncated: false })
})

test('keeps to a path and to what is attached', async () => {
  const { run } = iamFixture()
  await run('CreatePolicy', policy)
  await run('CreatePolicy', { ...policy, PolicyName: 'deep', Path: '/irsa/blue/' })
  await run('CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trust })
  await run('AttachRolePolicy', { RoleName: 'reader', PolicyArn })

  expect(await run('ListPolicies', { Scope: 'Local', PathPrefix: '/irsa/' })).toMatchObject({
    Policies: [{ PolicyName: 'deep' }],
  })
  expect(await run('ListPolicies', { Scope: 'Local', OnlyAttached: true })).toMatchObject({
    Policies: [{ PolicyName: 'read' }],
  })
})

test("answers AWS's own in the scope of AWS, and both without one", async () => {
  const { run } = iamFixture()
  await run('CreatePolicy', policy)
  const names = async (input: object) => {
    const { Policies = [] } = (await run('ListPolicies', {
      MaxItems: 1000,
      ...input,
    })) as ListPoliciesResponse
    return Policies.map(({ PolicyName }) => PolicyName)
  }

  const ofAws = await names({ Scope: 'AWS' })
  const all = await names({})

  expect(ofAws).toEqual(expect.arrayContaining(['AmazonDynamoDBReadOnlyAccess', 'PowerUserAccess']))
  expect(ofAws).not.toContain('read')
  expect(all.toSorted()).toEqual([...ofAws, 'read'].toSorted())
  expect(await names({ Scope: 'AWS', PathPrefix: '/service-role/' })).toContain('AmazonEBSCSIDriverPolicy')
})

test('says that local mode does not list by a use', async () => {
  const { run } = iamFixture()
  const input = { Scope: 'Local', PolicyUsageFilter: 'PermissionsBoundary' }

  await expect(run('ListPolicies', input)).rejects.toBeInstanceOf(NotInLocalMode)
})

test.each([
  ['a path that is open', { PathPrefix: '/irsa' }],
  ['no item', { MaxItems: 0 }],
  ['1,001 items', { MaxItems: 1001 }],
  ['half an item', { MaxItems: 0.5 }],
])('refuses %s', async (_, input) => {
  const { run } = iamFixture()

  await expect(run('ListPolicies', { Scope: 'Local', ...input })).rejects.toMatchObject({
    code: 'ValidationError',
  })
})

test('is asked about no resource: AWS has none for it', () => {
  const { asks } = iamFixture()

  expect(asks('ListPolicies', { Scope: 'Local' })).toEqual([{ action: 'iam:ListPolicies', resource: '*' }])
  expect(asks('ListRoles', {})).toEqual([{ action: 'iam:ListRoles', resource: '*' }])
  expect(asks('ListOpenIDConnectProviders', {})).toEqual([
    { action: 'iam:ListOpenIDConnectProviders', resource: '*' },
  ])
})

function shown(name: string) {
  return {
    PolicyName: name,
    PolicyId: expect.any(String),
    Arn: `arn:aws:iam::${ACCOUNT}:policy/${name}`,
    Path: '/',
    DefaultVersionId: 'v1',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: expect.any(Date),
    UpdateDate: expect.any(Date),
  }
}
