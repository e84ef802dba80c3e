/** Facts from https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
import { describe, expect, test } from 'vitest'
import type { PrincipalElement, Statement } from '../../../local/policy/document.ts'
import { allowanceOf, effectOf, type Who } from '../../../local/policy/evaluate.ts'
import { trusts } from '../../../local/policy/trust.ts'

const ACCOUNT = '000000000000'
const roleArn = `arn:aws:iam::${ACCOUNT}:role/irsa/app`
const session: Who = {
  kind: 'AWS',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/pod`,
  account: ACCOUNT,
  roleArn,
}
const service: Who = { kind: 'Service', name: 'events.amazonaws.com' }
const federated: Who = { kind: 'Federated', arn: `arn:aws:iam::${ACCOUNT}:oidc-provider/irsa.example.com` }
const anonymous: Who = { kind: 'anonymous' }

const object = 'arn:aws:s3:::bucket/blue/jwks'
const get = { who: session, action: 's3:GetObject', resource: object, context: {} }
const allow: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: object }

function effect(change: Partial<Statement>, without: readonly (keyof Statement)[] = []) {
  const statement = { ...allow, ...change }
  const kept = Object.entries(statement).filter(([name]) => !without.some((one) => one === name))
  return effectOf({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...Object.fromEntries(kept) } }, get)
}

describe('a statement speaks of', () => {
  test.each<[string, Partial<Statement>, boolean]>([
    ['its action', {}, true],
    ['its action in another case', { Action: 'S3:getobject' }, true],
    ['one of several actions', { Action: ['s3:PutObject', 's3:GetObject'] }, true],
    ['every action', { Action: '*' }, true],
    ['actions with a wildcard', { Action: 's3:Get*' }, true],
    ['actions with a single-character wildcard', { Action: 's3:?etObject' }, true],
    ['no other action', { Action: 's3:PutObject' }, false],
    ['no longer action', { Action: 's3:GetObjec' }, false],
    ['no action of another service', { Action: 'iam:*' }, false],
    ['one of several resources', { Resource: ['arn:aws:s3:::other', object] }, true],
    ['every resource', { Resource: '*' }, true],
    ['resources with a wildcard, slashes included', { Resource: 'arn:aws:s3:::bucket/*' }, true],
    ['resources whose part ends in a wildcard, colons included', { Resource: 'arn:aws:s3*' }, true],
    ['no other resource', { Resource: 'arn:aws:s3:::bucket/red/*' }, false],
    ['no resource in another case', { Resource: 'arn:aws:s3:::Bucket/*' }, false],
    ['no resource that only begins so', { Resource: 'arn:aws:s3:::bucket/blue' }, false],
    ['no resource that a dot would match', { Resource: 'arn:aws:s3:::bucket.blue/jwks' }, false],
    ['nothing whose condition fails', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, false],
  ])('%s', (_, change, expected) => {
    expect(effect(change)).toBe(expected ? 'Allow' : undefined)
  })

  test.each<[string, Partial<Statement>, boolean]>([
    ['what NotAction leaves', { NotAction: ['iam:*', 's3:PutObject'] }, true],
    ['nothing that NotAction names', { NotAction: ['iam:*', 'S3:get*'] }, false],
  ])('%s', (_, change, expected) => {
    expect(effect(change, ['Action'])).toBe(expected ? 'Allow' : undefined)
  })

  test.each<[string, Partial<Statement>, boolean]>([
    ['what NotResource leaves', { NotResource: 'arn:aws:s3:::bucket/red/*' }, true],
    [
      'nothing that NotResource names',
      { NotResource: ['arn:aws:s3:::other', 'arn:aws:s3:::bucket/*'] },
      false,
    ],
  ])('%s', (_, change, expected) => {
    expect(effect(change, ['Resource'])).toBe(expected ? 'Allow' : undefined)
  })
})

describe('a document', () => {
  test('of one statement needs no list', () => {
    expect(effectOf({ Statement: allow }, get)).toBe('Allow')
    expect(effectOf({ Statement: [allow] }, get)).toBe('Allow')
    expect(effectOf({ Statement: [] }, get)).toBeUndefined()
  })

  test('denies whatever else it allows, in any order', () => {
    const deny: Statement = { Effect: 'Deny', Action: 's3:*', Resource: '*' }

    expect(effectOf({ Statement: [allow, deny] }, get)).toBe('Deny')
    expect(effectOf({ Statement: [deny, allow] }, get)).toBe('Deny')
    expect(effectOf({ Statement: [{ ...deny, Action: 'iam:*' }, allow] }, get)).toBe('Allow')
  })
})

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
describe('a principal', () => {
  test.each<[string, PrincipalElement, Who, ReturnType<typeof allowanceOf>]>([
    ['everybody', '*', session, 'themselves'],
    ['everybody, services too', '*', service, 'themselves'],
    ['everybody, anonymous too', '*', anonymous, 'themselves'],
    ['every AWS principal', { AWS: '*' }, session, 'themselves'],
    ['every AWS principal, which is everybody without credentials', { AWS: '*' }, anonymous, 'themselves'],
    ['a session', { AWS: session.arn }, session, 'themselves'],
    ['another session of the role', { AWS: `${session.arn}s` }, session, undefined],
    ['the role', { AWS: ['arn:aws:iam::111111111111:root', roleArn] }, session, 'role'],
    ['the role without its path', { AWS: roleArn.replace('/irsa', '') }, session, undefined],
    ['a role by wildcard, which is none', { AWS: `arn:aws:iam::${ACCOUNT}:role/*` }, session, undefined],
    ['the account by its root', { AWS: `arn:aws:iam::${ACCOUNT}:root` }, session, 'account'],
    ['the account by its number', { AWS: ACCOUNT }, session, 'account'],
    ['another account', { AWS: '111111111111' }, session, undefined],
    ['an account, not those without credentials', { AWS: ACCOUNT }, anonymous, undefined],
    ['the most direct of several', { AWS: [ACCOUNT, roleArn] }, session, 'role'],
    ['a service', { Service: ['lambda.amazonaws.com', 'events.amazonaws.com'] }, service, 'themselves'],
    ['another service', { Service: 'lambda.amazonaws.com' }, service, undefined],
    ['a service, not who has its name', { AWS: 'events.amazonaws.com' }, service, undefined],
    ['a provider', { Federated: federated.arn }, federated, 'themselves'],
    ['another provider', { Federated: `${federated.arn}/blue` }, federated, undefined],
    ['a provider, not an account', { AWS: ACCOUNT }, federated, undefined],
  ])('%s', (_, Principal, who, expected) => {
    const policy = { Statement: { ...allow, Principal } }

    expect(allowanceOf(policy, { ...get, who })).toBe(expected)
    expect(effectOf(policy, { ...get, who })).toBe(expected && 'Allow')
  })

  test('that NotPrincipal names is left out, and nobody else', () => {
    const deny: Statement = { ...allow, Effect: 'Deny', NotPrincipal: { AWS: [ACCOUNT, roleArn] } }

    expect(effectOf({ Statement: deny }, get)).toBeUndefined()
    expect(effectOf({ Statement: deny }, { ...get, who: service })).toBe('Deny')
    expect(effectOf({ Statement: deny }, { ...get, who: anonymous })).toBe('Deny')
  })

  test('is named as directly as by the statement that allows, not by another', () => {
    const byAccount: Statement = { ...allow, Principal: { AWS: ACCOUNT } }
    const other: Statement = { ...allow, Action: 's3:PutObject', Principal: { AWS: session.arn } }

    expect(allowanceOf({ Statement: [byAccount, other] }, get)).toBe('account')
    expect(allowanceOf({ Statement: [byAccount, { ...other, Effect: 'Deny', Action: '*' }] }, get)).toBe(
      'account',
    )
    expect(allowanceOf({ Statement: [byAccount, { ...other, Action: 's3:Get*' }] }, get)).toBe('themselves')
  })
})

describe('a trust policy', () => {
  const Principal = { Federated: federated.arn }
  const Condition = { StringEquals: { 'irsa.example.com:sub': 'system:serviceaccount:a:b' } }
  const trust: Statement = { Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity', Principal, Condition }
  const ask = (statements: readonly Statement[], sub: string) =>
    trusts({ Version: '2012-10-17', Statement: statements }, federated, 'sts:AssumeRoleWithWebIdentity', {
      'irsa.example.com:sub': sub,
    })

  test('needs no resource, and says whether it denies or only does not allow', () => {
    const { Condition: _, ...denied } = trust

    expect(ask([trust], 'system:serviceaccount:a:b')).toBe('allowed')
    expect(ask([trust], 'system:serviceaccount:a:c')).toBe('not-allowed')
    expect(ask([trust, { ...denied, Effect: 'Deny' }], 'system:serviceaccount:a:b')).toBe('denied')
    expect(ask([], 'system:serviceaccount:a:b')).toBe('not-allowed')
  })
})
