import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refusalOf } from '../../../local/policy/authorize.ts'
import type { PolicyDocument, Statement } from '../../../local/policy/document.ts'
import type { Ask } from '../../../local/service.ts'
import { ACCOUNT, iamOf, OTHER_ACCOUNT, policy, roleArn, session } from './principals.ts'

// Few words, so that statements often meet the request and each other.
const actions = ['s3:GetObject', 's3:PutObject', 's3:*', 'iam:GetRole', '*']
const resources = [
  'arn:aws:s3:::a/x',
  'arn:aws:s3:::a/*',
  'arn:aws:s3:::b',
  '*',
  'arn:aws:s3:::${aws:PrincipalTag/team}/x',
]
const conditions = [
  {},
  { StringEquals: { 'aws:PrincipalTag/team': 'a' } },
  { StringNotLike: { 'aws:PrincipalTag/team': 'b*' } },
  { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['x', 'y'] } },
  { 'ForAllValues:StringLike': { 'aws:TagKeys': 'x' } },
  { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } },
]
const principals = [
  '*',
  { AWS: ACCOUNT },
  { AWS: roleArn },
  { AWS: session().arn },
  { AWS: OTHER_ACCOUNT },
] as const

const some = (values: readonly string[]) => fc.subarray([...values], { minLength: 1 })

function statement(effect: Statement['Effect']): fc.Arbitrary<Statement> {
  return fc
    .record({
      isNegated: fc.constantFrom(false, false, false, true),
      action: some(actions),
      resource: some(resources),
      condition: fc.oneof(fc.constant({}), fc.constantFrom(...conditions)),
    })
    .map(({ isNegated, action, resource, condition }) => ({
      Effect: effect,
      ...(isNegated ? { NotAction: action } : { Action: action }),
      Resource: resource,
      Condition: condition,
    }))
}

// Mostly allowing, so that many situations are allowed in the end, whatever limits there are.
const anyStatement = fc.oneof({ arbitrary: statement('Allow'), weight: 6 }, statement('Deny'))
const document = fc
  .array(anyStatement, { minLength: 1, maxLength: 3 })
  .map((statements) => policy(...statements))
const named = (one: fc.Arbitrary<Statement>) =>
  fc.tuple(one, fc.constantFrom(...principals)).map(([first, Principal]) => ({ ...first, Principal }))

interface Situation {
  readonly identity: PolicyDocument
  readonly boundary: PolicyDocument | undefined
  readonly sessionPolicy: PolicyDocument | undefined
  readonly resource: PolicyDocument | undefined
  readonly owner: string
  readonly ask: Ask
}

const ask = fc.record({
  action: fc.constantFrom('s3:GetObject', 's3:PutObject', 'iam:GetRole'),
  resource: fc.constantFrom('arn:aws:s3:::a/x', 'arn:aws:s3:::b'),
  context: fc.constantFrom<NonNullable<Ask['context']>>(
    {},
    { 'aws:TagKeys': ['x'] },
    { 'aws:TagKeys': ['x', 'z'] },
  ),
})

const situation: fc.Arbitrary<Situation> = fc.record({
  identity: document,
  boundary: fc.option(document, { nil: undefined }),
  sessionPolicy: fc.option(document, { nil: undefined }),
  resource: fc.option(
    fc.array(named(anyStatement), { minLength: 1, maxLength: 3 }).map((statements) => policy(...statements)),
    { nil: undefined },
  ),
  owner: fc.constantFrom(ACCOUNT, OTHER_ACCOUNT),
  ask,
})

function isAllowed({ identity, boundary, sessionPolicy, resource, owner, ask }: Situation): boolean {
  const principal = session(sessionPolicy ? [sessionPolicy] : [])
  const iam = iamOf({ identityPolicies: [identity], permissionsBoundary: boundary, tags: { team: 'a' } })
  const call = { principal, region: 'eu-central-1', requestId: 'request' }
  const whole = { ...ask, owner, ...(resource && { resourcePolicy: resource }) }
  return refusalOf(call, whole, iam) === undefined
}

const parts = ['identity', 'boundary', 'sessionPolicy', 'resource'] as const

/** The same with one more statement in a policy that is there; only the resource's has principals. */
function withStatement(before: Situation, part: (typeof parts)[number], added: Statement): Situation {
  const { Principal: _, ...own } = added
  const { Statement: statements } = before[part] ?? policy()
  const more = part === 'resource' ? added : own
  return before[part] ? { ...before, [part]: policy(...[statements].flat(), more) } : before
}

test('one more Deny never allows what was refused, one more Allow never refuses what was allowed', () => {
  const property = fc.property(
    situation,
    fc.constantFrom(...parts),
    named(statement('Deny')),
    named(statement('Allow')),
    (before, part, deny, allow) => {
      const wasAllowed = isAllowed(before)

      if (!wasAllowed) expect(isAllowed(withStatement(before, part, deny))).toBe(false)
      if (wasAllowed) expect(isAllowed(withStatement(before, part, allow))).toBe(true)
    },
  )
  fc.assert(property, { numRuns: 2000 })
})

test('a boundary or a session policy never allows what was refused without it', () => {
  const property = fc.property(situation, document, (before, limit) => {
    const without = { ...before, boundary: undefined, sessionPolicy: undefined }

    if (isAllowed({ ...without, boundary: limit })) expect(isAllowed(without)).toBe(true)
    if (isAllowed({ ...without, sessionPolicy: limit })) expect(isAllowed(without)).toBe(true)
  })
  fc.assert(property, { numRuns: 1000 })
})

test('what is allowed in another account is allowed in the own one', () => {
  const property = fc.property(situation, (before) => {
    if (isAllowed({ ...before, owner: OTHER_ACCOUNT }))
      expect(isAllowed({ ...before, owner: ACCOUNT })).toBe(true)
  })
  fc.assert(property, { numRuns: 1000 })
})

test('the order of statements does not matter', () => {
  const property = fc.property(situation, (before) => {
    const reversed = policy(...[before.identity.Statement].flat().toReversed())

    expect(isAllowed({ ...before, identity: reversed })).toBe(isAllowed(before))
  })
  fc.assert(property, { numRuns: 500 })
})
