import { describe, expect, test } from 'vitest'
import { ACCOUNT, iamFixture, permission, trust } from './iam.ts'

const policy = { PolicyName: 'read', PolicyDocument: permission }
const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/read`
const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'

describe('CreatePolicy', () => {
  test('answers the policy with its first version as the default', async () => {
    const { clock, run } = iamFixture()

    const created = await run('CreatePolicy', {
      ...policy,
      Path: '/irsa/blue/',
      Description: 'Reads.',
      Tags: [{ Key: 'team', Value: 'a' }],
    })

    expect(created).toEqual({
      Policy: {
        PolicyName: 'read',
        PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
        Arn: `arn:aws:iam::${ACCOUNT}:policy/irsa/blue/read`,
        Path: '/irsa/blue/',
        DefaultVersionId: 'v1',
        AttachmentCount: 0,
        PermissionsBoundaryUsageCount: 0,
        IsAttachable: true,
        CreateDate: clock.now(),
        UpdateDate: clock.now(),
        Description: 'Reads.',
        Tags: [{ Key: 'team', Value: 'a' }],
      },
    })
  })

  test('takes a name once per account, whatever its case and path', async () => {
    const { run } = iamFixture()
    await run('CreatePolicy', policy)

    await run('CreatePolicy', policy, '111111111111')
    const again = run('CreatePolicy', { ...policy, PolicyName: 'READ', Path: '/other/' })

    await expect(again).rejects.toMatchObject({ code: 'EntityAlreadyExists', status: 409 })
  })

  test.each([
    ['no name', { PolicyName: undefined }, 'ValidationError'],
    ['a name with a slash', { PolicyName: 'a/b' }, 'ValidationError'],
    ['a name of 129 characters', { PolicyName: 'a'.repeat(129) }, 'ValidationError'],
    ['a path without its last slash', { Path: '/irsa' }, 'ValidationError'],
    ['a path without its first slash', { Path: 'irsa/' }, 'ValidationError'],
    ['a path with an asterisk', { Path: '/irsa*/' }, 'ValidationError'],
    ['a path with an empty part', { Path: '//' }, 'ValidationError'],
    ['a path of 513 characters', { Path: `/${'a'.repeat(511)}/` }, 'ValidationError'],
    ['a description of 1,001 characters', { Description: 'a'.repeat(1001) }, 'ValidationError'],
    ['no document', { PolicyDocument: undefined }, 'ValidationError'],
    ['a trust policy', { PolicyDocument: trust }, 'MalformedPolicyDocument'],
    ['a tag of AWS', { Tags: [{ Key: 'aws:team', Value: 'a' }] }, 'InvalidInput'],
    [
      '51 tags',
      { Tags: Array.from({ length: 51 }, (_, n) => ({ Key: `${n}`, Value: '' })) },
      'LimitExceeded',
    ],
  ])('refuses %s', async (_, input, code) => {
    const { run } = iamFixture()

    const created = run('CreatePolicy', { ...policy, ...input })

    await expect(created).rejects.toMatchObject({ code })
    expect(await run('ListPolicies', { Scope: 'Local' })).toMatchObject({ Policies: [] })
  })

  test('counts 6,144 characters of a document without white space', async () => {
    const { run } = iamFixture()
    const fits = documentOf(6144)

    await run('CreatePolicy', { ...policy, PolicyDocument: `${fits}\n${' '.repeat(5000)}` })
    const beyond = run('CreatePolicy', { PolicyName: 'beyond', PolicyDocument: documentOf(6145) })

    await expect(beyond).rejects.toMatchObject({ code: 'LimitExceeded', status: 409 })
  })

  test('refuses the 1,501st of an account', async () => {
    const { run } = iamFixture()
    for (let n = 0; n < 1500; n += 1) await run('CreatePolicy', { ...policy, PolicyName: `n${n}` })

    await expect(run('CreatePolicy', policy)).rejects.toMatchObject({ code: 'LimitExceeded' })
  })

  test('is asked with the tags, and for tagging too', () => {
    const { asks } = iamFixture()
    const resource = `arn:aws:iam::${ACCOUNT}:policy/irsa/read`
    const context = { 'aws:RequestTag/team': 'a', 'aws:TagKeys': ['team'] }

    expect(asks('CreatePolicy', { ...policy, Path: '/irsa/', Tags: [{ Key: 'team', Value: 'a' }] })).toEqual([
      { action: 'iam:CreatePolicy', resource, context },
      { action: 'iam:TagPolicy', resource, context },
    ])
    expect(asks('CreatePolicy', policy)).toEqual([
      { action: 'iam:CreatePolicy', resource: PolicyArn, context: {} },
    ])
  })
})

describe('GetPolicy', () => {
  test('counts the roles that have it attached and those whose boundary it is', async () => {
    const { run } = iamFixture()
    await run('CreatePolicy', policy)
    await run('CreateRole', { RoleName: 'a', AssumeRolePolicyDocument: trust })
    await run('CreateRole', { RoleName: 'b', AssumeRolePolicyDocument: trust })
    await run('CreateRole', {
      RoleName: 'c',
      AssumeRolePolicyDocument: trust,
      PermissionsBoundary: PolicyArn,
    })
    await run('AttachRolePolicy', { RoleName: 'a', PolicyArn })
    await run('AttachRolePolicy', { RoleName: 'b', PolicyArn })

    expect(await run('GetPolicy', { PolicyArn })).toMatchObject({
      Policy: { AttachmentCount: 2, PermissionsBoundaryUsageCount: 1 },
    })
  })

  test('shows those of AWS', async () => {
    const { run } = iamFixture()

    expect(await run('GetPolicy', { PolicyArn: READ_ONLY })).toMatchObject({
      Policy: { PolicyName: 'AmazonS3ReadOnlyAccess', Arn: READ_ONLY, Path: '/', DefaultVersionId: 'v3' },
    })
  })

  test.each([
    ['of nobody', `arn:aws:iam::${ACCOUNT}:policy/none`, 'NoSuchEntity'],
    ['of AWS that local mode does not have', 'arn:aws:iam::aws:policy/None', 'NoSuchEntity'],
    ['in another case', `arn:aws:iam::${ACCOUNT}:policy/READ`, 'NoSuchEntity'],
    ['with less than 20 characters', 'arn:aws:iam::aws:a', 'ValidationError'],
    ['that is a role', `arn:aws:iam::${ACCOUNT}:role/read`, 'InvalidInput'],
    ['that is no ARN', 'a policy that is called read', 'InvalidInput'],
  ])('refuses an ARN %s', async (_, arn, code) => {
    const { run } = iamFixture()
    await run('CreatePolicy', policy)

    await expect(run('GetPolicy', { PolicyArn: arn })).rejects.toMatchObject({ code })
  })

  test('does not show those of another account', async () => {
    const { run } = iamFixture()
    await run('CreatePolicy', policy)

    await expect(run('GetPolicy', { PolicyArn }, '111111111111')).rejects.toMatchObject({
      code: 'NoSuchEntity',
      status: 404,
    })
  })

  test('is asked about the policy with its tags', async () => {
    const { run, asks } = iamFixture()
    await run('CreatePolicy', { ...policy, Tags: [{ Key: 'team', Value: 'a' }] })

    expect(asks('GetPolicy', { PolicyArn })).toEqual([
      { action: 'iam:GetPolicy', resource: PolicyArn, context: { 'aws:ResourceTag/team': 'a' } },
    ])
  })
})

describe('DeletePolicy', () => {
  test('takes the policy away, and its name is free again', async () => {
    const { run } = iamFixture()
    await run('CreatePolicy', policy)

    expect(await run('DeletePolicy', { PolicyArn })).toEqual({})

    await expect(run('GetPolicy', { PolicyArn })).rejects.toMatchObject({ code: 'NoSuchEntity' })
    await expect(run('DeletePolicy', { PolicyArn })).rejects.toMatchObject({ code: 'NoSuchEntity' })
    await expect(run('CreatePolicy', policy)).resolves.toMatchObject({ Policy: { Arn: PolicyArn } })
  })

  test('refuses one that is attached', async () => {
    const { run } = iamFixture()
    await run('CreatePolicy', policy)
    await run('CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trust })
    await run('AttachRolePolicy', { RoleName: 'reader', PolicyArn })

    await expect(run('DeletePolicy', { PolicyArn })).rejects.toMatchObject({
      code: 'DeleteConflict',
      status: 409,
    })
    await run('DetachRolePolicy', { RoleName: 'reader', PolicyArn })
    await expect(run('DeletePolicy', { PolicyArn })).resolves.toEqual({})
  })

  test('refuses one that is a boundary', async () => {
    const { run } = iamFixture()
    await run('CreatePolicy', policy)
    await run('CreateRole', {
      RoleName: 'reader',
      AssumeRolePolicyDocument: trust,
      PermissionsBoundary: PolicyArn,
    })

    await expect(run('DeletePolicy', { PolicyArn })).rejects.toMatchObject({ code: 'DeleteConflict' })
    await run('DeleteRole', { RoleName: 'reader' })
    await expect(run('DeletePolicy', { PolicyArn })).resolves.toEqual({})
  })

  test('refuses one with versions besides the default', async () => {
    const { run } = iamFixture()
    await run('CreatePolicy', policy)
    await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: permission })

    await expect(run('DeletePolicy', { PolicyArn })).rejects.toMatchObject({ code: 'DeleteConflict' })
    await run('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' })
    await expect(run('DeletePolicy', { PolicyArn })).resolves.toEqual({})
  })

  test('refuses one of AWS', async () => {
    const { run } = iamFixture()

    await expect(run('DeletePolicy', { PolicyArn: READ_ONLY })).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
    })
  })
})

/** With as many characters that count. */
function documentOf(characters: number): string {
  const rest = characters - permission.length - '"Sid":"",'.length
  return permission.replace('"Effect"', `"Sid":"${'a'.repeat(rest)}","Effect"`)
}
