/** One public key as a JWK (RFC 7517, RFC 7518 §6), limited to what Kubernetes signs with and STS verifies. */
import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { InvalidInput } from '../errors.ts'

export interface PublicJwk {
  readonly kty: 'RSA' | 'EC'
  readonly kid: string
  readonly use: 'sig'
  readonly alg: string
  readonly n?: string
  readonly e?: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
}

/** What STS accepts: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html */
export const SIGNING_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512'] as const

const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512']
const MIN_RSA_BITS = 2048
/** Our choice: neither STS nor Kubernetes names a limit, and Go's TLS refuses larger ones. */
const MAX_RSA_BITS = 8192

/** RFC 7518 §3.1 ties each algorithm to one curve; OpenSSL has its own names for them. */
const CURVES: Readonly<Record<string, { readonly crv: string; readonly alg: string }>> = {
  prime256v1: { crv: 'P-256', alg: 'ES256' },
  secp384r1: { crv: 'P-384', alg: 'ES384' },
  secp521r1: { crv: 'P-521', alg: 'ES512' },
}

/**
 * The key with canonical members. `kid` is computed as Kubernetes does unless it is given; `alg` is the one that
 * Kubernetes would sign with unless another that fits the key is given. Throws InvalidInput.
 */
export function publicJwk(key: KeyObject, given: { kid?: string; alg?: string | undefined } = {}): PublicJwk {
  const { kty, algorithms, members } = key.asymmetricKeyType === 'ec' ? ecKey(key) : rsaKey(key)
  const alg = given.alg ?? algorithms[0]
  if (alg === undefined || !algorithms.includes(alg))
    throw new InvalidInput(`alg of this key must be ${algorithms.join(' or ')}`)
  return { kty, kid: given.kid ?? kubernetesKid({ kty, ...members }), use: 'sig', alg, ...members }
}

interface KeyParts {
  readonly kty: PublicJwk['kty']
  /** The first is what Kubernetes signs with. */
  readonly algorithms: readonly string[]
  readonly members: Readonly<Record<string, string>>
}

function rsaKey(key: KeyObject): KeyParts {
  // RSASSA-PSS keys ("rsa-pss") end here too: RS256 is PKCS #1 v1.5, and Go does not parse them either.
  if (key.asymmetricKeyType !== 'rsa')
    throw new InvalidInput('must be an RSA key or an EC key on P-256, P-384 or P-521: STS verifies no other')
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS)
    throw new InvalidInput(
      `an RSA key must have ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits, and this one has ${bits}`,
    )
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 0n
  const { n = '', e = '' } = key.export({ format: 'jwk' })
  // Go's crypto/rsa, hence Kubernetes, takes odd exponents up to 2^31 - 1. An even modulus is no product of two primes.
  if (exponent < 3n || exponent > 0x7fff_ffffn || exponent % 2n === 0n || !isOdd(n))
    throw new InvalidInput(
      'is not a sound RSA key: modulus and exponent must be odd, the exponent from 3 to 2147483647',
    )
  return { kty: 'RSA', algorithms: RSA_ALGORITHMS, members: { n, e } }
}

function isOdd(base64url: string): boolean {
  return ((Buffer.from(base64url, 'base64url').at(-1) ?? 0) & 1) === 1
}

function ecKey(key: KeyObject): KeyParts {
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? '']
  if (curve === undefined) throw new InvalidInput('an EC key must be on P-256, P-384 or P-521')
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return { kty: 'EC', algorithms: [curve.alg], members: { crv: curve.crv, x, y } }
}

/**
 * Base64url without padding of the SHA-256 of the PKIX DER; not the thumbprint of RFC 7638. Made from the members
 * anew, so that a compressed point or other parameters in the input give the same kid as Go's encoder does.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/serviceaccount/jwt.go (keyIDFromPublicKey)
 */
function kubernetesKid(jwk: JsonWebKey): string {
  const pkix = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(pkix).digest('base64url')
}
