import { describe, expect, test } from 'vitest'
import { tagsSchema } from '../../lib/tags.ts'

describe('tags', () => {
  test.each<[string, Record<string, string>]>([
    ['none', {}],
    ['letters of any script and the signs that IAM takes', { 'Kostenstelle ß/ü': 'a b_.:/=+-@ 漢' }],
    ['an empty value', { a: '' }],
    ['the longest', { ['k'.repeat(128)]: 'v'.repeat(256) }],
    ['forty', Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, 'v']))],
    ['a prefix that is only like a reserved one', { awsome: 'a', 'irsa-x': 'b' }],
  ])('take %s', (_, tags) => {
    expect(tagsSchema.parse(tags)).toEqual(tags)
  })

  test.each<[string, unknown]>([
    ['an empty key', { '': 'a' }],
    ['a key too long', { ['k'.repeat(129)]: 'a' }],
    ['a value too long', { a: 'v'.repeat(257) }],
    ['a value that is a number', { a: 1 }],
    ['a sign that IAM refuses', { a: 'b#c' }],
    ['a line end', { a: 'b\nc' }],
    ['our prefix', { 'irsa:cluster': 'x' }],
    ['our prefix in upper case', { 'IRSA:cluster': 'x' }],
    ["AWS's prefix", { 'aws:cloudformation:stack-name': 'x' }],
    ['keys that differ only in case', { Team: 'a', team: 'b' }],
    ['forty-one', Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`k${index}`, 'v']))],
    ['a list', [{ Key: 'a', Value: 'b' }]],
  ])('refuse %s', (_, tags) => {
    expect(tagsSchema.safeParse(tags).success).toBe(false)
  })
})
