import { describe, expect, test } from 'vitest'
import { textIn } from './answers.ts'
import { ACCOUNT, iamFixture, permission, trust } from './iam.ts'

const RoleName = 'reader'
const resource = `arn:aws:iam::${ACCOUNT}:role/reader`
const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const OWN = `arn:aws:iam::${ACCOUNT}:policy/irsa/own`

async function withRole(input: object = {}) {
  const fixture = iamFixture()
  await fixture.run('CreatePolicy', { PolicyName: 'own', Path: '/irsa/', PolicyDocument: permission })
  await fixture.run('CreateRole', { RoleName, AssumeRolePolicyDocument: trust, ...input })
  return fixture
}

describe('AttachRolePolicy', () => {
  test('attaches policies of the account and of AWS, each once', async () => {
    const { run } = await withRole()

    for (const PolicyArn of [READ_ONLY, OWN, OWN])
      expect(await run('AttachRolePolicy', { RoleName, PolicyArn })).toEqual({})

    expect(await run('ListAttachedRolePolicies', { RoleName })).toEqual({
      AttachedPolicies: [
        { PolicyName: 'own', PolicyArn: OWN },
        { PolicyName: 'AmazonS3ReadOnlyAccess', PolicyArn: READ_ONLY },
      ],
      IsTruncated: false,
    })
  })

  test.each([
    ['a policy that does not exist', { PolicyArn: `${OWN}er` }, 'NoSuchEntity'],
    ['a policy of another account', { PolicyArn: OWN.replace(ACCOUNT, '111111111111') }, 'NoSuchEntity'],
    ['a role that does not exist', { RoleName: 'writer' }, 'NoSuchEntity'],
    ['no policy', { PolicyArn: undefined }, 'ValidationError'],
    ['the ARN of a role', { PolicyArn: resource }, 'InvalidInput'],
  ])('refuses %s', async (_, input, code) => {
    const { run } = await withRole()

    await expect(run('AttachRolePolicy', { RoleName, PolicyArn: OWN, ...input })).rejects.toMatchObject({
      code,
    })
  })

  test('refuses the 21st policy of a role, but not one that is attached already', async () => {
    const { run } = await withRole()
    const arns = await twenty(run)
    for (const PolicyArn of arns) await run('AttachRolePolicy', { RoleName, PolicyArn })

    const beyond = run('AttachRolePolicy', { RoleName, PolicyArn: OWN })

    await expect(beyond).rejects.toMatchObject({ code: 'LimitExceeded', status: 409 })
    await expect(run('AttachRolePolicy', { RoleName, PolicyArn: arns[0] })).resolves.toEqual({})
  })

  test('takes as many as the quota has been raised to', async () => {
    const { quotas, run } = await withRole()
    for (const PolicyArn of await twenty(run)) await run('AttachRolePolicy', { RoleName, PolicyArn })

    quotas.raise('iam:managed-policies-per-role', 21)

    await expect(run('AttachRolePolicy', { RoleName, PolicyArn: OWN })).resolves.toEqual({})
    await expect(run('AttachRolePolicy', { RoleName, PolicyArn: READ_ONLY })).rejects.toMatchObject({
      code: 'LimitExceeded',
    })
  })
})

describe('DetachRolePolicy', () => {
  test('takes a policy off the role and leaves it in the account', async () => {
    const { run } = await withRole()
    await run('AttachRolePolicy', { RoleName, PolicyArn: OWN })

    expect(await run('DetachRolePolicy', { RoleName, PolicyArn: OWN })).toEqual({})

    expect(await run('ListAttachedRolePolicies', { RoleName })).toMatchObject({ AttachedPolicies: [] })
    expect(await run('GetPolicy', { PolicyArn: OWN })).toMatchObject({ Policy: { AttachmentCount: 0 } })
  })

  test.each([
    ['that is not attached', OWN, 'NoSuchEntity'],
    ['that is no policy', 'a policy that is called own', 'InvalidInput'],
    ['that is missing', undefined, 'ValidationError'],
  ])('refuses one %s', async (_, PolicyArn, code) => {
    const { run } = await withRole()

    await expect(run('DetachRolePolicy', { RoleName, PolicyArn })).rejects.toMatchObject({ code })
  })
})

describe('ListAttachedRolePolicies', () => {
  test('answers page by page', async () => {
    const { run } = await withRole()
    for (const PolicyArn of [READ_ONLY, OWN]) await run('AttachRolePolicy', { RoleName, PolicyArn })

    const first = await run('ListAttachedRolePolicies', { RoleName, MaxItems: 1 })
    const second = await run('ListAttachedRolePolicies', { RoleName, Marker: textIn(first, 'Marker') })

    expect(first).toMatchObject({ AttachedPolicies: [{ PolicyName: 'own' }], IsTruncated: true })
    expect(second).toEqual({
      AttachedPolicies: [{ PolicyName: 'AmazonS3ReadOnlyAccess', PolicyArn: READ_ONLY }],
      IsTruncated: false,
    })
  })

  test('keeps to a path of policies', async () => {
    const { run } = await withRole()
    for (const PolicyArn of [READ_ONLY, OWN]) await run('AttachRolePolicy', { RoleName, PolicyArn })

    expect(await run('ListAttachedRolePolicies', { RoleName, PathPrefix: '/irsa/' })).toMatchObject({
      AttachedPolicies: [{ PolicyArn: OWN }],
    })
    await expect(run('ListAttachedRolePolicies', { RoleName, PathPrefix: 'irsa' })).rejects.toMatchObject({
      code: 'ValidationError',
    })
  })
})

describe('a permissions boundary', () => {
  test('is put on, changed and taken off', async () => {
    const { run } = await withRole()

    await run('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: READ_ONLY })
    await run('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: OWN })

    expect(await run('GetRole', { RoleName })).toMatchObject({
      Role: {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
          PermissionsBoundaryArn: OWN,
        },
      },
    })
    expect(await run('DeleteRolePermissionsBoundary', { RoleName })).toEqual({})
    expect(await run('GetRole', { RoleName })).not.toHaveProperty('Role.PermissionsBoundary')
  })

  test('is no attached policy', async () => {
    const { run } = await withRole({ PermissionsBoundary: OWN })

    expect(await run('ListAttachedRolePolicies', { RoleName })).toMatchObject({ AttachedPolicies: [] })
  })

  test.each([
    ['a policy that does not exist', { PermissionsBoundary: `${OWN}er` }, 'NoSuchEntity'],
    ['what is no policy', { PermissionsBoundary: resource }, 'InvalidInput'],
    ['nothing', { PermissionsBoundary: undefined }, 'ValidationError'],
    ['a role that does not exist', { RoleName: 'writer' }, 'NoSuchEntity'],
  ])('cannot be put: %s', async (_, input, code) => {
    const { run } = await withRole()

    const put = run('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: OWN, ...input })

    await expect(put).rejects.toMatchObject({ code })
  })

  test('cannot be taken off a role that has none', async () => {
    const { run } = await withRole()

    await expect(run('DeleteRolePermissionsBoundary', { RoleName })).rejects.toMatchObject({
      code: 'NoSuchEntity',
    })
  })
})

describe('IAM is asked about the role', () => {
  test.each(['AttachRolePolicy', 'DetachRolePolicy'])(
    'with its boundary and the policy: %s',
    async (operation) => {
      const { asks } = await withRole({ PermissionsBoundary: OWN })

      expect(asks(operation, { RoleName, PolicyArn: READ_ONLY })).toEqual([
        {
          action: `iam:${operation}`,
          resource,
          context: { 'iam:PermissionsBoundary': OWN, 'iam:PolicyARN': READ_ONLY },
        },
      ])
    },
  )

  test('with the boundary that is to be, where one is put', async () => {
    const { asks } = await withRole({ PermissionsBoundary: OWN })

    expect(asks('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: READ_ONLY })).toEqual([
      {
        action: 'iam:PutRolePermissionsBoundary',
        resource,
        context: { 'iam:PermissionsBoundary': READ_ONLY },
      },
    ])
  })

  test('with the boundary that is, where one is taken off', async () => {
    const { asks } = await withRole({ PermissionsBoundary: OWN })

    expect(asks('DeleteRolePermissionsBoundary', { RoleName })).toEqual([
      {
        action: 'iam:DeleteRolePermissionsBoundary',
        resource,
        context: { 'iam:PermissionsBoundary': OWN },
      },
    ])
  })

  test('without it, where policies are listed', async () => {
    const { asks } = await withRole({ PermissionsBoundary: OWN })

    expect(asks('ListAttachedRolePolicies', { RoleName })).toEqual([
      { action: 'iam:ListAttachedRolePolicies', resource, context: {} },
    ])
  })
})

/** Their ARNs. */
async function twenty(run: (operation: string, input: object) => Promise<unknown>): Promise<string[]> {
  const created = Array.from({ length: 20 }, (_, n) =>
    run('CreatePolicy', { PolicyName: `n${n}`, PolicyDocument: permission }),
  )
  return (await Promise.all(created)).map((policy) => textIn(policy, 'Policy', 'Arn'))
}
