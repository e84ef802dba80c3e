/** What the functions that read and write records may do, by the parameter `hostedZones`. */
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { readEnvironment, stackEnvironment } from '../../lib/config.ts'

interface Variables {
  readonly resolveVariable: (name: string) => Promise<string>
}

const { own, roles, entriesIn } = createRequire(import.meta.url)(
  '../../serverless/hosted-zones.cjs',
) as Readonly<Record<'own' | 'roles' | 'entriesIn', (variables: Variables) => Promise<unknown>>>

const packaging = (hostedZones: string, externalId = 'secret'): Variables => ({
  resolveVariable: async (name) =>
    name === 'param:hostedZones' ? hostedZones : name === 'param:externalId' ? externalId : 'prod',
})
const zone = (id: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:route53:::hostedzone/${id}` })
const role = (account: string, name = 'irsa-prod-zones') => ({
  'Fn::Sub': `arn:\${AWS::Partition}:iam::${account}:role/${name}`,
})
const THERE = 'Z3=c.example.net in 777788889999 for 111122223333'

test.each<[string, unknown]>([
  ['Z0123456789EXAMPLE=example.com, Z2=b.example.org', [zone('Z0123456789EXAMPLE'), zone('Z2')]],
  [`Z1=example.com for 111122223333 444455556666,${THERE}`, [zone('Z1')]],
  ['', [zone('*')]],
  [`*,${THERE}`, [zone('*')]],
  [THERE, [zone('none')]],
])('with %s, records are changed in zones of the stack’s account that are named', async (zones, arns) => {
  expect(await own(packaging(zones))).toEqual(arns)
})

test.each<[string, unknown]>([
  ['', [role('000000000000', 'none')]],
  ['Z1=example.com for 111122223333', [role('000000000000', 'none')]],
  [
    `${THERE},Z4=d.example.net in 777788889999,* in 444455556666`,
    [role('777788889999'), role('444455556666')],
  ],
])('with %s, one role of each account that zones are in is assumed', async (zones, arns) => {
  expect(await roles(packaging(zones))).toEqual(arns)
})

test('a zone in another account needs an external ID to show there', async () => {
  await expect(roles(packaging(THERE, ''))).rejects.toThrow(
    'hostedZones: a zone in another account needs the parameter externalId.',
  )
  expect(await roles(packaging('Z1=example.com', ''))).toEqual([role('000000000000', 'none')])
})

const NONSENSE = [
  'example.com',
  'Z1',
  '*=example.com',
  'Z1=example.com;Z2=example.org',
  'Z1=example.com.',
  'Z1=Example.com',
  'Z1=example.com for',
  'Z1=example.com for 1111',
  'Z1=example.com in 111122223333 444455556666',
  'Z1=example.com for 111122223333 in 444455556666',
  'Z1=example.com in arn:aws:iam::111122223333:role/zones',
]

test.each(NONSENSE)('%s is no zone, and nothing is packaged with it', async (hostedZones) => {
  const words = `hostedZones: ${hostedZones} must be <zone ID>=<zone name> or *`
  await expect(own(packaging(hostedZones))).rejects.toThrow(words)
  await expect(roles(packaging(hostedZones))).rejects.toThrow(words)
})

test('a zone that is there twice is not packaged', async () => {
  const twice = 'Z1=example.com,Z1=example.com for 111122223333'

  await expect(own(packaging(twice))).rejects.toThrow('hostedZones: Z1 is there twice.')
})

const read = (HOSTED_ZONES: string) =>
  readEnvironment({ HOSTED_ZONES: stackEnvironment.HOSTED_ZONES }, { HOSTED_ZONES }).HOSTED_ZONES

test.each([
  '',
  ' ',
  'Z1=example.com',
  `*, ${THERE} ,Z1=a.io  for 111122223333\n 444455556666,* in 777788889999`,
])('the functions read %j as it was packaged', async (hostedZones) => {
  expect(read(hostedZones)).toEqual(await entriesIn(packaging(hostedZones)))
})

test.each(NONSENSE)('the functions take %s for nonsense, too', (hostedZones) => {
  expect(() => read(hostedZones)).toThrow('HOSTED_ZONES')
})
