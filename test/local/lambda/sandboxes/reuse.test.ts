import { describe, expect, it } from 'vitest'
import { sandboxesFixture } from './fixture.ts'

describe('a sandbox', () => {
  it('serves one caller after the other, and one at a time', async () => {
    const { hold, use, settle, made } = sandboxesFixture(4)

    expect(await use('a')).toBe('a1')
    const first = hold('a')
    const second = hold('a')
    await settle()

    expect([first.name, second.name]).toEqual(['a1', 'a2'])
    expect(made).toEqual(['a1', 'a2'])
  })

  it('serves callers of its own key only', async () => {
    const { use } = sandboxesFixture(4)

    expect([await use('a'), await use('b'), await use('a')]).toEqual(['a1', 'b2', 'a1'])
  })

  it('that has died is not used again', async () => {
    const { use, dead, ended, hold, settle } = sandboxesFixture(1)
    const held = hold('a')
    await settle()
    dead.add('a1')
    held.giveBack()
    await held.done

    expect(await use('a')).toBe('a2')
    expect(ended).toEqual(['a1'])
  })

  it('that has died idle makes room for the next', async () => {
    const { use, dead, ended } = sandboxesFixture(1)
    await use('a')
    dead.add('a1')

    expect(await use('a')).toBe('a2')
    expect(ended).toEqual(['a1'])
  })

  it('comes back after a caller that failed', async () => {
    const { hold, use, settle } = sandboxesFixture(1)
    const held = hold('a')
    await settle()
    held.fail(new Error('no'))
    await expect(held.done).rejects.toThrow('no')

    expect(await use('a')).toBe('a1')
  })

  it('that cannot be made leaves its place to others', async () => {
    const { borrow, use, hold, settle } = sandboxesFixture(1)
    const fails = () => {
      throw new Error('no thread')
    }
    await expect(borrow('a', fails, async () => undefined)).rejects.toThrow('no thread')
    expect(await use('b')).toBe('b1')

    const held = hold('b')
    await settle()
    const waiting = borrow('a', fails, async () => undefined)
    const next = hold('c')
    held.giveBack()

    await expect(waiting).rejects.toThrow('no thread')
    await settle()
    expect(next.name).toBe('c2')
  })
})
