/** Whether STS could read the issuer: name, certificate, both documents. Pure. */
import { isRecord } from '../../is-record.ts'
import { discoveryDocument, keysPlaceOf } from '../../oidc/discovery.ts'
import { issuerHost } from '../../oidc/issuer.ts'
import type { PublicJwk } from '../../oidc/jwks.ts'
import { missingKeys, servedKids } from '../../oidc/served-keys.ts'
import type { ClusterSummary } from '../clusters.ts'
import { type Check, ok, untold, wrong } from './check.ts'
import type { Findings } from './findings.ts'
import { nextRun } from './next-run.ts'

const NOT_HERE = 'In local mode the issuer is asked over plain HTTP, by its name: there is no'

export function judgeDns({ desired, summary, outside: { probe } }: Findings): Check {
  const host = issuerHost(desired.issuer)
  if (probe === undefined) return untold('dns', `${NOT_HERE} public DNS.`)
  if ('fault' in probe.dns)
    return wrong(
      'dns',
      `${host}: ${probe.dns.fault}.`,
      `Look whether its zone is delegated (dig +trace ${host}) and has the alias record. ${nextRun(summary)}`,
    )
  return ok('dns', `${host} has ${probe.dns.addresses.length} public addresses.`)
}

/** Older ones CloudFront does not speak with the policy that we set, and AWS's own clients neither. */
const PROTOCOLS: readonly string[] = ['TLSv1.2', 'TLSv1.3']

export function judgeTls({ desired, outside: { probe, now } }: Findings): Check {
  const host = issuerHost(desired.issuer)
  if (probe === undefined) return untold('tls', `${NOT_HERE} TLS.`)
  const { tls } = probe
  if (tls === undefined) return untold('tls', 'Without an address there is nothing to connect to.')
  if ('fault' in tls)
    return wrong(
      'tls',
      `${host}: ${tls.fault}.`,
      'The host must answer with a certificate for its name, and its chain up to a public authority. Look at the distribution: its alias, its certificate, whether it is enabled.',
    )
  if (!PROTOCOLS.includes(tls.protocol))
    return wrong(
      'tls',
      `${host} speaks ${tls.protocol}.`,
      'Have it speak TLS 1.2 or 1.3, as the run sets it up.',
    )
  return ok(
    'tls',
    `${tls.protocol}; ${tls.authority} vouches for ${host}, for ${daysUntil(tls.validTo, now)} more days.`,
  )
}

function daysUntil(time: Date, now: Date): number {
  return Math.floor((time.getTime() - now.getTime()) / MILLISECONDS_A_DAY)
}

const MILLISECONDS_A_DAY = 86_400_000

export function judgeDiscovery({ desired, summary, jwksKey, outside: { discovery } }: Findings): Check {
  const { issuer, hosting } = desired
  if ('fault' in discovery) return unread('discovery', discovery, summary)
  if (hosting.type === 'external') return judgeExternalDiscovery(issuer, discovery.body)
  if (discovery.body === discoveryDocument(issuer, jwksKey))
    return ok('discovery', `The discovery document names ${issuer}, byte for byte.`)
  const again = `Somebody has changed it. ${nextRun(summary)}`
  const document = parsed(discovery.body)
  if (!isRecord(document)) return wrong('discovery', 'The discovery document is no JSON object.', again)
  if (document.issuer !== issuer)
    return wrong(
      'discovery',
      `The discovery document names ${JSON.stringify(document.issuer)}, and tokens ${issuer}: STS compares byte for byte.`,
      again,
    )
  if (document.jwks_uri !== `${issuer}/${jwksKey}`)
    return wrong(
      'discovery',
      `The discovery document sends to ${JSON.stringify(document.jwks_uri)} for the keys.`,
      again,
    )
  return wrong('discovery', 'The discovery document is not the one that was published.', again)
}

function judgeExternalDiscovery(issuer: string, body: string): Check {
  const place = keysPlaceOf(issuer, body)
  if ('fault' in place)
    return wrong(
      'discovery',
      `Of the discovery document: ${place.fault}.`,
      'Mend it where the issuer is run.',
    )
  return ok('discovery', `The discovery document names ${issuer}, byte for byte.`)
}

export function judgeKeys({ desired, summary, keys, outside: { jwks } }: Findings): Check {
  if ('fault' in jwks) return unread('keys', jwks, summary)
  if (desired.hosting.type === 'external') return judgeExternalKeys(jwks.body)
  const missing = missingKeys(keys, jwks.body)
  if (missing.length > 0)
    return wrong(
      'keys',
      `The issuer does not serve ${named(missing)}, which the registry has.`,
      `Wait for five minutes after a change: caches keep the old document so long. ${nextRun(summary)}`,
    )
  return ok('keys', `The issuer serves ${named(keys.map(({ kid }) => kid))}.`)
}

function judgeExternalKeys(body: string): Check {
  const kids = servedKids(body)
  if (kids.length === 0)
    return wrong('keys', 'The issuer serves no key with a kid.', 'Mend it where the issuer is run.')
  return ok('keys', `The issuer serves ${named(kids)}.`)
}

/** What the API server signs with is known to it alone. */
export function judgeClusterKeys({ clusterKeys, outside: { jwks } }: Findings): Check {
  if (clusterKeys === undefined)
    return untold(
      'cluster-keys',
      'Whether these are the keys of the cluster itself only the cluster knows.',
      'kubectl get --raw /openid/v1/jwks > jwks.json, and give it with --jwks jwks.json.',
    )
  if ('fault' in jwks) return untold('cluster-keys', 'What the issuer serves cannot be read.')
  const missing = missingKeys(clusterKeys.map(essence), jwks.body)
  if (missing.length > 0)
    return wrong(
      'cluster-keys',
      `The issuer does not serve ${named(missing)}, which the cluster has: STS refuses what is signed with it.`,
      'Announce the cluster with all of its keys (Cluster Created).',
    )
  return ok('cluster-keys', `The issuer serves every key of the cluster.`)
}

/** What makes it this key: an API server may name another algorithm of the same kind. */
function essence({ alg: _, ...key }: PublicJwk): Omit<PublicJwk, 'alg'> {
  return key
}

function unread(
  name: 'discovery' | 'keys',
  { fault }: { readonly fault: string },
  summary: ClusterSummary,
): Check {
  return wrong(
    name,
    `The document cannot be read: ${fault}.`,
    `Mend DNS and TLS first, if they are wrong. Else look at the distribution and its bucket. ${nextRun(summary)}`,
  )
}

function named(kids: readonly string[]): string {
  return kids.length === 1 ? `the key ${kids[0]}` : `the keys ${kids.join(', ')}`
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
