/** The parameter `sharedHost`: what the functions could not make is not packaged. */
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'

type Variables = { readonly resolveVariable: (name: string) => Promise<string> }
const resolved: (variables: Variables) => Promise<string> = createRequire(import.meta.url)(
  '../../serverless/shared-host.cjs',
)

const hostFor = (sharedHost: string, hostedZones = '') =>
  resolved({ resolveVariable: async (name) => (name === 'param:sharedHost' ? sharedHost : hostedZones) })

test.each([
  ['', ''],
  ['irsa.example.com', ''],
  ['irsa.shared.example.com', 'Z1=other.org, Z2=example.com'],
  ['irsa.example.com', 'Z2=example.com'],
  ['irsa.example.com', 'Z2=example.com in 111122223333 for 000000000000'],
  ['irsa.example.com', 'Z1=other.org, *'],
])('%s is taken', async (host, zones) => {
  expect(await hostFor(host, zones)).toBe(host)
})

test.each([
  ['oidc.example.com', '', 'must be irsa.<domain>'],
  ['irsa.com', '', 'must be irsa.<domain>'],
  ['irsa.Example.com', '', 'must be irsa.<domain>'],
  ['https://irsa.example.com', '', 'must be irsa.<domain>'],
  [`irsa.${'a'.repeat(56)}.com`, '', 'at most 64'],
  ['irsa.example.com', 'Z1=other.org', 'in none of the hosted zones: other.org'],
  ['irsa.example.com', 'Z1=other.org for 111122223333', 'in none of the hosted zones: other.org'],
  ['irsa.notexample.com', 'Z1=example.com', 'in none of the hosted zones'],
])('%s is refused', async (host, zones, words) => {
  await expect(hostFor(host, zones)).rejects.toThrow(words)
})
