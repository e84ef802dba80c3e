/** What a role's trust policy says to a web identity, statement by statement. Pure. */
import * as z from 'zod'
import { type Unmet, unmetConditions } from './conditions.ts'
import { type ContextValues, matches, wildcards } from './patterns.ts'

const strings = z.union([z.string(), z.array(z.string())])
const scalar = z.union([z.string(), z.boolean(), z.number()])
const principal = z.union([z.string(), z.record(z.string(), strings)])

const statementSchema = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Action: strings.optional(),
  NotAction: strings.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([scalar, z.array(scalar)]))).default({}),
})

const policySchema = z.object({
  Version: z.string().optional(),
  Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
})

type Statement = z.output<typeof statementSchema>

export interface StatementVerdict {
  /** Place in the policy, from 1. */
  readonly number: number
  readonly effect: 'Allow' | 'Deny'
  /** Whether it is about web identities of this provider at all. */
  readonly isAbout: boolean
  readonly unmet: readonly Unmet[]
}

export interface TrustVerdict {
  /** `unknown`: it depends on what only AWS can tell. */
  readonly decision: 'allowed' | 'denied' | 'not-allowed' | 'unknown'
  readonly statements: readonly StatementVerdict[]
}

/** Throws ZodError for what IAM would not have taken. */
export function judgeTrust(policy: unknown, providerArn: string, values: ContextValues): TrustVerdict {
  const { Version, Statement: all } = policySchema.parse(policy)
  const hasVariables = Version === '2012-10-17'
  const statements = all.map((statement, index) => ({
    number: index + 1,
    effect: statement.Effect,
    isAbout: isAbout(statement, providerArn),
    unmet: unmetConditions(statement.Condition, values, hasVariables),
  }))
  return { decision: decide(statements), statements }
}

/** A denial wins. */
function decide(statements: readonly StatementVerdict[]): TrustVerdict['decision'] {
  const has = (effect: StatementVerdict['effect'], applying: 'yes' | 'maybe') =>
    statements.some((statement) => statement.effect === effect && applies(statement) === applying)
  if (has('Deny', 'yes')) return 'denied'
  if (has('Deny', 'maybe') && (has('Allow', 'yes') || has('Allow', 'maybe'))) return 'unknown'
  if (has('Allow', 'yes')) return 'allowed'
  return has('Allow', 'maybe') ? 'unknown' : 'not-allowed'
}

export function applies({ isAbout, unmet }: StatementVerdict): 'yes' | 'no' | 'maybe' {
  if (!isAbout || unmet.some(({ isUnknown }) => !isUnknown)) return 'no'
  return unmet.length === 0 ? 'yes' : 'maybe'
}

const ACTION = 'sts:AssumeRoleWithWebIdentity'

function isAbout({ Principal, NotPrincipal, Action, NotAction }: Statement, providerArn: string): boolean {
  const isNamed = Principal === undefined || names(Principal, providerArn)
  const isExcepted = NotPrincipal !== undefined && names(NotPrincipal, providerArn)
  const isAction = Action === undefined || hasAction(Action)
  const isExceptedAction = NotAction !== undefined && hasAction(NotAction)
  return isNamed && !isExcepted && isAction && !isExceptedAction
}

/** `{"AWS": "*"}` is everyone but services and web identities. */
function names(element: z.output<typeof principal>, providerArn: string): boolean {
  if (typeof element === 'string') return true
  return [element.Federated ?? []].flat().includes(providerArn)
}

/** Actions ignore case. */
function hasAction(patterns: string | readonly string[]): boolean {
  return [patterns].flat().some((pattern) => matches(wildcards(pattern.toLowerCase()), ACTION.toLowerCase()))
}
