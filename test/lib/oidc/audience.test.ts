import { describe, expect, test } from 'vitest'
import { audienceFault } from '../../../lib/oidc/audience.ts'

const issuer = 'https://irsa.example.com'

describe('audienceFault', () => {
  test.each(['sts.amazonaws.com', 'sts.amazonaws.com.cn', 'https://vault.example.com:8200/', 'a'])(
    'takes %s',
    (audience) => {
      expect(audienceFault(audience, issuer)).toBeUndefined()
    },
  )

  test.each([
    ['the issuer', issuer],
    ['the issuer with a slash', `${issuer}/`],
    ['the issuer in upper case', issuer.toUpperCase()],
    ['the issuer without scheme', 'irsa.example.com'],
    ["the API server's", 'https://kubernetes.default.svc'],
    ["the API server's short one", 'kubernetes.default.svc'],
    ["the API server's long one", 'https://kubernetes.default.svc.cluster.local'],
    ['nothing', ''],
    ['a space', 'a b'],
    ['a wildcard', 'sts.*'],
    ['a policy variable', `\${aws:username}`],
    ['256 characters', 'a'.repeat(256)],
    ['an umlaut', 'ä'],
  ])('refuses %s', (_, audience) => {
    expect(audienceFault(audience, issuer)).toMatch(/^must /)
  })
})
