/** The condition operators that local mode evaluates. Spelled as AWS documents them: another case is refused like an unknown one. */
import type { Piece } from './variables.ts'
import { matches, matchesArn } from './wildcards.ts'

export interface Operator extends Comparison {
  readonly isNull: boolean
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined
  readonly isNegated: boolean
  readonly isIfExists: boolean
}

interface Comparison {
  readonly compare: (wanted: readonly Piece[], actual: string) => boolean
  readonly takesVariables: boolean
}

/** Undefined for one that AWS does not have, or that local mode cannot evaluate: `IpAddress`, `BinaryEquals`. */
export function operatorOf(name: string): Operator | undefined {
  const { quantifier, base, isIfExists } = split(name)
  // It takes neither a set operator nor IfExists.
  if (name === 'Null') return { ...same, takesVariables: false, ...PLAIN, isNull: true }
  const positive = COMPARISONS.get(base)
  const comparison = positive ?? NEGATIONS.get(base)
  return comparison && { ...comparison, ...PLAIN, quantifier, isNegated: positive === undefined, isIfExists }
}

/** Whether AWS has it, evaluated here or not. */
export function isOperator(name: string): boolean {
  return operatorOf(name) !== undefined || NOT_EVALUATED.has(split(name).base)
}

const NOT_EVALUATED: ReadonlySet<string> = new Set(['IpAddress', 'NotIpAddress', 'BinaryEquals'])

const PLAIN = { isNull: false, quantifier: undefined, isNegated: false, isIfExists: false } as const

function split(name: string) {
  const [, set, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(name) ?? []
  const quantifier: Operator['quantifier'] = set === 'ForAllValues' || set === 'ForAnyValue' ? set : undefined
  return { quantifier, base, isIfExists: ifExists !== undefined }
}

function texts(compare: (wanted: string, actual: string) => boolean): Comparison {
  return { compare: (wanted, actual) => compare(textOf(wanted), actual), takesVariables: true }
}

function numbers(test: (actual: number, wanted: number) => boolean): Comparison {
  return {
    compare: (wanted, actual) => test(numberOf(actual), numberOf(textOf(wanted))),
    takesVariables: false,
  }
}

function dates(test: (actual: number, wanted: number) => boolean): Comparison {
  return { compare: (wanted, actual) => test(timeOf(actual), timeOf(textOf(wanted))), takesVariables: false }
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('')
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

/** ISO 8601, or seconds of the epoch: more digits than a year. */
function timeOf(text: string): number {
  return /^\d{5,}$/.test(text) ? Number(text) * 1000 : Date.parse(text)
}

const same = texts((wanted, actual) => wanted.toLowerCase() === actual.toLowerCase())
const arn: Comparison = { compare: matchesArn, takesVariables: true }

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['StringEquals', texts((wanted, actual) => wanted === actual)],
  ['StringEqualsIgnoreCase', same],
  ['StringLike', { compare: (wanted, actual) => matches(wanted, actual), takesVariables: true }],
  ['ArnEquals', arn],
  ['ArnLike', arn],
  ['Bool', same],
  ['NumericEquals', numbers((actual, wanted) => actual === wanted)],
  ['NumericLessThan', numbers((actual, wanted) => actual < wanted)],
  ['NumericLessThanEquals', numbers((actual, wanted) => actual <= wanted)],
  ['NumericGreaterThan', numbers((actual, wanted) => actual > wanted)],
  ['NumericGreaterThanEquals', numbers((actual, wanted) => actual >= wanted)],
  ['DateEquals', dates((actual, wanted) => actual === wanted)],
  ['DateLessThan', dates((actual, wanted) => actual < wanted)],
  ['DateLessThanEquals', dates((actual, wanted) => actual <= wanted)],
  ['DateGreaterThan', dates((actual, wanted) => actual > wanted)],
  ['DateGreaterThanEquals', dates((actual, wanted) => actual >= wanted)],
])

/** `StringNotEquals` and so on: only equality and likeness have one. */
const NEGATIONS: ReadonlyMap<string, Comparison> = new Map(
  [...COMPARISONS]
    .filter(([name]) => /^(String|Arn|Numeric|Date)(Equals|EqualsIgnoreCase|Like)$/.test(name))
    .map(([name, comparison]) => [name.replace(/^(String|Arn|Numeric|Date)/, '$1Not'), comparison]),
)
