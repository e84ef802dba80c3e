/** Tokens as a cluster signs them, and the keys for it. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { decodeJwt, type JWTHeaderParameters } from 'jose'
import { ISSUER, type StsFixture, SUBJECT, stsFixture, trustIssuer } from './fixture.ts'

export interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: KeyObject
  /** As published. */
  readonly jwk: Readonly<Record<string, unknown>>
}

export function rsaKey(kid: string, alg = 'RS256'): SigningKey {
  return signingKey(kid, alg, generateKeyPairSync('rsa', { modulusLength: 2048 }))
}

export function ecKey(kid: string, alg: 'ES256' | 'ES384' | 'ES512'): SigningKey {
  const namedCurve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg]
  return signingKey(kid, alg, generateKeyPairSync('ec', { namedCurve }))
}

function signingKey(
  kid: string,
  alg: string,
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): SigningKey {
  return { alg, kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } }
}

/** Discovery document and key set as a correct issuer serves them. */
export function serveIssuer(
  { serve }: Pick<StsFixture, 'serve'>,
  keys: readonly object[],
  issuer = ISSUER,
): void {
  const jwks_uri = `${issuer}/openid/v1/jwks`
  serve(`${issuer}/.well-known/openid-configuration`, { issuer, jwks_uri })
  serve(jwks_uri, { keys })
}

export interface TokenChange {
  readonly header?: Partial<JWTHeaderParameters>
  /** Members that are undefined are left out. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** A token that is right but for the change: issued now, for an hour. Signed by node:crypto, as thousands of them are in one test: jose would go through threads. */
export function signToken(
  { clock }: Pick<StsFixture, 'clock'>,
  { alg, kid, privateKey }: SigningKey,
  { header, claims }: TokenChange = {},
): string {
  const now = Math.floor(clock.now().getTime() / 1000)
  const payload = {
    iss: ISSUER,
    sub: SUBJECT,
    aud: ['sts.amazonaws.com'],
    iat: now,
    nbf: now,
    exp: now + 3600,
  }
  const signed = `${part({ alg, kid, ...header })}.${part({ ...payload, ...claims })}`
  const hash = `sha${alg.slice(2)}`
  const signature = sign(hash, Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

/** With other claims or another header under the same signature. */
export function forge(
  token: string,
  {
    header,
    claims,
    signature,
  }: { readonly header?: object; readonly claims?: object; readonly signature?: string },
): string {
  const [oldHeader = '', oldPayload = '', oldSignature = ''] = token.split('.')
  return [
    header === undefined ? oldHeader : part(header),
    claims === undefined ? oldPayload : part({ ...decodeJwt(token), ...claims }),
    signature ?? oldSignature,
  ].join('.')
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A cluster with these keys and a role that its service account may assume; `token` is signed by the first. */
export async function cluster(
  keys: readonly [SigningKey, ...SigningKey[]],
  published: readonly object[] = keys.map(({ jwk }) => jwk),
) {
  const fixture = stsFixture()
  serveIssuer(fixture, published)
  await fixture.createProvider()
  const RoleArn = await fixture.createRole('app', trustIssuer)
  return {
    ...fixture,
    RoleArn,
    token: (change: TokenChange = {}, key = keys[0]) => signToken(fixture, key, change),
    exchange: (WebIdentityToken: string, more: object = {}) =>
      fixture.exchange({ RoleArn, WebIdentityToken, ...more }),
  }
}
