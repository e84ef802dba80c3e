import { describe, expect, it } from 'vitest'
import { sandboxesFixture } from './fixture.ts'

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
