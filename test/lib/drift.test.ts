import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { driftOf } from '../../lib/drift.ts'
import { AccessDenied, BucketNotOurs, RecordTaken } from '../../lib/errors.ts'
import type { Inspection } from '../../lib/reconcile.ts'

function drift(inspection: Inspection) {
  return driftOf({ resource: 'bucket', inspection })
}

function present(...differences: readonly { readonly desired: unknown; readonly observed: unknown }[]) {
  return drift({ status: 'present', differences: differences.map((one) => ({ field: 'a', ...one })) })
}

describe('what is not as it was made', () => {
  test('is nothing when there is no difference', () => {
    expect(present()).toBeUndefined()
  })

  test.each<[string, Inspection, unknown, boolean]>([
    ['is not there', { status: 'absent' }, 'absent', true],
    [
      'is not there and cannot be made',
      { status: 'absent', obstacle: new RecordTaken('irsa.golem.gigantic.io', 'A', '192.0.2.1') },
      expect.stringMatching(/^RecordTaken: .*192\.0\.2\.1/),
      false,
    ],
    ['is on its way', { status: 'pending', reason: 'ACM is slow' }, 'pending: ACM is slow', false],
    [
      'is on its way and has more to be done',
      { status: 'pending', reason: 'no record', unfinished: true },
      'pending: no record',
      true,
    ],
    [
      'is not ours',
      { status: 'refused', error: new BucketNotOurs('b', 'it is theirs') },
      expect.stringMatching(/^BucketNotOurs: .*theirs/),
      false,
    ],
  ])('has the status as its field when it %s', (_, inspection, observed, isMendable) => {
    expect(drift(inspection)).toEqual({
      resource: 'bucket',
      differences: [{ field: 'Status', desired: 'ready', observed }],
      isMendable,
    })
  })

  test('is the same for the same refusal, whatever number AWS gave the request', () => {
    const refused = (request: string) =>
      drift({ status: 'refused', error: new AccessDenied(`iam:GetRole: no (request ${request})`) })

    expect(refused('1')).toEqual(refused('2'))
    expect(refused('1')?.differences[0]?.observed).toBe('AccessDenied: iam:GetRole: no')
  })

  test('is told and not mended when nobody but AWS can', () => {
    const differences = [{ field: 'a', desired: 1, observed: 2, isBeyondUs: true }] as const

    expect(drift({ status: 'present', differences })).toMatchObject({ isMendable: false })
  })

  test('is told and not mended when something is in the way', () => {
    const differences = [{ field: 'a', desired: 1, observed: 2 }]
    const obstacle = new RecordTaken('irsa.golem.gigantic.io', 'A', '192.0.2.1')

    expect(drift({ status: 'present', differences, obstacle })).toMatchObject({
      differences,
      isMendable: false,
    })
  })

  test('does not show what CloudFront would send to an origin', () => {
    const Items = [{ HeaderName: 'x-origin', HeaderValue: 'hunter2' }]

    const found = present({ desired: { Quantity: 0 }, observed: [{ CustomHeaders: { Quantity: 1, Items } }] })

    expect(JSON.stringify(found)).not.toContain('hunter2')
    expect(JSON.stringify(found)).toContain('x-origin')
  })

  test('reads back from the registry as it is: else it would be told every time', () => {
    const value = fc.anything({
      withBigInt: false,
      maxDepth: 3,
      values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(undefined)],
    })
    fc.assert(
      fc.property(value, value, (desired, observed) => {
        const differences = present({ desired, observed })?.differences

        expect(JSON.parse(JSON.stringify(differences))).toEqual(differences)
      }),
    )
  })
})
