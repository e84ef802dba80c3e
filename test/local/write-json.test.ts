import { describe, expect, test } from 'vitest'
import { writeJson } from '../../local/write-json.ts'

const nested = (depth: number, inner: string) => '['.repeat(depth) + inner + ']'.repeat(depth)

describe('writeJson', () => {
  test('writes what JSON.stringify does', () => {
    const value = { a: [1, 'two', null, true, {}], b: undefined, c: { d: [] } }

    expect(writeJson(value)).toBe(JSON.stringify(value))
  })

  test('writes a value of any depth', () => {
    const text = `{"id":"x","gone":null,"list":[1,{"a":"\\"b"},[]],"deep":${nested(200_000, '{},2')}}`

    expect(writeJson(JSON.parse(text)) === text).toBe(true)
  })

  test('leaves out undefined members at any depth', () => {
    const deep: unknown = JSON.parse(nested(20_000, '1'))

    expect(writeJson({ gone: undefined, deep })).toBe(`{"deep":${nested(20_000, '1')}}`)
  })
})
