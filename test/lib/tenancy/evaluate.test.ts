import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RoleContent } from '../../../lib/policy/request.ts'
import type { Caller } from '../../../lib/tenancy/caller.ts'
import { judge, seesCluster, tenantsIn } from '../../../lib/tenancy/evaluate.ts'
import { parseTenantRules, type Rule, type Tenant } from '../../../lib/tenancy/tenant.ts'

const SHOP: Caller = { principal: 'iam:arn:aws:iam::111122223333:role/shop', groups: [] }
const PLACE = { cluster: 'golem', namespace: 'shop-cart' }

function tenant(changes: Partial<Rule> = {}, name = 'shop'): Tenant {
  const rule = { principals: [SHOP.principal], clusters: ['golem'], namespaces: ['shop-*'], ...changes }
  return { tenant: name, ...parseTenantRules({ rules: [rule] }) }
}

function content(changes: Partial<RoleContent> = {}): RoleContent {
  return { policies: [], description: '', maxSessionDuration: 3600, tags: {}, ...changes }
}

function statements(...Action: string[]): RoleContent['policies'] {
  return [{ statements: [{ Effect: 'Allow', Action, Resource: '*' }] }]
}

describe('judge', () => {
  test('admits what a rule names, for its tenant', () => {
    expect(judge([tenant()], SHOP, PLACE, content(), undefined)).toEqual({ kind: 'admitted', tenant: 'shop' })
  })

  test('admits nothing by default', () => {
    expect(judge([], SHOP, PLACE, content(), undefined).kind).toBe('refused')
  })

  test.each([
    ['somebody else', {}, { ...SHOP, principal: 'iam:arn:aws:iam::111122223333:role/shopper' }, PLACE],
    ['another cluster', {}, SHOP, { ...PLACE, cluster: 'golem2' }],
    ['another namespace', {}, SHOP, { ...PLACE, namespace: 'shop' }],
  ])('refuses %s', (_, rule, caller, place) => {
    expect(judge([tenant(rule)], caller, place, content(), undefined).kind).toBe('refused')
  })

  test('knows a caller by a group', () => {
    const group = 'group:https://idp.example.org|platform'
    const caller = { principal: 'jwt:https://idp.example.org|ann', groups: [group] }

    expect(judge([tenant({ principals: [group] })], caller, PLACE, content(), undefined).kind).toBe(
      'admitted',
    )
  })

  test.each<[string, Partial<Rule>, Partial<RoleContent>, string]>([
    [
      'catalogue entries',
      { catalogue: ['s3-*'] },
      { policies: [{ catalogue: 'velero', parameters: {} }] },
      's3-*',
    ],
    [
      'managed policies',
      { managedPolicies: ['arn:aws:iam::aws:policy/Amazon*ReadOnly*'] },
      { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' }] },
      'arn:aws:iam::aws:policy/Amazon*ReadOnly*',
    ],
    [
      'actions',
      { actions: ['s3:Get*'] },
      { policies: statements('s3:GetObject', 's3:PutObject') },
      's3:Get*',
    ],
    ['tag keys', { tagKeys: ['team'] }, { tags: { team: 'a', cost: 'b' } }, 'team'],
    ['actions when it has none', {}, { policies: statements('s3:GetObject') }, 'none'],
  ])('says which %s the rule allows', (_, rule, asked, allowed) => {
    const judgement = judge([tenant(rule)], SHOP, PLACE, content(asked), undefined)

    expect(judgement).toEqual({ kind: 'refused', faults: [expect.stringContaining(`: ${allowed}.`)] })
  })

  test.each<[string, string, boolean]>([
    ['s3:*', 's3:GetObject', true],
    ['s3:*', 's3:Get*', true],
    ['S3:get*', 's3:GetObject', true],
    ['s3:Get*', 's3:*', false],
    ['s3:Get*', 's3:?etObject', false],
    ['s3:*Object', 's3:GetObject', true],
    ['s3:Get*Object*', 's3:GetObject', true],
    ['s3:Get*t*t', 's3:Get', false],
    ['*', 'iam:CreateRole', true],
  ])('with %s as an allowed action and %s asked for: %s', (allowed, asked, isAdmitted) => {
    const judgement = judge(
      [tenant({ actions: [allowed] })],
      SHOP,
      PLACE,
      content({ policies: statements(asked) }),
      undefined,
    )

    expect(judgement.kind).toBe(isAdmitted ? 'admitted' : 'refused')
  })

  test('lets statements deny whatever they like', () => {
    const policies: RoleContent['policies'] = [
      { statements: [{ Effect: 'Deny', NotAction: 's3:*', Resource: '*' }] },
    ]

    expect(judge([tenant()], SHOP, PLACE, content({ policies }), undefined).kind).toBe('admitted')
  })

  test('wants one rule for the whole request', () => {
    const tenants = [tenant({ actions: ['s3:*'] }), tenant({ tagKeys: ['team'] })]
    const asked = content({ policies: statements('s3:GetObject'), tags: { team: 'a' } })

    expect(judge(tenants, SHOP, PLACE, asked, undefined).kind).toBe('refused')
  })

  test('counts only the rules of the tenant that has the role already', () => {
    const tenants = [tenant({}, 'one'), tenant({ namespaces: ['*'] }, 'other')]

    expect(judge(tenants, SHOP, PLACE, content(), 'other')).toEqual({ kind: 'admitted', tenant: 'other' })
    expect(judge(tenants, SHOP, PLACE, content(), 'third').kind).toBe('refused')
  })

  test('never admits an action that the rule does not cover, whatever the patterns are', () => {
    const part = fc.constantFrom('a', 'b', '*', '?', 'ab')
    const text = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, text, fc.stringMatching(/^[ab]{0,8}$/), (allowed, asked, action) => {
        fc.pre(!allowed.includes('?'))
        const judgement = judge(
          [tenant({ actions: [`s3:${allowed}`] })],
          SHOP,
          PLACE,
          content({ policies: statements(`s3:${asked}`) }),
          undefined,
        )
        if (judgement.kind === 'admitted' && regularOf(asked).test(action))
          expect(regularOf(allowed).test(action)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

function regularOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
}

test('a caller sees the clusters that a rule names them for', () => {
  expect(seesCluster([tenant()], SHOP, 'golem')).toBe(true)
  expect(seesCluster([tenant()], SHOP, 'other')).toBe(false)
  expect(seesCluster([tenant()], { principal: 'iam:x', groups: [] }, 'golem')).toBe(false)
})

test('a caller acts in a place for every tenant with a rule that names both', () => {
  const tenants = [tenant({}, 'one'), tenant({ namespaces: ['bank'] }, 'two'), tenant({}, 'three')]

  expect([...tenantsIn(tenants, SHOP, PLACE)]).toEqual(['one', 'three'])
})
