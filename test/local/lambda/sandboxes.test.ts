import { describe, expect, it } from 'vitest'
import { Stopped } from '../../../local/lambda/sandboxes.ts'
import { sandboxesFixture } from './sandboxes-fixture.ts'

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

describe('the capacity', () => {
  it('is never exceeded: the others wait, and are served in their order', async () => {
    const { hold, settle, made, ended } = sandboxesFixture(2)
    const [first, second, third, fourth] = [hold('a'), hold('b'), hold('c'), hold('d')]
    await settle()
    expect([first.name, second.name, third.name, fourth.name]).toEqual(['a1', 'b2', undefined, undefined])

    second.giveBack()
    await settle()
    expect([third.name, fourth.name]).toEqual(['c3', undefined])
    first.giveBack()
    await settle()

    expect(fourth.name).toBe('d4')
    expect(made).toHaveLength(4)
    expect(ended).toEqual(['b2', 'a1'])
  })

  it('counts a thread until it has ended', async () => {
    const { hold, use, settle, slowDown, made } = sandboxesFixture(1)
    await use('a')
    const ends = slowDown()

    const next = hold('b')
    await settle()
    expect(made).toEqual(['a1'])
    ends()
    await settle()

    expect(next.name).toBe('b2')
  })

  it('is given up by the sandbox that has been idle for longest', async () => {
    const { use, ended } = sandboxesFixture(2)
    for (const key of ['a', 'b', 'a', 'c']) await use(key)

    expect(ended).toEqual(['b2'])
  })
})

describe('of sandboxes of one function', () => {
  it('there are only so many, and the others wait for one of these; another function has its own', async () => {
    const { hold, settle, made } = sandboxesFixture(4, 4, 1)
    const [first, second] = [hold('a'), hold('a')]
    const other = hold('b')
    await settle()
    expect([first.name, second.name, other.name]).toEqual(['a1', undefined, 'b2'])

    first.giveBack()
    await settle()

    expect(second.name).toBe('a1')
    expect(made).toEqual(['a1', 'b2'])
  })

  it('one that was kept for who waited longer serves its own again, if they cannot use its place', async () => {
    const { hold, settle } = sandboxesFixture(2, 2, 1)
    const [a, b] = [hold('a'), hold('b')]
    await settle()
    const stuck = hold('b')
    let last = a
    for (let turn = 0; turn < 20; turn += 1) {
      const next = hold('a')
      await settle()
      last.giveBack()
      await settle()
      expect(next.name, `turn ${turn}`).toBeDefined()
      last = next
    }

    b.giveBack()
    await settle()
    expect(stuck.name).toBeDefined()
  })

  it('one that has died makes place for the next of its function', async () => {
    const { hold, settle, dead } = sandboxesFixture(4, 4, 1)
    const [first, second] = [hold('a'), hold('a')]
    await settle()
    dead.add('a1')

    first.giveBack()
    await settle()

    expect(second.name).toBe('a2')
  })
})

describe('of sandboxes that start', () => {
  it('there are only so many at once, and the others start when these have', async () => {
    const { hold, settle, startSlowly, made } = sandboxesFixture(4, 2)
    const started = startSlowly()
    const held = [hold('a'), hold('a'), hold('a')]
    await settle()
    expect(made).toEqual(['a1', 'a2'])

    started()
    await settle()

    expect(held.map(({ name }) => name)).toEqual(['a1', 'a2', 'a3'])
  })

  it('who waits to start one takes one that becomes free', async () => {
    const { hold, settle, startSlowly, made } = sandboxesFixture(4, 1)
    const first = hold('a')
    await settle()
    startSlowly()
    hold('b')
    const waiting = hold('a')
    await settle()

    first.giveBack()
    await settle()

    expect(waiting.name).toBe('a1')
    expect(made).toEqual(['a1', 'b2'])
  })

  it('the next is that of the function which has fewest', async () => {
    const { hold, settle, startSlowly, made } = sandboxesFixture(4, 1)
    const started = startSlowly()
    const [first, same, other] = [hold('a'), hold('a'), hold('b')]
    await settle()
    startSlowly()

    started()
    await settle()
    first.giveBack()
    await settle()

    expect([first.name, same.name, other.name]).toEqual(['a1', 'a1', undefined])
    expect(made).toEqual(['a1', 'b2'])
  })

  it('one that cannot be made lets the next start', async () => {
    const { borrow, hold, settle } = sandboxesFixture(4, 1)
    const fails = borrow(
      'a',
      () => {
        throw new Error('no thread')
      },
      async () => undefined,
    )
    const next = hold('b')

    await expect(fails).rejects.toThrow('no thread')
    await settle()

    expect(next.name).toBe('b1')
  })
})

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

describe('a key that is retired', () => {
  it('loses its idle sandboxes at once', async () => {
    const { use, retire, settle, ended } = sandboxesFixture(2)
    await use('a')
    await use('b')

    retire('a')
    await settle()

    expect(ended).toEqual(['a1'])
    expect(await use('b')).toBe('b2')
  })

  it('loses its busy sandboxes when they are given back', async () => {
    const { hold, retire, settle, ended } = sandboxesFixture(2)
    const held = hold('a')
    await settle()

    retire('a')
    await settle()
    expect(ended).toEqual([])
    held.giveBack()
    await settle()

    expect(ended).toEqual(['a1'])
  })

  it('leaves its places to who waits', async () => {
    const { hold, retire, settle } = sandboxesFixture(1)
    const held = hold('a')
    const waiting = hold('b')
    await settle()

    retire('a')
    held.giveBack()
    await settle()

    expect(waiting.name).toBe('b2')
  })

  it('leaves as many places as it had', async () => {
    const { hold, retire, settle } = sandboxesFixture(2)
    const both = [hold('a'), hold('a')]
    await settle()
    for (const one of both) one.giveBack()
    await settle()

    retire('a')
    await settle()
    const [first, second, third] = [hold('b'), hold('b'), hold('b')]
    await settle()

    expect([first.name, second.name, third.name]).toEqual(['b3', 'b4', undefined])
    first.giveBack()
    await settle()
    expect(third.name).toBe('b3')
  })

  it('still serves who comes late, without keeping anything', async () => {
    const { use, retire, settle, ended } = sandboxesFixture(2)
    retire('a')

    expect(await use('a')).toBe('a1')
    await settle()

    expect(ended).toEqual(['a1'])
  })
})

describe('stopping', () => {
  it('ends all sandboxes, idle and busy', async () => {
    const { use, hold, stop, settle, ended } = sandboxesFixture(2)
    await use('a')
    hold('b')
    await settle()

    await stop()

    expect(ended.sort()).toEqual(['a1', 'b2'])
  })

  it('refuses who waits and who comes later', async () => {
    const { hold, stop, settle } = sandboxesFixture(1)
    hold('a')
    const waiting = hold('b')
    await settle()

    await stop()

    await expect(waiting.done).rejects.toThrow(Stopped)
    await expect(hold('c').done).rejects.toThrow(Stopped)
  })

  it('makes no thread for who was about to get one', async () => {
    const { use, hold, stop, settle, slowDown, made } = sandboxesFixture(1)
    await use('a')
    const ends = slowDown()
    const next = hold('b')
    await settle()

    const stopped = stop()
    ends()
    await stopped

    await expect(next.done).rejects.toThrow(Stopped)
    expect(made).toEqual(['a1'])
  })

  it('makes no thread for who is next after one that is being ended', async () => {
    const { hold, retire, stop, settle, slowDown, made } = sandboxesFixture(1)
    const held = hold('a')
    const next = hold('b')
    await settle()
    const ends = slowDown()
    retire('a')
    held.giveBack()
    await settle()

    const stopped = stop()
    ends()
    await stopped

    await expect(next.done).rejects.toThrow(Stopped)
    expect(made).toEqual(['a1'])
  })
})
