import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createNamespace, destroyNamespace, getNamespace } from '../../lib/trace-context.ts'

describe('a namespace', () => {
  test('is found by its name until it is destroyed', () => {
    const made = createNamespace('found')

    expect(getNamespace('found')).toBe(made)
    destroyNamespace('found')
    expect(getNamespace('found')).toBeUndefined()
  })

  test('keeps what is set apart for what runs at the same time, over promises', async () => {
    const namespace = createNamespace('apart')
    const seen = async (name: string) =>
      namespace.runAndReturn(async () => {
        namespace.set('segment', name)
        await setImmediate()
        return namespace.get('segment')
      })

    expect(await Promise.all([seen('one'), seen('other')])).toEqual(['one', 'other'])
    expect(namespace.get('segment')).toBeUndefined()
  })

  test('shows what was set outside to what runs inside, and not the other way round', () => {
    const namespace = createNamespace('nested')

    namespace.run(() => {
      namespace.set('segment', 'outer')
      namespace.run(() => {
        expect(namespace.get('segment')).toBe('outer')
        namespace.set('segment', 'inner')
      })
      expect(namespace.get('segment')).toBe('outer')
    })
  })

  test('is entered for whatever runs in no other, until it is left', async () => {
    const namespace = createNamespace('entered')
    const later = setImmediate().then(() => namespace.get('segment'))
    const context = namespace.createContext()
    namespace.enter(context)
    namespace.set('segment', 'mine')

    expect(await later).toBe('mine')
    expect(namespace.active).toBe(context)
    namespace.exit(context)
    expect(namespace.active).toBeUndefined()
  })

  test('runs what was bound where it was bound', () => {
    const namespace = createNamespace('bound')
    const bound = namespace.runAndReturn(() => {
      namespace.set('segment', 'mine')
      return namespace.bind((word: string) => `${word} ${namespace.get('segment')}`)
    })

    expect(bound('is')).toBe('is mine')
  })

  test('takes nothing where there is no context', () => {
    expect(() => createNamespace('none').set('segment', 1)).toThrow('No context available.')
  })
})
