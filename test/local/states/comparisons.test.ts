import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileRule, matches } from '../../../local/states/comparisons.ts'
import type { Json, JsonObject } from '../../../local/states/json.ts'

function holds(rule: JsonObject, input: Json): boolean {
  return compileRule(rule)({ input, context: () => ({ State: { Name: 'here' } }) })
}

/** Operator, operand, then values for which it holds and values for which it does not. */
const OPERATORS: readonly [string, Json, readonly Json[], readonly Json[]][] = [
  ['StringEquals', 'b', ['b'], ['a', 'B', '', 1, null, true, ['b'], { b: 1 }]],
  ['StringLessThan', 'b', ['a', 'B', ''], ['b', 'c', 1, null]],
  ['StringGreaterThan', 'b', ['c', 'ba'], ['b', 'a', 'B', 2, null]],
  ['StringLessThanEquals', 'b', ['a', 'b'], ['c', 1]],
  ['StringGreaterThanEquals', 'b', ['b', 'c'], ['a', 1]],
  [
    'StringMatches',
    'log-*.txt',
    ['log-.txt', 'log-a.b.txt'],
    ['log.txt', 'xlog-a.txt', 'log-a.txtx', 1, null],
  ],
  ['NumericEquals', 5, [5, 5.0], [4, 5.1, '5', null, true]],
  ['NumericLessThan', 5, [4, -1, 4.99], [5, 6, '4', null]],
  ['NumericGreaterThan', 5, [6, 5.01], [5, 4, '6', null]],
  ['NumericLessThanEquals', 5, [5, 4], [6, '5', null]],
  ['NumericGreaterThanEquals', 5, [5, 6], [4, '5', null]],
  ['BooleanEquals', true, [true], [false, 'true', 1, null]],
  ['BooleanEquals', false, [false], [true, 0, '', null]],
  [
    'TimestampEquals',
    '2026-01-02T00:00:00Z',
    ['2026-01-02T00:00:00.000Z', '2026-01-02T01:00:00+01:00'],
    ['2026-01-02T00:00:01Z', 'x', 0, null],
  ],
  [
    'TimestampLessThan',
    '2026-01-02T00:00:00Z',
    ['2026-01-01T23:59:59.999Z'],
    ['2026-01-02T00:00:00Z', '2026-01-01', null],
  ],
  [
    'TimestampGreaterThan',
    '2026-01-02T00:00:00Z',
    ['2026-01-02T00:00:00.001Z'],
    ['2026-01-02T00:00:00Z', 'z', 1],
  ],
  [
    'TimestampLessThanEquals',
    '2026-01-02T00:00:00Z',
    ['2026-01-02T00:00:00Z'],
    ['2026-01-03T00:00:00Z', null],
  ],
  [
    'TimestampGreaterThanEquals',
    '2026-01-02T00:00:00Z',
    ['2026-01-02T00:00:00Z'],
    ['2026-01-01T00:00:00Z', null],
  ],
]

const TYPES: readonly [string, readonly Json[], readonly Json[]][] = [
  ['IsNull', [null], [0, '', false, [], {}, 'null']],
  ['IsString', ['', 'a', '1'], [0, null, false, [], {}]],
  ['IsNumeric', [0, 1.5, -1], ['0', null, false, [], {}]],
  ['IsBoolean', [true, false], ['true', 0, null, [], {}]],
  [
    'IsTimestamp',
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.1234567Z', '2026-01-01T00:00:00-05:30'],
    ['2026-01-01T00:00:00', '2026-01-01', '2026-01-01t00:00:00z', '2026-13-01T00:00:00Z', 'now', 0, null, {}],
  ],
]

describe('compileRule', () => {
  test.each(OPERATORS)('%s %j', (operator, operand, yes, no) => {
    for (const value of yes)
      expect([value, holds({ Variable: '$.v', [operator]: operand }, { v: value })]).toEqual([value, true])
    for (const value of no)
      expect([value, holds({ Variable: '$.v', [operator]: operand }, { v: value })]).toEqual([value, false])
  })

  test.each(OPERATORS.filter(([operator]) => operator !== 'StringMatches'))(
    '%sPath, of %j',
    (operator, operand, yes, no) => {
      const rule = { Variable: '$.v', [`${operator}Path`]: '$.other' }
      for (const value of yes)
        expect([value, holds(rule, { v: value, other: operand })]).toEqual([value, true])
      for (const value of no)
        expect([value, holds(rule, { v: value, other: operand })]).toEqual([value, false])
      expect(holds(rule, { v: operand, other: {} })).toBe(false)
    },
  )

  test.each(TYPES)('%s tells its type, with true and with false', (operator, yes, no) => {
    for (const expected of [true, false]) {
      const rule = { Variable: '$.v', [operator]: expected }
      for (const value of yes) expect([value, holds(rule, { v: value })]).toEqual([value, expected])
      for (const value of no) expect([value, holds(rule, { v: value })]).toEqual([value, !expected])
    }
  })

  test.each<[JsonObject, boolean]>([
    [{}, false],
    [{ v: null }, true],
    [{ v: false }, true],
    [{ v: {} }, true],
  ])('IsPresent of %j is %s', (input, isPresent) => {
    expect(holds({ Variable: '$.v', IsPresent: true }, input)).toBe(isPresent)
    expect(holds({ Variable: '$.v', IsPresent: false }, input)).toBe(!isPresent)
  })

  test('And, Or and Not combine rules of any depth', () => {
    const small = { Variable: '$.v', NumericLessThan: 5 }
    const even = { Variable: '$.even', BooleanEquals: true }
    const rule = { Or: [{ And: [small, even] }, { Not: { Or: [small, even] } }] }

    expect(holds(rule, { v: 1, even: true })).toBe(true)
    expect(holds(rule, { v: 9, even: false })).toBe(true)
    expect(holds(rule, { v: 1, even: false })).toBe(false)
    expect(holds(rule, { v: 9, even: true })).toBe(false)
  })

  test('And and Or stop at the first answer, so that IsPresent guards what follows', () => {
    const present = { Variable: '$.v', IsPresent: true }
    const equal = { Variable: '$.v', StringEquals: 'a' }

    expect(holds({ And: [present, equal] }, {})).toBe(false)
    expect(holds({ Or: [{ Not: present }, equal] }, {})).toBe(true)
  })

  test('Variable and operand may come from the context object', () => {
    expect(holds({ Variable: '$$.State.Name', StringEquals: 'here' }, {})).toBe(true)
    expect(holds({ Variable: '$.v', StringEqualsPath: '$$.State.Name' }, { v: 'here' })).toBe(true)
  })

  test.each<JsonObject>([
    { Variable: '$.missing', StringEquals: 'a' },
    { Variable: '$.missing', IsNull: true },
    { Variable: '$.missing', IsString: false },
    { Variable: '$.v', StringEqualsPath: '$.missing' },
    { Not: { Variable: '$.missing', NumericEquals: 1 } },
  ])('a missing path fails the execution: %j', (rule) => {
    expect(() => holds(rule, { v: 'a' })).toThrow(expect.objectContaining({ error: 'States.Runtime' }))
  })

  test.each<JsonObject>([
    { Variable: '$.v' },
    { Variable: '$.v', StringEquals: 'a', NumericEquals: 1 },
    { StringEquals: 'a' },
    { Variable: '$.v', StringEquals: 1 },
    { Variable: '$.v', NumericEquals: '1' },
    { Variable: '$.v', BooleanEquals: 'true' },
    { Variable: '$.v', TimestampEquals: 'yesterday' },
    { Variable: '$.v', IsPresent: 'true' },
    { Variable: '$.v', BooleanLessThan: true },
    { Variable: '$.v', StringMatchesPath: '$.a' },
    { Variable: '$.v', StringEqualsPath: 1 },
    { Variable: '$.v', Nonsense: 1 },
    { Variable: '$.v', toString: 1 },
    { And: [] },
    { And: 'x' },
    { Not: [] },
  ])('%j does not compile', (rule) => {
    expect(() => compileRule(rule)).toThrow(SyntaxError)
  })
})

describe('matches', () => {
  test.each([
    ['', '', true],
    ['', '*', true],
    ['abc', 'abc', true],
    ['abc', 'a*c', true],
    ['abc', '*b*', true],
    ['abc', '*', true],
    ['abc', 'a*b', false],
    ['ab', 'ab*b', false],
    ['aXbXc', 'a*X*c', true],
    ['a*c', 'a\\*c', true],
    ['abc', 'a\\*c', false],
    ['a\\c', 'a\\\\c', true],
    ['line\nbreak', 'line*break', true],
  ])('%j against %j: %s', (text, pattern, expected) => {
    expect(matches(text, pattern)).toBe(expected)
  })

  test('agrees with a regular expression made of the same pattern', () => {
    const piece = fc.constantFrom('a', 'b', '*')
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.constantFrom('a', 'b')), (pattern, text) => {
        const expression = new RegExp(`^${pattern.join('').replaceAll('*', '.*')}$`)

        expect(matches(text.join(''), pattern.join(''))).toBe(expression.test(text.join('')))
      }),
    )
  })
})
