/** The verdict is the embedded STS's, which shares no code with it, for tokens and trust policies right and wrong. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explain, type Situation } from '../../../lib/explain/explain.ts'
import { AwsError } from '../../../local/errors.ts'
import type { PolicyDocument } from '../../../local/policy/document.ts'
import {
  ACCOUNT,
  HOST_PATH,
  ISSUER,
  PROVIDER,
  type StsFixture,
  SUBJECT,
  stsFixture,
  trustIssuer,
} from '../../local/sts/fixture.ts'
import {
  ecKey,
  forge,
  rsaKey,
  type SigningKey,
  serveIssuer,
  signToken,
  type TokenChange,
} from '../../local/sts/tokens.ts'

const [es, other, es384, rsa, weak] = [
  ecKey('es', 'ES256'),
  ecKey('es', 'ES256'),
  ecKey('es384', 'ES384'),
  rsaKey('rsa'),
  ecKey('rsa', 'ES256'),
]
const AUDIENCES = ['sts.amazonaws.com', 'vault']
const REGION = 'eu-central-1'

/** What the issuer serves, and what the account has. */
interface World {
  readonly fixture: StsFixture
  readonly documents: Situation['documents']
  readonly hasProvider: boolean
  readonly roleArn: string
}

const WORLDS = {
  right: { keys: [es.jwk, es384.jwk, rsa.jwk] },
  'other issuer': { keys: [es.jwk], issuer: `${ISSUER}/` },
  'no provider': { keys: [es.jwk], hasProvider: false },
  silent: { keys: undefined },
  'too many keys': {
    keys: [...Array.from({ length: 101 }, (_, index) => ({ ...es.jwk, kid: `k${index}` })), rsa.jwk],
  },
  'strange keys': {
    keys: [
      { ...es.jwk, use: 'enc' },
      { ...es384.jwk, alg: 'ES256' },
      { kty: 'RSA', kid: 'rsa', n: 'AQAB', e: 'AQAB' },
    ],
  },
} as const

async function worldOf({
  keys,
  issuer = ISSUER,
  hasProvider = true,
}: {
  readonly keys: readonly object[] | undefined
  readonly issuer?: string
  readonly hasProvider?: boolean
}): Promise<World> {
  const fixture = stsFixture()
  serveIssuer(fixture, [es.jwk])
  if (hasProvider) await fixture.createProvider(ISSUER, AUDIENCES)
  const discovery = `${ISSUER}/.well-known/openid-configuration`
  const jwks_uri = `${ISSUER}/openid/v1/jwks`
  if (keys === undefined) fixture.unserve(discovery)
  else {
    fixture.serve(discovery, { issuer, jwks_uri })
    fixture.serve(jwks_uri, { keys })
  }
  const roleArn = await fixture.createRole('app', trustIssuer)
  return {
    fixture,
    hasProvider,
    roleArn,
    documents: keys === undefined ? { fault: 'nothing answers' } : { issuer, keys },
  }
}

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

const cases = fc.record({
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

function tokenOf(fixture: StsFixture, { claims, key, kid, damage }: Case['token']): string {
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

/** STS's code, or undefined for credentials. */
async function answerOf(fixture: StsFixture, RoleArn: string, WebIdentityToken: string, region: string) {
  try {
    await fixture.exchange({ RoleArn, WebIdentityToken }, region)
    return undefined
  } catch (error) {
    if (error instanceof AwsError) return error.code
    throw error
  }
}

const CASES = 10_000

test(`of ${CASES} tokens and trust policies it judges each as the embedded STS does`, {
  timeout: 120_000,
}, async () => {
  const worlds = new Map<string, World>()
  for (const [name, setting] of Object.entries(WORLDS)) worlds.set(name, await worldOf(setting))
  const answers = new Map<string, number>()

  await fc.assert(
    fc.asyncProperty(cases, async ({ world: name, token: tokenCase, policy, hasRole, region }) => {
      const world = worlds.get(name)
      if (world === undefined) throw new Error(name)
      const { fixture, documents, hasProvider } = world
      const trustPolicy = { ...policy.version, Statement: policy.statements }
      await fixture.inIam(
        'UpdateAssumeRolePolicy',
        { RoleName: 'app', PolicyDocument: JSON.stringify(trustPolicy) },
        ACCOUNT,
      )
      fixture.clock.advance(5_000)
      const roleArn = hasRole ? world.roleArn : `${world.roleArn}s`
      const token = tokenOf(fixture, tokenCase)

      const answer = await answerOf(fixture, roleArn, token, region)
      const { isAdmitted, error } = explain({
        token,
        roleArn,
        role: hasRole ? { trustPolicy: trustPolicy as PolicyDocument } : undefined,
        provider: hasProvider ? { arn: PROVIDER, url: ISSUER, clientIds: AUDIENCES } : undefined,
        documents,
        region,
        now: fixture.clock.now(),
      })

      answers.set(answer ?? 'admitted', (answers.get(answer ?? 'admitted') ?? 0) + 1)
      expect({ isAdmitted, error }).toEqual({ isAdmitted: answer === undefined, error: answer })
    }),
    { numRuns: CASES, seed: 20_260_131 },
  )

  // Each answer often enough to mean something.
  for (const answer of [
    'admitted',
    'AccessDenied',
    'InvalidIdentityToken',
    'ExpiredTokenException',
    'ValidationError',
  ])
    expect(answers.get(answer) ?? 0, answer).toBeGreaterThan(100)
})
