import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateName } from '../../../local/cloudformation/names.ts'

describe('generateName', () => {
  it('is the stack, the logical id and something random', () => {
    expect(generateName('irsa-dev', 'BucketRole', 64)).toMatch(/^irsa-dev-BucketRole-[A-Z0-9]{12}$/)
  })

  it('is another one each time', () => {
    expect(generateName('s', 'R', 64)).not.toBe(generateName('s', 'R', 64))
  })

  it('never exceeds its length, and always has something of both', () => {
    const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,120}$/)
    fc.assert(
      fc.property(word, word, fc.integer({ min: 40, max: 128 }), (stack, logicalId, length) => {
        const name = generateName(stack, logicalId, length)

        expect(name.length).toBeLessThanOrEqual(length)
        const [first = '', second = '', random = ''] = name.split('-')
        expect(stack.startsWith(first) && first !== '').toBe(true)
        expect(logicalId.startsWith(second) && second !== '').toBe(true)
        expect(random).toHaveLength(12)
        if (stack.length + logicalId.length + 14 <= length)
          expect([first, second]).toEqual([stack, logicalId])
      }),
    )
  })
})
