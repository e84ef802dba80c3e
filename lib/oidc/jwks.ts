/** The JWK Set (RFC 7517 §5): read from input, and written as it is published. */

import { createPublicKey, type KeyObject } from 'node:crypto'
import { InvalidInput } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import { keysFromPem } from './pem.ts'
import { refusePrivateKeys } from './private-key.ts'
import { type PublicJwk, publicJwk } from './public-key.ts'

export type { PublicJwk } from './public-key.ts'

/** Where the API server serves it, below the issuer; the key of the object in the bucket. */
export const JWKS_KEY = 'openid/v1/jwks'

/** With more, STS refuses every token of that key type: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html */
const MAX_KEYS_PER_TYPE = 100

/** Our choice, for what we publish and what we read of any issuer: 100 keys each of RSA 4096 and P-521 fit, with the kids of Kubernetes. */
export const MAX_DOCUMENT_BYTES = 131_072

/** What was understood, and everything that was wrong; `path` is from the value that was given. */
export interface KeysRead {
  readonly keys: readonly PublicJwk[]
  readonly faults: readonly KeyFault[]
}

export interface KeyFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** The document's exact bytes: sorted by kid, members in one order, so that equal keys give an equal ETag. */
export function jwksDocument(keys: readonly PublicJwk[]): string {
  if (keys.length === 0) throw new InvalidInput('A JWK Set without keys would lock every pod out.')
  const sorted = keys.toSorted((one, other) => (one.kid < other.kid ? -1 : 1))
  return JSON.stringify({
    keys: sorted.map(({ kty, kid, use, alg, n, e, crv, x, y }) => ({ kty, kid, use, alg, n, e, crv, x, y })),
  })
}

/** From the texts of `serviceAccountKeys`. The same key twice is one key. Throws PrivateKeyInInput. */
export function keysFromPems(pems: readonly string[]): KeysRead {
  return readAll(pems, [], (pem, index) => keysFromPem(pem, `serviceAccountKeys[${index}]`))
}

/**
 * From a JWK Set as `/openid/v1/jwks` serves it. `kid` is kept, members that we do not publish are left out, as RFC 7517
 * §4 and §5 ask. Throws PrivateKeyInInput.
 */
export function keysFromJwks(jwks: unknown): KeysRead {
  refusePrivateKeys(jwks, 'jwks')
  const keys = isRecord(jwks) ? jwks.keys : undefined
  if (!Array.isArray(keys))
    return { keys: [], faults: [{ path: [], message: 'must be a JWK Set: {"keys": […]}' }] }
  return readAll(keys, ['keys'], (jwk) => [keyFromJwk(jwk)])
}

function readAll<Input>(
  inputs: readonly Input[],
  path: readonly string[],
  read: (input: Input, index: number) => readonly PublicJwk[],
): KeysRead {
  const keys = new Map<string, PublicJwk>()
  const faults: KeyFault[] = []
  for (const [index, input] of inputs.entries()) {
    try {
      for (const key of read(input, index)) addKey(keys, key)
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error
      faults.push({ path: [...path, index], message: error.message })
    }
  }
  return { keys: [...keys.values()], faults: [...faults, ...setFaults(keys, path, inputs.length)] }
}

function setFaults(
  keys: ReadonlyMap<string, PublicJwk>,
  path: readonly string[],
  inputs: number,
): KeyFault[] {
  if (inputs === 0) return [{ path, message: 'must have at least one key' }]
  return keySetFaults([...keys.values()]).map((message) => ({ path, message }))
}

/** What is wrong with the keys together, each being sound, in words that follow the set's name. */
export function keySetFaults(keys: readonly PublicJwk[]): string[] {
  const tooMany = ['RSA', 'EC']
    .filter((type) => keys.filter(({ kty }) => kty === type).length > MAX_KEYS_PER_TYPE)
    .map((type) => `has more than the ${MAX_KEYS_PER_TYPE} ${type} keys that STS reads`)
  const bytes = keys.length === 0 ? 0 : Buffer.byteLength(jwksDocument(keys))
  if (bytes <= MAX_DOCUMENT_BYTES) return tooMany
  return [...tooMany, `makes a document of ${bytes} bytes, and ${MAX_DOCUMENT_BYTES} is the most`]
}

/** An API server that is given the same file twice lists the key twice; only different keys of one kid are a fault. */
function addKey(keys: Map<string, PublicJwk>, key: PublicJwk): void {
  const known = keys.get(key.kid)
  if (known !== undefined && jwksDocument([known]) !== jwksDocument([key]))
    throw new InvalidInput('has the kid of another key in the list')
  keys.set(key.kid, key)
}

function keyFromJwk(jwk: unknown): PublicJwk {
  if (!isRecord(jwk)) throw new InvalidInput('must be a JWK')
  const { kid, use, alg } = jwk
  if (use !== undefined && use !== 'sig') throw new InvalidInput('use must be "sig"')
  // Our choice of characters: a kid becomes part of our keys and of messages. RFC 7517 §4.5 leaves it open.
  if (typeof kid !== 'string' || !/^[\w.:+/=~-]{1,255}$/.test(kid))
    throw new InvalidInput('kid must be 1 to 255 letters, digits or _.:+/=~-')
  if (alg !== undefined && typeof alg !== 'string') throw new InvalidInput('alg must be a string')
  return publicJwk(importJwk(jwk), { kid, alg })
}

function importJwk(jwk: Readonly<Record<string, unknown>>): KeyObject {
  const { kty, crv } = jwk
  if (kty === 'RSA') return importMembers({ kty, n: base64url(jwk, 'n'), e: base64url(jwk, 'e') })
  if (kty === 'EC' && (crv === 'P-256' || crv === 'P-384' || crv === 'P-521'))
    return importMembers({ kty, crv, x: base64url(jwk, 'x'), y: base64url(jwk, 'y') })
  throw new InvalidInput('kty must be RSA, or EC with crv P-256, P-384 or P-521: STS verifies no other')
}

/** Node skips characters that are not base64url; a key that was mangled on its way must not pass as another key. */
function base64url(jwk: Readonly<Record<string, unknown>>, member: string): string {
  const value = jwk[member]
  if (typeof value !== 'string' || !/^[A-Za-z0-9_-]+$/.test(value))
    throw new InvalidInput(`${member} must be base64url without padding`)
  return value
}

function importMembers(members: Readonly<Record<string, string>>): KeyObject {
  try {
    return createPublicKey({ key: members, format: 'jwk' })
  } catch (cause) {
    throw new InvalidInput('is not a valid public key', { cause })
  }
}
