import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as errors from '../../lib/errors.ts'

type Kind = (new (
  ...parts: never[]
) => errors.IrsaError) &
  Pick<typeof errors.IrsaError, 'mendedBy' | 'remedy'>

/** Every class but the abstract one. */
const KINDS = Object.entries(errors)
  .filter(([name]) => name !== 'IrsaError')
  .map(([name, kind]): [string, Kind] => [name, kind as Kind])

/** Every file of lib/errors/, one after the other. */
const SOURCE = readdirSync('lib/errors')
  .map((file) => readFileSync(join('lib/errors', file), 'utf8'))
  .join('\n')

/** An instance, whatever its constructor takes: a list of texts can stand for each part of a message. */
function anError(Kind: Kind): errors.IrsaError {
  return Reflect.construct(Kind, [['a'], ['b'], ['c'], ['d']])
}

describe('every error', () => {
  test('is found here', () => {
    const written = SOURCE.matchAll(/^export class (\w+)/gm)

    expect(KINDS.map(([name]) => name).toSorted()).toEqual([...written].map(([, name]) => name).toSorted())
    expect(KINDS.length).toBeGreaterThan(30)
  })

  test.each(KINDS)('%s has its own name, which no minifier changes', (name, Kind) => {
    const error = anError(Kind)

    expect(error.name).toBe(name)
    expect(Object.hasOwn(error, 'name')).toBe(true)
    expect(SOURCE).toContain(`name = '${name}'`)
  })

  test.each(KINDS)('%s says who mends it and how', (_, Kind) => {
    expect(['time', 'requester', 'operator']).toContain(Kind.mendedBy)
    expect(Kind.remedy).toMatch(/^[A-Z].{10,}\.$/)
    expect(anError(Kind)).toMatchObject({ mendedBy: Kind.mendedBy, remedy: Kind.remedy })
  })

  test.each(KINDS)('%s is one of ours and an Error, with its stack', (_, Kind) => {
    const error = anError(Kind)

    expect(error).toBeInstanceOf(errors.IrsaError)
    expect(error).toBeInstanceOf(Error)
    expect(error.stack).toBeTypeOf('string')
  })

  test('keeps the cause that it is given', () => {
    const cause = new Error('why')

    expect(new errors.AwsRefused('no', { cause }).cause).toBe(cause)
    expect(new errors.BucketNotOurs('b', 'no', { cause }).cause).toBe(cause)
    expect(new errors.AliasHeldElsewhere('a', 'E1', { cause }).cause).toBe(cause)
  })
})

describe('StillPending', () => {
  test('is an operator’s to mend at every step', () => {
    const stillPending = KINDS.filter(([name]) => name.endsWith('StillPending'))

    expect(stillPending).toHaveLength(8)
    expect(stillPending.map(([, { mendedBy }]) => mendedBy)).toEqual(stillPending.map(() => 'operator'))
  })
})

describe('RolesIncomplete', () => {
  test('speaks of one role as one', () => {
    expect(new errors.RolesIncomplete(1, 'a').message).toMatch(/^1 role is /)
    expect(new errors.RolesIncomplete(2, 'a').message).toMatch(/^2 roles are /)
  })
})
