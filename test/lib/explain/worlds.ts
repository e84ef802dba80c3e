import type { Situation } from '../../../lib/explain/explain.ts'
import { ISSUER, type StsFixture, stsFixture, trustIssuer } from '../../local/sts/fixture.ts'
import { ecKey, rsaKey, serveIssuer } from '../../local/sts/tokens.ts'

export const [es, other, es384, rsa, weak] = [
  ecKey('es', 'ES256'),
  ecKey('es', 'ES256'),
  ecKey('es384', 'ES384'),
  rsaKey('rsa'),
  ecKey('rsa', 'ES256'),
]
export const AUDIENCES = ['sts.amazonaws.com', 'vault']
export const REGION = 'eu-central-1'

/** What the issuer serves, and what the account has. */
export interface World {
  readonly fixture: StsFixture
  readonly documents: Situation['documents']
  readonly hasProvider: boolean
  readonly roleArn: string
}

export const WORLDS = {
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

export async function worldOf({
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
