import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NotInLocalMode } from '../../../local/errors.ts'
import type { Json } from '../../../local/states/json.ts'
import { parsePath, readPath, requirePath, writePath } from '../../../local/states/paths.ts'

const input = { a: { b: [1, { c: null }, [true]] }, 'x y': 'quoted', 'a-b': 'dash', '': 'empty' }
const context = { Execution: { Name: 'run' } }
const data = { input, context: () => context }

describe('readPath', () => {
  test.each<[string, Json | undefined]>([
    ['$', input],
    ['$.a.b[0]', 1],
    ['$.a.b[1].c', null],
    ['$.a.b[2][0]', true],
    ["$['x y']", 'quoted'],
    ['$["x y"]', 'quoted'],
    ['$.a-b', 'dash'],
    ["$['a'].b[0]", 1],
    ['$.a.b[3]', undefined],
    ['$.a.missing', undefined],
    ['$.a.b[1].c.d', undefined],
    ['$.a.b.length', undefined],
    ['$.a[0]', undefined],
    ['$.toString', undefined],
    ['$.__proto__', undefined],
    ['$$', context],
    ['$$.Execution.Name', 'run'],
    ['$$.Execution.RedriveTime', undefined],
  ])('%s', (text, expected) => {
    expect(readPath(parsePath(text), data)).toEqual(expected)
  })

  test('does not make the context object for a path into the input', () => {
    const lazy = { input, context: () => expect.unreachable('context was made') }

    expect(readPath(parsePath('$.a-b'), lazy)).toBe('dash')
  })
})

describe('parsePath', () => {
  test.each([
    '$.a[*]',
    '$..a',
    '$.a[0:2]',
    '$.a[?(@.b)]',
    '$.a[-1]',
    '$.*',
    "$['a','b']",
    '$variable',
    'a.b',
    '$.',
  ])('refuses %s loudly', (text) => {
    expect(() => parsePath(text)).toThrow(NotInLocalMode)
  })
})

describe('requirePath', () => {
  test('a missing node is States.Runtime', () => {
    expect(() => requirePath(parsePath('$.nope'), data)).toThrow(
      expect.objectContaining({ name: 'EvaluationFailure', error: 'States.Runtime' }),
    )
  })
})

describe('writePath', () => {
  test.each<[string, Json, Json]>([
    ['$', { a: 1 }, 'new'],
    ['$.a', { a: 1, b: 2 }, { a: 'new', b: 2 }],
    ['$.c.d', { a: 1 }, { a: 1, c: { d: 'new' } }],
    ['$.list[1]', { list: [1, 2] }, { list: [1, 'new'] }],
    ['$.list[0].a', { list: [{ b: 1 }] }, { list: [{ b: 1, a: 'new' }] }],
    ["$['x y']", {}, { 'x y': 'new' }],
  ])('%s', (text, before, after) => {
    const frozen = structuredClone(before)

    expect(writePath(parsePath(text), before, 'new')).toEqual(after)
    expect(before).toEqual(frozen)
  })

  test.each<[string, Json]>([
    ['$.a', 'text'],
    ['$.a', null],
    ['$.a', [1]],
    ['$.a.b', { a: 1 }],
    ['$.list[2]', { list: [1] }],
    ['$.list[0]', { list: {} }],
    ['$.list[0]', {}],
  ])('%s cannot be written into %j', (text, before) => {
    expect(() => writePath(parsePath(text), before, 'new')).toThrow(
      expect.objectContaining({ error: 'States.ResultPathMatchFailure' }),
    )
  })

  test('what was written is read back, and everything else stays', () => {
    const member = fc.string({ minLength: 1 }).filter((name) => !/['*"]/.test(name))
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 4 }), fc.jsonValue(), (members, value) => {
        const path = parsePath(`$${members.map((name) => `['${name}']`).join('')}`)
        const written = writePath(path, { '*': 'kept' }, value as Json)

        expect(readPath(path, { input: written, context: () => null })).toEqual(value)
        expect(written).toHaveProperty(['*'], 'kept')
      }),
    )
  })
})
