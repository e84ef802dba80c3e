/** Facts from https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html */
import { describe, expect, test } from 'vitest'
import { authorize } from '../../../local/policy/authorize.ts'
import type { PolicyDocument, PrincipalElement, Statement } from '../../../local/policy/document.ts'
import type { Ask, Principal } from '../../../local/service.ts'
import { ACCOUNT, allow, deny, iamOf, OTHER_ACCOUNT, policy, roleArn, session } from './principals.ts'

const queue = `arn:aws:sqs:eu-central-1:${ACCOUNT}:events`
const send: Ask = { action: 'sqs:SendMessage', resource: queue }
const all = policy(allow('*'))
const none = policy(allow('s3:GetObject'))

interface Setting {
  readonly identity?: readonly PolicyDocument[]
  readonly boundary?: PolicyDocument
  readonly sessionPolicies?: readonly PolicyDocument[]
  readonly resource?: PolicyDocument
  readonly owner?: string
}

function attempt(setting: Setting, principal: Principal = session(setting.sessionPolicies)) {
  const { identity = [], boundary, resource, owner } = setting
  const ask = { ...send, ...(resource && { resourcePolicy: resource }), ...(owner && { owner }) }
  const call = { principal, region: 'eu-central-1', requestId: 'request' }
  return () =>
    authorize(call, [ask], iamOf({ identityPolicies: identity, permissionsBoundary: boundary }), 'sqs')
}

const denied = (why: string) =>
  expect.objectContaining({ code: 'AccessDenied', status: 403, message: expect.stringContaining(why) })

function resource(Principal: PrincipalElement, change: Partial<Statement> = {}): PolicyDocument {
  return policy({ ...allow('sqs:SendMessage'), Resource: queue, Principal, ...change })
}

describe('within an account', () => {
  test.each<[string, Setting]>([
    ['an identity policy', { identity: [none, all] }],
    [
      'an identity policy within boundary and session policies',
      {
        identity: [all],
        boundary: policy(allow('sqs:*')),
        sessionPolicies: [all, policy(allow('sqs:Send*'))],
      },
    ],
    ['a resource policy that names the role', { resource: resource({ AWS: roleArn }) }],
    [
      'a resource policy that names the session, whatever limits the role',
      {
        resource: resource({ AWS: session().arn }),
        boundary: none,
        sessionPolicies: [none],
      },
    ],
    [
      'a resource policy for everybody, whatever limits the role',
      {
        resource: resource('*'),
        boundary: none,
        sessionPolicies: [none],
      },
    ],
    [
      'an identity policy where the resource policy names others',
      {
        identity: [all],
        resource: resource({ AWS: OTHER_ACCOUNT }),
      },
    ],
    [
      'an identity policy of an account that the resource policy names',
      {
        identity: [all],
        resource: resource({ AWS: ACCOUNT }),
      },
    ],
  ])('%s is enough', (_, setting) => {
    expect(attempt(setting)).not.toThrow()
    expect(attempt({ ...setting, owner: ACCOUNT })).not.toThrow()
  })

  test.each<[string, Setting, string]>([
    ['nobody allows', {}, 'no identity-based policy allows the sqs:SendMessage action'],
    ['only another action is allowed', { identity: [none] }, 'no identity-based policy allows'],
    ['the boundary leaves out', { identity: [all], boundary: none }, 'no permissions boundary allows'],
    [
      'a boundary without statements leaves out',
      { identity: [all], boundary: policy() },
      'no permissions boundary',
    ],
    ['only the boundary allows', { boundary: all }, 'no identity-based policy allows'],
    ['only the session policy allows', { sessionPolicies: [all] }, 'no identity-based policy allows'],
    [
      'one session policy leaves out',
      { identity: [all], sessionPolicies: [all, none] },
      'no session policy allows',
    ],
    [
      'the resource allows to the role, the boundary leaves out',
      {
        resource: resource({ AWS: roleArn }),
        boundary: none,
      },
      'no permissions boundary allows',
    ],
    [
      'the resource allows to the role, the session policy leaves out',
      {
        resource: resource({ AWS: roleArn }),
        sessionPolicies: [none],
      },
      'no session policy allows',
    ],
    [
      'the resource allows to the account only',
      { resource: resource({ AWS: ACCOUNT }) },
      'no identity-based policy',
    ],
    [
      'the resource allows the session something else only',
      {
        resource: policy(
          ...[resource({ AWS: session().arn }, { Action: 'sqs:ReceiveMessage' }).Statement].flat(),
          ...[resource({ AWS: roleArn }).Statement].flat(),
        ),
        boundary: none,
      },
      'no permissions boundary allows',
    ],
  ])('what %s is refused', (_, setting, why) => {
    expect(attempt(setting)).toThrow(denied(why))
  })

  test.each<[string, Setting, string]>([
    [
      'the identity',
      { identity: [all, policy(deny('sqs:*'))] },
      'an explicit deny in an identity-based policy',
    ],
    [
      'the boundary',
      { identity: [all], boundary: policy(allow('*'), deny('sqs:Send*')) },
      'a permissions boundary',
    ],
    [
      'the session',
      { identity: [all], sessionPolicies: [all, policy(allow('*'), deny('*'))] },
      'a session policy',
    ],
    [
      'the resource',
      { identity: [all], resource: resource('*', { Effect: 'Deny' }) },
      'a resource-based policy',
    ],
  ])('a deny of %s wins, over a resource policy that names the session too', (_, setting, why) => {
    const bySession = resource({ AWS: session().arn })
    const both = policy(...[setting.resource?.Statement ?? [], bySession.Statement].flat())

    expect(attempt(setting)).toThrow(denied(why))
    expect(attempt({ ...setting, resource: both })).toThrow(denied(why))
  })
})

describe('across accounts', () => {
  const owner = OTHER_ACCOUNT

  test.each<[string, PrincipalElement]>([
    ['the account', { AWS: `arn:aws:iam::${ACCOUNT}:root` }],
    ['the role', { AWS: roleArn }],
    ['everybody', '*'],
  ])('the resource policy for %s and the identity policy must both allow', (_, Principal) => {
    expect(attempt({ owner, resource: resource(Principal), identity: [all] })).not.toThrow()
    expect(attempt({ owner, resource: resource(Principal) })).toThrow(denied('no identity-based policy'))
    expect(attempt({ owner, identity: [all] })).toThrow(denied('no resource-based policy allows'))
    expect(attempt({ owner, resource: resource({ AWS: owner }), identity: [all] })).toThrow(
      denied('no resource-based policy allows'),
    )
  })

  test('boundary and session policies limit whom the resource policy names in person', () => {
    const named = { owner, resource: resource({ AWS: session().arn }), identity: [all] }

    expect(attempt({ ...named, boundary: none })).toThrow(denied('no permissions boundary'))
    expect(attempt({ ...named, sessionPolicies: [none] })).toThrow(denied('no session policy'))
  })
})

describe('an administrator', () => {
  const administrator: Principal = {
    kind: 'administrator',
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/local`,
  }

  test('may do everything in the account but what a resource policy denies', () => {
    expect(attempt({}, administrator)).not.toThrow()
    expect(attempt({ resource: resource('*', { Effect: 'Deny' }) }, administrator)).toThrow(
      denied('an explicit deny in a resource-based policy'),
    )
  })

  test('needs the resource policy of another account', () => {
    expect(attempt({ owner: OTHER_ACCOUNT }, administrator)).toThrow(denied('no resource-based policy'))
    expect(
      attempt({ owner: OTHER_ACCOUNT, resource: resource({ AWS: ACCOUNT }) }, administrator),
    ).not.toThrow()
  })
})

describe('an AWS service', () => {
  const sourceArn = `arn:aws:events:eu-central-1:${ACCOUNT}:rule/bus/clusters`
  const service: Principal = { kind: 'service', account: ACCOUNT, arn: 'events.amazonaws.com', sourceArn }
  const Principal = { Service: 'events.amazonaws.com' }

  test('is let in by the resource policy only, for the source that it calls for', () => {
    const for_ = (arn: string) => resource(Principal, { Condition: { ArnEquals: { 'aws:SourceArn': arn } } })
    const account = { StringEquals: { 'aws:SourceAccount': ACCOUNT } }

    expect(attempt({}, service)).toThrow(denied('no resource-based policy'))
    expect(attempt({ resource: for_(sourceArn) }, service)).not.toThrow()
    expect(attempt({ resource: for_(`${sourceArn}s`) }, service)).toThrow(denied('no resource-based policy'))
    expect(attempt({ resource: resource(Principal, { Condition: account }) }, service)).not.toThrow()
    expect(attempt({ resource: resource({ Service: 'lambda.amazonaws.com' }) }, service)).toThrow(
      denied('no resource-based policy'),
    )
  })

  test('is told from everybody else by a condition', () => {
    const notServices = resource('*', {
      Effect: 'Deny',
      Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
    })
    const both = policy(...[notServices.Statement, resource(Principal).Statement].flat())

    expect(attempt({ resource: both }, service)).not.toThrow()
    expect(attempt({ resource: both, identity: [all] })).toThrow(denied('an explicit deny'))
  })
})

test('nobody without credentials is let in but by a resource policy for everybody', () => {
  const anonymous: Principal = { kind: 'anonymous', account: '', arn: 'anonymous' }

  expect(attempt({}, anonymous)).toThrow(denied('no resource-based policy'))
  expect(attempt({ resource: resource({ AWS: ACCOUNT }) }, anonymous)).toThrow(denied('no resource-based'))
  expect(attempt({ resource: resource({ AWS: '*' }) }, anonymous)).not.toThrow()
})
