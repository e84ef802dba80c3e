/** Which key a token is signed with, and whether it really is. Pure. */
import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto'
import { isRecord } from '../is-record.ts'
import type { Token } from './token.ts'

/** What STS verifies: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  RS256: { kty: 'RSA', hash: 'sha256' },
  RS384: { kty: 'RSA', hash: 'sha384' },
  RS512: { kty: 'RSA', hash: 'sha512' },
  ES256: { kty: 'EC', hash: 'sha256', crv: 'P-256' },
  ES384: { kty: 'EC', hash: 'sha384', crv: 'P-384' },
  ES512: { kty: 'EC', hash: 'sha512', crv: 'P-521' },
}

interface Algorithm {
  readonly kty: 'RSA' | 'EC'
  readonly hash: string
  readonly crv?: string
}

const MOST_KEYS_PER_TYPE = 100
const LEAST_RSA_BITS = 2048

export type Signature = { readonly kid: string | undefined } | { readonly fault: string }

/** `keys` as the issuer serves them. `isVerified`: only whether the key that verified it is among them. */
export function checkSignature(
  { header, signed }: Token,
  keys: readonly unknown[],
  isVerified: boolean,
): Signature {
  const { alg, kid } = header
  const algorithm = Object.hasOwn(ALGORITHMS, alg) ? ALGORITHMS[alg] : undefined
  if (algorithm === undefined)
    return {
      fault: `It is signed with ${JSON.stringify(alg)}; STS takes ${Object.keys(ALGORITHMS).join(', ')}.`,
    }
  const all = keys.filter(isRecord)
  const ofType = all.filter(({ kty }) => kty === algorithm.kty)
  if (ofType.length > MOST_KEYS_PER_TYPE)
    return {
      fault: `The issuer serves ${ofType.length} ${algorithm.kty} keys; with more than ${MOST_KEYS_PER_TYPE} STS takes none.`,
    }
  const named = all.filter((key) => kid === undefined || key.kid === kid)
  if (named.length === 0) return { fault: `The issuer does not serve the key ${kid}, which signed it.` }
  const [key, ...others] = named.filter((candidate) => fits(candidate, alg, algorithm))
  if (key === undefined) return { fault: `No key ${kid ?? ''} that the issuer serves is for ${alg}.` }
  if (others.length > 0) return { fault: 'It does not say which of several keys signed it.' }
  const publicKey = importKey(key)
  if (publicKey === undefined)
    return { fault: `The key ${kid ?? ''} that the issuer serves is no sound public key.` }
  if (!isVerified && (signed === undefined || !isSignedBy(publicKey, algorithm, signed)))
    return { fault: `The signature is not by the key ${kid ?? ''} that the issuer serves.` }
  return { kid }
}

type Jwk = Readonly<Record<string, unknown>>

/** RFC 7517 §4: what a key says of its own use. */
function fits(
  { kty, crv, alg, use, key_ops: operations }: Jwk,
  wanted: string,
  algorithm: Algorithm,
): boolean {
  return (
    kty === algorithm.kty &&
    (algorithm.crv === undefined || crv === algorithm.crv) &&
    (alg === undefined || alg === wanted) &&
    (use === undefined || use === 'sig') &&
    (!Array.isArray(operations) || operations.includes('verify'))
  )
}

/** Public members only, whatever else the issuer serves. */
function importKey({ kty, n, e, crv, x, y }: Jwk): KeyObject | undefined {
  try {
    const members: unknown = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y }
    const key = createPublicKey({ key: members as JsonWebKey, format: 'jwk' })
    const bits = key.asymmetricKeyDetails?.modulusLength
    return bits !== undefined && bits < LEAST_RSA_BITS ? undefined : key
  } catch {
    return undefined
  }
}

/** RFC 7518 §3.4: an ECDSA signature is R and S side by side. */
function isSignedBy(
  key: KeyObject,
  { hash }: Algorithm,
  { content, signature }: NonNullable<Token['signed']>,
): boolean {
  return verify(hash, Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }, signature)
}
