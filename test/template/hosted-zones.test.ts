/** What the functions that write records may write to, by the parameter `hostedZones`. */
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'

const arnsFor: (variables: { resolveVariable: () => Promise<string> }) => Promise<unknown> = createRequire(
  import.meta.url,
)('../../serverless/hosted-zones.cjs')

const allowed = (hostedZones: string) => arnsFor({ resolveVariable: async () => hostedZones })
const zone = (id: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:route53:::hostedzone/${id}` })

test('records are changed in the zones that are named, and in no other', async () => {
  expect(await allowed('Z0123456789EXAMPLE=example.com, Z2=b.example.org')).toEqual([
    zone('Z0123456789EXAMPLE'),
    zone('Z2'),
  ])
})

test('where none is named, every zone of the account may be used', async () => {
  expect(await allowed('')).toEqual([zone('*')])
})

test.each(['example.com', 'Z1', '*=example.com', 'Z1=example.com;Z2=example.org'])(
  '%s is no zone, and nothing is packaged with it',
  async (hostedZones) => {
    await expect(allowed(hostedZones)).rejects.toThrow('must be <zone ID>=<zone name>')
  },
)
