/** IAM Access Analyzer's part in a request: what it finds in the policies that the role would have, with its place in the request. */
import { isDeepStrictEqual } from 'node:util'
import type { AccessAnalyzerClient } from '@aws-sdk/client-accessanalyzer'
import { newAccessIn, type PolicyIssue, validatePolicy } from './aws/access-analyzer.ts'
import { IrsaError } from './errors.ts'
import type { PolicyContext } from './policy/context.ts'
import type { Statement } from './policy/document.ts'
import { type PlacedStatement, placedStatements } from './policy/guard-rails/placed.ts'
import { type Finding, finding, pointerTo } from './policy/guard-rails/rules.ts'
import { covers } from './policy/patterns.ts'
import type { RoleContent } from './policy/request.ts'
import type { Analyse, AnalysedRole } from './role-check.ts'

export type AnalysisMode = 'off' | 'validate' | 'no-new-access'

/** Undefined: nobody is asked. Throws Throttled and AwsUnavailable as they come: what was not looked at is not let through. */
export function analysisBy(mode: AnalysisMode, client: AccessAnalyzerClient): Analyse | undefined {
  if (mode === 'off') return undefined
  return async (role) => {
    const placed = placedStatements(role.content.policies, role.context)
    const invalid = await invalidFindings(client, role, placed)
    // What is refused need not be paid for.
    if (mode === 'validate' || role.inForce === undefined || invalid.length > 0) return invalid
    return newAccessFindings(client, role, role.inForce, placed)
  }
}

async function invalidFindings(
  client: AccessAnalyzerClient,
  { content, trustPolicy }: AnalysedRole,
  placed: readonly PlacedStatement[],
): Promise<Finding[]> {
  const [permissions, trust] = await Promise.all([
    placed.length === 0 ? [] : validatePolicy(client, documentOf(placed), 'permissions'),
    validatePolicy(client, JSON.stringify(trustPolicy), 'trust'),
  ])
  // The trust policy is compiled; of the request only its subjects are in it.
  const subjects = content.subjects === undefined ? '' : pointerTo('subjects')
  return [
    ...permissions.map((issue) => findingOf(issue, pointerOf(issue, placed))),
    ...trust.map((issue) => findingOf(issue, subjects)),
  ]
}

function findingOf({ type, code, link }: PolicyIssue, pointer: string): Finding {
  return finding(type === 'ERROR' ? 'AnalyzerError' : 'AnalyzerSecurityWarning', pointer, `${code}, ${link}`)
}

/** `Statement`, index, element, …: the statement's place in the request, and on from there. */
function pointerOf({ path = [] }: PolicyIssue, placed: readonly PlacedStatement[]): string {
  const [, index, ...rest] = path
  const place = typeof index === 'number' ? placed[index] : undefined
  if (place === undefined) return pointerTo('policies')
  return place.isOfCatalogue ? place.pointer : place.pointer + pointerTo(...rest)
}

async function newAccessFindings(
  client: AccessAnalyzerClient,
  { content, context }: AnalysedRole,
  inForce: RoleContent,
  placed: readonly PlacedStatement[],
): Promise<Finding[]> {
  const before = placedBefore(inForce, context)
  const known = inForce.policies.flatMap((policy) => ('arn' in policy ? [policy.arn] : []))
  const attached = content.policies.flatMap((policy, index) =>
    'arn' in policy && !known.includes(policy.arn) ? [pointerTo('policies', index, 'arn')] : [],
  )
  const admitted = (content.subjects ?? []).flatMap((subject, index) =>
    isAdmitted(subject, inForce, context) ? [] : [pointerTo('subjects', index)],
  )
  const allowed = await newlyAllowed(client, before, placed)
  return [...attached, ...admitted, ...allowed].map((pointer) => finding('NewAccess', pointer))
}

/** None of what is not to be understood any more: then everything is new. */
function placedBefore({ policies }: RoleContent, context: PolicyContext): PlacedStatement[] {
  try {
    return placedStatements(policies, context)
  } catch (error) {
    if (error instanceof IrsaError && error.mendedBy === 'requester') return []
    throw error
  }
}

/** What managed policies allow is not seen: what one of them has allowed so far may count as new. */
async function newlyAllowed(
  client: AccessAnalyzerClient,
  before: readonly PlacedStatement[],
  placed: readonly PlacedStatement[],
): Promise<string[]> {
  const [existing, wanted] = [before, placed].map((all) => all.map(({ statement }) => statement))
  const isAllowing = placed.some(({ statement }) => statement.Effect === 'Allow')
  if (!isAllowing || isDeepStrictEqual(existing, wanted)) return []
  const index = await newAccessIn(
    client,
    documentOf(before.length === 0 ? NOTHING : before),
    documentOf(placed),
  )
  if (index === undefined) return []
  return [(index === 'unknown' ? undefined : placed[index]?.pointer) ?? pointerTo('policies')]
}

type Subject = NonNullable<RoleContent['subjects']>[number]

function isAdmitted(
  subject: Subject,
  { subjects = [] }: RoleContent,
  { cluster: own }: PolicyContext,
): boolean {
  return subjects.some(
    ({ cluster = own, namespace, serviceAccount }) =>
      cluster === (subject.cluster ?? own) &&
      covers(namespace, subject.namespace) &&
      covers(serviceAccount, subject.serviceAccount),
  )
}

/** One statement for each of the request's, so that an index leads back to it. Names are for the reader, and need not be unique. */
function documentOf(placed: readonly Pick<PlacedStatement, 'statement'>[]): string {
  const statements = placed.map(({ statement: { Sid: _, ...statement } }): Statement => statement)
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

/** A policy has at least one statement. */
const NOTHING = [{ statement: { Effect: 'Deny', Action: '*', Resource: '*' } }] as const
