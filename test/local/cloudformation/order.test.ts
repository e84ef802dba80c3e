import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inOrder } from '../../../local/cloudformation/order.ts'

describe('inOrder', () => {
  it('puts what is needed first and keeps the template’s order otherwise', () => {
    const needs = new Map([
      ['A', new Set(['C'])],
      ['B', new Set<string>()],
      ['C', new Set<string>()],
    ])

    expect(inOrder(needs)).toEqual(['C', 'A', 'B'])
  })

  it('names those that need each other, and no others', () => {
    const needs = new Map([
      ['Outside', new Set(['A'])],
      ['A', new Set(['B'])],
      ['B', new Set(['A'])],
    ])

    expect(() => inOrder(needs)).toThrow('Circular dependency between resources: [A, B]')
  })

  it('holds for whatever has no circle', () => {
    const edges = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 80 })
    fc.assert(
      fc.property(edges, fc.infiniteStream(fc.nat()), (pairs, shuffle) => {
        const ids = Array.from({ length: 31 }, (_, index) => `R${index}`)
        const shuffled = ids
          .map((id) => ({ id, by: Number(shuffle.next().value) }))
          .sort((one, other) => one.by - other.by)
        const needs = new Map(shuffled.map(({ id }) => [id, new Set<string>()]))
        // A resource needs only those of a smaller number, so there is no circle.
        for (const [one, other] of pairs) if (one > other) needs.get(`R${one}`)?.add(`R${other}`)

        const order = inOrder(needs)

        expect(order.toSorted()).toEqual(ids.toSorted())
        for (const [id, needed] of needs)
          for (const other of needed) expect(order.indexOf(other)).toBeLessThan(order.indexOf(id))
      }),
    )
  })
})
