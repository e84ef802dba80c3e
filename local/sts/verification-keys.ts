/** The provider's public keys, as STS fetches them over the public internet for every token. */
import type { JWK } from 'jose'
import { EdgeError, type World } from '../world.ts'
import { invalidToken } from './claims.ts'

/** Throws AwsError (InvalidIdentityToken) when they cannot be had, or the issuer calls itself by another name. */
export async function fetchVerificationKeys(world: World, issuer: string): Promise<readonly JWK[]> {
  const discovery = await fetchJson(world, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  const { issuer: served, jwks_uri: uri } = discovery
  if (served !== issuer)
    throw invalidToken(
      `The issuer in the discovery document, ${String(served)}, is not the provider's, ${issuer}`,
    )
  if (typeof uri !== 'string' || !uri.startsWith('https://')) throw noVerificationKey()
  const { keys } = await fetchJson(world, uri)
  if (!Array.isArray(keys)) throw noVerificationKey()
  return keys.filter((key: unknown): key is JWK => typeof key === 'object' && key !== null)
}

async function fetchJson(world: World, url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { status, body } = await world.edge().fetch(new URL(url))
    if (status !== 200) throw noVerificationKey()
    const json: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    if (typeof json !== 'object' || json === null) throw noVerificationKey()
    return { ...json }
  } catch (error) {
    if (error instanceof EdgeError || error instanceof SyntaxError || error instanceof TypeError)
      throw noVerificationKey(error)
    throw error
  }
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html#manage-oidc-provider-prerequisites
const MOST_KEYS = 100

/** Those that may have signed a token of this header. Throws AwsError (InvalidIdentityToken) when there are none, or too many of their kind. */
export function keysFor(keys: readonly JWK[], alg: string, kid: string | undefined): readonly JWK[] {
  const type = alg.startsWith('RS') ? 'RSA' : 'EC'
  if (keys.filter(({ kty }) => kty === type).length > MOST_KEYS)
    throw invalidToken(`The JSON Web Key Set has more than ${MOST_KEYS} ${type} keys`)
  const candidates = keys.filter((key) => kid === undefined || key.kid === kid)
  if (candidates.length === 0) throw noVerificationKey()
  return candidates
}

function noVerificationKey(cause?: unknown) {
  return invalidToken(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    cause,
  )
}
