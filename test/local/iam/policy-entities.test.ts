import { expect, test } from 'vitest'
import { textIn, textsIn } from './answers.ts'
import { ACCOUNT, iamFixture, permission, trust } from './iam.ts'

const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/own`
const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'

/** `own` is attached to reader and both, and the boundary of bounded and both; free has nothing of it. */
async function used() {
  const fixture = iamFixture()
  const { run } = fixture
  await run('CreatePolicy', { PolicyName: 'own', PolicyDocument: permission })
  const role = (RoleName: string, more: object = {}) =>
    run('CreateRole', { RoleName, AssumeRolePolicyDocument: trust, ...more })
  await role('reader', { Path: '/irsa/blue/' })
  await role('bounded', { PermissionsBoundary: PolicyArn })
  await role('both', { PermissionsBoundary: PolicyArn })
  await role('free', { PermissionsBoundary: READ_ONLY })
  for (const RoleName of ['reader', 'both']) await run('AttachRolePolicy', { RoleName, PolicyArn })
  return {
    ...fixture,
    names: async (input: object = {}) =>
      textsIn(await run('ListEntitiesForPolicy', { PolicyArn, ...input }), 'PolicyRoles', 'RoleName'),
  }
}

test('answers roles that have it attached and roles that have it as boundary, each once', async () => {
  const { run } = await used()
  const idOf = async (RoleName: string) => textIn(await run('GetRole', { RoleName }), 'Role', 'RoleId')

  expect(await run('ListEntitiesForPolicy', { PolicyArn })).toEqual({
    PolicyGroups: [],
    PolicyUsers: [],
    PolicyRoles: [
      { RoleName: 'both', RoleId: await idOf('both') },
      { RoleName: 'bounded', RoleId: await idOf('bounded') },
      { RoleName: 'reader', RoleId: await idOf('reader') },
    ],
    IsTruncated: false,
  })
})

test.each([
  ['permissions', { PolicyUsageFilter: 'PermissionsPolicy' }, ['both', 'reader']],
  ['a boundary', { PolicyUsageFilter: 'PermissionsBoundary' }, ['both', 'bounded']],
  ['that of roles', { EntityFilter: 'Role' }, ['both', 'bounded', 'reader']],
  ['that of users, of whom there are none', { EntityFilter: 'User' }, []],
  ['that of groups, of which there are none', { EntityFilter: 'Group' }, []],
  ['that of policies, which cannot have one', { EntityFilter: 'LocalManagedPolicy' }, []],
  ['that below a path', { PathPrefix: '/irsa/' }, ['reader']],
  ['a boundary below a path', { PathPrefix: '/irsa/', PolicyUsageFilter: 'PermissionsBoundary' }, []],
])('keeps to the use as %s', async (_, input, expected) => {
  const { names } = await used()

  expect(await names(input)).toEqual(expected)
})

test("knows the uses of AWS's own policies too", async () => {
  const { names, run } = await used()

  expect(await names({ PolicyArn: READ_ONLY })).toEqual(['free'])
  await run('DeleteRolePermissionsBoundary', { RoleName: 'free' })
  expect(await names({ PolicyArn: READ_ONLY })).toEqual([])
})

test('answers page by page', async () => {
  const { names, run } = await used()

  const first = await run('ListEntitiesForPolicy', { PolicyArn, MaxItems: 2 })

  expect(first).toMatchObject({
    PolicyRoles: [{ RoleName: 'both' }, { RoleName: 'bounded' }],
    IsTruncated: true,
  })
  expect(await names({ Marker: textIn(first, 'Marker') })).toEqual(['reader'])
})

test.each([
  ['a policy that does not exist', { PolicyArn: `${PolicyArn}er` }, 'NoSuchEntity'],
  ['what is no policy', { PolicyArn: `arn:aws:iam::${ACCOUNT}:role/reader` }, 'InvalidInput'],
  ['an entity that there is not', { EntityFilter: 'Robot' }, 'ValidationError'],
  ['a use that there is not', { PolicyUsageFilter: 'Decoration' }, 'ValidationError'],
  ['a path that is open', { PathPrefix: '/irsa' }, 'ValidationError'],
  ['no item', { MaxItems: 0 }, 'ValidationError'],
])('refuses %s', async (_, input, code) => {
  const { names } = await used()

  await expect(names(input)).rejects.toMatchObject({ code })
})

test('is asked about the policy, with its tags', async () => {
  const { asks, run } = await used()
  await run('TagPolicy', { PolicyArn, Tags: [{ Key: 'team', Value: 'a' }] })

  expect(asks('ListEntitiesForPolicy', { PolicyArn })).toEqual([
    { action: 'iam:ListEntitiesForPolicy', resource: PolicyArn, context: { 'aws:ResourceTag/team': 'a' } },
  ])
})
