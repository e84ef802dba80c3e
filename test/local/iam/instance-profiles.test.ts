import { expect, test } from 'vitest'
import { ACCOUNT, iamFixture, trust } from './iam.ts'

const RoleName = 'reader'

async function withRole() {
  const fixture = iamFixture()
  await fixture.run('CreateRole', { RoleName, AssumeRolePolicyDocument: trust })
  return fixture
}

test('a role is in no instance profile', async () => {
  const { run } = await withRole()

  expect(await run('ListInstanceProfilesForRole', { RoleName })).toEqual({
    InstanceProfiles: [],
    IsTruncated: false,
  })
})

test.each([
  ['of a role that does not exist', { RoleName: 'writer' }, 'NoSuchEntity'],
  ['in pages of none', { MaxItems: 0 }, 'ValidationError'],
])('instance profiles %s are not listed', async (_, input, code) => {
  const { run } = await withRole()

  await expect(run('ListInstanceProfilesForRole', { RoleName, ...input })).rejects.toMatchObject({ code })
})

test('IAM is asked about the role', async () => {
  const { asks } = await withRole()

  expect(asks('ListInstanceProfilesForRole', { RoleName })).toMatchObject([
    { action: 'iam:ListInstanceProfilesForRole', resource: `arn:aws:iam::${ACCOUNT}:role/reader` },
  ])
})
