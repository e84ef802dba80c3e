import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NotInLocalMode } from '../../../local/errors.ts'
import { compileIntrinsic } from '../../../local/states/intrinsics.ts'
import type { Json } from '../../../local/states/json.ts'

const input = {
  name: 'web',
  count: 3,
  list: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  tags: ['a', 'b', 'a'],
  nested: { a: { a1: 1 }, b: 2 },
  other: { a: { a3: 1 }, c: 3 },
  json: '{"foo":"bar"}',
  nothing: null,
  arn: 'arn:aws:iam::000000000000:role/path/name',
}
const data = { input, context: () => ({ Execution: { Name: 'run' } }) }

function evaluate(text: string): Json {
  return compileIntrinsic(text)(data)
}

describe('compileIntrinsic', () => {
  test.each<[string, Json]>([
    ['States.Array()', []],
    ["States.Array($.name, 1, true, null, 'x')", ['web', 1, true, null, 'x']],
    ['States.ArrayPartition($.list, 4)', [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
    ['States.ArrayPartition($.list, 3.6)', [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
    ['States.ArrayContains($.list, 5)', true],
    ['States.ArrayContains($.list, 10)', false],
    ['States.ArrayContains(States.Array($.nested), $.nested)', true],
    ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['States.ArrayRange(3, 1, -1)', [3, 2, 1]],
    ['States.ArrayRange(3, 1, 1)', []],
    ['States.ArrayGetItem($.list, 5)', 6],
    ['States.ArrayLength($.list)', 9],
    ['States.ArrayUnique($.tags)', ['a', 'b']],
    ["States.Base64Encode('Data to encode')", 'RGF0YSB0byBlbmNvZGU='],
    ["States.Base64Decode('RGVjb2RlZCBkYXRh')", 'Decoded data'],
    ["States.Hash('abc', 'MD5')", '900150983cd24fb0d6963f7d28e17f72'],
    ["States.Hash('abc', 'SHA-1')", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ["States.Hash('abc', 'SHA-256')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['States.JsonMerge($.nested, $.other, false)', { a: { a3: 1 }, b: 2, c: 3 }],
    ['States.StringToJson($.json)', { foo: 'bar' }],
    ['States.JsonToString($.nested)', '{"a":{"a1":1},"b":2}'],
    ['States.MathAdd($.count, -1)', 2],
    ['States.MathAdd(1.4, 1.6)', 3],
    ["States.StringSplit('1,2,3,4,5', ',')", ['1', '2', '3', '4', '5']],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", ['This', 'is', 'a', 'test', 'string']],
    ["States.StringSplit(',a,,b,', ',')", ['a', 'b']],
    ["States.Format('Hello, my name is {}.', $.name)", 'Hello, my name is web.'],
    ["States.Format('{}/{}/{}', 1, null, $.nested.b)", '1/null/2'],
    ["States.Format('{}', $.tags)", '["a","b","a"]'],
    ["States.Format('it\\'s \\{\\} \\\\ {}', 1)", "it's {} \\ 1"],
    ["States.Format('{}', $$.Execution.Name)", 'run'],
    ["States.Format('no placeholders')", 'no placeholders'],
    [
      "States.ArrayGetItem(States.StringSplit(States.ArrayGetItem(States.StringSplit($.arn, ':'), 4), '/'), 2)",
      'name',
    ],
    ["States.Array( $.name ,\n'b' )", ['web', 'b']],
  ])('%s', (text, expected) => {
    expect(evaluate(text)).toEqual(expected)
  })

  test('UUID answers a version 4 UUID, another each time', () => {
    expect(evaluate('States.UUID()')).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    )
    expect(evaluate('States.UUID()')).not.toBe(evaluate('States.UUID()'))
  })

  test('MathRandom stays in its range and repeats itself for a seed', () => {
    const range = { min: -1000, max: 1000 }
    fc.assert(
      fc.property(
        fc.integer(range),
        fc.integer({ min: 1, max: 500 }),
        fc.integer(range),
        (from, width, seed) => {
          const numbers = [evaluate(`States.MathRandom(${from}, ${from + width})`)]
          const seeded = `States.MathRandom(${from}, ${from + width}, ${seed})`
          numbers.push(evaluate(seeded))

          expect(evaluate(seeded)).toBe(numbers[1])
          for (const number of numbers) {
            expect(number).toBeGreaterThanOrEqual(from)
            expect(number).toBeLessThan(from + width)
          }
        },
      ),
    )
  })

  test.each([
    'States.ArrayPartition($.list, 0)',
    'States.ArrayPartition($.name, 2)',
    'States.ArrayRange(1, 9, 0)',
    'States.ArrayRange(0, 1000, 1)',
    'States.ArrayGetItem($.list, 9)',
    'States.ArrayGetItem($.list, -1)',
    'States.ArrayLength($.name)',
    "States.Hash('abc', 'SHA-3')",
    'States.JsonMerge($.nested, $.other, true)',
    'States.JsonMerge($.nested, $.list, false)',
    "States.StringToJson('{')",
    'States.MathAdd(2147483647, 1)',
    "States.MathAdd('1', 1)",
    'States.MathRandom(2, 2)',
    "States.Format('{} {}', 1)",
    "States.Format('{}', 1, 2)",
    "States.Format('}')",
    'States.Base64Encode(1)',
  ])('%s is a States.IntrinsicFailure', (text) => {
    expect(() => evaluate(text)).toThrow(expect.objectContaining({ error: 'States.IntrinsicFailure' }))
  })

  test('a string of more than 10,000 characters is not encoded', () => {
    const run = compileIntrinsic('States.Base64Encode($)')

    expect(run({ input: 'a'.repeat(10_000), context: () => null })).toHaveLength(13_336)
    expect(() => run({ input: 'a'.repeat(10_001), context: () => null })).toThrow(
      expect.objectContaining({ error: 'States.IntrinsicFailure' }),
    )
  })

  test('a missing path is States.Runtime, which nothing catches', () => {
    expect(() => evaluate('States.ArrayLength($.missing)')).toThrow(
      expect.objectContaining({ error: 'States.Runtime' }),
    )
  })

  test.each([
    'States.Nope()',
    'States.Format()',
    'States.UUID(1)',
    'States.Format',
    'States.Format(',
    "States.Format('a'",
    "States.Format('a')x",
    "States.Format('\\x')",
    'States.Array(1,)',
    'States.Array(undefined)',
    'Format(1)',
    `${'States.Array('.repeat(11)}${')'.repeat(11)}`,
  ])('%s does not compile', (text) => {
    expect(() => compileIntrinsic(text)).toThrow(SyntaxError)
  })

  test('ten nested calls compile, a path with a wildcard does not', () => {
    expect(compileIntrinsic(`${'States.Array('.repeat(10)}${')'.repeat(10)}`)(data)).toEqual([
      [[[[[[[[[]]]]]]]]],
    ])
    expect(() => compileIntrinsic('States.Array($.a[*])')).toThrow(NotInLocalMode)
  })
})
