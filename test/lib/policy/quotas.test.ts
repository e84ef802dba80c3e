import { expect, test } from 'vitest'
import { RoleQuotaReached } from '../../../lib/errors.ts'
import { checkRoleQuotas } from '../../../lib/policy/quotas.ts'

test('one more role fits below each quota', () => {
  expect(() =>
    checkRoleQuotas([
      { whose: 'Tenant shop', roles: 0, quota: 1 },
      { whose: 'Account 111122223333', roles: 999, quota: 1000 },
    ]),
  ).not.toThrow()
})

test.each([10, 11])('with %i of 10 none fits, and it is said whose quota it is', (roles) => {
  const quotas = [
    { whose: 'Tenant shop', roles: 0, quota: 1 },
    { whose: 'Account 111122223333', roles, quota: 10 },
  ]

  expect(() => checkRoleQuotas(quotas)).toThrow(new RoleQuotaReached('Account 111122223333', 10))
})

test('a quota of none is none', () => {
  expect(() => checkRoleQuotas([{ whose: 'Tenant shop', roles: 0, quota: 0 }])).toThrow(RoleQuotaReached)
})
