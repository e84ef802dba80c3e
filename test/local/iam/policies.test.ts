import { expect, test } from 'vitest'
import { ACCOUNT, iamFixture, permission, trust } from './iam.ts'

const policy = { PolicyName: 'read', PolicyDocument: permission }
const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/read`

test('a policy has five versions at most, one of them the default', async () => {
  const { run } = iamFixture()
  await run('CreatePolicy', policy)
  for (let n = 2; n <= 5; n += 1)
    await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: permission, SetAsDefault: n === 3 })
  await expect(run('CreatePolicyVersion', { PolicyArn, PolicyDocument: permission })).rejects.toMatchObject({
    code: 'LimitExceeded',
  })
  await expect(run('DeletePolicyVersion', { PolicyArn, VersionId: 'v3' })).rejects.toMatchObject({
    code: 'DeleteConflict',
  })
  expect(await run('GetPolicyVersion', { PolicyArn, VersionId: 'v3' })).toMatchObject({
    PolicyVersion: { IsDefaultVersion: true, Document: encodeURIComponent(permission).replace('*', '%2A') },
  })
})

test('a policy that is attached cannot be deleted', async () => {
  const { run } = iamFixture()
  await run('CreatePolicy', policy)
  await run('CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trust })
  await run('AttachRolePolicy', { RoleName: 'reader', PolicyArn })
  await expect(run('DeletePolicy', { PolicyArn })).rejects.toMatchObject({ code: 'DeleteConflict' })
})
