/** The discovery document (OpenID Connect Discovery 1.0 §3), with what STS requires and nothing that changes with the keys. */
import { JWKS_KEY } from './jwks.ts'
import { SIGNING_ALGORITHMS } from './public-key.ts'

/** OpenID Connect Discovery 1.0 §4; the key of the object in the bucket. */
export const DISCOVERY_KEY = '.well-known/openid-configuration'

/**
 * The document's exact bytes. All algorithms that STS verifies are named, not only those of today's keys: the document
 * then never changes in a rotation, which writes one object, and cannot be half done.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
export function discoveryDocument(issuer: string): string {
  return JSON.stringify({
    issuer,
    jwks_uri: `${issuer}/${JWKS_KEY}`,
    // Nobody signs in here; the member is required (§3), and this value is the custom among Kubernetes issuers.
    authorization_endpoint: 'urn:kubernetes:programmatic_authorization',
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: SIGNING_ALGORITHMS,
    claims_supported: ['aud', 'exp', 'iat', 'iss', 'sub'],
  })
}
