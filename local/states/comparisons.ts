/** The data-test expressions of a Choice rule. https://states-language.net/#choice-state */
import { EvaluationFailure } from './failures.ts'
import { isArray, isObject, type Json, type JsonObject } from './json.ts'
import { type Data, type Path, parsePath, readPath } from './paths.ts'
import { parseTimestamp } from './timestamps.ts'

export type Condition = (data: Data) => boolean

/** Fields of a rule that are no comparison. */
const OTHER_FIELDS = new Set(['Next', 'Comment', 'Variable'])

/** Throws SyntaxError for a rule without exactly one known comparison, NotInLocalMode for paths that are not supported. */
export function compileRule(rule: JsonObject): Condition {
  const [operator, ...more] = Object.keys(rule).filter((field) => !OTHER_FIELDS.has(field))
  if (operator === undefined || more.length > 0)
    throw new SyntaxError(`a choice rule must have exactly one comparison: ${JSON.stringify(rule)}`)
  const operand = rule[operator]
  if (operator === 'And' || operator === 'Or') {
    const rules = (isArray(operand) ? operand : []).map(asRule).map(compileRule)
    if (rules.length === 0) throw new SyntaxError(`${operator} needs a list of rules`)
    if (operator === 'And') return (data) => rules.every((one) => one(data))
    return (data) => rules.some((one) => one(data))
  }
  if (operator === 'Not') {
    const negated = compileRule(asRule(operand))
    return (data) => !negated(data)
  }
  if (typeof rule.Variable !== 'string') throw new SyntaxError(`${operator} needs a Variable`)
  return compileComparison(operator, parsePath(rule.Variable), operand)
}

function asRule(rule: Json | undefined): JsonObject {
  if (!isObject(rule)) throw new SyntaxError('a choice rule must be an object')
  return rule
}

function compileComparison(operator: string, variable: Path, operand: Json | undefined): Condition {
  if (operator === 'IsPresent') {
    const expected = asBoolean(operator, operand)
    return (data) => (readPath(variable, data) !== undefined) === expected
  }
  const test = Object.hasOwn(TYPE_TESTS, operator) ? TYPE_TESTS[operator] : undefined
  if (test !== undefined) {
    const expected = asBoolean(operator, operand)
    return (data) => test(operandAt(variable, data)) === expected
  }
  const comparison = comparisonOf(operator)
  if (!operator.endsWith('Path')) {
    if (operand === undefined || comparison.order(operand, operand) === undefined)
      throw new SyntaxError(`${operator} cannot compare with ${JSON.stringify(operand)}`)
    return (data) => holds(comparison, operandAt(variable, data), operand)
  }
  if (typeof operand !== 'string') throw new SyntaxError(`${operator} needs a path`)
  const other = parsePath(operand)
  return (data) => holds(comparison, operandAt(variable, data), operandAt(other, data))
}

function asBoolean(operator: string, operand: Json | undefined): boolean {
  if (typeof operand !== 'boolean') throw new SyntaxError(`${operator} needs true or false`)
  return operand
}

function operandAt(path: Path, data: Data): Json {
  const value = readPath(path, data)
  if (value !== undefined) return value
  throw new EvaluationFailure(
    `Invalid path '${path.text}': The choice state's condition path references an invalid value.`,
  )
}

const TYPE_TESTS: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => typeof value === 'string' && parseTimestamp(value) !== undefined,
}

interface Comparison {
  /** Below, equal or above 0; undefined when the two are not of the operator's type, which is false for every operator. */
  readonly order: (value: Json, other: Json) => number | undefined
  readonly holds: (order: number) => boolean
}

function holds(comparison: Comparison, value: Json, other: Json): boolean {
  const order = comparison.order(value, other)
  return order !== undefined && comparison.holds(order)
}

function comparisonOf(operator: string): Comparison {
  const [, type, relation] =
    /^(String|Numeric|Boolean|Timestamp)([A-Z][A-Za-z]+?)(?:Path)?$/.exec(operator) ?? []
  if (operator === 'StringMatches') return { order: matchOrder, holds: (order) => order === 0 }
  const order = ORDERS[type ?? '']
  const holds = RELATIONS[relation ?? '']
  if (order === undefined || holds === undefined || (type === 'Boolean' && relation !== 'Equals'))
    throw new SyntaxError(`unknown comparison ${operator}`)
  return { order, holds }
}

const RELATIONS: Readonly<Record<string, Comparison['holds']>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
}

const ORDERS: Readonly<Record<string, Comparison['order']>> = {
  String: (value, other) =>
    typeof value === 'string' && typeof other === 'string' ? orderOf(value, other) : undefined,
  Numeric: (value, other) =>
    typeof value === 'number' && typeof other === 'number' ? value - other : undefined,
  Boolean: (value, other) =>
    typeof value === 'boolean' && typeof other === 'boolean' ? Number(value) - Number(other) : undefined,
  Timestamp: (value, other) => {
    if (typeof value !== 'string' || typeof other !== 'string') return undefined
    const [time, otherTime] = [parseTimestamp(value), parseTimestamp(other)]
    return time === undefined || otherTime === undefined ? undefined : time - otherTime
  },
}

/** By UTF-16 code units, as AWS's strings are. */
function orderOf(value: string, other: string): number {
  if (value === other) return 0
  return value < other ? -1 : 1
}

function matchOrder(value: Json, pattern: Json): number | undefined {
  if (typeof value !== 'string' || typeof pattern !== 'string') return undefined
  return matches(value, pattern) ? 0 : 1
}

/** `*` stands for any characters; `\*` is an asterisk and `\\` a backslash. */
export function matches(text: string, pattern: string): boolean {
  const pieces = ['']
  for (const [token] of pattern.matchAll(/\\[*\\]|[\s\S]/g)) {
    if (token === '*') pieces.push('')
    else pieces.push((pieces.pop() ?? '') + (token.length === 2 && token !== '' ? token.slice(1) : token))
  }
  const [first = '', ...rest] = pieces
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const piece of rest) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
