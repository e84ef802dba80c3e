import { describe, expect, test } from 'vitest'
import type { Json } from '../../../local/states/json.ts'
import { compileTemplate } from '../../../local/states/templates.ts'

const data = { input: { a: { b: 1 }, nothing: null }, context: () => ({ State: { Name: 'here' } }) }

describe('compileTemplate', () => {
  test.each<[Json, Json]>([
    [{ 'x.$': '$.a.b' }, { x: 1 }],
    [{ 'x.$': '$' }, { x: data.input }],
    [{ 'x.$': '$.nothing' }, { x: null }],
    [{ 'name.$': '$$.State.Name' }, { name: 'here' }],
    [{ 'text.$': "States.Format('{}', $.a.b)" }, { text: '1' }],
    [{ deep: { list: [{ 'x.$': '$.a.b' }, 'literal', 2] } }, { deep: { list: [{ x: 1 }, 'literal', 2] } }],
    [
      { x: '$.a.b', y: 'States.UUID()' },
      { x: '$.a.b', y: 'States.UUID()' },
    ],
    [{ '.$': '$.a.b' }, { '': 1 }],
    [
      { __proto__x: 1, empty: {}, list: [] },
      { __proto__x: 1, empty: {}, list: [] },
    ],
    ['$.a.b', '$.a.b'],
  ])('%j', (template, expected) => {
    expect(compileTemplate(template)(data)).toEqual(expected)
  })

  test('a missing path is States.Runtime and names field, path and input as AWS does', () => {
    const run = compileTemplate({ 'm.$': '$.nope' })

    expect(() => run({ input: { x: 'a' }, context: () => null })).toThrow(
      expect.objectContaining({
        error: 'States.Runtime',
        message: `The JSONPath '$.nope' specified for the field 'm.$' could not be found in the input '{"x":"a"}'`,
      }),
    )
  })

  test.each<Json>([{ 'x.$': 1 }, { 'x.$': 'a' }, { 'x.$': { y: 1 } }, { x: [{ 'y.$': '' }] }])(
    '%j does not compile',
    (template) => {
      expect(() => compileTemplate(template)).toThrow(SyntaxError)
    },
  )
})
