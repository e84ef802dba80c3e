/**
 * The issuer as STS sees it: both documents over public HTTPS, compared with what was published. It makes nothing, and
 * comes before the provider: IAM reads the issuer when the provider is made.
 */

import { type Cluster, jwksKeyOf, type StepOutputs } from '../cluster.ts'
import type { FetchIssuer } from '../issuer-fetch.ts'
import { discoveryDocument, discoveryUrl, keysPlaceOf } from '../oidc/discovery.ts'
import type { PublicJwk } from '../oidc/jwks.ts'
import { missingKeys, servedKids } from '../oidc/served-keys.ts'
import type { Observed, Resource } from '../resource.ts'

type Outputs = StepOutputs['issuer-check']

export function issuerCheckResource(fetchIssuer: FetchIssuer): Resource<Cluster, Outputs> {
  return {
    observe: (cluster) =>
      cluster.hosting.type === 'external'
        ? observeExternalIssuer(fetchIssuer, cluster)
        : observeIssuer(fetchIssuer, cluster),
    create: async () => undefined,
    delete: async () => undefined,
  }
}

async function observeIssuer(fetchIssuer: FetchIssuer, cluster: Cluster): Promise<Observed<Outputs>> {
  const { issuer, outputs } = cluster
  const keys = publishedKeys(cluster)
  const url = discoveryUrl(issuer)
  const jwksKey = jwksKeyOf(cluster)
  const jwksUrl = `${issuer}/${jwksKey}`
  const [discovery, jwks] = await Promise.all([fetchIssuer(url), fetchIssuer(jwksUrl)])
  if ('fault' in discovery) return pending(url, discovery.fault)
  if (discovery.body !== discoveryDocument(issuer, jwksKey)) return pending(url, 'it serves another document')
  if ('fault' in jwks) return pending(jwksUrl, jwks.fault)
  const missing = missingKeys(keys, jwks.body)
  if (missing.length > 0) return pending(jwksUrl, `it does not serve the keys ${missing.join(', ')} yet`)
  const retired = servedKids(jwks.body).filter((kid) => outputs.bucket && !outputs.bucket.kids.includes(kid))
  if (retired.length > 0) return pending(jwksUrl, `it still serves the keys ${retired.join(', ')}`)
  const kids = outputs.bucket?.kids ?? keys.map(({ kid }) => kid)
  return { status: 'ready', outputs: { issuer, kids }, differences: [] }
}

/** Whatever it serves, STS must be able to use it. */
async function observeExternalIssuer(
  fetchIssuer: FetchIssuer,
  { issuer }: Cluster,
): Promise<Observed<Outputs>> {
  const url = discoveryUrl(issuer)
  const discovery = await fetchIssuer(url)
  if ('fault' in discovery) return pending(url, discovery.fault)
  const place = keysPlaceOf(issuer, discovery.body)
  if ('fault' in place) return pending(url, place.fault)
  const jwks = await fetchIssuer(place.jwksUri)
  if ('fault' in jwks) return pending(place.jwksUri, jwks.fault)
  const kids = servedKids(jwks.body)
  if (kids.length === 0) return pending(place.jwksUri, 'it serves no key with a kid')
  return { status: 'ready', outputs: { issuer, kids }, differences: [] }
}

/** What this run has put into the bucket: the cluster may have more keys by now. */
function publishedKeys({ keys, outputs }: Cluster): readonly PublicJwk[] {
  const { kids } = outputs.bucket ?? {}
  return kids === undefined ? keys : keys.filter(({ kid }) => kids.includes(kid))
}

function pending(url: string, fault: string): Observed<Outputs> {
  return { status: 'pending', reason: `${url}: ${fault}` }
}
