/** The discovery document (OpenID Connect Discovery 1.0 §3), with what STS requires and nothing that changes with the keys. */
import { isRecord } from '../is-record.ts'
import { issuerHost } from './issuer.ts'
import { JWKS_KEY } from './jwks.ts'
import { SIGNING_ALGORITHMS } from './public-key.ts'

/** OpenID Connect Discovery 1.0 §4; the key of the object in the bucket. */
export const DISCOVERY_KEY = '.well-known/openid-configuration'

/**
 * The document's exact bytes. All algorithms that STS verifies are named, not only those of today's keys: the document
 * then never changes in a rotation, which writes one object, and cannot be half done.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
export function discoveryDocument(issuer: string, jwksKey: string = JWKS_KEY): string {
  return JSON.stringify({
    issuer,
    jwks_uri: `${issuer}/${jwksKey}`,
    // Nobody signs in here; the member is required (§3), and this value is the custom among Kubernetes issuers.
    authorization_endpoint: 'urn:kubernetes:programmatic_authorization',
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: SIGNING_ALGORITHMS,
    claims_supported: ['aud', 'exp', 'iat', 'iss', 'sub'],
  })
}

/** Where an issuer's discovery document is: a slash at its end does not count (§4). */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/${DISCOVERY_KEY}`
}

export type KeysPlace = { readonly jwksUri: string } | { readonly fault: string }

/** What a discovery document that somebody else wrote says of the keys, or what is wrong with it, in words that follow its URL. */
export function keysPlaceOf(issuer: string, body: string): KeysPlace {
  const document = parsed(body)
  if (!isRecord(document)) return { fault: 'it is no JSON object' }
  if (document.issuer !== issuer)
    return { fault: `it does not name ${issuer} as its issuer, byte for byte, as tokens do` }
  return isOnHostOf(issuer, document.jwks_uri)
    ? { jwksUri: document.jwks_uri }
    : { fault: "its jwks_uri is not https:// and on the issuer's own host" }
}

/** Else whoever writes the document has us ask whom they like. */
export function isOnHostOf(issuer: string, jwksUri: unknown): jwksUri is string {
  return typeof jwksUri === 'string' && jwksUri.startsWith(`https://${issuerHost(issuer)}/`)
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
