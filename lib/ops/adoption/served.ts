/** What an issuer that others set up serves now: whoever takes it over must go on serving that. */
import { isRecord } from '../../is-record.ts'
import type { FetchIssuer } from '../../issuer-fetch.ts'
import { discoveryUrl, keysPlaceOf } from '../../oidc/discovery.ts'
import { JWKS_KEY, keysFromJwks, type PublicJwk } from '../../oidc/jwks.ts'

export type Served =
  | { readonly keys: readonly PublicJwk[]; readonly jwksKey: string | undefined }
  /** In words that follow `https://…`. */
  | { readonly fault: string }

/** Over the public path, as STS reads it. `jwksKey` undefined: it is where we have it. */
export async function readServed(fetchIssuer: FetchIssuer, issuer: string): Promise<Served> {
  const discovery = await fetchIssuer(discoveryUrl(issuer))
  if ('fault' in discovery) return { fault: `its discovery document cannot be read: ${discovery.fault}` }
  const place = keysPlaceOf(issuer, discovery.body)
  if ('fault' in place) return { fault: `of its discovery document: ${place.fault}` }
  const jwksKey = place.jwksUri.slice(`${issuer}/`.length)
  if (!place.jwksUri.startsWith(`${issuer}/`) || !/^[\w.~-]+(\/[\w.~-]+)*$/.test(jwksKey))
    return { fault: `its keys are at ${place.jwksUri}, which is no plain path below it` }
  const jwks = await fetchIssuer(place.jwksUri)
  if ('fault' in jwks) return { fault: `its keys cannot be read: ${jwks.fault}` }
  const { keys, faults } = keysFromJwks(withoutEmptyKids(parsed(jwks.body)))
  const [fault] = faults
  if (fault !== undefined)
    return { fault: `one of its keys cannot be published again (${fault.path.join('.')} ${fault.message})` }
  return { keys, jwksKey: jwksKey === JWKS_KEY ? undefined : jwksKey }
}

/**
 * For tokens of before Kubernetes 1.16 a key is listed once more with an empty `kid`; such tokens are long over.
 * https://github.com/aws/amazon-eks-pod-identity-webhook/blob/master/SELF_HOSTED_SETUP.md
 */
function withoutEmptyKids(jwks: unknown): unknown {
  if (!isRecord(jwks) || !Array.isArray(jwks.keys)) return jwks
  const keys: readonly unknown[] = jwks.keys
  const named = new Set(keys.filter(isRecord).flatMap((key) => (key.kid ? [materialOf(key)] : [])))
  return { keys: keys.filter((key) => !isRecord(key) || Boolean(key.kid) || !named.has(materialOf(key))) }
}

function materialOf({ kty, n, e, crv, x, y }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([kty, n, e, crv, x, y])
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
