import { describe, expect, it } from 'vitest'
import { createQuotas, parseQuota } from '../../local/quotas.ts'

describe('createQuotas', () => {
  it("starts at AWS's defaults", () => {
    const quotas = createQuotas()

    expect(quotas.get('iam:roles')).toBe(1000)
    expect(quotas.get('iam:oidc-providers')).toBe(100)
    expect(quotas.get('iam:trust-policy-characters')).toBe(2048)
  })

  it("raises a quota up to AWS's maximum, for this embedded AWS only", () => {
    const quotas = createQuotas()

    quotas.raise('iam:roles', 10_000)

    expect(quotas.get('iam:roles')).toBe(10_000)
    expect(createQuotas().get('iam:roles')).toBe(1000)
  })

  it.each([
    ['iam:roles', 10_001],
    ['iam:roles', 999],
    ['iam:oidc-providers', 701],
    ['iam:managed-policies-per-role', 26],
    ['cloudfront:distributions', 500.5],
    ['iam:users', 5000],
    ['toString', 1],
  ])('refuses %s=%d', (name, value) => {
    const quotas = createQuotas()

    expect(() => quotas.raise(name, value)).toThrow(RangeError)
  })
})

describe('parseQuota', () => {
  it('reads name and value', () => {
    expect(parseQuota('iam:trust-policy-characters=8192')).toEqual(['iam:trust-policy-characters', 8192])
  })

  it.each(['', 'iam:roles', 'iam:roles=', 'iam:roles=-1', 'iam:roles=1e4', 'roles=1', 'iam:roles=1 '])(
    'refuses %j',
    (text) => {
      expect(() => parseQuota(text)).toThrow(RangeError)
    },
  )
})
