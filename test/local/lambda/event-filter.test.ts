import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFilters, parsePattern } from '../../../local/lambda/event-filter.ts'

/** As a stream's record comes to a function. */
const record = {
  eventName: 'MODIFY',
  eventSource: 'aws:dynamodb',
  dynamodb: {
    SizeBytes: 26,
    Keys: { pk: { S: 'CLUSTER#a' }, sk: { S: 'ROLE#default#web' } },
    NewImage: {
      owner: { S: '' },
      active: { BOOL: true },
      nothing: { NULL: true },
      Organizations: { L: [{ S: 'Sales' }, { S: 'Marketing' }, { M: { name: { S: 'Support' } } }] },
      words: { SS: ['one', 'two'] },
      empty: { L: [] },
    },
  },
  unknown: null,
}

function matches(pattern: object, event: unknown = record): boolean {
  return parsePattern(JSON.stringify(pattern))(event)
}

function onSortKey(condition: unknown) {
  return { dynamodb: { Keys: { sk: { S: [condition] } } } }
}

function onImage(attribute: string, rule: unknown) {
  return { dynamodb: { NewImage: { [attribute]: rule } } }
}

describe('a pattern', () => {
  it.each<[string, boolean, object]>([
    ['equal text', true, { eventName: ['MODIFY'] }],
    ['other text', false, { eventName: ['INSERT'] }],
    ['text in another case', false, { eventName: ['modify'] }],
    ['one of several', true, { eventName: ['INSERT', 'MODIFY'] }],
    ['empty text', true, onImage('owner', { S: [''] })],
    ['null', true, { unknown: [null] }],
    ['null where there is nothing', false, { missing: [null] }],
    ['a number', true, { dynamodb: { SizeBytes: [26] } }],
    ['a number as text', false, { dynamodb: { SizeBytes: ['26'] } }],
    ['true', true, onImage('active', { BOOL: [true] })],
    ['all of several members', true, { eventName: ['MODIFY'], eventSource: ['aws:dynamodb'] }],
    ['only some of several members', false, { eventName: ['MODIFY'], eventSource: ['aws:s3'] }],
    ['nothing where an object is', false, { dynamodb: ['MODIFY'] }],
    ['an object where text is', false, { eventName: { inner: ['MODIFY'] } }],
    ['a member that every object inherits', false, { constructor: [{ exists: true }] }],
  ])('for %s: %s', (_, expected, pattern) => {
    expect(matches(pattern)).toBe(expected)
  })

  it.each<[string, boolean, unknown]>([
    ['prefix', true, { prefix: 'ROLE#' }],
    ['another prefix', false, { prefix: 'CLUSTER' }],
    ['suffix', true, { suffix: '#web' }],
    ['another suffix', false, { suffix: '#api' }],
    ['text in any case', true, { 'equals-ignore-case': 'role#DEFAULT#web' }],
    ['other text in any case', false, { 'equals-ignore-case': 'role#' }],
    ['anything but another text', true, { 'anything-but': 'CLUSTER' }],
    ['anything but several others', true, { 'anything-but': ['CLUSTER', 'STATUS'] }],
    ['anything but this', false, { 'anything-but': ['ROLE#default#web', 'CLUSTER'] }],
    ['anything but a prefix', false, { 'anything-but': { prefix: 'ROLE#' } }],
    ['anything but a suffix', true, { 'anything-but': { suffix: '#api' } }],
    [
      'anything but text in any case',
      false,
      { 'anything-but': { 'equals-ignore-case': 'ROLE#DEFAULT#WEB' } },
    ],
    ['presence', true, { exists: true }],
    ['absence', false, { exists: false }],
  ])('by %s: %s', (_, expected, condition) => {
    expect(matches(onSortKey(condition))).toBe(expected)
  })

  it.each<[string, boolean, unknown]>([
    ['= 26', true, ['=', 26]],
    ['= 27', false, ['=', 27]],
    ['< 26', false, ['<', 26]],
    ['<= 26', true, ['<=', 26]],
    ['> 26', false, ['>', 26]],
    ['>= 26', true, ['>=', 26]],
    ['> 10, <= 26', true, ['>', 10, '<=', 26]],
    ['> 26, <= 30', false, ['>', 26, '<=', 30]],
  ])('by the number %s: %s', (_, expected, numeric) => {
    expect(matches({ dynamodb: { SizeBytes: [{ numeric }] } })).toBe(expected)
  })

  it('by a number never matches an attribute: those are text', () => {
    const event = { dynamodb: { NewImage: { times: { N: '5' } } } }

    expect(matches(onImage('times', { N: [{ numeric: ['=', 5] }] }), event)).toBe(false)
    expect(matches(onImage('times', { N: ['5'] }), event)).toBe(true)
  })

  it.each<[string, boolean, object]>([
    [
      'one of several alternatives',
      true,
      { $or: [{ eventName: ['INSERT'] }, onSortKey({ prefix: 'ROLE#' })] },
    ],
    ['no alternative', false, { $or: [{ eventName: ['INSERT'] }, onSortKey({ prefix: 'STATUS#' })] }],
    [
      'an alternative, but not what stands beside',
      false,
      { $or: [{ eventName: ['MODIFY'] }], eventSource: ['aws:s3'] },
    ],
    ['alternatives further in', true, { dynamodb: { $or: [{ SizeBytes: [1] }, { SizeBytes: [26] }] } }],
  ])('for %s: %s', (_, expected, pattern) => {
    expect(matches(pattern)).toBe(expected)
  })
})

// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html#filtering-ddb-exists
describe('presence', () => {
  it.each<[string, boolean, object]>([
    ['a leaf', true, onImage('owner', { S: [{ exists: true }] })],
    ['a leaf that is null', true, { unknown: [{ exists: true }] }],
    ['a leaf in a list', true, onImage('Organizations', { L: { S: [{ exists: true }] } })],
    ['an object', false, onImage('Organizations', [{ exists: true }])],
    ['a list of objects', false, onImage('Organizations', { L: [{ exists: true }] })],
    ['an empty list', false, onImage('empty', { L: [{ exists: true }] })],
    ['what is not there', false, onImage('missing', { S: [{ exists: true }] })],
  ])('of %s: %s', (_, expected, pattern) => {
    expect(matches(pattern)).toBe(expected)
  })

  it('is denied by absence, on any leaf', () => {
    expect(matches(onImage('missing', { S: [{ exists: false }] }))).toBe(true)
    expect(matches(onImage('owner', { S: [{ exists: false }] }))).toBe(false)
    expect(matches({ missing: { deeper: { still: [{ exists: false }] } } })).toBe(true)
  })

  it('is what anything-but needs too', () => {
    expect(matches(onImage('missing', { S: [{ 'anything-but': 'a' }] }))).toBe(false)
  })
})

describe('a list in the event', () => {
  it('of texts matches by any of them', () => {
    expect(matches(onImage('words', { SS: ['two', 'three'] }))).toBe(true)
    expect(matches(onImage('words', { SS: ['three'] }))).toBe(false)
    expect(matches(onImage('words', { SS: [{ prefix: 'tw' }] }))).toBe(true)
  })

  it('of objects matches by any of them', () => {
    expect(matches(onImage('Organizations', { L: { S: ['Marketing'] } }))).toBe(true)
    expect(matches(onImage('Organizations', { L: { M: { name: { S: ['Support'] } } } }))).toBe(true)
    expect(matches(onImage('Organizations', { L: { S: ['Support'] } }))).toBe(false)
  })

  it('of objects matches by one of them alone, not by two together', () => {
    const event = {
      list: [
        { a: 1, b: 1 },
        { a: 2, b: 2 },
      ],
    }

    expect(matches({ list: { a: [1], b: [1] } }, event)).toBe(true)
    expect(matches({ list: { a: [1], b: [2] } }, event)).toBe(false)
  })
})

describe('a pattern is refused', () => {
  it.each<[string, string]>([
    ['that is no JSON', '{'],
    ['that is a list', '[]'],
    ['that is text', '"a"'],
    ['whose rule is no list', '{"eventName":"MODIFY"}'],
    ['whose rule is empty', '{"eventName":[]}'],
    ['with lists in lists', '{"eventName":[["MODIFY"]]}'],
    ['with a comparison that there is not', '{"a":[{"regex":"x"}]}'],
    ['with two comparisons in one', '{"a":[{"prefix":"x","suffix":"y"}]}'],
    ['with no comparison', '{"a":[{}]}'],
    ['with a prefix that is no text', '{"a":[{"prefix":1}]}'],
    ['with a presence that is neither true nor false', '{"a":[{"exists":"yes"}]}'],
    ['with half a numeric comparison', '{"a":[{"numeric":["="]}]}'],
    ['with a numeric comparison of text', '{"a":[{"numeric":["=","1"]}]}'],
    ['with a numeric comparison that there is not', '{"a":[{"numeric":["!=",1]}]}'],
    ['with anything but nothing', '{"a":[{"anything-but":[]}]}'],
    ['with anything but text and numbers', '{"a":[{"anything-but":["a",1]}]}'],
    ['with anything but presence', '{"a":[{"anything-but":{"exists":true}}]}'],
    ['with alternatives that are no list', '{"$or":{"a":["b"]}}'],
    ['of more than 4096 characters', JSON.stringify({ a: ['x'.repeat(4096)] })],
  ])('%s', (_, text) => {
    expect(() => parsePattern(text)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValueException', status: 400 }),
    )
  })
})

describe('the filters of a mapping', () => {
  const Filters = [{ Pattern: '{"a":["1"]}' }, { Pattern: '{"a":["2"]}' }]

  it('are kept as they were given', () => {
    const filters = parseFilters({ Filters })

    expect(filters.map(({ pattern }) => ({ Pattern: pattern }))).toEqual(Filters)
    expect(filters.map(({ matches }) => matches({ a: '2' }))).toEqual([false, true])
  })

  it('are five at most', () => {
    const six = Array.from({ length: 6 }, () => ({ Pattern: '{"a":["1"]}' }))

    expect(parseFilters({ Filters: six.slice(1) })).toHaveLength(5)
    expect(() => parseFilters({ Filters: six })).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValueException' }),
    )
  })

  it.each([[undefined], [{}], [{ Filters: [] }]])('may be none: %j', (criteria) => {
    expect(parseFilters(criteria)).toEqual([])
  })
})

it('a value matches a pattern of itself, and no pattern of anything but itself', () => {
  const scalar = fc.oneof(fc.string(), fc.integer())
  fc.assert(
    fc.property(fc.string(), scalar, (name, value) => {
      fc.pre(name !== '$or' && name !== '__proto__')
      expect(matches({ [name]: [value] }, { [name]: value })).toBe(true)
      expect(matches({ [name]: [{ 'anything-but': value }] }, { [name]: value })).toBe(false)
      expect(matches({ [name]: [{ exists: false }] }, { [name]: value })).toBe(false)
    }),
  )
})
