/**
 * What a role may be asked to hold: rules that nobody passes, rules that only an approver lets pass, and a tenant's own limits to
 * both. Before anything is written, and about one request: who may ask for which role at all is tenancy's.
 */
import { managedPolicyFault } from './compile.ts'
import type { PolicyContext } from './context.ts'
import { accountBeyond, beyondLimits, type Limits } from './guard-rails/limits.ts'
import type { OwnStack } from './guard-rails/own-resources.ts'
import { placedStatements } from './guard-rails/placed.ts'
import { beyondLimit, type Finding, finding, pointerTo } from './guard-rails/rules.ts'
import { resourceFindings, statementFindings, togetherFindings } from './guard-rails/statements.ts'
import { covers, hasWildcard } from './patterns.ts'
import type { RequestedPolicy, RoleContent } from './request.ts'

export type { Limits, Places } from './guard-rails/limits.ts'
export type { Finding } from './guard-rails/rules.ts'

/** A tenant's rules can only narrow what this code lets pass, but for wildcards. */
export interface GuardRails {
  /** Beyond these a request is refused. */
  readonly absolute: Limits
  /** Within `absolute`, but beyond these, it waits for an approver. */
  readonly automatic: Limits
  /** Whether subjects may have wildcards, and whole services and resources without a name need no approval. */
  readonly wildcards: boolean
}

/** No limits but this code's. */
export const NO_LIMITS: GuardRails = { absolute: {}, automatic: {}, wildcards: false }

/**
 * Everything that is found, in the order of the request; nothing: it may be made at once. Throws PolicyRefused and InvalidInput for
 * an entry of the catalogue that is none, or was told something wrong.
 */
export function guardRailFindings(
  content: RoleContent,
  context: PolicyContext,
  stack: OwnStack,
  guardRails: GuardRails = NO_LIMITS,
): Finding[] {
  const statements = placedStatements(content.policies, context)
  const own = statements.filter(({ isOfCatalogue }) => !isOfCatalogue)
  const found = [
    ...own.flatMap(statementFindings).filter(({ rule }) => !(guardRails.wildcards && WILDCARDS.has(rule))),
    ...(guardRails.wildcards ? [] : subjectFindings(content)),
    ...togetherFindings(statements),
    ...statements.flatMap((placed) => resourceFindings(placed, context, stack)),
    ...content.policies.flatMap((policy, index) => managedPolicyFindings(policy, index, context)),
    ...accountBeyond(content, context.clusterAccountId, context, 'refused'),
    ...beyondLimits(content, statements, context, guardRails.absolute, 'refused'),
    ...beyondLimits(content, statements, context, guardRails.automatic, 'needs-approval'),
  ]
  return eachOnce(found)
}

const WILDCARDS: ReadonlySet<string> = new Set(['ServiceWideWildcard', 'ResourceWildcard'])

function subjectFindings({ subjects = [] }: RoleContent): Finding[] {
  return subjects.flatMap((subject, index) =>
    (['namespace', 'serviceAccount'] as const)
      .filter((part) => hasWildcard(subject[part]))
      .map((part) => finding('SubjectWildcard', pointerTo('subjects', index, part))),
  )
}

/** Of AWS's own, by how they are named. */
const WIDE = ['*FullAccess*', '*Administrator*', '*PowerUser*'].map((name) => `arn:*:iam::aws:policy/${name}`)

function managedPolicyFindings(policy: RequestedPolicy, index: number, context: PolicyContext): Finding[] {
  if (!('arn' in policy)) return []
  const pointer = pointerTo('policies', index, 'arn')
  if (managedPolicyFault(policy.arn, context) !== undefined)
    return [beyondLimit('ManagedPolicyNotAllowed', 'refused', pointer, context.allowedManagedPolicies)]
  return WIDE.some((wide) => covers(wide, policy.arn)) ? [finding('WideManagedPolicy', pointer)] : []
}

/** What is refused needs no approval; several statements of a catalogue's entry have one place. */
function eachOnce(findings: readonly Finding[]): Finding[] {
  const kept = new Map<string, Finding>()
  for (const found of findings) {
    const key = `${found.pointer} ${found.rule}`
    if (kept.get(key)?.severity !== 'refused') kept.set(key, found)
  }
  return inOrder([...kept.values()])
}

/** Of the request. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => one.pointer.localeCompare(other.pointer, 'en', { numeric: true }))
}
