/** Conditions of a trust policy, and which of them do not hold. Pure. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
import {
  type ContextValues,
  exactly,
  matches,
  matchesArn,
  type Pattern,
  substituted,
  wildcards,
} from './patterns.ts'

export type Conditions = Readonly<Record<string, Readonly<Record<string, ConditionValue>>>>
export type ConditionValue = Scalar | readonly Scalar[]
type Scalar = string | boolean | number

/** One that does not hold, or that only AWS can tell: an operator, or a part of the request, that is not known here. */
export interface Unmet {
  readonly operator: string
  readonly key: string
  readonly wanted: readonly string[]
  /** Undefined: the request does not have it. */
  readonly actual: readonly string[] | undefined
  readonly isUnknown: boolean
}

/** Those that keep the statement from applying; none: it applies. Variables are there in version 2012-10-17 only. */
export function unmetConditions(
  conditions: Conditions,
  values: ContextValues,
  hasVariables: boolean,
): readonly Unmet[] {
  return Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, value]) => {
      const wanted = [value].flat().map(String)
      const actual = values.get(key.toLowerCase())
      const answer = isKnown(key, actual) ? holds(operator, wanted, actual, values, hasVariables) : undefined
      return answer === true ? [] : [{ operator, key, wanted, actual, isUnknown: answer === undefined }]
    }),
  )
}

/** Where the call comes from, and what it names its session, is not in the token. */
function isKnown(key: string, actual: readonly string[] | undefined): boolean {
  return actual !== undefined || !/^(aws|sts):/i.test(key)
}

/** Undefined for an operator that is not evaluated here: IpAddress, BinaryEquals. */
function holds(
  name: string,
  wanted: readonly string[],
  actual: readonly string[] | undefined,
  values: ContextValues,
  hasVariables: boolean,
): boolean | undefined {
  if (name === 'Null') return wanted.some((text) => text.toLowerCase() === String(actual === undefined))
  const [, quantifier, base = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(name) ?? []
  const isNegated = /^(String|Arn|Numeric|Date)Not/.test(base)
  const compare = COMPARISONS[isNegated ? base.replace('Not', '') : base]
  if (compare === undefined) return undefined
  if (actual === undefined)
    return ifExists !== undefined || quantifier === 'ForAllValues' || (isNegated && quantifier === undefined)
  const isWanted = (value: string) =>
    wanted.some((text) => compare(text, value, hasVariables ? values : NO_VARIABLES)) !== isNegated
  const isAny = quantifier === 'ForAnyValue' || (quantifier === undefined && !isNegated)
  return isAny ? actual.some(isWanted) : actual.every(isWanted)
}

const NO_VARIABLES = undefined

type Compare = (wanted: string, actual: string, values: ContextValues | undefined) => boolean

function text(test: (pattern: Pattern, actual: string) => boolean, read: (text: string) => Pattern): Compare {
  return (wanted, actual, values) => {
    const pattern = values === undefined ? read(wanted) : substituted(wanted, values, read)
    return pattern !== undefined && test(pattern, actual)
  }
}

function numbers(
  toNumber: (text: string) => number,
  test: (actual: number, wanted: number) => boolean,
): Compare {
  return (wanted, actual) => test(toNumber(actual), toNumber(wanted))
}

const ignoringCase = text((pattern, actual) => matches(pattern, actual.toLowerCase()), exactly)

function lowered(compare: Compare): Compare {
  return (wanted, actual, values) => compare(wanted.toLowerCase(), actual, lowerValues(values))
}

function lowerValues(values: ContextValues | undefined): ContextValues | undefined {
  if (values === undefined) return undefined
  return new Map([...values].map(([key, all]) => [key, all.map((one) => one.toLowerCase())]))
}

const toNumber = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
/** ISO 8601, or seconds of the epoch. */
const toTime = (text: string) => (/^\d{5,}$/.test(text) ? Number(text) * 1000 : Date.parse(text))

const ORDERS: Readonly<Record<string, (actual: number, wanted: number) => boolean>> = {
  Equals: (actual, wanted) => actual === wanted,
  LessThan: (actual, wanted) => actual < wanted,
  LessThanEquals: (actual, wanted) => actual <= wanted,
  GreaterThan: (actual, wanted) => actual > wanted,
  GreaterThanEquals: (actual, wanted) => actual >= wanted,
}

const COMPARISONS: Readonly<Record<string, Compare>> = {
  StringEquals: text(matches, exactly),
  StringEqualsIgnoreCase: lowered(ignoringCase),
  StringLike: text(matches, wildcards),
  ArnEquals: text(matchesArn, wildcards),
  ArnLike: text(matchesArn, wildcards),
  Bool: lowered(ignoringCase),
  ...Object.fromEntries(
    Object.entries(ORDERS).flatMap(([order, test]) => [
      [`Numeric${order}`, numbers(toNumber, test)],
      [`Date${order}`, numbers(toTime, test)],
    ]),
  ),
}
