import { describe, expect, it } from 'vitest'
import { gone } from '../fixture.ts'
import { lifeOf } from './lifecycle.ts'

const document = { Version: '2012-10-17', Statement: [] }
const json = JSON.stringify(document)

describe('AWS::IAM::Role', () => {
  const properties = {
    RoleName: 'r',
    Path: '/irsa/',
    AssumeRolePolicyDocument: document,
    Description: 'd',
    MaxSessionDuration: '7200',
    PermissionsBoundary: 'arn:b',
    Policies: [
      { PolicyName: 'same', PolicyDocument: document },
      { PolicyName: 'gone', PolicyDocument: document },
    ],
    ManagedPolicyArns: ['arn:same', 'arn:gone'],
    Tags: [
      { Key: 'same', Value: '1' },
      { Key: 'changed', Value: '1' },
      { Key: 'gone', Value: '1' },
    ],
  }

  it('is created with its boundary and tags, then given its policies', async () => {
    const { created, values } = await lifeOf({
      type: 'AWS::IAM::Role',
      properties,
      attributes: ['Arn', 'RoleId'],
    })

    expect(created).toEqual([
      [
        'iam CreateRole',
        {
          RoleName: 'r',
          Path: '/irsa/',
          AssumeRolePolicyDocument: json,
          Description: 'd',
          MaxSessionDuration: 7200,
          PermissionsBoundary: 'arn:b',
          Tags: properties.Tags,
        },
      ],
      ['iam AttachRolePolicy', { RoleName: 'r', PolicyArn: 'arn:same' }],
      ['iam AttachRolePolicy', { RoleName: 'r', PolicyArn: 'arn:gone' }],
      ['iam PutRolePolicy', { RoleName: 'r', PolicyName: 'same', PolicyDocument: json }],
      ['iam PutRolePolicy', { RoleName: 'r', PolicyName: 'gone', PolicyDocument: json }],
    ])
    expect(values).toEqual({ Ref: 'r', Arn: 'arn:aws:iam::000000000000:role/r', RoleId: 'AROA1' })
  })

  it('is changed in place, only where it differs', async () => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] }
    const { updated } = await lifeOf({
      type: 'AWS::IAM::Role',
      properties,
      changed: {
        RoleName: 'r',
        Path: '/irsa/',
        AssumeRolePolicyDocument: trust,
        MaxSessionDuration: 7200,
        Policies: [
          { PolicyName: 'same', PolicyDocument: document },
          { PolicyName: 'new', PolicyDocument: document },
        ],
        ManagedPolicyArns: ['arn:same', 'arn:new'],
        Tags: [
          { Key: 'same', Value: '1' },
          { Key: 'changed', Value: '2' },
        ],
      },
    })

    expect(updated).toEqual([
      ['iam UpdateAssumeRolePolicy', { RoleName: 'r', PolicyDocument: JSON.stringify(trust) }],
      ['iam UpdateRole', { RoleName: 'r', Description: '', MaxSessionDuration: 7200 }],
      ['iam DeleteRolePermissionsBoundary', { RoleName: 'r' }],
      ['iam AttachRolePolicy', { RoleName: 'r', PolicyArn: 'arn:new' }],
      ['iam DetachRolePolicy', { RoleName: 'r', PolicyArn: 'arn:gone' }],
      ['iam PutRolePolicy', { RoleName: 'r', PolicyName: 'new', PolicyDocument: json }],
      ['iam DeleteRolePolicy', { RoleName: 'r', PolicyName: 'gone' }],
      ['iam UntagRole', { RoleName: 'r', TagKeys: ['gone'] }],
      ['iam TagRole', { RoleName: 'r', Tags: [{ Key: 'changed', Value: '2' }] }],
    ])
  })

  it('is given another boundary in place', async () => {
    const { updated } = await lifeOf({
      type: 'AWS::IAM::Role',
      properties,
      changed: { ...properties, PermissionsBoundary: 'arn:c' },
    })

    expect(updated).toEqual([
      ['iam PutRolePermissionsBoundary', { RoleName: 'r', PermissionsBoundary: 'arn:c' }],
    ])
  })

  it('is emptied before it is deleted, whatever of it is gone already', async () => {
    const { deleted } = await lifeOf({
      type: 'AWS::IAM::Role',
      properties: { ...properties, Policies: [properties.Policies[0]], ManagedPolicyArns: ['arn:same'] },
      answers: {
        'iam DeleteRolePolicy': () => {
          throw gone('NoSuchEntity')
        },
        'iam DeleteRole': () => {
          throw gone('NoSuchEntity')
        },
      },
    })

    expect(deleted).toEqual([
      ['iam DeleteRolePolicy', { RoleName: 'r', PolicyName: 'same' }],
      ['iam DetachRolePolicy', { RoleName: 'r', PolicyArn: 'arn:same' }],
      ['iam DeleteRole', { RoleName: 'r' }],
    ])
  })
})

describe('AWS::IAM::ManagedPolicy', () => {
  const arn = 'arn:aws:iam::000000000000:policy/p'

  it('is created, given a new default version, and deleted with its versions', async () => {
    const other = { Version: '2012-10-17', Statement: [{ Effect: 'Deny' }] }
    const { created, updated, deleted, values } = await lifeOf({
      type: 'AWS::IAM::ManagedPolicy',
      properties: { ManagedPolicyName: 'p', PolicyDocument: document, Roles: ['a', 'b'] },
      changed: { ManagedPolicyName: 'p', PolicyDocument: other, Roles: ['b', 'c'] },
      attributes: ['PolicyArn', 'PolicyId'],
      answers: {
        'iam ListPolicyVersions': () => ({
          Versions: [
            { VersionId: 'v2', IsDefaultVersion: true },
            { VersionId: 'v1', IsDefaultVersion: false },
          ],
        }),
      },
    })

    expect(created).toEqual([
      ['iam CreatePolicy', { PolicyName: 'p', PolicyDocument: json }],
      ['iam AttachRolePolicy', { RoleName: 'a', PolicyArn: arn }],
      ['iam AttachRolePolicy', { RoleName: 'b', PolicyArn: arn }],
    ])
    expect(updated).toEqual([
      ['iam ListPolicyVersions', { PolicyArn: arn }],
      ['iam DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v1' }],
      [
        'iam CreatePolicyVersion',
        { PolicyArn: arn, PolicyDocument: JSON.stringify(other), SetAsDefault: true },
      ],
      ['iam ListPolicyVersions', { PolicyArn: arn }],
      ['iam DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v1' }],
      ['iam AttachRolePolicy', { RoleName: 'c', PolicyArn: arn }],
      ['iam DetachRolePolicy', { RoleName: 'a', PolicyArn: arn }],
    ])
    expect(deleted).toEqual([
      ['iam DetachRolePolicy', { RoleName: 'b', PolicyArn: arn }],
      ['iam DetachRolePolicy', { RoleName: 'c', PolicyArn: arn }],
      ['iam ListPolicyVersions', { PolicyArn: arn }],
      ['iam DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v1' }],
      ['iam DeletePolicy', { PolicyArn: arn }],
    ])
    expect(values).toEqual({ Ref: arn, PolicyArn: arn, PolicyId: 'ANPA1' })
  })
})

describe('AWS::IAM::Policy', () => {
  it('is put into each role and taken out again', async () => {
    const { created, updated, deleted, values } = await lifeOf({
      type: 'AWS::IAM::Policy',
      properties: { PolicyName: 'p', PolicyDocument: document, Roles: ['a', 'b'] },
      changed: { PolicyName: 'p', PolicyDocument: document, Roles: ['b'] },
      attributes: ['Id'],
    })

    expect(created).toEqual([
      ['iam PutRolePolicy', { RoleName: 'a', PolicyName: 'p', PolicyDocument: json }],
      ['iam PutRolePolicy', { RoleName: 'b', PolicyName: 'p', PolicyDocument: json }],
    ])
    expect(updated).toEqual([
      ['iam PutRolePolicy', { RoleName: 'b', PolicyName: 'p', PolicyDocument: json }],
      ['iam DeleteRolePolicy', { RoleName: 'a', PolicyName: 'p' }],
    ])
    expect(deleted).toEqual([['iam DeleteRolePolicy', { RoleName: 'b', PolicyName: 'p' }]])
    expect(values.Ref).toMatch(/^irsa-It-[A-Z0-9]{12}$/)
    expect(values.Id).toBe(values.Ref)
  })
})

describe('AWS::IAM::OIDCProvider', () => {
  const OpenIDConnectProviderArn = 'arn:aws:iam::000000000000:oidc-provider/irsa.example.com'

  it('spells its members as IAM does', async () => {
    const { created, updated, deleted, values } = await lifeOf({
      type: 'AWS::IAM::OIDCProvider',
      properties: { Url: 'https://irsa.example.com', ClientIdList: ['a', 'b'], ThumbprintList: ['t'] },
      changed: {
        Url: 'https://irsa.example.com',
        ClientIdList: ['b', 'c'],
        Tags: [{ Key: 'k', Value: 'v' }],
      },
      attributes: ['Arn'],
    })

    expect(created).toEqual([
      [
        'iam CreateOpenIDConnectProvider',
        { Url: 'https://irsa.example.com', ClientIDList: ['a', 'b'], ThumbprintList: ['t'] },
      ],
    ])
    expect(updated).toEqual([
      ['iam AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID: 'c' }],
      ['iam RemoveClientIDFromOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID: 'a' }],
      ['iam UpdateOpenIDConnectProviderThumbprint', { OpenIDConnectProviderArn, ThumbprintList: [] }],
      ['iam TagOpenIDConnectProvider', { OpenIDConnectProviderArn, Tags: [{ Key: 'k', Value: 'v' }] }],
    ])
    expect(deleted).toEqual([['iam DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn }]])
    expect(values).toEqual({ Ref: OpenIDConnectProviderArn, Arn: OpenIDConnectProviderArn })
  })
})
