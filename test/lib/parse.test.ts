import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { InvalidInput } from '../../lib/errors.ts'
import { DESPITE_FAULTS, parse, stringWith } from '../../lib/parse.ts'

function message(schema: z.ZodType, input: unknown): string {
  try {
    parse(schema, input, 'detail')
  } catch (error) {
    if (error instanceof InvalidInput) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('parse', () => {
  test('gives the parsed value', () => {
    expect(parse(z.strictObject({ a: z.string().default('x') }), {}, 'detail')).toEqual({ a: 'x' })
  })

  test.each<[string, z.ZodType, unknown, string]>([
    ['a missing member', z.object({ a: z.string() }), {}, 'detail.a: is required'],
    ['a missing choice', z.object({ a: z.enum(['x', 'y']) }), {}, 'detail.a: is required'],
    ['another type', z.object({ a: z.string() }), { a: 1 }, 'detail.a: must be a string'],
    ['another number', z.object({ a: z.int() }), { a: 1.5 }, 'detail.a: must be a whole number'],
    ['another choice', z.enum(['x', 'y']), 'z', 'detail: must be "x" or "y"'],
    ['too long a text', z.string().max(1), 'xx', 'detail: must have at most 1 character'],
    ['much too long a text', z.string().max(10), 'x'.repeat(11), 'detail: must have at most 10 characters'],
    ['too short a list', z.array(z.string()).min(1), [], 'detail: must have at least 1 entry'],
    ['too small a number', z.int().min(3), 2, 'detail: must be at least 3'],
    ['an unknown member', z.strictObject({}), { a: 1 }, 'detail.a: is not known'],
    [
      'a wrong name',
      z.record(z.string().max(1), z.string()),
      { ab: '' },
      'detail.ab: must have at most 1 character',
    ],
    ['a wrong entry', z.array(z.string()), ['a', 1], 'detail[1]: must be a string'],
    ['words of the schema', z.string().regex(/^a/, 'must begin with a'), 'b', 'detail: must begin with a'],
  ])('says what is wrong with %s', (_, schema, input, expected) => {
    expect(message(schema, input)).toBe(expected)
  })

  test('of several forms blames the one that was meant', () => {
    const schema = z.union(
      [z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })],
      'must be a or b',
    )

    expect(message(schema, { b: 1 })).toBe('detail.b: must be a string')
    expect(message(schema, { a: 1, b: 1 })).toBe('detail: must be a or b')
    expect(message(schema, 'text')).toBe('detail: must be a or b')
  })

  test('of one or many blames the entry', () => {
    const word = z.string().regex(/^a/, 'must begin with a')

    expect(message(z.union([word, z.array(word)]), ['a', 'b'])).toBe('detail[1]: must begin with a')
  })

  test.each<[string, z.ZodType, string, string]>([
    ['a record', z.record(z.string(), z.string()), '{"a":"b","__proto__":"x"}', ''],
    ['a record of any values', z.record(z.string(), z.unknown()), '{"__proto__":{"a":1}}', ''],
    ['an object', z.strictObject({ a: z.string() }), '{"a":"b","__proto__":"x"}', ''],
    [
      'what nobody looks into',
      z.strictObject({ a: z.unknown() }),
      '{"a":[{"b":{"__proto__":1}}]}',
      '.a[0].b',
    ],
  ])('refuses in %s a member that no schema would see', (_, schema, text, place) => {
    expect(message(schema, JSON.parse(text))).toBe(`detail${place}.__proto__: is not known`)
  })

  test('names what no schema would see beside all else that is wrong', () => {
    const schema = z.strictObject({ a: z.string(), tags: z.record(z.string(), z.string()) })

    expect(message(schema, JSON.parse('{"a":1,"tags":{"__proto__":"x"}}'))).toBe(
      'detail.a: must be a string; detail.tags.__proto__: is not known',
    )
  })

  test('shows no value, and no name that could be one', () => {
    const secret = 'hush-hush-hush-hush-hush-hush-hush-hush-hush'

    expect(message(z.strictObject({ a: z.enum(['x']) }), { a: secret, [secret]: secret })).toBe(
      'detail.a: must be "x"; detail.(a name that is not shown): is not known',
    )
  })

  test('bears any depth', () => {
    let deep: unknown = 'a'
    for (let depth = 0; depth < 100_000; depth++) deep = depth % 2 === 0 ? [deep] : { keys: deep }

    expect(message(z.strictObject({ a: z.string() }), { a: deep })).toBe('detail.a: must be a string')
  })

  test('stays readable whatever was sent', () => {
    const input = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`a${index}`, 1]))

    const faults = message(z.strictObject({}), input).split('; ')

    expect(faults).toHaveLength(21)
    expect(faults.at(-1)).toBe('and 980 more')
  })
})

test('stringWith speaks with the words of its rule', () => {
  const schema = stringWith((text) => (text === 'a' ? undefined : 'must be a'))

  expect(parse(schema, 'a', 'x')).toBe('a')
  expect(message(schema, 'b')).toBe('detail: must be a')
})

test('DESPITE_FAULTS judges members together even when one is wrong', () => {
  const schema = z
    .object({ a: z.string() })
    .refine(() => false, { ...DESPITE_FAULTS, error: 'is wrong as a whole' })

  expect(message(schema, { a: 1 })).toBe('detail.a: must be a string; detail: is wrong as a whole')
  expect(message(schema, null)).toBe('detail: must be an object')
})
