/** What IAM takes as a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
import { describe, expect, test } from 'vitest'
import { iamFixture, permission, trust } from './iam.ts'

const role = { RoleName: 'reader', AssumeRolePolicyDocument: trust }
const allowed = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const trusted = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }

async function putPolicy(PolicyDocument: string) {
  const { run } = iamFixture()
  await run('CreateRole', role)
  return run('PutRolePolicy', { RoleName: 'reader', PolicyName: 'read', PolicyDocument })
}

async function putTrust(PolicyDocument: string) {
  const { run } = iamFixture()
  await run('CreateRole', role)
  return run('UpdateAssumeRolePolicy', { RoleName: 'reader', PolicyDocument })
}

describe('an identity policy', () => {
  test.each([
    ['one statement without a list', { Statement: allowed }],
    ['the version of 2008', { Version: '2008-10-17', Statement: [allowed] }],
    ['an id', { Id: 'reading', Statement: [allowed] }],
    [
      'several actions and resources',
      { Statement: [{ ...allowed, Action: ['s3:Get*', 'sqs:*'], Resource: ['*', 'arn:aws:s3:::b'] }] },
    ],
    ['every action', { Statement: [{ ...allowed, Action: '*' }] }],
    [
      'NotAction and NotResource',
      { Statement: [{ Effect: 'Deny', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::b' }] },
    ],
    ['a resource with a variable', { Statement: [{ ...allowed, Resource: 'arn:aws:s3:::b/${aws:userid}' }] }],
    [
      'conditions of every type of value',
      {
        Statement: [
          {
            ...allowed,
            Condition: {
              Bool: { 'aws:SecureTransport': true },
              NumericLessThan: { 's3:max-keys': 10 },
              'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['a*', 'b'] },
            },
          },
        ],
      },
    ],
    ['characters of Latin-1', { Statement: [{ ...allowed, Resource: 'arn:aws:s3:::b/é' }] }],
  ])('may have %s', async (_, document) => {
    await expect(putPolicy(JSON.stringify(document))).resolves.toEqual({})
  })

  test('may leave the partition open', async () => {
    const document = { Statement: [{ ...allowed, Resource: 'arn:*:s3:::b' }] }

    await expect(putPolicy(JSON.stringify(document))).resolves.toEqual({})
  })

  test.each(['Resource', 'NotResource'])('names no other partition’s %s', async (element) => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject', [element]: 'arn:aws-cn:s3:::b' }

    await expect(putPolicy(JSON.stringify({ Statement: statement }))).rejects.toMatchObject({
      code: 'MalformedPolicyDocument',
      message: 'Partition "aws-cn" is not valid for resource "arn:aws-cn:s3:::b".',
    })
  })

  test.each([
    ['no statement', {}],
    ['a version that AWS does not have', { Version: '2012-10-18', Statement: [allowed] }],
    ['a member that AWS does not have', { Statement: [allowed], Comment: 'reads' }],
    ['an effect in lower case', { Statement: [{ ...allowed, Effect: 'allow' }] }],
    ['no effect', { Statement: [{ ...allowed, Effect: undefined }] }],
    ['no action', { Statement: [{ ...allowed, Action: undefined }] }],
    ['an action and NotAction', { Statement: [{ ...allowed, NotAction: 's3:PutObject' }] }],
    ['an action without its service', { Statement: [{ ...allowed, Action: 'GetObject' }] }],
    [
      'NotAction without its service',
      { Statement: [{ ...allowed, Action: undefined, NotAction: 'GetObject' }] },
    ],
    ['no actions in its list', { Statement: [{ ...allowed, Action: [] }] }],
    ['no resource', { Statement: [{ ...allowed, Resource: undefined }] }],
    ['a resource and NotResource', { Statement: [{ ...allowed, NotResource: '*' }] }],
    ['a resource that is no ARN', { Statement: [{ ...allowed, Resource: 'bucket' }] }],
    ['a principal', { Statement: [{ ...allowed, Principal: '*' }] }],
    ['NotPrincipal', { Statement: [{ ...allowed, NotPrincipal: { AWS: '*' } }] }],
    ['a Sid with a space', { Statement: [{ ...allowed, Sid: 'read all' }] }],
    [
      'a Sid twice',
      {
        Statement: [
          { ...allowed, Sid: 'read' },
          { ...allowed, Sid: 'read' },
        ],
      },
    ],
    ['an unknown operator', { Statement: [{ ...allowed, Condition: { StringMatches: { a: 'b' } } }] }],
    ['an operator without keys', { Statement: [{ ...allowed, Condition: { StringEquals: 'b' } }] }],
    ['an object as a value', { Statement: [{ ...allowed, Condition: { StringEquals: { a: { b: 'c' } } } }] }],
  ])('must not have %s', async (_, document) => {
    await expect(putPolicy(JSON.stringify(document))).rejects.toMatchObject({
      code: 'MalformedPolicyDocument',
      status: 400,
    })
  })

  test.each([
    ['nothing', '', 'ValidationError'],
    ['131,073 characters', permission + ' '.repeat(131_073 - permission.length), 'ValidationError'],
    ['a character beyond Latin-1', permission.replace('*', 'arn:aws:s3:::\u0100'), 'ValidationError'],
    ['a control character', permission.replace('*', 'arn:aws:s3:::\u0007'), 'ValidationError'],
    ['what is not JSON', '{', 'MalformedPolicyDocument'],
    ['a list', '[]', 'MalformedPolicyDocument'],
    ['null', 'null', 'MalformedPolicyDocument'],
  ])('must not be %s', async (_, document, code) => {
    await expect(putPolicy(document)).rejects.toMatchObject({ code })
  })
})

describe('a trust policy', () => {
  test.each([
    ['everybody', '*'],
    ['everybody of AWS', { AWS: '*' }],
    ['an account', { AWS: '111111111111' }],
    ['an account by ARN', { AWS: 'arn:aws:iam::111111111111:root' }],
    ['a role of China', { AWS: 'arn:aws-cn:iam::111111111111:role/path/admin' }],
    ['a session', { AWS: 'arn:aws:sts::111111111111:assumed-role/admin/me' }],
    ['an identity by its id', { AWS: 'AROADBQP57FF2AEXAMPLE' }],
    ['several', { AWS: ['111111111111', 'arn:aws:iam::222222222222:user/me'], Service: 'ecs.amazonaws.com' }],
    ['a provider', { Federated: 'arn:aws:iam::111111111111:oidc-provider/irsa.example.com/blue' }],
    ['a provider that AWS has built in', { Federated: 'accounts.google.com' }],
  ])('may name %s', async (_, Principal) => {
    await expect(putTrust(JSON.stringify({ Statement: { ...trusted, Principal } }))).resolves.toEqual({})
  })

  test.each([
    ['nobody', { Principal: undefined }],
    ['a name', { Principal: { AWS: 'admin' } }],
    ['a principal in no member', { Principal: 'arn:aws:iam::111111111111:root' }],
    ['an account of eleven digits', { Principal: { AWS: '11111111111' } }],
    ['some roles of an account', { Principal: { AWS: 'arn:aws:iam::111111111111:role/admin*' } }],
    ['a role of any account', { Principal: { AWS: 'arn:aws:iam::*:role/admin' } }],
    ['a bucket', { Principal: { AWS: 'arn:aws:s3:::bucket' } }],
    ['a service without its domain', { Principal: { Service: 'lambda' } }],
    ['some services', { Principal: { Service: '*.amazonaws.com' } }],
    ['a provider that is a role', { Principal: { Federated: 'arn:aws:iam::111111111111:role/admin' } }],
    ['a kind that AWS does not have', { Principal: { User: '111111111111' } }],
    ['NotPrincipal besides a principal', { NotPrincipal: { AWS: '111111111111' } }],
    ['a resource', { Resource: '*' }],
    ['NotResource', { NotResource: 'arn:aws:s3:::b' }],
    ['an action that is not of STS', { Action: ['sts:AssumeRole', 's3:GetObject'] }],
    ['an operator that AWS does not have', { Condition: { StringIs: { 'sts:ExternalId': 'a' } } }],
  ])('must not name %s', async (_, statement) => {
    const document = JSON.stringify({ Statement: { ...trusted, ...statement } })

    await expect(putTrust(document)).rejects.toMatchObject({ code: 'MalformedPolicyDocument' })
  })
})
