import { describe, expect, test } from 'vitest'
import { textIn } from './answers.ts'
import { ACCOUNT, iamFixture, permission, trust } from './iam.ts'

const RoleName = 'reader'
const BOUNDARY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const policy = { RoleName, PolicyName: 'read', PolicyDocument: permission }

async function withRole(input: object = {}) {
  const fixture = iamFixture()
  await fixture.run('CreateRole', { RoleName, AssumeRolePolicyDocument: trust, ...input })
  return fixture
}

describe('PutRolePolicy', () => {
  test('adds a policy and puts another document in place of one', async () => {
    const { run } = await withRole()
    const wider = permission.replace('s3:GetObject', 's3:*')

    expect(await run('PutRolePolicy', policy)).toEqual({})
    expect(await run('PutRolePolicy', { ...policy, PolicyDocument: wider })).toEqual({})

    expect(await run('ListRolePolicies', { RoleName })).toMatchObject({ PolicyNames: ['read'] })
    expect(await documentOf(run)).toBe(wider)
  })

  test('keeps policies whose names differ in case apart', async () => {
    const { run } = await withRole()

    await run('PutRolePolicy', policy)
    await run('PutRolePolicy', { ...policy, PolicyName: 'READ' })

    expect(await run('ListRolePolicies', { RoleName })).toMatchObject({ PolicyNames: ['READ', 'read'] })
  })

  test('finds the role whatever the case of its name', async () => {
    const { run } = await withRole()

    await run('PutRolePolicy', { ...policy, RoleName: 'READER' })

    expect(await run('GetRolePolicy', policy)).toMatchObject({ RoleName: 'reader', PolicyName: 'read' })
  })

  test('counts 10,240 characters of all policies of a role, without white space', async () => {
    const { run } = await withRole()
    await run('PutRolePolicy', { ...policy, PolicyDocument: `${sized(5120)}${' '.repeat(9000)}` })

    const beyond = run('PutRolePolicy', { ...policy, PolicyName: 'list', PolicyDocument: sized(5121) })

    await expect(beyond).rejects.toMatchObject({ code: 'LimitExceeded', status: 409 })
    await run('PutRolePolicy', { ...policy, PolicyName: 'list', PolicyDocument: sized(5120) })
    // One that is replaced does not count.
    await run('PutRolePolicy', { ...policy, PolicyName: 'list', PolicyDocument: sized(5120) })
    expect(await run('ListRolePolicies', { RoleName })).toMatchObject({ PolicyNames: ['list', 'read'] })
  })

  test.each([
    ['no policy name', { PolicyName: undefined }, 'ValidationError'],
    ['a policy name with a slash', { PolicyName: 'a/b' }, 'ValidationError'],
    ['a policy name of 129 characters', { PolicyName: 'a'.repeat(129) }, 'ValidationError'],
    ['no document', { PolicyDocument: undefined }, 'ValidationError'],
    ['a trust policy', { PolicyDocument: trust }, 'MalformedPolicyDocument'],
    ['a role that does not exist', { RoleName: 'writer' }, 'NoSuchEntity'],
  ])('refuses %s', async (_, input, code) => {
    const { run } = await withRole()

    await expect(run('PutRolePolicy', { ...policy, ...input })).rejects.toMatchObject({ code })
    expect(await run('ListRolePolicies', { RoleName })).toMatchObject({ PolicyNames: [] })
  })
})

describe('GetRolePolicy', () => {
  test('answers the document as it was given, URL-encoded', async () => {
    const { run } = await withRole()
    await run('PutRolePolicy', { ...policy, PolicyDocument: ` ${permission}\n` })

    expect(await run('GetRolePolicy', policy)).toEqual({
      RoleName,
      PolicyName: 'read',
      PolicyDocument: expect.stringMatching(/^%20%7B%22Version.*%2A.*%0A$/),
    })
    expect(await documentOf(run)).toBe(` ${permission}\n`)
  })

  test('refuses a policy that the role does not have', async () => {
    const { run } = await withRole()

    await expect(run('GetRolePolicy', policy)).rejects.toMatchObject({ code: 'NoSuchEntity', status: 404 })
  })
})

describe('ListRolePolicies', () => {
  test('answers page by page', async () => {
    const { run } = await withRole()
    for (const PolicyName of ['c', 'a', 'b']) await run('PutRolePolicy', { ...policy, PolicyName })

    const first = await run('ListRolePolicies', { RoleName, MaxItems: 2 })
    const second = await run('ListRolePolicies', { RoleName, Marker: textIn(first, 'Marker') })

    expect(first).toEqual({ PolicyNames: ['a', 'b'], IsTruncated: true, Marker: expect.any(String) })
    expect(second).toEqual({ PolicyNames: ['c'], IsTruncated: false })
  })

  test('leaves attached policies out', async () => {
    const { run } = await withRole()
    await run('AttachRolePolicy', { RoleName, PolicyArn: BOUNDARY })

    expect(await run('ListRolePolicies', { RoleName })).toEqual({ PolicyNames: [], IsTruncated: false })
  })
})

describe('DeleteRolePolicy', () => {
  test('takes one policy away', async () => {
    const { run } = await withRole()
    await run('PutRolePolicy', policy)
    await run('PutRolePolicy', { ...policy, PolicyName: 'list' })

    expect(await run('DeleteRolePolicy', policy)).toEqual({})

    expect(await run('ListRolePolicies', { RoleName })).toMatchObject({ PolicyNames: ['list'] })
    await expect(run('DeleteRolePolicy', policy)).rejects.toMatchObject({ code: 'NoSuchEntity' })
  })
})

describe('IAM is asked about the role', () => {
  const resource = `arn:aws:iam::${ACCOUNT}:role/irsa/reader`
  const tags = { 'aws:ResourceTag/team': 'a', 'iam:ResourceTag/team': 'a' }

  async function bounded() {
    return withRole({ Path: '/irsa/', PermissionsBoundary: BOUNDARY, Tags: [{ Key: 'team', Value: 'a' }] })
  }

  test.each(['PutRolePolicy', 'DeleteRolePolicy'])('with its boundary: %s', async (operation) => {
    const { asks } = await bounded()

    expect(asks(operation, policy)).toEqual([
      { action: `iam:${operation}`, resource, context: { ...tags, 'iam:PermissionsBoundary': BOUNDARY } },
    ])
  })

  test.each(['GetRolePolicy', 'ListRolePolicies'])('without it: %s', async (operation) => {
    const { asks } = await bounded()

    expect(asks(operation, policy)).toEqual([{ action: `iam:${operation}`, resource, context: tags }])
  })

  test('without a path where there is no such role', async () => {
    const { asks } = await bounded()

    expect(asks('PutRolePolicy', { ...policy, RoleName: 'writer' })).toEqual([
      { action: 'iam:PutRolePolicy', resource: `arn:aws:iam::${ACCOUNT}:role/writer`, context: {} },
    ])
  })
})

async function documentOf(run: (operation: string, input: object) => Promise<unknown>): Promise<string> {
  return decodeURIComponent(textIn(await run('GetRolePolicy', policy), 'PolicyDocument'))
}

/** With as many characters that count. */
function sized(characters: number): string {
  const rest = characters - permission.length - '"Sid":"",'.length
  return permission.replace('"Effect"', `"Sid":"${'a'.repeat(rest)}","Effect"`)
}
