import { describe, expect, test } from 'vitest'
import { textIn, textsIn } from './answers.ts'
import { ACCOUNT, iamFixture, permission, trust } from './iam.ts'

const RoleName = 'reader'
const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'

async function withRole(input: object = {}) {
  const fixture = iamFixture()
  await fixture.run('CreateRole', { RoleName, AssumeRolePolicyDocument: trust, ...input })
  return fixture
}

describe('CreateRole', () => {
  test.each([
    ['the root', '/'],
    ['several parts', '/irsa/blue/'],
    ['every character from ! to ~', '/!~/'],
  ])('takes a path of %s', async (_, Path) => {
    const { run } = await withRole({ Path })

    expect(await run('GetRole', { RoleName })).toMatchObject({
      Role: { Path, Arn: `arn:aws:iam::${ACCOUNT}:role${Path}reader` },
    })
  })

  test.each([
    ['two slashes alone', { Path: '//' }],
    ['a space in its path', { Path: '/a b/' }],
    ['a path of 513 characters', { Path: `/${'a'.repeat(511)}/` }],
    ['a boundary that is no ARN', { PermissionsBoundary: 'arn:b' }],
    ['an empty boundary', { PermissionsBoundary: '' }],
  ])('refuses %s', async (_, input) => {
    await expect(withRole(input)).rejects.toMatchObject({ code: 'ValidationError' })
  })

  test('shows tags only where there are some', async () => {
    const Tags = [{ Key: 'team', Value: 'a' }]

    expect(await (await withRole({ Tags })).run('GetRole', { RoleName })).toMatchObject({ Role: { Tags } })
    expect(await (await withRole()).run('GetRole', { RoleName })).not.toHaveProperty('Role.Tags')
  })

  test('refuses the role beyond the quota until it has been raised', async () => {
    const { quotas, run } = iamFixture()
    const create = (n: number) => run('CreateRole', { RoleName: `n${n}`, AssumeRolePolicyDocument: trust })
    for (let n = 0; n < 1000; n += 1) await create(n)

    await expect(create(1000)).rejects.toMatchObject({ code: 'LimitExceeded', status: 409 })
    quotas.raise('iam:roles', 1001)
    await create(1000)
    await expect(create(1001)).rejects.toMatchObject({ code: 'LimitExceeded' })
  })
})

describe('ListRoles', () => {
  test('answers page by page, without tags and boundary', async () => {
    const { run } = iamFixture()
    for (const name of ['c', 'a', 'b'])
      await run('CreateRole', {
        RoleName: name,
        AssumeRolePolicyDocument: trust,
        PermissionsBoundary: READ_ONLY,
        Tags: [{ Key: 'team', Value: 'a' }],
      })

    const first = await run('ListRoles', { MaxItems: 2 })
    const second = await run('ListRoles', { Marker: textIn(first, 'Marker') })

    expect(first).toMatchObject({ Roles: [{ RoleName: 'a' }, { RoleName: 'b' }], IsTruncated: true })
    expect(second).toEqual({
      Roles: [
        {
          Path: '/',
          RoleName: 'c',
          RoleId: expect.any(String),
          Arn: `arn:aws:iam::${ACCOUNT}:role/c`,
          CreateDate: expect.any(Date),
          AssumeRolePolicyDocument: encodeURIComponent(trust),
          MaxSessionDuration: 3600,
        },
      ],
      IsTruncated: false,
    })
  })

  test('answers a hundred where the request has no number', async () => {
    const { run } = iamFixture()
    for (let n = 0; n < 101; n += 1)
      await run('CreateRole', { RoleName: `n${n}`, AssumeRolePolicyDocument: trust })

    expect(textsIn(await run('ListRoles', {}), 'Roles', 'RoleName')).toHaveLength(100)
    expect(textsIn(await run('ListRoles', { MaxItems: 1000 }), 'Roles', 'RoleName')).toHaveLength(101)
  })

  test('keeps to a path, whose last part may be open', async () => {
    const { run } = await withRole({ Path: '/irsa/blue/' })
    await run('CreateRole', { RoleName: 'other', AssumeRolePolicyDocument: trust })

    for (const PathPrefix of ['/irsa/', '/irsa/bl'])
      expect(await run('ListRoles', { PathPrefix })).toMatchObject({ Roles: [{ RoleName }] })
    await expect(run('ListRoles', { PathPrefix: 'irsa/' })).rejects.toMatchObject({ code: 'ValidationError' })
  })

  test('goes on behind a role that has gone meanwhile', async () => {
    const { run } = iamFixture()
    for (const name of ['a', 'b', 'c'])
      await run('CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust })
    const first = await run('ListRoles', { MaxItems: 2 })
    await run('DeleteRole', { RoleName: 'b' })

    expect(await run('ListRoles', { Marker: textIn(first, 'Marker') })).toMatchObject({
      Roles: [{ RoleName: 'c' }],
    })
  })
})

describe('UpdateRole', () => {
  test('changes description and longest session', async () => {
    const { run } = await withRole()

    expect(await run('UpdateRole', { RoleName, Description: 'Reads.', MaxSessionDuration: 43_200 })).toEqual(
      {},
    )

    expect(await run('GetRole', { RoleName })).toMatchObject({
      Role: { Description: 'Reads.', MaxSessionDuration: 43_200 },
    })
  })

  test('applies the default of one hour where the request has no duration', async () => {
    const { run } = await withRole({ MaxSessionDuration: 43_200, Description: 'Reads.' })

    await run('UpdateRole', { RoleName })

    expect(await run('GetRole', { RoleName })).toMatchObject({
      Role: { MaxSessionDuration: 3600, Description: 'Reads.' },
    })
  })

  test.each([
    ['less than an hour', { MaxSessionDuration: 3599 }],
    ['more than twelve hours', { MaxSessionDuration: 43_201 }],
    ['half a second', { MaxSessionDuration: 3600.5 }],
    ['a description of 1,001 characters', { Description: 'a'.repeat(1001) }],
    ['a description with a control character', { Description: '\u0007' }],
  ])('refuses %s and changes nothing', async (_, input) => {
    const { run } = await withRole({ Description: 'Reads.', MaxSessionDuration: 7200 })

    const updated = run('UpdateRole', { RoleName, MaxSessionDuration: 3600, Description: 'Other.', ...input })

    await expect(updated).rejects.toMatchObject({ code: 'ValidationError' })
    expect(await run('GetRole', { RoleName })).toMatchObject({
      Role: { Description: 'Reads.', MaxSessionDuration: 7200 },
    })
  })
})

describe('UpdateAssumeRolePolicy', () => {
  test('puts another trust policy in place', async () => {
    const { run } = await withRole()
    const PolicyDocument = trust.replace('lambda', 'states')

    expect(await run('UpdateAssumeRolePolicy', { RoleName, PolicyDocument })).toEqual({})

    expect(await run('GetRole', { RoleName })).toMatchObject({
      Role: { AssumeRolePolicyDocument: encodeURIComponent(PolicyDocument) },
    })
  })

  test('takes as many characters as the quota has been raised to', async () => {
    const { quotas, run } = await withRole()
    const long = trust.replace('"Effect"', `"Sid":"${'a'.repeat(2048)}","Effect"`)

    await expect(run('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: long })).rejects.toMatchObject({
      code: 'LimitExceeded',
    })
    quotas.raise('iam:trust-policy-characters', 4096)
    await expect(run('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: long })).resolves.toEqual({})
  })
})

describe('DeleteRole', () => {
  test('refuses a role with a policy attached', async () => {
    const { run } = await withRole()
    await run('AttachRolePolicy', { RoleName, PolicyArn: READ_ONLY })

    await expect(run('DeleteRole', { RoleName })).rejects.toMatchObject({
      code: 'DeleteConflict',
      status: 409,
    })
  })

  test('takes a role with a boundary', async () => {
    const { run } = await withRole({ PermissionsBoundary: READ_ONLY })

    await expect(run('DeleteRole', { RoleName })).resolves.toEqual({})
    await expect(run('DeleteRole', { RoleName })).rejects.toMatchObject({ code: 'NoSuchEntity', status: 404 })
  })
})

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_iam.html
test.each(['GetRole', 'UpdateRole', 'UpdateAssumeRolePolicy', 'DeleteRole'])(
  '%s is asked about the role with its tags and its boundary',
  async (operation) => {
    const { asks } = await withRole({
      Path: '/irsa/',
      PermissionsBoundary: READ_ONLY,
      Tags: [{ Key: 'team', Value: 'a' }],
    })

    expect(asks(operation, { RoleName, PolicyDocument: permission })).toEqual([
      {
        action: `iam:${operation}`,
        resource: `arn:aws:iam::${ACCOUNT}:role/irsa/reader`,
        context: {
          'aws:ResourceTag/team': 'a',
          'iam:ResourceTag/team': 'a',
          'iam:PermissionsBoundary': READ_ONLY,
        },
      },
    ])
  },
)
