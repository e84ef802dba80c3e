/** All that can be judged about a request before anything is written; tenancy and quotas need the registry, and are asked before. Pure. */
import type { Stack } from './aws/stack.ts'
import type { DesiredCluster } from './cluster.ts'
import { RequestRefused } from './errors.ts'
import type { PolicyContext } from './policy/context.ts'
import type { PolicyDocument } from './policy/document.ts'
import { type Finding, type GuardRails, guardRailFindings, NO_LIMITS } from './policy/guard-rails.ts'
import type { RoleContent } from './policy/request.ts'
import { type Trusted, withCompanions } from './registry/subject-clusters.ts'
import type { DesiredRole } from './role.ts'
import { desiredRole, policyContextOf, type RoleWish, type SubjectClusters } from './role-compile.ts'

export type { RoleWish } from './role-compile.ts'

/** What somebody else than our guard rails finds in a request, in the same form. */
export type Analyse = (role: AnalysedRole) => Promise<readonly Finding[]>

export interface AnalysedRole {
  readonly content: RoleContent
  readonly context: PolicyContext
  readonly trustPolicy: PolicyDocument
  /** What the role was asked for so far. Undefined: there is none yet, or it is nobody's question what is new. */
  readonly inForce: RoleContent | undefined
}

export interface CheckedRole {
  readonly context: PolicyContext
  readonly desired: DesiredRole
  /** Empty: it can be made at once. Else it waits for an approver, who sees these. */
  readonly needsApproval: readonly Finding[]
}

export interface RoleCheck {
  /** The tenant's. Default: no limits but the code's. */
  readonly guardRails?: GuardRails | undefined
  readonly subjectClusters?: SubjectClusters | undefined
  /** Subjects that it must have room for while clusters migrate. */
  readonly companions?: Trusted['companions']
}

/** The one whose guard rails find the least to refuse and, of those, the least that needs an approval. */
export function nearestOf<Admitting extends { readonly guardRails: GuardRails }>(
  stack: Stack,
  cluster: DesiredCluster,
  content: RoleContent,
  [first, ...others]: readonly [Admitting, ...Admitting[]],
): Admitting {
  const context = policyContextOf(stack, cluster, content)
  const judge = (one: Admitting) => {
    const findings = guardRailFindings(content, context, stack, one.guardRails)
    const refused = findings.filter(({ severity }) => severity === 'refused').length
    return { one, refused, found: findings.length }
  }
  const isNearer = (one: ReturnType<typeof judge>, other: ReturnType<typeof judge>) =>
    one.refused < other.refused || (one.refused === other.refused && one.found < other.found)
  return others.map(judge).reduce((nearest, next) => (isNearer(next, nearest) ? next : nearest), judge(first))
    .one
}

/**
 * Guard rails, sizes, audience, subjects. Throws RequestRefused with all that the guard rails refuse; otherwise throws as
 * desiredRole does, for the role is compiled here as it will be when it is settled.
 */
export function checkRoleRequest(
  stack: Stack,
  cluster: DesiredCluster,
  wish: RoleWish,
  { guardRails = NO_LIMITS, subjectClusters, companions = [] }: RoleCheck = {},
): CheckedRole {
  const context = policyContextOf(stack, cluster, wish.content)
  const findings = guardRailFindings(wish.content, context, stack, guardRails)
  const refused = findings.filter(({ severity }) => severity === 'refused')
  if (refused.length > 0) throw new RequestRefused(refused)
  const whole = { ...wish, content: withCompanions(wish.content, companions) }
  return { context, desired: desiredRole(stack, cluster, whole, subjectClusters), needsApproval: findings }
}
