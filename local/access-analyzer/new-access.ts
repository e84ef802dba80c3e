/**
 * Whether a policy allows what another one does not. As AWS's answer it errs on one side only: PASS is certain, FAIL may be said of
 * what could not be shown. Statement by statement: all that one allows must be allowed by single statements of the existing policy, and no
 * Deny may have gone. https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-checks-validating-policies.html
 */
import type { CheckNoNewAccessResponse } from '@aws-sdk/client-accessanalyzer'
import { AwsError } from '../errors.ts'
import { parseIdentityPolicy } from '../iam/documents.ts'
import type { Statement } from '../policy/document.ts'
import { includes, meets } from '../policy/patterns.ts'
import { conditionsImply, isSubset } from './implied-conditions.ts'
import { expanded } from './service-authorization.ts'

export async function checkNoNewAccess(existing: string, wanted: string): Promise<CheckNoNewAccessResponse> {
  const before = await scopesOf(existing, 'existingPolicyDocument')
  const after = await scopesOf(wanted, 'newPolicyDocument')
  const index = after.findIndex((scope) => scope.effect === 'Allow' && !isAllowed(scope, before, after))
  const said = after[index]
  if (said === undefined)
    return {
      result: 'PASS',
      message: 'The modified permissions do not grant new access compared to your existing policy.',
      reasons: [],
    }
  const named = said.sid === undefined ? `index: ${index}` : `sid: ${said.sid}`
  const description = `New access in the statement with ${named}.`
  return {
    result: 'FAIL',
    message: 'The modified permissions grant new access compared to your existing policy.',
    reasons: [
      { description, statementIndex: index, ...(said.sid !== undefined && { statementId: said.sid }) },
    ],
  }
}

interface Scope {
  readonly effect: Statement['Effect']
  readonly sid: string | undefined
  readonly actions: ReadonlySet<string>
  /** `isNot`: all but these. */
  readonly resources: { readonly isNot: boolean; readonly patterns: readonly string[] }
  readonly condition: Statement['Condition']
}

async function scopesOf(text: string, name: string): Promise<Scope[]> {
  return Promise.all(statementsOf(text, name).map(scopeOf))
}

function statementsOf(text: string, name: string): readonly Statement[] {
  try {
    return [parseIdentityPolicy(text).parsed.Statement].flat()
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : ''
    throw new AwsError('InvalidParameterException', `${name} is not valid: ${words}`, 400, {}, { cause })
  }
}

async function scopeOf(statement: Statement): Promise<Scope> {
  const { Effect, Sid, Action, NotAction, Resource, NotResource, Condition } = statement
  const named = (await Promise.all([Action ?? NotAction ?? []].flat().map(expanded))).flat()
  const excluded = new Set(NotAction === undefined ? [] : named)
  const all =
    NotAction === undefined ? named : (await expanded('*')).filter((action) => !excluded.has(action))
  return {
    effect: Effect,
    sid: Sid,
    actions: new Set(all),
    resources: { isNot: NotResource !== undefined, patterns: [Resource ?? NotResource ?? []].flat() },
    condition: Condition,
  }
}

function isAllowed(scope: Scope, before: readonly Scope[], after: readonly Scope[]): boolean {
  const denied = (scopes: readonly Scope[]) => scopes.filter(({ effect }) => effect === 'Deny')
  const gone = denied(before).filter((old) => !denied(after).some((kept) => isWithin(old, kept)))
  return partsOf(scope).every((part) => {
    // What the new policy denies as a whole is not allowed by it.
    if (denied(after).some((deny) => isWithin(part, deny))) return true
    if (gone.some((deny) => overlap(part, deny))) return false
    return before.some((allow) => allow.effect === 'Allow' && isWithin(part, allow))
  })
}

/** One action on one resource pattern each. */
function partsOf(scope: Scope): Scope[] {
  const { isNot, patterns } = scope.resources
  const resources = isNot
    ? [scope.resources]
    : patterns.map((pattern) => ({ isNot: false, patterns: [pattern] }))
  return [...scope.actions].flatMap((action) =>
    resources.map((one) => ({ ...scope, actions: new Set([action]), resources: one })),
  )
}

/** Certainly; false also when it cannot be shown. */
function isWithin(narrow: Scope, wide: Scope): boolean {
  return (
    isSubset(narrow.actions, wide.actions) &&
    areWithin(narrow.resources, wide.resources) &&
    conditionsImply(narrow.condition, wide.condition)
  )
}

function areWithin(narrow: Scope['resources'], wide: Scope['resources']): boolean {
  if (narrow.isNot && wide.isNot)
    return wide.patterns.every((excluded) => narrow.patterns.some((pattern) => includes(pattern, excluded)))
  if (narrow.isNot) return wide.patterns.some((pattern) => /^\*+$/.test(pattern))
  return narrow.patterns.every((pattern) =>
    wide.isNot
      ? !wide.patterns.some((excluded) => meets(open(excluded), open(pattern)))
      : wide.patterns.some((one) => includes(one, pattern)),
  )
}

/** Perhaps; false only when it is certain. */
function overlap(one: Scope, other: Scope): boolean {
  if (![...one.actions].some((action) => other.actions.has(action))) return false
  if (one.resources.isNot || other.resources.isNot) return true
  return one.resources.patterns.some((mine) =>
    other.resources.patterns.some((its) => meets(open(mine), open(its))),
  )
}

/** A variable stands for any text. */
function open(pattern: string): string {
  return pattern.replaceAll(/\$\{[^}]*\}/g, '*')
}
