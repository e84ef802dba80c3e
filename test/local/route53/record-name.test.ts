import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalName, reversedLabels } from '../../../local/route53/record-name.ts'

describe('canonicalName', () => {
  test.each([
    ['Example.com', 'example.com.'],
    ['example.com.', 'example.com.'],
    ['*.example.com', '\\052.example.com.'],
    ['\\052.example.com', '\\052.example.com.'],
    ['_abc.example.com', '_abc.example.com.'],
    ['a b.example.com', 'a\\040b.example.com.'],
  ])('%s is %s', (name, canonical) => {
    expect(canonicalName(name)).toBe(canonical)
  })

  test('changes nothing when it is applied again', () => {
    const name = fc.string({ unit: 'binary-ascii', minLength: 1 }).filter((text) => !text.includes('\\'))
    fc.assert(
      fc.property(name, (text) => {
        expect(canonicalName(canonicalName(text))).toBe(canonicalName(text))
      }),
    )
  })
})

describe('reversedLabels', () => {
  test('puts the top-level domain first', () => {
    expect(reversedLabels('www.example.com.')).toBe('com.example.www.')
  })
})
