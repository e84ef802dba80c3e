/** Facts from https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
import { describe, expect, test } from 'vitest'
import { authorize } from '../../../local/policy/authorize.ts'
import type { Statement } from '../../../local/policy/document.ts'
import type { Ask, Principal } from '../../../local/service.ts'
import { ACCOUNT, allow, iamOf, OTHER_ACCOUNT, policy, roleArn, session } from './principals.ts'

const ask: Ask = { action: 's3:GetObject', resource: 'arn:aws:s3:::documents/jwks' }
const ORGANIZATION = 'o-example123'
const iam = iamOf({ identityPolicies: [policy(allow('*'))], tags: { team: 'blue' } }, ORGANIZATION)

/** Whether a resource policy with this condition lets the principal in. */
function lets(
  principal: Principal,
  Condition: NonNullable<Statement['Condition']>,
  change: Partial<Ask> = {},
) {
  const resourcePolicy = policy({ ...allow('*'), Principal: '*', Condition })
  const call = { principal, region: 'eu-central-1', requestId: 'request' }
  try {
    authorize(call, [{ ...ask, owner: OTHER_ACCOUNT, resourcePolicy, ...change }], iam, 's3')
    return true
  } catch {
    return false
  }
}

describe('the context of a call', () => {
  const service: Principal = {
    kind: 'service',
    account: ACCOUNT,
    arn: 'cloudfront.amazonaws.com',
    sourceArn: `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`,
  }
  const anonymous: Principal = { kind: 'anonymous', account: '', arn: 'anonymous' }
  const administrator: Principal = {
    kind: 'administrator',
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/local`,
  }

  test.each<[string, Principal, Record<string, string>]>([
    [
      'a session',
      session(),
      {
        'aws:PrincipalArn': roleArn,
        'aws:PrincipalAccount': ACCOUNT,
        'aws:PrincipalOrgID': ORGANIZATION,
        'aws:PrincipalType': 'AssumedRole',
        'aws:PrincipalTag/team': 'blue',
        'aws:PrincipalIsAWSService': 'false',
        'aws:userid': 'AROAEXAMPLE:pod',
        'aws:RequestedRegion': 'eu-central-1',
        'aws:ResourceAccount': OTHER_ACCOUNT,
        'aws:SecureTransport': 'true',
        'aws:ViaAWSService': 'false',
      },
    ],
    [
      'an administrator',
      administrator,
      {
        'aws:PrincipalArn': administrator.arn,
        'aws:PrincipalAccount': ACCOUNT,
        'aws:PrincipalOrgID': ORGANIZATION,
        'aws:PrincipalType': 'User',
        'aws:PrincipalIsAWSService': 'false',
      },
    ],
    [
      'a service',
      service,
      {
        'aws:SourceArn': service.sourceArn,
        'aws:SourceAccount': ACCOUNT,
        'aws:PrincipalIsAWSService': 'true',
        'aws:PrincipalServiceName': 'cloudfront.amazonaws.com',
        'aws:SecureTransport': 'true',
      },
    ],
    ['nobody', anonymous, { 'aws:PrincipalType': 'Anonymous', 'aws:SecureTransport': 'true' }],
  ])('of %s has what AWS documents', (_, principal, expected) => {
    for (const [key, value] of Object.entries(expected)) {
      expect([key, lets(principal, { StringEquals: { [key]: value } })]).toEqual([key, true])
      expect([key, lets(principal, { StringNotEquals: { [key]: value } })]).toEqual([key, false])
    }
  })

  test.each<[string, Principal, string]>([
    ['a session', session(), 'aws:SourceArn'],
    ['a service', service, 'aws:PrincipalArn'],
    ['a service', service, 'aws:PrincipalAccount'],
    ['nobody', anonymous, 'aws:PrincipalArn'],
    ['nobody', anonymous, 'aws:PrincipalAccount'],
    ['a service', service, 'aws:PrincipalOrgID'],
    ['nobody', anonymous, 'aws:PrincipalOrgID'],
  ])('of %s has not what it has not at AWS: %s', (_, principal, key) => {
    expect(lets(principal, { Null: { [key]: 'true' } })).toBe(true)
  })

  test.each<[string, Principal]>([
    ['a service', service],
    ['nobody', anonymous],
  ])('of %s has the account of a resource that has one', (_, principal) => {
    expect(lets(principal, { StringEquals: { 'aws:ResourceAccount': OTHER_ACCOUNT } })).toBe(true)
  })

  test("has what the ask says besides, which IAM's own keys do not hide", () => {
    const context = { 's3:prefix': 'blue/', 'aws:TagKeys': ['team', 'stack'] }

    expect(lets(session(), { StringEquals: { 's3:prefix': 'blue/' } }, { context })).toBe(true)
    expect(lets(session(), { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'stack' } }, { context })).toBe(
      true,
    )
    expect(lets(session(), { StringEquals: { 'aws:PrincipalArn': roleArn } }, { context })).toBe(true)
  })
})

test('every ask of a call must be allowed, and the refused one is named', () => {
  const call = { principal: session(), region: 'eu-central-1', requestId: 'request' }
  const own = iamOf({ identityPolicies: [policy(allow('iam:CreateRole'))] })
  const create = { action: 'iam:CreateRole', resource: roleArn }
  const tag = { action: 'iam:TagRole', resource: roleArn }

  expect(() => authorize(call, [create], own, 'iam')).not.toThrow()
  expect(() => authorize(call, [create, tag], own, 'iam')).toThrow(
    `User: ${session().arn} is not authorized to perform: iam:TagRole on resource: ${roleArn} because`,
  )
  expect(() => authorize(call, [], iamOf(), 'iam')).not.toThrow()
})

test('a session whose role has gone may do nothing', () => {
  const call = {
    principal: { ...session(), roleArn: `${roleArn}-gone` },
    region: 'eu-central-1',
    requestId: 'r',
  }
  const resourcePolicy = policy({ ...allow('*'), Principal: '*' })

  expect(() => authorize(call, [{ ...ask, resourcePolicy }], iam, 's3')).toThrow(
    expect.objectContaining({ code: 'AccessDenied' }),
  )
})
