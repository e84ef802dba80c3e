import { describe, expect, test } from 'vitest'
import { desiredTags, isOurs, readTags, tagChanges, tagList } from '../../../lib/aws/tags.ts'

const STACK = { name: 'irsa-dev' }

describe('desiredTags', () => {
  test('are the sender’s and the two that say whose it is', () => {
    expect(desiredTags(STACK, { cluster: 'golem', tags: { team: 'a' } })).toEqual({
      team: 'a',
      'irsa:stack': 'irsa-dev',
      'irsa:cluster': 'golem',
    })
  })

  test('never let the sender say whose it is', () => {
    const tags = { 'irsa:stack': 'irsa-prod', 'irsa:cluster': 'troll' }

    expect(desiredTags(STACK, { cluster: 'golem', tags })).toEqual({
      'irsa:stack': 'irsa-dev',
      'irsa:cluster': 'golem',
    })
  })
})

describe('isOurs', () => {
  test.each([
    [{ 'irsa:stack': 'irsa-dev', 'irsa:cluster': 'golem', more: 'x' }, true],
    [{ 'irsa:stack': 'irsa-dev' }, false],
    [{ 'irsa:cluster': 'golem' }, false],
    [{ 'irsa:stack': 'irsa-prod', 'irsa:cluster': 'golem' }, false],
    [{ 'irsa:stack': 'irsa-dev', 'irsa:cluster': 'troll' }, false],
    [{}, false],
  ])('of %j: %s', (tags, ours) => {
    expect(isOurs(tags, STACK, 'golem')).toBe(ours)
  })
})

describe('tagList', () => {
  test('is sorted by key', () => {
    expect(tagList({ b: '1', a: '2' })).toEqual([
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '1' },
    ])
  })
})

describe('readTags', () => {
  test('leaves AWS’s own out, and takes a missing list for an empty one', () => {
    const list = [{ Key: 'a', Value: '1' }, { Key: 'aws:cloudformation:stack-id', Value: 'x' }, { Key: 'b' }]

    expect(readTags(list)).toEqual({ a: '1', b: '' })
    expect(readTags(undefined)).toEqual({})
  })
})

describe('tagChanges', () => {
  test('are what differs, in both directions', () => {
    expect(
      tagChanges({ same: '1', changed: '2', added: '3' }, { same: '1', changed: '1', z: '', gone: '' }),
    ).toEqual({ set: { changed: '2', added: '3' }, removed: ['gone', 'z'] })
  })

  test('are none between equals', () => {
    expect(tagChanges({ a: '1' }, { a: '1' })).toEqual({ set: {}, removed: [] })
  })
})
