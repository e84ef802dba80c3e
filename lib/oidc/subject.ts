/** `sub` of a service account's token: `system:serviceaccount:<namespace>:<name>`. */
import { InvalidInput } from '../errors.ts'

const PREFIX = 'system:serviceaccount:'
/** Of `SubjectFromWebIdentityToken`: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
const MAX_CHARACTERS = 255

const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const SERVICE_ACCOUNT = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

/** Of a pattern too, unchecked: whoever makes a trust policy of it checks it. */
export function subjectPatternOf(namespace: string, serviceAccount: string): string {
  return `${PREFIX}${namespace}:${serviceAccount}`
}

/** Throws InvalidInput when a name is not one that Kubernetes would take. */
export function subjectOf(namespace: string, serviceAccount: string): string {
  const subject = subjectPatternOf(namespace, serviceAccount)
  const fault = subjectFault(subject)
  if (fault !== undefined) throw new InvalidInput(`The subject ${fault}.`)
  return subject
}

export function namespaceFault(namespace: string): string | undefined {
  if (NAMESPACE.test(namespace)) return undefined
  return 'must be a DNS label: 1 to 63 lower-case letters, digits and inner hyphens'
}

export function serviceAccountFault(name: string): string | undefined {
  if (name.length <= 253 && SERVICE_ACCOUNT.test(name)) return undefined
  return 'must be a DNS subdomain: 1 to 253 lower-case letters, digits, inner hyphens and dots'
}

/**
 * The same for a pattern with `*` or `?`. It must name something: whoever may make namespaces could else put a service account
 * under every such role.
 */
export function namespacePatternFault(pattern: string): string | undefined {
  if (!/[*?]/.test(pattern)) return namespaceFault(pattern)
  if (!/^[a-z0-9*?-]+$/.test(pattern)) return 'must have only characters of names, * and ?'
  return /[a-z0-9]/.test(pattern) ? undefined : 'must have at least one letter or digit'
}

export function serviceAccountPatternFault(pattern: string): string | undefined {
  if (!/[*?]/.test(pattern)) return serviceAccountFault(pattern)
  return /^[a-z0-9.*?-]+$/.test(pattern) ? undefined : 'must have only characters of names, * and ?'
}

/** What is wrong with an exact subject, in words that follow its name; undefined when nothing is. */
export function subjectFault(subject: string): string | undefined {
  const { namespace, name } = partsOf(subject)
  if (namespace === undefined || name === undefined) return `must be ${PREFIX}<namespace>:<name>`
  if (subject.length > MAX_CHARACTERS) return `must have at most ${MAX_CHARACTERS} characters`
  const fault = namespaceFault(namespace)
  if (fault !== undefined) return `has a namespace that ${fault}`
  const nameFault = serviceAccountFault(name)
  if (nameFault !== undefined) return `has a service account that ${nameFault}`
  return undefined
}

/** The same for a pattern. */
export function subjectPatternFault(pattern: string): string | undefined {
  const { namespace, name } = partsOf(pattern)
  if (namespace === undefined || name === undefined) return `must be ${PREFIX}<namespace>:<name>`
  if (pattern.length > MAX_CHARACTERS) return `must have at most ${MAX_CHARACTERS} characters`
  if (!/[*?]/.test(pattern)) return 'must have a wildcard: without one it is a subject'
  const fault = namespacePatternFault(namespace)
  if (fault !== undefined) return `has a namespace that ${fault}`
  const nameFault = serviceAccountPatternFault(name)
  return nameFault === undefined ? undefined : `has a service account that ${nameFault}`
}

function partsOf(subject: string): { namespace?: string | undefined; name?: string | undefined } {
  const [namespace, name, ...rest] = subject.startsWith(PREFIX) ? subject.slice(PREFIX.length).split(':') : []
  return rest.length === 0 ? { namespace, name } : {}
}
