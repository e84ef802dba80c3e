import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UnusableInput } from '../../cli/failure.ts'
import { readJsonFile } from '../../cli/json-file.ts'
import { aDirectory, aFile } from './temporary.ts'

describe('readJsonFile', () => {
  test.each([[{ a: [1, null, 'ü'] }], [[]], ['"text"'], ['null']])('gives what is in it: %j', (content) => {
    const expected = typeof content === 'string' ? JSON.parse(content) : content

    expect(readJsonFile(aFile('a.json', content))).toEqual(expected)
  })

  test('takes a file that begins with a byte order mark, as editors of Windows write it', () => {
    expect(readJsonFile(aFile('a.json', '\ufeff{"a": 1}'))).toEqual({ a: 1 })
  })

  test.each(['', '{', "{'a': 1}", '{"a": 1},'])(
    'says of which file it is that is not JSON: "%s"',
    (content) => {
      const file = aFile('a.json', content)

      expect(() => readJsonFile(file)).toThrow(UnusableInput)
      expect(() => readJsonFile(file)).toThrow(`${file} is not JSON`)
    },
  )

  test('says of which file it is that cannot be read, and why', () => {
    const file = join(aDirectory(), 'missing.json')

    expect(() => readJsonFile(file)).toThrow(UnusableInput)
    expect(() => readJsonFile(file)).toThrow(`${file} cannot be read`)
    expect(() => readJsonFile(file)).toThrow('ENOENT')
  })
})
