/**
 * Conditions of a statement: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * Keys ignore case; every operator and every key must hold, one of its values is enough.
 */
import { NotInLocalMode } from '../errors.ts'
import type { Statement } from './document.ts'
import { type Operator, operatorOf } from './operators.ts'
import { asWritten, type Piece, type Values, withVariables } from './variables.ts'

/** Condition keys as AWS spells them; read without regard to case. */
export type Context = Readonly<Record<string, string | readonly string[]>>

/** A key without any value is not in the request. */
export function valuesOf(context: Context): Values {
  const all = Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()] as const)
  return new Map(all.filter(([, values]) => values.length > 0))
}

/**
 * Throws NotInLocalMode for an operator that local mode cannot evaluate, whatever the others say. `values` also fill
 * the variables, which only policies of version 2012-10-17 have.
 */
export function conditionsHold(
  condition: Statement['Condition'],
  values: Values,
  hasVariables: boolean,
): boolean {
  const tests = Object.entries(condition ?? {}).flatMap(([name, keys]) => {
    const operator = operatorOf(name)
    if (operator === undefined) throw new NotInLocalMode(`the condition operator ${name}`)
    return Object.entries(keys).map(([key, wanted]) => ({
      operator,
      key,
      wanted: [wanted].flat().map(String),
    }))
  })
  return tests.every(({ operator, key, wanted }) =>
    holds(
      operator,
      values.get(key.toLowerCase()),
      wanted.map((text) =>
        hasVariables && operator.takesVariables ? withVariables(text, values) : [asWritten(text)],
      ),
    ),
  )
}

/** What is wanted is undefined where a variable has no value: equal to nothing. */
function holds(
  { isNull, compare, quantifier, isNegated, isIfExists }: Operator,
  actual: readonly string[] | undefined,
  wanted: readonly (readonly Piece[] | undefined)[],
): boolean {
  const isOneOf = (value: string) => wanted.some((pieces) => pieces !== undefined && compare(pieces, value))
  if (isNull) return isOneOf(String(actual === undefined))
  if (actual === undefined)
    return isIfExists || quantifier === 'ForAllValues' || (isNegated && quantifier === undefined)
  const passes = (value: string) => isOneOf(value) !== isNegated
  if (quantifier === 'ForAnyValue' || (quantifier === undefined && !isNegated)) return actual.some(passes)
  return actual.every(passes)
}
