import { describe, expect, it } from 'vitest'
import { Stopped } from '../../../../local/lambda/sandboxes.ts'
import { sandboxesFixture } from './fixture.ts'

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
