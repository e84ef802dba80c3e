import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differencesBetween } from '../../lib/difference.ts'

describe('differencesBetween', () => {
  test.each([
    ['values', 'a', 'a'],
    ['records in another order', { a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }],
    ['nothing', undefined, undefined],
  ])('finds none between equal %s', (_, desired, observed) => {
    expect(differencesBetween(desired, observed, 'Role')).toEqual([])
  })

  test('names every leaf by its path, in the order of the names', () => {
    const desired = { Tags: { team: 'a', env: 'dev' }, Path: '/', Description: 'old' }
    const observed = { Tags: { team: 'b', env: 'dev' }, Path: '/', Description: 'new' }

    expect(differencesBetween(desired, observed, 'Role')).toEqual([
      { field: 'Role.Description', desired: 'old', observed: 'new' },
      { field: 'Role.Tags.team', desired: 'a', observed: 'b' },
    ])
  })

  test('sees what is missing on either side', () => {
    expect(differencesBetween({ a: 1 }, { b: 2 }, 'x')).toEqual([
      { field: 'x.a', desired: 1, observed: undefined },
      { field: 'x.b', desired: undefined, observed: 2 },
    ])
  })

  test.each([
    ['lists', [1, 2], [2, 1]],
    ['a record and a list', { 0: 'a' }, ['a']],
    ['a record and null', { a: 1 }, null],
    ['a record and a value', { a: 1 }, 'a'],
  ])('takes %s as a whole', (_, desired, observed) => {
    expect(differencesBetween(desired, observed, 'x')).toEqual([{ field: 'x', desired, observed }])
  })

  test('is symmetric, and empty only for what is equal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const there = differencesBetween(one, other, 'x')
        const back = differencesBetween(other, one, 'x')

        expect(back).toEqual(
          there.map(({ field, desired, observed }) => ({ field, desired: observed, observed: desired })),
        )
        expect(differencesBetween(one, structuredClone(one), 'x')).toEqual([])
        expect(there.length === 0).toBe(isDeepStrictEqual(one, other))
      }),
    )
  })
})
