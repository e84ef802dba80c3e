/** The issuer: `iss` of every token, `issuer` of the discovery document, URL of the IAM provider. Byte-identical in all. */
import { InvalidInput } from '../errors.ts'

/** The CN of an ACM certificate: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
const MAX_HOST_CHARACTERS = 64
const HOST_PREFIX = 'irsa.'
const MAX_BASE_DOMAIN_CHARACTERS = MAX_HOST_CHARACTERS - HOST_PREFIX.length

/** RFC 1123 §2.1, lower case. */
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** Known before anything is made, so that the cluster's bootstrap can already use it. Throws InvalidInput. */
export function dedicatedIssuer(baseDomain: string): string {
  const fault = baseDomainFault(baseDomain)
  if (fault !== undefined) throw new InvalidInput(`baseDomain ${fault}`)
  return `https://${HOST_PREFIX}${baseDomain}`
}

/** Of a cluster whose host others have too. Throws InvalidInput. */
export function sharedIssuer(sharedHost: string, cluster: string): string {
  const fault = sharedHostFault(sharedHost)
  if (fault !== undefined) throw new InvalidInput(`sharedHost ${fault}`)
  return `https://${sharedHost}/${cluster}`
}

/** The issuer without scheme and path: the name in the DNS and on the certificate. */
export function issuerHost(issuer: string): string {
  return issuerHostPath(issuer).replace(/\/.*$/s, '')
}

/** What comes behind the host: `''` or `/golem`. */
export function issuerPath(issuer: string): string {
  return issuerHostPath(issuer).slice(issuerHost(issuer).length)
}

/** The issuer without scheme: prefix of IAM's condition keys, end of the provider's ARN. Throws InvalidInput. */
export function issuerHostPath(issuer: string): string {
  const fault = issuerFault(issuer)
  if (fault !== undefined) throw new InvalidInput(`The issuer ${fault}.`)
  return issuer.slice('https://'.length)
}

export function providerArn(partition: string, accountId: string, issuer: string): string {
  return `arn:${partition}:iam::${accountId}:oidc-provider/${issuerHostPath(issuer)}`
}

/** What is wrong with a base domain, in words that follow the field's name; undefined when nothing is. */
export function baseDomainFault(baseDomain: string): string | undefined {
  if (baseDomain.length > MAX_BASE_DOMAIN_CHARACTERS)
    return `must have at most ${MAX_BASE_DOMAIN_CHARACTERS} characters: ACM takes host names of ${MAX_HOST_CHARACTERS}, and ours is ${HOST_PREFIX}<baseDomain>`
  return hostFault(baseDomain)
}

/** The same of the host that clusters share: our records and certificates have no other names than these. */
export function sharedHostFault(host: string): string | undefined {
  if (!host.startsWith(HOST_PREFIX)) return `must begin with ${HOST_PREFIX}`
  return baseDomainFault(host.slice(HOST_PREFIX.length))
}

/** What is wrong with an issuer that somebody else runs, in words that follow the field's name; undefined when nothing is. */
export function externalIssuerFault(issuer: string): string | undefined {
  const fault = issuerFault(issuer)
  if (fault !== undefined) return fault
  return SHARED_ISSUERS.has(issuerHost(issuer))
    ? 'must be of one cluster: this one signs for everybody who has an account there'
    : undefined
}

/**
 * A role that trusts one of them is a mistake away from being everybody's, and no cluster signs there. Most are on AWS's own list:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 */
const SHARED_ISSUERS: ReadonlySet<string> = new Set([
  'accounts.google.com',
  'agent.buildkite.com',
  'api.bitbucket.org',
  'api.pulumi.com',
  'app.terraform.io',
  'appleid.apple.com',
  'cognito-identity-us-gov.amazonaws.com',
  'cognito-identity.amazonaws.com',
  'cognito-identity.cn-north-1.amazonaws.com.cn', // https://docs.amazonaws.cn/en_us/aws/latest/userguide/cognito.html
  'cognito-identity.us-gov-east-1.amazonaws.com',
  'gitlab.com',
  'graph.facebook.com',
  'login.microsoftonline.com',
  'oidc-configuration.audit-log.githubusercontent.com',
  'oidc.circleci.com',
  'oidc.codefresh.io',
  'oidc.vercel.com',
  'proidc.upbound.io',
  'sandboxes.cloud',
  'scalr.io',
  'sts.windows.net',
  'studio.datachain.ai',
  'token.actions.githubusercontent.com',
  'tokens.cloud.shisho.dev',
  'vstoken.actions.githubusercontent.com',
  'vstoken.dev.azure.com',
  'www.facebook.com',
])

export function isIssuer(text: string): boolean {
  return issuerFault(text) === undefined
}

/**
 * IAM's rules for a provider's URL, and STS's for `iss`, narrowed: no port, query or user. A slash at the end of a path is part of the
 * issuer: those of AKS have one. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
function issuerFault(issuer: string): string | undefined {
  if (!issuer.startsWith('https://')) return 'must begin with https://'
  if (issuer.length > 255) return 'must have at most 255 characters'
  const hostPath = issuer.slice('https://'.length)
  if (/[?#]/.test(hostPath)) return 'must have neither query nor fragment'
  const [host = '', ...path] = hostPath.replace(/(?<=\/.*)\/$/, '').split('/')
  if (host.includes('@')) return 'must have neither user nor password'
  if (/:\d*$/.test(host)) return 'must have no port: STS asks for its documents at 443'
  if (host !== host.toLowerCase()) return `must have its host in lower case: ${COMPARED}`
  if (hostPath === `${host}/`) return `must not end with the slash behind its host: ${COMPARED}`
  if (path.some((segment) => !/^[\w.~-]+$/.test(segment) || /^\.+$/.test(segment)))
    return 'must have a path of letters, digits, . _ ~ and -, without empty segments, or none'
  return hostFault(host)
}

/** So it is changed where tokens are signed, and not here alone. */
const COMPARED =
  'issuers are compared byte by byte, and the API server must have the same as --service-account-issuer'

function hostFault(host: string): string | undefined {
  if (/[^\x21-\x7e]/.test(host))
    return 'must be in ASCII without spaces, internationalized names as punycode (xn--…)'
  if (host !== host.toLowerCase()) return 'must be in lower case: issuers are compared byte by byte'
  if (host.includes('_')) return 'must not have an underscore: it is a host name'
  if (host.endsWith('.')) return 'must not end with a dot'
  const labels = host.split('.')
  if (host.length > 253 || labels.some((label) => !DNS_LABEL.test(label)))
    return 'must be a DNS name: labels of 1 to 63 letters, digits and inner hyphens, joined by dots'
  // A numeric last label makes an IPv4 address of it: https://url.spec.whatwg.org/#ends-in-a-number-checker
  if (labels.length < 2 || /^\d+$/.test(labels.at(-1) ?? ''))
    return 'must be a DNS name of at least two labels, the last one not a number'
  return undefined
}
