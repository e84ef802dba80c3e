/** Tokens and trust policies, mostly right. */
import fc from 'fast-check'
import {
  ACCOUNT,
  HOST_PATH,
  ISSUER,
  PROVIDER,
  type StsFixture,
  SUBJECT,
  trustIssuer,
} from '../../local/sts/fixture.ts'
import { forge, type SigningKey, signToken, type TokenChange } from '../../local/sts/tokens.ts'

import { es, es384, other, REGION, rsa, WORLDS, weak } from './worlds.ts'

const mostly = <Value>(right: Value, ...wrong: readonly fc.Arbitrary<Value>[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(right) },
    ...wrong.map((arbitrary) => ({ weight: 1, arbitrary })),
  )

const subjects = fc.constantFrom(SUBJECT, `${SUBJECT}s`, 'system:serviceaccount:pay:cart', 'x', '*')
/** Seconds from now; undefined: left out. */
const claims = fc.record({
  iss: mostly<unknown>(
    ISSUER,
    fc.constantFrom(`${ISSUER}/`, 'https://other.example.com', '', 7, undefined, HOST_PATH),
  ),
  sub: mostly<unknown>(SUBJECT, subjects, fc.constantFrom('', 1, undefined)),
  aud: mostly<unknown>(
    ['sts.amazonaws.com'],
    fc.constantFrom(
      'sts.amazonaws.com',
      ['vault', 'sts.amazonaws.com'],
      ['x', 'vault'],
      'x',
      [],
      undefined,
      5,
    ),
  ),
  azp: mostly<unknown>(undefined, fc.constantFrom('vault', 'x', 'sts.amazonaws.com', '', 5)),
  exp: mostly<unknown>(3600, fc.constantFrom(0, 1, -1, -400, 86_400 * 9, 0.5, 'soon', undefined)),
  iat: mostly<unknown>(0, fc.constantFrom(-86_400, -86_401, 300, 301, 0.5, undefined, null)),
  nbf: mostly<unknown>(0, fc.constantFrom(300, 301, undefined, 'now')),
  amr: mostly<unknown>(undefined, fc.constantFrom('pwd', ['pwd', 'mfa'], [], 5)),
  email: mostly<unknown>(undefined, fc.constantFrom('a@b.c', '', 5)),
})

type Damage =
  | 'none'
  | 'payload'
  | 'signature'
  | 'cut'
  | 'garbage'
  | 'four'
  | 'none-alg'
  | 'hs-alg'
  | 'array'
  | 'tiny'
  | 'huge'
  | 'unsigned'

const tokens = fc.record({
  claims,
  key: mostly<SigningKey>(es, fc.constantFrom(other, es384, rsa, weak)),
  kid: mostly<string | null | undefined>(null, fc.constantFrom('es', 'rsa', 'es384', 'nobody', undefined)),
  damage: mostly<Damage>(
    'none',
    fc.constantFrom<Damage[]>(
      'payload',
      'signature',
      'cut',
      'garbage',
      'four',
      'none-alg',
      'hs-alg',
      'array',
      'tiny',
      'huge',
      'unsigned',
    ),
  ),
})

const texts = fc.constantFrom(
  SUBJECT,
  `${SUBJECT}s`,
  'system:serviceaccount:shop:*',
  'system:serviceaccount:*:cart',
  'SYSTEM:serviceaccount:shop:cart',
  'system:serviceaccount:shop:car?',
  'sts.amazonaws.com',
  'vault',
  '*',
  '?',
  '',
  'pwd',
  'mfa',
  '5',
  'true',
  'false',
  PROVIDER,
  'arn:aws:iam::*:oidc-provider/*',
  '2026-01-01T00:00:00Z',
  '1e3',
  `\${${HOST_PATH}:sub}`,
  "system:serviceaccount:shop:${missing, 'cart'}",
  '${missing}',
  '${*}',
  `\${${HOST_PATH}:amr}`,
  'system:*${*}cart',
  '${aws:RequestedRegion}',
)
const keys = fc.constantFrom(
  ...['sub', 'aud', 'amr', 'email', 'oaud', 'namespace'].map((claim) => `${HOST_PATH}:${claim}`),
  `${HOST_PATH.toUpperCase()}:SUB`,
  'aws:RequestedRegion',
  'aws:SecureTransport',
  'sts:RoleAuthorizedByIdp',
  'other.example.com:sub',
)
const bases = [
  'StringEquals',
  'StringLike',
  'StringNotEquals',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'ArnEquals',
  'ArnLike',
  'ArnNotLike',
  'ArnNotEquals',
  'Bool',
  'NumericEquals',
  'NumericLessThan',
  'NumericGreaterThanEquals',
  'NumericNotEquals',
  'DateLessThan',
  'DateGreaterThan',
  'DateNotEquals',
]
const operators = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('StringEquals', 'StringLike') },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:'),
        fc.constantFrom(...bases),
        fc.constantFrom('', '', 'IfExists'),
      )
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.constant('Null') },
)
const values = fc.oneof(texts, fc.array(texts, { minLength: 1, maxLength: 3 }))
const condition = fc.oneof(
  { weight: 3, arbitrary: fc.constant(trustIssuer.Statement.Condition as object) },
  {
    weight: 3,
    arbitrary: fc.dictionary(operators, fc.dictionary(keys, values, { minKeys: 1, maxKeys: 2 }), {
      maxKeys: 2,
    }),
  },
)
const who = fc.oneof(
  mostly<object>(
    { Principal: { Federated: PROVIDER } },
    fc.constantFrom(
      { Principal: '*' },
      { Principal: { AWS: '*' } },
      { Principal: { Federated: `${PROVIDER}/x` } },
      { Principal: { AWS: ACCOUNT, Federated: [PROVIDER] } },
      { NotPrincipal: { Federated: PROVIDER } },
      { NotPrincipal: { AWS: ACCOUNT } },
    ),
  ),
)
const what = mostly<object>(
  { Action: 'sts:AssumeRoleWithWebIdentity' },
  fc.constantFrom(
    { Action: 'sts:AssumeRole' },
    { Action: 'sts:*' },
    { Action: ['sts:TagSession', 'STS:assumerolewithweb*'] },
    { NotAction: 'sts:AssumeRole' },
    { NotAction: ['sts:AssumeRole*'] },
  ),
)
const statement = fc
  .record({ effect: mostly('Allow', fc.constant('Deny')), who, what, condition })
  .map(({ effect, who, what, condition }) => ({ Effect: effect, ...who, ...what, Condition: condition }))
const policies = fc.record({
  version: mostly<object>({ Version: '2012-10-17' }, fc.constantFrom({}, { Version: '2008-10-17' })),
  statements: fc.oneof(statement, fc.array(statement, { minLength: 1, maxLength: 3 })),
})

export const cases = fc.record({
  world: mostly<keyof typeof WORLDS>(
    'right',
    fc.constantFrom(...(Object.keys(WORLDS) as (keyof typeof WORLDS)[])),
  ),
  token: tokens,
  policy: policies,
  hasRole: mostly(true, fc.constant(false)),
  region: mostly(REGION, fc.constantFrom('cn-north-1', 'us-east-1')),
})

type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never

export function tokenOf(fixture: StsFixture, { claims, key, kid, damage }: Case['token']): string {
  const now = Math.floor(fixture.clock.now().getTime() / 1000)
  const at = (value: unknown) => (typeof value === 'number' ? now + value : value)
  const moved = { ...claims, exp: at(claims.exp), iat: at(claims.iat), nbf: at(claims.nbf) }
  const change: TokenChange = { claims: moved, header: kid === null ? {} : ({ kid } as object) }
  const token = signToken(fixture, key, change)
  const [head = '', payload = '', signature = ''] = token.split('.')
  switch (damage) {
    case 'payload':
      return forge(token, { claims: { sub: SUBJECT, extra: 1 } })
    case 'signature':
      return forge(token, { signature: `${signature.slice(0, -6)}AAAAAA` })
    case 'cut':
      return `${head}.${payload}`
    case 'garbage':
      return 'not a token at all'
    case 'unsigned':
      return `${head}.${payload}.`
    case 'four':
      return `${token}.x`
    case 'none-alg':
      return forge(token, { header: { alg: 'none' } })
    case 'hs-alg':
      return forge(token, { header: { alg: 'HS256', kid: 'es' } })
    case 'array':
      return `${head}.${Buffer.from('[1]').toString('base64url')}.${signature}`
    case 'tiny':
      return 'a.b'
    case 'huge':
      return `${token}${'a'.repeat(20_000)}`
    default:
      return token
  }
}
