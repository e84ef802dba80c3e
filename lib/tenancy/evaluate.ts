/** What the tenants' rules let a caller see and ask for, and whose it then is. Pure; nothing is admitted by default. */
import type { GuardRails, Places } from '../policy/guard-rails.ts'
import { covers as matches } from '../policy/patterns.ts'
import { type Caller, isNamed } from './caller.ts'
import type { Rule, Tenant } from './tenant.ts'

export interface Place {
  readonly cluster: string
  readonly namespace: string
}

/** On whose behalf the caller may ask in a place, and for what. */
export interface Admission {
  readonly tenant: string
  readonly guardRails: GuardRails
  readonly roleQuota: number
}

/** Whether the caller may know of the cluster at all. */
export function seesCluster(tenants: readonly Tenant[], caller: Caller, cluster: string): boolean {
  return rulesFor(tenants, caller).some(({ rule }) => isNamedBy(rule.clusters, cluster))
}

/** Names of the tenants on whose behalf the caller acts in this place. */
export function tenantsIn(tenants: readonly Tenant[], caller: Caller, place: Place): ReadonlySet<string> {
  const rules = rulesFor(tenants, caller).filter(({ rule }) => covers(rule, place))
  return new Set(rules.map(({ tenant }) => tenant))
}

/**
 * One for each rule that names the caller for the place; a request must be within one of them as a whole. `owner`: the tenant that
 * has the role already, and so the only one whose rules count.
 */
export function admissionsIn(
  tenants: readonly Tenant[],
  caller: Caller,
  place: Place,
  owner: string | undefined,
): Admission[] {
  const rules = rulesFor(tenants, caller)
  return rules
    .filter(({ tenant, rule }) => covers(rule, place) && (owner === undefined || tenant === owner))
    .map(({ tenant, roleQuota, rule }) => {
      const places = rules.filter((other) => other.tenant === tenant).map(({ rule }) => rule)
      return { tenant, guardRails: guardRailsOf(rule, places), roleQuota }
    })
}

/** Further subjects may be wherever the tenant's rules name the caller. */
function guardRailsOf(rule: Rule, places: readonly Places[]): GuardRails {
  const { withApproval, deniedActions, deniedResources, targetAccounts, wildcards } = rule
  const within = (list: keyof typeof withApproval) => [...rule[list], ...withApproval[list]]
  return {
    automatic: {
      catalogue: rule.catalogue,
      managedPolicies: rule.managedPolicies,
      actions: rule.actions,
      resources: rule.resources,
      tagKeys: rule.tagKeys,
    },
    absolute: {
      catalogue: within('catalogue'),
      managedPolicies: within('managedPolicies'),
      actions: within('actions'),
      resources: within('resources'),
      tagKeys: within('tagKeys'),
      deniedActions,
      deniedResources,
      targetAccounts,
      places,
    },
    wildcards,
  }
}

interface TenantRule extends Pick<Tenant, 'tenant' | 'roleQuota'> {
  readonly rule: Rule
}

function rulesFor(tenants: readonly Tenant[], caller: Caller): TenantRule[] {
  return tenants.flatMap(({ tenant, roleQuota, rules }) =>
    rules
      .filter(({ principals }) => isNamed(principals, caller))
      .map((rule) => ({ tenant, roleQuota, rule })),
  )
}

/** Of the caller's groups, those that a rule names. */
export function groupsNamed(tenants: readonly Tenant[], { groups }: Caller): string[] {
  const named = new Set(tenants.flatMap(({ rules }) => rules.flatMap(({ principals }) => principals)))
  return groups.filter((group) => named.has(group))
}

function covers({ clusters, namespaces }: Rule, { cluster, namespace }: Place): boolean {
  return isNamedBy(clusters, cluster) && isNamedBy(namespaces, namespace)
}

function isNamedBy(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matches(pattern, name))
}
