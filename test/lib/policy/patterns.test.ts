import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  actionCovers,
  actionsOverlap,
  covers,
  overlaps,
  withoutVariables,
} from '../../../lib/policy/patterns.ts'

const aPattern = fc.stringMatching(/^[ab*?]{0,4}$/)

/** A text that two such patterns both match need not be longer than their letters together. */
const WORDS = wordsOf('abc', 8)

describe('overlaps', () => {
  test.each([
    ['iam:PassRole', 'iam:PassRole', true],
    ['iam:Pass*', 'iam:PassRole', true],
    ['iam:*Role', 'iam:Pass*', true],
    ['iam:Create*', 'iam:*Version', true],
    ['iam:?assRole', 'iam:Pass?ole', true],
    ['iam:Get*', 'iam:PassRole', false],
    ['iam:?', 'iam:PassRole', false],
    ['a*b', '*c', false],
    ['*', '', true],
    ['?', '', false],
    ['**', '?', true],
  ])('of %s and %s is %s', (one, other, expected) => {
    expect(overlaps(one, other)).toBe(expected)
  })

  test('is so exactly when some text matches both', () => {
    fc.assert(
      fc.property(aPattern, aPattern, (one, other) => {
        expect(overlaps(one, other)).toBe(WORDS.some((word) => matches(one, word) && matches(other, word)))
      }),
    )
  })

  test('is the same the other way round', () => {
    const longer = fc.stringMatching(/^[a-c*?]{0,30}$/)

    fc.assert(
      fc.property(longer, longer, (one, other) => {
        expect(overlaps(one, other)).toBe(overlaps(other, one))
      }),
    )
  })

  test('takes no longer for many wildcards', () => {
    const many = 'a*'.repeat(200)

    expect(overlaps(`${many}b`, `${many}c`)).toBe(false)
  })
})

describe('covers', () => {
  test.each([
    ['s3:Get*', 's3:GetObject', true],
    ['s3:Get*', 's3:GetO*', true],
    ['s3:GetO*', 's3:Get*', false],
    ['s3:Get?', 's3:Get*', false],
    ['s3:Get?*', 's3:Get?', true],
    ['*', '', true],
    ['a', '?', false],
  ])('of %s and %s is %s', (wide, narrow, expected) => {
    expect(covers(wide, narrow)).toBe(expected)
  })

  test('is never so when a text is left out', () => {
    fc.assert(
      fc.property(aPattern, aPattern, (wide, narrow) => {
        fc.pre(covers(wide, narrow))

        expect(WORDS.filter((word) => matches(narrow, word) && !matches(wide, word))).toEqual([])
      }),
    )
  })

  test('is so for itself, for everything, and for whatever matches', () => {
    fc.assert(
      fc.property(aPattern, fc.stringMatching(/^[abc]{0,8}$/), (pattern, text) => {
        expect(covers(pattern, pattern)).toBe(true)
        expect(covers('*', pattern)).toBe(true)
        expect(covers(pattern, text)).toBe(matches(pattern, text))
      }),
    )
  })
})

describe('actions', () => {
  test('are compared without regard to case', () => {
    expect(actionsOverlap('IAM:pass*', 'iam:PassRole')).toBe(true)
    expect(actionCovers('S3:*', 's3:getobject')).toBe(true)
  })

  test.each([
    ['s3:Get*', '*:AddPermission', false],
    ['sns:Add*', '*:AddPermission', true],
    ['*', '*:AddPermission', true],
    ['*', 's3:GetObject', true],
  ])(
    '%s and %s: whether one matches both is %s, for no wildcard takes in the colon',
    (one, other, expected) => {
      expect(actionsOverlap(one, other)).toBe(expected)
      expect(actionsOverlap(other, one)).toBe(expected)
    },
  )
})

test.each([
  ['arn:aws:s3:::${aws:PrincipalTag/team}/*', 'arn:aws:s3:::*/*'],
  ["arn:aws:s3:::${aws:username, 'nobody'}-${*}", 'arn:aws:s3:::*-*'],
  ['arn:aws:s3:::a$b', 'arn:aws:s3:::a$b'],
])('a variable in %s may be anything', (resource, expected) => {
  expect(withoutVariables(resource)).toBe(expected)
})

function matches(pattern: string, text: string): boolean {
  const source = [...pattern].map((one) => ({ '*': '.*', '?': '.' })[one] ?? one).join('')
  return new RegExp(`^${source}$`).test(text)
}

function wordsOf(letters: string, length: number): string[] {
  if (length === 0) return ['']
  const shorter = wordsOf(letters, length - 1)
  const longest = shorter.filter((word) => word.length === length - 1)
  return [...shorter, ...longest.flatMap((word) => [...letters].map((letter) => word + letter))]
}
