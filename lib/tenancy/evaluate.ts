/** Whether the tenants' rules admit what a caller asks for, and whose it then is. Pure; nothing is admitted by default. */
import type { RoleContent } from '../policy/request.ts'
import { type Caller, isNamed } from './caller.ts'
import type { Rule, Tenant } from './tenant.ts'

export interface Place {
  readonly cluster: string
  readonly namespace: string
}

export type Judgement =
  | { readonly kind: 'admitted'; readonly tenant: string }
  /** `faults`: what the rule that comes nearest does not allow, in whole sentences. */
  | { readonly kind: 'refused'; readonly faults: readonly string[] }

/** Whether the caller may know of the cluster at all. */
export function seesCluster(tenants: readonly Tenant[], caller: Caller, cluster: string): boolean {
  return rulesFor(tenants, caller).some(({ rule }) => isCovered(rule.clusters, cluster))
}

/** Names of the tenants on whose behalf the caller acts in this place. */
export function tenantsIn(tenants: readonly Tenant[], caller: Caller, place: Place): ReadonlySet<string> {
  const rules = rulesFor(tenants, caller).filter(({ rule }) => covers(rule, place))
  return new Set(rules.map(({ tenant }) => tenant))
}

/** `owner`: the tenant that has the role already, and so the only one whose rules count. */
export function judge(
  tenants: readonly Tenant[],
  caller: Caller,
  place: Place,
  content: RoleContent,
  owner: string | undefined,
): Judgement {
  const rules = rulesFor(tenants, caller)
    .filter(({ rule }) => covers(rule, place))
    .filter(({ tenant }) => owner === undefined || tenant === owner)
  const judged = rules.map(({ tenant, rule }) => ({ tenant, faults: faultsOf(rule, content) }))
  const [nearest] = judged.toSorted((one, other) => one.faults.length - other.faults.length)
  if (nearest === undefined)
    return {
      kind: 'refused',
      faults: [`No rule names you for namespace ${place.namespace} of this cluster.`],
    }
  if (nearest.faults.length > 0) return { kind: 'refused', faults: nearest.faults }
  return { kind: 'admitted', tenant: nearest.tenant }
}

interface TenantRule {
  readonly tenant: string
  readonly rule: Rule
}

function rulesFor(tenants: readonly Tenant[], caller: Caller): TenantRule[] {
  return tenants.flatMap(({ tenant, rules }) =>
    rules.filter(({ principals }) => isNamed(principals, caller)).map((rule) => ({ tenant, rule })),
  )
}

function covers({ clusters, namespaces }: Rule, { cluster, namespace }: Place): boolean {
  return isCovered(clusters, cluster) && isCovered(namespaces, namespace)
}

function faultsOf(rule: Rule, { policies, tags }: RoleContent): string[] {
  const catalogue = policies.flatMap((policy) => ('catalogue' in policy ? [policy.catalogue] : []))
  const arns = policies.flatMap((policy) => ('arn' in policy ? [policy.arn] : []))
  const statements = policies.flatMap((policy) => ('statements' in policy ? policy.statements : []))
  const actions = statements.flatMap(({ Effect, Action }) =>
    Effect === 'Allow' ? [Action ?? []].flat() : [],
  )
  const isAction = (allowed: readonly string[], action: string) =>
    isCovered(
      allowed.map((pattern) => pattern.toLowerCase()),
      action.toLowerCase(),
    )
  return [
    ...fault('Catalogue entries', catalogue, rule.catalogue),
    ...fault('Managed policies', arns, rule.managedPolicies),
    ...fault('Actions', actions, rule.actions, isAction),
    ...fault('Tag keys', Object.keys(tags), rule.tagKeys),
  ]
}

function fault(
  what: string,
  asked: readonly string[],
  allowed: readonly string[],
  isAllowed = isCovered,
): string[] {
  if (asked.every((one) => isAllowed(allowed, one))) return []
  return [`${what} that the rule allows: ${allowed.join(', ') || 'none'}.`]
}

/**
 * In a pattern only `*` is special. What is asked for may be a pattern itself, `s3:Get*`: its wildcards are then compared as
 * they stand, so that `s3:*` covers it and `s3:Get?bject` does not.
 */
function isCovered(patterns: readonly string[], asked: string): boolean {
  return patterns.some((pattern) => matches(pattern.split('*'), asked))
}

/** Without a regular expression: some take a time that grows exponentially with the pattern. */
function matches([first = '', ...rest]: readonly string[], asked: string): boolean {
  const last = rest.pop()
  if (last === undefined) return asked === first
  if (!asked.startsWith(first) || !asked.endsWith(last) || asked.length < first.length + last.length)
    return false
  let at = first.length
  for (const part of rest) {
    const found = asked.indexOf(part, at)
    if (found < 0 || found + part.length > asked.length - last.length) return false
    at = found + part.length
  }
  return true
}
