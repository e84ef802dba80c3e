/**
 * Conditions of a statement: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * Operators and keys ignore case; every operator and every key must hold, one of its values is enough.
 */
import { NotInLocalMode } from '../errors.ts'
import type { ConditionValue, Statement } from './document.ts'
import { matches } from './wildcards.ts'

/** Condition keys as AWS spells them; read without regard to case. */
export type Context = Readonly<Record<string, string | readonly string[]>>

/** Throws NotInLocalMode for an operator that local mode cannot evaluate. */
export function conditionsHold(condition: Statement['Condition'], context: Context): boolean {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()]))
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(
        operator,
        values.get(key.toLowerCase()),
        texts(wanted).map((text) => withVariables(text, values)),
      ),
    ),
  )
}

function texts(value: ConditionValue): string[] {
  return [value].flat().map(String)
}

/** `${key}` or `${key, 'default'}`; undefined makes the condition fail, as a value that is nowhere. */
function withVariables(text: string, values: ReadonlyMap<string, readonly string[]>): string | undefined {
  let isMissing = false
  const filled = text.replaceAll(
    /\$\{([^},]+)(?:,\s*'([^']*)')?\}/g,
    (_, name: string, fallback?: string) => {
      if (name === '*' || name === '?' || name === '$') return name
      const value = values.get(name.trim().toLowerCase())?.[0] ?? fallback
      isMissing ||= value === undefined
      return value ?? ''
    },
  )
  return isMissing ? undefined : filled
}

type Quantifier = 'ForAllValues' | 'ForAnyValue' | undefined

function holds(
  operator: string,
  actual: readonly string[] | undefined,
  wanted: readonly (string | undefined)[],
): boolean {
  const { quantifier, base, isNegated, isIfExists } = parseOperator(operator)
  if (base === 'Null') return wanted.includes(String(actual === undefined))
  if (actual === undefined) return isIfExists || quantifier === 'ForAllValues' || isNegated
  const compare = COMPARISONS[base]
  if (compare === undefined) throw new NotInLocalMode(`the condition operator ${operator}`)
  const oneOf = (value: string) => wanted.some((text) => text !== undefined && compare(text, value))
  const passes = (value: string) => oneOf(value) !== isNegated
  return quantifier === 'ForAllValues'
    ? actual.every(passes)
    : isNegated
      ? actual.every(passes)
      : actual.some(passes)
}

function parseOperator(operator: string): {
  readonly quantifier: Quantifier
  readonly base: string
  readonly isNegated: boolean
  readonly isIfExists: boolean
} {
  const [, set, rest = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operator) ?? []
  const base = rest.replace('Not', '')
  return {
    quantifier: set === 'ForAllValues' || set === 'ForAnyValue' ? set : undefined,
    base,
    isNegated: base !== rest,
    isIfExists: ifExists !== undefined,
  }
}

type Comparison = (wanted: string, actual: string) => boolean

const number =
  (test: (actual: number, wanted: number) => boolean): Comparison =>
  (wanted, actual) =>
    test(Number(actual), Number(wanted))

const date =
  (test: (actual: number, wanted: number) => boolean): Comparison =>
  (wanted, actual) =>
    test(Date.parse(actual), /^\d+$/.test(wanted) ? Number(wanted) * 1000 : Date.parse(wanted))

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: matches,
  ArnEquals: matches,
  ArnLike: matches,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  NumericEquals: number((actual, wanted) => actual === wanted),
  NumericLessThan: number((actual, wanted) => actual < wanted),
  NumericLessThanEquals: number((actual, wanted) => actual <= wanted),
  NumericGreaterThan: number((actual, wanted) => actual > wanted),
  NumericGreaterThanEquals: number((actual, wanted) => actual >= wanted),
  DateEquals: date((actual, wanted) => actual === wanted),
  DateLessThan: date((actual, wanted) => actual < wanted),
  DateLessThanEquals: date((actual, wanted) => actual <= wanted),
  DateGreaterThan: date((actual, wanted) => actual > wanted),
  DateGreaterThanEquals: date((actual, wanted) => actual >= wanted),
}
