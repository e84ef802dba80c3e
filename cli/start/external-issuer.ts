/** Stands in for an issuer that somebody else runs, on the internet of the embedded AWS. */
import { discoveryUrl } from '../../lib/oidc/discovery.ts'
import { jwksDocument, type PublicJwk } from '../../lib/oidc/jwks.ts'

/** Not at our own places, as others would not: the keys are where its discovery document says. */
export function serveExternalIssuer(sites: Map<string, string>, issuer: string, key: PublicJwk): void {
  const jwksUri = `${issuer.replace(/\/$/, '')}/keys`
  const discovery = {
    issuer,
    jwks_uri: jwksUri,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [key.alg],
  }
  sites.set(discoveryUrl(issuer), JSON.stringify(discovery))
  sites.set(jwksUri, jwksDocument([key]))
}
