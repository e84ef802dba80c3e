/** What a tenant's rules narrow: each list is a limit, and what it leaves out is not narrowed. */

import type { PolicyContext } from '../context.ts'
import { actionCovers, actionsOverlap, covers, overlaps, withoutVariables } from '../patterns.ts'
import type { RoleContent } from '../request.ts'
import { elementsOf, type PlacedStatement } from './placed.ts'
import { beyondLimit, type Finding, pointerTo, type Severity } from './rules.ts'

/** Patterns with IAM's wildcards. A request's pattern must be within one of them as a whole. */
export interface Limits {
  /** Not for entries of the catalogue: their names are limited. */
  readonly actions?: readonly string[] | undefined
  readonly deniedActions?: readonly string[] | undefined
  /** Also for what an entry of the catalogue was told to use. */
  readonly resources?: readonly string[] | undefined
  readonly deniedResources?: readonly string[] | undefined
  readonly managedPolicies?: readonly string[] | undefined
  /** Names of entries. */
  readonly catalogue?: readonly string[] | undefined
  readonly tagKeys?: readonly string[] | undefined
  /** Where a role may be besides its cluster's account; `*` for any. */
  readonly targetAccounts?: readonly string[] | undefined
  /** Where further subjects are: each in one of these as a whole. */
  readonly places?: readonly Places[] | undefined
}

/** Patterns of names. */
export interface Places {
  readonly clusters: readonly string[]
  readonly namespaces: readonly string[]
}

export function beyondLimits(
  content: RoleContent,
  statements: readonly PlacedStatement[],
  { cluster, clusterAccountId }: Pick<PolicyContext, 'cluster' | 'clusterAccountId'>,
  limits: Limits,
  severity: Severity,
): Finding[] {
  return [
    ...statements.flatMap((placed) => [
      ...actionsBeyond(placed, limits, severity),
      ...resourcesBeyond(placed, limits, severity),
    ]),
    ...policiesBeyond(content, limits, severity),
    ...tagsBeyond(content, limits, severity),
    ...subjectsBeyond(content, cluster, limits, severity),
    ...accountBeyond(content, clusterAccountId, limits, severity),
  ]
}

function actionsBeyond(placed: PlacedStatement, limits: Limits, severity: Severity): Finding[] {
  const { actions, deniedActions = [] } = limits
  return elementsOf(placed, 'Action')
    .filter(({ value }) => {
      const isListed =
        placed.isOfCatalogue || (actions?.some((action) => actionCovers(action, value)) ?? true)
      return !isListed || deniedActions.some((denied) => actionsOverlap(denied, value))
    })
    .map(({ pointer }) => beyondLimit('ActionNotAllowed', severity, pointer, actions))
}

/** The bare `*` of a catalogue's entry is for actions that take no resource. */
function resourcesBeyond(placed: PlacedStatement, limits: Limits, severity: Severity): Finding[] {
  const { resources, deniedResources = [] } = limits
  return elementsOf(placed, 'Resource')
    .filter(({ value }) => !(placed.isOfCatalogue && value === '*'))
    .filter(({ value }) => {
      const resource = withoutVariables(value)
      const isListed = resources?.some((allowed) => covers(allowed, resource)) ?? true
      return !isListed || deniedResources.some((denied) => overlaps(denied, resource))
    })
    .map(({ pointer }) => beyondLimit('ResourceNotAllowed', severity, pointer, resources))
}

function policiesBeyond({ policies }: RoleContent, limits: Limits, severity: Severity): Finding[] {
  const { managedPolicies, catalogue } = limits
  return policies.flatMap((policy, index) => {
    if ('arn' in policy && managedPolicies?.every((allowed) => !covers(allowed, policy.arn)))
      return [
        beyondLimit(
          'ManagedPolicyNotAllowed',
          severity,
          pointerTo('policies', index, 'arn'),
          managedPolicies,
        ),
      ]
    if ('catalogue' in policy && catalogue?.every((allowed) => !covers(allowed, policy.catalogue)))
      return [
        beyondLimit(
          'CatalogueEntryNotAllowed',
          severity,
          pointerTo('policies', index, 'catalogue'),
          catalogue,
        ),
      ]
    return []
  })
}

function tagsBeyond({ tags }: RoleContent, { tagKeys }: Limits, severity: Severity): Finding[] {
  return Object.keys(tags)
    .filter((key) => tagKeys?.every((allowed) => !covers(allowed, key)))
    .map((key) => beyondLimit('TagKeyNotAllowed', severity, pointerTo('tags', key), tagKeys))
}

function subjectsBeyond(
  { subjects = [] }: RoleContent,
  own: string,
  { places }: Limits,
  severity: Severity,
): Finding[] {
  if (places === undefined) return []
  const isWithin = (allowed: readonly string[], name: string) =>
    allowed.some((pattern) => covers(pattern, name))
  return subjects.flatMap(({ cluster = own, namespace }, index) =>
    places.some(({ clusters, namespaces }) => isWithin(clusters, cluster) && isWithin(namespaces, namespace))
      ? []
      : [beyondLimit('SubjectNotAllowed', severity, pointerTo('subjects', index))],
  )
}

export function accountBeyond(
  { targetAccountId }: RoleContent,
  clusterAccountId: string,
  { targetAccounts }: Limits,
  severity: Severity,
): Finding[] {
  if (targetAccountId === undefined || targetAccountId === clusterAccountId) return []
  if (targetAccounts?.some((allowed) => covers(allowed, targetAccountId)) ?? true) return []
  return [beyondLimit('TargetAccountNotAllowed', severity, pointerTo('targetAccountId'), targetAccounts)]
}
