import { describe, expect, test } from 'vitest'
import { parseTenantRules } from '../../../lib/tenancy/tenant.ts'

const RULE = {
  principals: ['iam:arn:aws:iam::111122223333:role/shop'],
  clusters: ['golem'],
  namespaces: ['shop-*'],
}

const NONE = { catalogue: [], managedPolicies: [], actions: [], tagKeys: [] }

describe('parseTenantRules', () => {
  test('allows nothing that a rule does not name', () => {
    expect(parseTenantRules({ rules: [RULE] })).toEqual({
      description: '',
      roleQuota: 100,
      rules: [
        {
          ...RULE,
          ...NONE,
          deniedActions: [],
          resources: ['*'],
          deniedResources: [],
          targetAccounts: [],
          wildcards: false,
          withApproval: { ...NONE, resources: [] },
        },
      ],
    })
  })

  test.each([
    'iam:arn:aws:iam::111122223333:user/people/ann',
    'iam:arn:aws:iam::111122223333:root',
    'jwt:https://idp.example.org|auth0|ann',
    'group:https://idp.example.org|platform team',
  ])('takes the principal %s', (principal) => {
    expect(parseTenantRules({ rules: [{ ...RULE, principals: [principal] }] }).rules[0]?.principals).toEqual([
      principal,
    ])
  })

  test.each([
    [
      'a role with its path, which STS does not tell',
      { principals: ['iam:arn:aws:iam::111122223333:role/a/b'] },
    ],
    ['a session', { principals: ['iam:arn:aws:sts::111122223333:assumed-role/a/b'] }],
    ['everybody', { principals: ['*'] }],
    ['nobody', { principals: [] }],
    ['no namespaces', { namespaces: [] }],
    ['a question mark in an action', { actions: ['s3:?et'] }],
    ['a question mark in a resource', { resources: ['arn:aws:s3:::?'] }],
    ['a resource that is no ARN', { withApproval: { resources: ['bucket'] } }],
    ['members that it does not know', { accounts: ['111122223333'] }],
  ])('refuses %s', (_, change) => {
    expect(() => parseTenantRules({ rules: [{ ...RULE, ...change }] })).toThrow(
      expect.objectContaining({ name: 'InvalidInput' }),
    )
  })
})
