/** What the rest of AWS knows of IAM, and when. */
import { describe, expect, test } from 'vitest'
import { ACCOUNT, iamFixture, permission, trust } from './iam.ts'

const RoleName = 'reader'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/irsa/reader`
const OWN = `arn:aws:iam::${ACCOUNT}:policy/own`
const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const wider = permission.replace('s3:GetObject', 's3:*')

async function withRole(input: object = {}) {
  const fixture = iamFixture()
  await fixture.run('CreatePolicy', { PolicyName: 'own', PolicyDocument: permission })
  await fixture.run('CreateRole', { RoleName, Path: '/irsa/', AssumeRolePolicyDocument: trust, ...input })
  fixture.clock.advance(5_000)
  return fixture
}

describe('a role', () => {
  test('is shown with what IAM decides by', async () => {
    const { view, run } = await withRole({
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'team', Value: 'a' }],
    })
    await run('PutRolePolicy', { RoleName, PolicyName: 'read', PolicyDocument: wider })
    await run('AttachRolePolicy', { RoleName, PolicyArn: OWN })

    expect(view.role(ROLE)).toEqual({
      arn: ROLE,
      roleName: RoleName,
      roleId: expect.stringMatching(/^AROA/),
      trustPolicy: JSON.parse(trust),
      maxSessionDuration: 7200,
      tags: { team: 'a' },
      identityPolicies: [JSON.parse(wider), JSON.parse(permission)],
      permissionsBoundary: undefined,
    })
  })

  test.each([
    ['without its path', `arn:aws:iam::${ACCOUNT}:role/reader`],
    ['with another path', `arn:aws:iam::${ACCOUNT}:role/other/reader`],
    ['in another case', `arn:aws:iam::${ACCOUNT}:role/irsa/READER`],
    ['of another account', 'arn:aws:iam::111111111111:role/irsa/reader'],
    ['of another partition', `arn:aws-cn:iam::${ACCOUNT}:role/irsa/reader`],
    ['that is a user', `arn:aws:iam::${ACCOUNT}:user/irsa/reader`],
    ['that is no ARN', 'reader'],
  ])('is not found by an ARN %s', async (_, arn) => {
    const { view } = await withRole()

    expect(view.role(arn)).toBeUndefined()
  })

  test('is known after five seconds and not before', async () => {
    const { clock, view, run } = await withRole()
    const arn = `arn:aws:iam::${ACCOUNT}:role/late`
    await run('CreateRole', { RoleName: 'late', AssumeRolePolicyDocument: trust })

    clock.advance(4_999)
    expect(view.role(arn)).toBeUndefined()
    expect(await run('GetRole', { RoleName: 'late' })).toMatchObject({ Role: { Arn: arn } })

    clock.advance(1)
    expect(view.role(arn)).toMatchObject({ arn })
  })

  test('that is deleted is gone, and one of its name is another that has to propagate', async () => {
    const { clock, view, run } = await withRole()
    const { roleId } = view.role(ROLE) ?? {}
    await run('DeleteRole', { RoleName })

    expect(view.role(ROLE)).toBeUndefined()

    await run('CreateRole', { RoleName, Path: '/irsa/', AssumeRolePolicyDocument: trust })
    expect(view.role(ROLE)).toBeUndefined()
    clock.advance(5_000)
    expect(view.role(ROLE)?.roleId).not.toBe(roleId)
  })

  test('that is deleted before it has propagated does not come back', async () => {
    const { clock, view, run } = await withRole()
    const arn = `arn:aws:iam::${ACCOUNT}:role/late`
    await run('CreateRole', { RoleName: 'late', AssumeRolePolicyDocument: trust })
    await run('DeleteRole', { RoleName: 'late' })
    clock.advance(3_000)
    await run('CreateRole', { RoleName: 'late', AssumeRolePolicyDocument: trust })

    clock.advance(2_000)
    expect(view.role(arn)).toBeUndefined()

    clock.advance(3_000)
    expect(view.role(arn)).toMatchObject({ arn })
  })

  test('is shown as it has been changed to', async () => {
    const { view, run } = await withRole()
    const other = trust.replace('lambda', 'states')

    await run('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: other })
    await run('UpdateRole', { RoleName, MaxSessionDuration: 43_200 })
    await run('TagRole', { RoleName, Tags: [{ Key: 'team', Value: 'b' }] })

    expect(view.role(ROLE)).toMatchObject({
      trustPolicy: JSON.parse(other),
      maxSessionDuration: 43_200,
      tags: { team: 'b' },
    })
  })

  test('has the default version of a policy, and no longer one that is detached', async () => {
    const { view, run } = await withRole()
    await run('AttachRolePolicy', { RoleName, PolicyArn: OWN })

    await run('CreatePolicyVersion', { PolicyArn: OWN, PolicyDocument: wider })
    expect(view.role(ROLE)?.identityPolicies).toEqual([JSON.parse(permission)])

    await run('SetDefaultPolicyVersion', { PolicyArn: OWN, VersionId: 'v2' })
    expect(view.role(ROLE)?.identityPolicies).toEqual([JSON.parse(wider)])

    await run('DetachRolePolicy', { RoleName, PolicyArn: OWN })
    expect(view.role(ROLE)?.identityPolicies).toEqual([])
  })

  test('has the default version of its boundary', async () => {
    const { view, run } = await withRole({ PermissionsBoundary: OWN })
    expect(view.role(ROLE)?.permissionsBoundary).toEqual(JSON.parse(permission))

    await run('CreatePolicyVersion', { PolicyArn: OWN, PolicyDocument: wider, SetAsDefault: true })
    expect(view.role(ROLE)?.permissionsBoundary).toEqual(JSON.parse(wider))

    await run('DeleteRolePermissionsBoundary', { RoleName })
    expect(view.role(ROLE)?.permissionsBoundary).toBeUndefined()
  })

  test('can have policies of AWS, with the documents that AWS publishes', async () => {
    const { view, run } = await withRole({ PermissionsBoundary: READ_ONLY })
    await run('AttachRolePolicy', { RoleName, PolicyArn: READ_ONLY })
    const statement = {
      Effect: 'Allow',
      Action: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'],
      Resource: '*',
    }

    const document = { Version: '2012-10-17', Statement: [statement] }
    expect(view.role(ROLE)).toMatchObject({ identityPolicies: [document], permissionsBoundary: document })
  })
})

describe('a provider', () => {
  const Url = 'https://irsa.example.com/blue'
  const hostPath = 'irsa.example.com/blue'
  const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${hostPath}`

  test('is known after five seconds, to its account, by its URL to the letter', async () => {
    const { clock, view, run } = iamFixture()
    await run('CreateOpenIDConnectProvider', { Url, ClientIDList: ['a'] })

    clock.advance(4_999)
    expect(view.provider(ACCOUNT, hostPath)).toBeUndefined()

    clock.advance(1)
    expect(view.provider(ACCOUNT, hostPath)).toEqual({ arn, issuer: Url, clientIds: ['a'] })
    expect(view.provider('111111111111', hostPath)).toBeUndefined()
    expect(view.provider(ACCOUNT, `${hostPath}/`)).toBeUndefined()
    expect(view.provider(ACCOUNT, 'irsa.example.com/BLUE')).toBeUndefined()
  })

  test('is shown with the client ids that it has by now', async () => {
    const { clock, view, run } = iamFixture()
    await run('CreateOpenIDConnectProvider', { Url, ClientIDList: ['a'] })
    clock.advance(5_000)
    const OpenIDConnectProviderArn = arn

    await run('AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID: 'b' })
    await run('AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID: 'b' })
    expect(view.provider(ACCOUNT, hostPath)?.clientIds).toEqual(['a', 'b'])

    await run('RemoveClientIDFromOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID: 'a' })
    expect(view.provider(ACCOUNT, hostPath)?.clientIds).toEqual(['b'])

    await run('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn })
    expect(view.provider(ACCOUNT, hostPath)).toBeUndefined()
  })
})
