import { describe, expect, test } from 'vitest'
import { ACCOUNT, iamFixture, permission, trust } from './iam.ts'

const role = { RoleName: 'reader', AssumeRolePolicyDocument: trust }

describe('CreateRole', () => {
  test('answers the role with its path and its document URL-encoded', async () => {
    const { run } = iamFixture()
    expect(await run('CreateRole', { ...role, Path: '/irsa/' })).toMatchObject({
      Role: {
        Arn: `arn:aws:iam::${ACCOUNT}:role/irsa/reader`,
        RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
        AssumeRolePolicyDocument: encodeURIComponent(trust),
        MaxSessionDuration: 3600,
      },
    })
  })

  test('takes a name once per account, whatever its case', async () => {
    const { run } = iamFixture()
    await run('CreateRole', role)
    await run('CreateRole', role, '111111111111')
    await expect(run('CreateRole', { ...role, RoleName: 'READER' })).rejects.toMatchObject({
      code: 'EntityAlreadyExists',
    })
  })

  test.each([
    ['a name with a space', { RoleName: 'a b' }, 'ValidationError'],
    ['a name of 65 characters', { RoleName: 'a'.repeat(65) }, 'ValidationError'],
    ['a path without its last slash', { Path: '/irsa' }, 'ValidationError'],
    ['a session of less than an hour', { MaxSessionDuration: 3599 }, 'ValidationError'],
    ['what is not JSON', { AssumeRolePolicyDocument: '{' }, 'MalformedPolicyDocument'],
    ['a trust policy without principal', { AssumeRolePolicyDocument: permission }, 'MalformedPolicyDocument'],
    [
      'an unknown field',
      { AssumeRolePolicyDocument: trust.replace('"Effect"', '"Color":"red","Effect"') },
      'MalformedPolicyDocument',
    ],
    ['an unknown boundary', { PermissionsBoundary: 'arn:aws:iam::aws:policy/Unknown' }, 'NoSuchEntity'],
    [
      'tag keys that differ in case',
      {
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'A', Value: '' },
        ],
      },
      'InvalidInput',
    ],
    [
      '51 tags',
      { Tags: Array.from({ length: 51 }, (_, n) => ({ Key: `${n}`, Value: '' })) },
      'LimitExceeded',
    ],
  ])('refuses %s', async (_, input, code) => {
    const { run } = iamFixture()
    await expect(run('CreateRole', { ...role, ...input })).rejects.toMatchObject({ code })
  })

  test('counts the trust policy without white space', async () => {
    const { run } = iamFixture()
    await run('CreateRole', { ...role, AssumeRolePolicyDocument: trust + ' '.repeat(3000) })
    const long = trust.replace('"Effect"', `"Sid":"${'a'.repeat(2048)}","Effect"`)
    await expect(
      run('CreateRole', { ...role, RoleName: 'b', AssumeRolePolicyDocument: long }),
    ).rejects.toMatchObject({ code: 'LimitExceeded' })
  })

  test('is asked with boundary and tags, and for tagging too', () => {
    const { asks } = iamFixture()
    const resource = `arn:aws:iam::${ACCOUNT}:role/irsa/reader`
    const context = {
      'iam:PermissionsBoundary': 'arn:b',
      'aws:RequestTag/team': 'a',
      'aws:TagKeys': ['team'],
    }
    expect(
      asks('CreateRole', {
        ...role,
        Path: '/irsa/',
        PermissionsBoundary: 'arn:b',
        Tags: [{ Key: 'team', Value: 'a' }],
      }),
    ).toEqual([
      { action: 'iam:CreateRole', resource, context },
      { action: 'iam:TagRole', resource, context },
    ])
  })
})

test('a new role is known to the rest of AWS after five seconds, with its policies', async () => {
  const { clock, run, view } = iamFixture()
  const arn = `arn:aws:iam::${ACCOUNT}:role/reader`
  await run('CreateRole', role)
  await run('PutRolePolicy', { RoleName: 'reader', PolicyName: 'read', PolicyDocument: permission })
  await run('AttachRolePolicy', {
    RoleName: 'reader',
    PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
  })
  clock.advance(4_999)
  expect(view.role(arn)).toBeUndefined()
  clock.advance(1)
  expect(view.role(arn)).toMatchObject({ roleName: 'reader', identityPolicies: [{}, {}] })
})

test('a role with policies cannot be deleted', async () => {
  const { run } = iamFixture()
  const policy = { RoleName: 'reader', PolicyName: 'read' }
  await run('CreateRole', role)
  await run('PutRolePolicy', { ...policy, PolicyDocument: permission })
  await expect(run('DeleteRole', role)).rejects.toMatchObject({ code: 'DeleteConflict' })
  await run('DeleteRolePolicy', policy)
  await run('DeleteRole', role)
  await expect(run('GetRole', role)).rejects.toMatchObject({ code: 'NoSuchEntity' })
})

test('an unknown managed policy cannot be attached', async () => {
  const { run } = iamFixture()
  await run('CreateRole', role)
  await expect(
    run('AttachRolePolicy', { RoleName: 'reader', PolicyArn: 'arn:aws:iam::aws:policy/None' }),
  ).rejects.toMatchObject({ code: 'NoSuchEntity' })
})
