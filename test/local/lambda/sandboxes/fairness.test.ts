import { describe, expect, it } from 'vitest'
import { sandboxesFixture } from './fixture.ts'

describe('fairness', () => {
  it('keeps a sandbox for callers of its function, though others came before them', async () => {
    const { hold, settle } = sandboxesFixture(1)
    const first = hold('a')
    const other = hold('b')
    const same = hold('a')
    await settle()

    first.giveBack()
    await settle()

    expect([same.name, other.name]).toEqual(['a1', undefined])
  })

  it('but not for ever: who was passed over 16 times is next', async () => {
    const { hold, settle } = sandboxesFixture(1)
    let current = hold('a')
    await settle()
    const other = hold('b')

    let passed = 0
    while (other.name === undefined && passed < 100) {
      const next = hold('a')
      current.giveBack()
      await settle()
      if (next.name !== undefined) {
        passed += 1
        current = next
      }
    }

    expect(other.name).toBe('b2')
    expect(passed).toBe(16)
  })
})
