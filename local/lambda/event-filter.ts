/**
 * The patterns by which an event source mapping leaves records out: EventBridge's, on JSON.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
import type { FilterCriteria } from '@aws-sdk/client-lambda'
import { invalidParameter } from './function-name.ts'

export interface EventFilter {
  /** As it was given. */
  readonly pattern: string
  readonly matches: (event: unknown) => boolean
}

// 5 filters by default, 10 at most: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MAXIMUM_FILTERS = 5
const MAXIMUM_CHARACTERS = 4096

/** Throws AwsError (InvalidParameterValueException). */
export function parseFilters({ Filters = [] }: FilterCriteria = {}): readonly EventFilter[] {
  if (Filters.length > MAXIMUM_FILTERS)
    throw invalidParameter(`The number of filters exceeds the maximum of ${MAXIMUM_FILTERS}.`)
  return Filters.map(({ Pattern = '' }) => ({ pattern: Pattern, matches: parsePattern(Pattern) }))
}

type Test = (value: unknown) => boolean

/** Throws AwsError (InvalidParameterValueException). */
export function parsePattern(text: string): Test {
  if (text.length > MAXIMUM_CHARACTERS) throw invalidPattern(`longer than ${MAXIMUM_CHARACTERS} characters`)
  try {
    const pattern: unknown = JSON.parse(text)
    if (!isObject(pattern)) throw invalidPattern('must be a JSON object')
    return parseObject(pattern)
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidPattern(error.message)
    throw error
  }
}

/** Every member must match; a member that is absent matches `exists: false` only. */
function parseObject(pattern: Readonly<Record<string, unknown>>): Test {
  const tests = Object.entries(pattern).map(([name, inner]): Test => {
    if (name === '$or') return parseAlternatives(inner)
    const test = parseMember(inner, name)
    return (value) => test(isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined)
  })
  // In a list of objects one of them must match on its own.
  return (value) => elementsOf(value).some((element) => tests.every((test) => test(element)))
}

function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length > 0 ? value.flatMap(elementsOf) : [value]
}

function parseAlternatives(alternatives: unknown): Test {
  if (!Array.isArray(alternatives) || !alternatives.every(isObject))
    throw invalidPattern('$or must be an array of objects')
  const tests = alternatives.map(parseObject)
  return (value) => tests.some((test) => test(value))
}

function parseMember(inner: unknown, name: string): Test {
  if (isObject(inner)) return parseObject(inner)
  if (!Array.isArray(inner) || inner.length === 0)
    throw invalidPattern(`"${name}" must be an object or an array`)
  const tests = inner.map(parseCondition)
  // One element of an array is enough.
  return (value) => {
    const leaves = leavesOf(value)
    return tests.some((test) => (leaves.length > 0 ? leaves.some(test) : test(undefined)))
  }
}

/** Conditions are for leaves: to them an object, or an array without any, is as good as absent. */
function leavesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf)
  return value === undefined || isObject(value) ? [] : [value]
}

function parseCondition(condition: unknown): Test {
  if (!isObject(condition)) {
    if (typeof condition === 'object' && condition !== null) throw invalidPattern('arrays cannot be nested')
    return (value) => value === condition
  }
  const [entry, ...others] = Object.entries(condition)
  if (entry === undefined || others.length > 0) throw invalidPattern('a condition has one comparison')
  const [comparison, operand] = entry
  return parseComparison(comparison, operand)
}

function parseComparison(comparison: string, operand: unknown): Test {
  switch (comparison) {
    case 'exists':
      if (typeof operand !== 'boolean') throw invalidPattern('"exists" must be true or false')
      return (value) => (value !== undefined) === operand
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
      return textTest(comparison, operand)
    case 'anything-but': {
      const excluded = parseExcluded(operand)
      return (value) => value !== undefined && !excluded(value)
    }
    case 'numeric':
      return numericTest(operand)
    default:
      throw invalidPattern(`unrecognized comparison "${comparison}"`)
  }
}

/** Texts, numbers, or one comparison of text. */
function parseExcluded(operand: unknown): Test {
  const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand]
  const [first] = values
  const isComparison = isObject(first) && Object.keys(first).every((name) => textComparisons.has(name))
  const isList = ['string', 'number'].some((type) => values.every((value) => typeof value === type))
  if (!isList && !(isComparison && !Array.isArray(operand)))
    throw invalidPattern('"anything-but" must be texts, numbers or a comparison of text')
  return parseMember(values, 'anything-but')
}

const textComparisons: ReadonlySet<string> = new Set(['prefix', 'suffix', 'equals-ignore-case'])

function textTest(comparison: 'prefix' | 'suffix' | 'equals-ignore-case', operand: unknown): Test {
  if (typeof operand !== 'string') throw invalidPattern(`"${comparison}" must be a string`)
  return (value) => {
    if (typeof value !== 'string') return false
    if (comparison === 'prefix') return value.startsWith(operand)
    if (comparison === 'suffix') return value.endsWith(operand)
    return value.toLowerCase() === operand.toLowerCase()
  }
}

/** `[">", 0, "<=", 5]` */
function numericTest(operand: unknown): Test {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0)
    throw invalidPattern('"numeric" must be an array of comparisons and numbers')
  const tests: Test[] = []
  for (let index = 0; index < operand.length; index += 2)
    tests.push(numberTest(operand[index], operand[index + 1]))
  return (value) => tests.every((test) => test(value))
}

function numberTest(comparison: unknown, bound: unknown): Test {
  const compare = typeof comparison === 'string' ? comparisons.get(comparison) : undefined
  if (compare === undefined || typeof bound !== 'number')
    throw invalidPattern('"numeric" must be an array of comparisons and numbers')
  return (value) => typeof value === 'number' && compare(value, bound)
}

const comparisons: ReadonlyMap<string, (value: number, bound: number) => boolean> = new Map([
  ['=', (value: number, bound: number) => value === bound],
  ['<', (value: number, bound: number) => value < bound],
  ['<=', (value: number, bound: number) => value <= bound],
  ['>', (value: number, bound: number) => value > bound],
  ['>=', (value: number, bound: number) => value >= bound],
])

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalidPattern(why: string) {
  return invalidParameter(`Invalid filter pattern definition. Pattern ${why}`)
}
