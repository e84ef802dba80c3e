import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidInput } from '../../../lib/errors.ts'
import { jwksDocument, keysFromPems, type PublicJwk } from '../../../lib/oidc/jwks.ts'
import {
  checkListed,
  type KeySet,
  keyTimesOf,
  withListed,
  withOnlyListed,
  withoutDue,
  withPublished,
} from '../../../lib/oidc/rotation.ts'

const HOUR = 3_600_000
const NOON = Date.parse('2026-01-31T12:00:00.000Z')
const KEYS = Array.from({ length: 4 }, aKey)
const [OLD, NEW, OTHER] = KEYS as [PublicJwk, PublicJwk, PublicJwk]

function aKey(): PublicJwk {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [key] = keysFromPems([publicKey.export({ type: 'spki', format: 'pem' }).toString()]).keys
  if (key === undefined) throw new Error('no key')
  return key
}

function hours(count: number): Date {
  return new Date(NOON + count * HOUR)
}

function listing(keys: readonly PublicJwk[], hour: number) {
  return { keys, time: hours(hour).toISOString(), now: hours(hour) }
}

/** After what is listed at those hours; each is public at once. */
function listed(...steps: readonly (readonly [hour: number, ...keys: PublicJwk[]])[]): KeySet {
  return steps.reduce<KeySet>(
    (known, [hour, ...keys]) => published(withListed(known, listing(keys, hour)), hour),
    { keys: [] },
  )
}

function published(known: KeySet, hour: number): KeySet {
  return { ...known, keyTimes: withPublished(known, kids(known), hours(hour)) }
}

function kids({ keys }: KeySet): string[] {
  return keys.map(({ kid }) => kid)
}

describe('what is listed', () => {
  test('is added, and its times are kept', () => {
    expect(keyTimesOf(listed([0, OLD], [30, OLD, NEW]))).toEqual([
      { kid: OLD.kid, firstPublished: hours(0).toISOString(), lastListed: hours(30).toISOString() },
      { kid: NEW.kid, firstPublished: hours(30).toISOString(), lastListed: hours(30).toISOString() },
    ])
  })

  test('no longer, stays for 25 hours from the first time that it was not', () => {
    const known = listed([0, OLD], [1, OLD, NEW], [30, NEW], [40, NEW])

    expect(keyTimesOf(known)[0]).toMatchObject({
      lastListed: hours(1).toISOString(),
      retireAfter: hours(55).toISOString(),
    })
    expect(withoutDue(known, new Date(hours(55).getTime() - 1))).toBe(known)
    expect(kids(withoutDue(known, hours(55)))).toEqual([NEW.kid])
  })

  test('again, is as if it had been all the time: that is how a rotation is taken back', () => {
    const known = listed([0, OLD], [1, NEW], [2, OLD])

    expect(kids(withoutDue(known, hours(1_000)))).toEqual([OLD.kid])
  })

  test('counts from when it was received, whatever its sender says', () => {
    const late = { keys: [NEW], time: hours(-500).toISOString(), now: hours(1) }

    expect(keyTimesOf(withListed(listed([0, OLD]), late))[0]).toMatchObject({
      retireAfter: hours(26).toISOString(),
    })
  })

  test('only, is what is left in an emergency', () => {
    const known = withOnlyListed(listed([0, OLD], [1, OLD, NEW]), listing([NEW, OTHER], 2))

    expect(kids(known)).toEqual([NEW.kid, OTHER.kid])
    expect(keyTimesOf(known).map(({ kid }) => kid)).toEqual([NEW.kid, OTHER.kid])
  })

  test.each([
    ['the kid of a published key with other bytes', listed([0, OLD]), { ...NEW, kid: OLD.kid }],
    [
      'more keys than STS reads, with those that are published',
      { keys: Array.from({ length: 100 }, (_, n) => ({ ...OLD, kid: `${n}` })) },
      NEW,
    ],
  ])('is refused with %s', (_, known, key) => {
    expect(() => checkListed(known, [key], 'detail')).toThrow(InvalidInput)
  })
})

describe('a key whose time is over', () => {
  test('stays while every other key has been public for less than 25 hours', () => {
    const known = published(withListed(listed([0, OLD]), listing([NEW], 1)), 20)

    expect(withoutDue(known, hours(44))).toBe(known)
    expect(kids(withoutDue(known, hours(45)))).toEqual([NEW.kid])
  })

  test('stays while no other key was seen in public', () => {
    const known = withListed(listed([0, OLD]), listing([NEW], 1))

    expect(withoutDue(known, hours(1_000))).toBe(known)
  })

  test('stays when it is of before there were times', () => {
    const known = { keys: [OLD, NEW] }

    expect(withoutDue(known, hours(1_000))).toBe(known)
  })
})

/** What can happen to a key set, hour by hour. */
const anyStep = fc.oneof(
  { weight: 3, arbitrary: fc.record({ what: fc.constant('listed' as const), keys: anyKeys() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('published' as const) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('retired' as const) }) },
)

function anyKeys() {
  return fc.subarray(KEYS, { minLength: 1 })
}

test('whatever is listed and whenever: never empty, never without a key that has been public for 25 hours, never one too early', () => {
  const anyLife = fc.array(fc.tuple(anyStep, fc.integer({ min: 0, max: 30 })), { maxLength: 30 })
  fc.assert(
    fc.property(anyKeys(), anyLife, (first, life) => {
      let hour = 0
      let known = withListed({ keys: [] }, listing(first, 0))
      let current: readonly PublicJwk[] = first
      const seen = new Map<string, number>()
      const unlisted = new Map<string, number>()

      for (const [step, pause] of life) {
        hour += pause
        const before = known
        if (step.what === 'listed') {
          known = withListed(known, listing(step.keys, hour))
          current = step.keys
          for (const kid of kids(known)) {
            if (current.some((key) => key.kid === kid)) unlisted.delete(kid)
            else if (!unlisted.has(kid)) unlisted.set(kid, hour)
          }
        } else if (step.what === 'published') {
          known = published(known, hour)
          for (const kid of kids(known)) if (!seen.has(kid)) seen.set(kid, hour)
        } else {
          known = { ...known, ...withoutDue(known, hours(hour)) }
          const gone = kids(before).filter((kid) => !kids(known).includes(kid))
          for (const kid of gone) {
            expect(hour - (unlisted.get(kid) ?? hour)).toBeGreaterThanOrEqual(25)
            seen.delete(kid)
            unlisted.delete(kid)
          }
          if (gone.length > 0)
            expect(
              Math.max(...kids(known).map((kid) => hour - (seen.get(kid) ?? hour))),
            ).toBeGreaterThanOrEqual(25)
        }
        expect(JSON.parse(jwksDocument(known.keys)).keys.length).toBeGreaterThan(0)
        expect(kids(known)).toEqual(expect.arrayContaining(current.map(({ kid }) => kid)))
        if (step.what !== 'retired') expect(kids(known)).toEqual(expect.arrayContaining(kids(before)))
      }
    }),
  )
})

test('every key that is listed no longer goes in the end, when one that is listed is seen in public', () => {
  fc.assert(
    fc.property(anyKeys(), anyKeys(), (first, last) => {
      const known = listed([0, ...first], [10, ...last])

      expect(kids(withoutDue(known, hours(35))).toSorted()).toEqual(last.map(({ kid }) => kid).toSorted())
    }),
  )
})
