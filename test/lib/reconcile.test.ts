import { describe, expect, test } from 'vitest'
import { BucketNotOurs, RecordTaken, Throttled } from '../../lib/errors.ts'
import { createStep, deleteStep, inspect } from '../../lib/reconcile.ts'
import type { Hint, Observed, Resource } from '../../lib/resource.ts'

interface Desired {
  readonly name: string
  readonly hint?: Hint | undefined
}

type Outputs = { readonly arn: string }

const READY: Observed<Outputs> = { status: 'ready', outputs: { arn: 'arn' }, differences: [] }
const DRIFTED: Observed<Outputs> = {
  ...READY,
  differences: [
    { field: 'Tags.team', desired: 'a', observed: 'b' },
    { field: 'Enabled', desired: true, observed: false },
  ],
}

/** A thing that is observed as these say, one after the other; `create` gives this hint. */
function aResource(observations: readonly Observed<Outputs>[], hint?: Hint) {
  const calls: [string, Hint | undefined][] = []
  const left = [...observations]
  const resource: Resource<Desired, Outputs> = {
    async observe(desired) {
      calls.push(['observe', desired.hint])
      const observed = left.shift()
      if (observed === undefined) throw new Error('observed too often')
      return observed
    },
    async create(desired) {
      calls.push(['create', desired.hint])
      return hint
    },
    async delete(desired) {
      calls.push(['delete', desired.hint])
    },
  }
  return { resource, calls }
}

const NAMES = (calls: readonly [string, unknown][]) => calls.map(([name]) => name)

describe('createStep', () => {
  test('only looks at what is as desired', async () => {
    const { resource, calls } = aResource([READY])

    expect(await createStep(resource, { name: 'x' })).toEqual({ status: 'ready', outputs: { arn: 'arn' } })
    expect(NAMES(calls)).toEqual(['observe'])
  })

  test.each([
    ['absent', { status: 'absent' } as const],
    ['not as desired', DRIFTED],
    [
      'pending with more to do',
      { status: 'pending', reason: 'a record is asked for', unfinished: true } as const,
    ],
  ])('makes what is %s, and looks again', async (_, before) => {
    const { resource, calls } = aResource([before, READY])

    expect(await createStep(resource, { name: 'x' })).toEqual({ status: 'ready', outputs: { arn: 'arn' } })
    expect(NAMES(calls)).toEqual(['observe', 'create', 'observe'])
  })

  test('leaves what is on its way alone', async () => {
    const { resource, calls } = aResource([{ status: 'pending', reason: 'ACM validates it' }])
    const hint = { changeId: 'C1' }

    expect(await createStep(resource, { name: 'x', hint })).toEqual({
      status: 'pending',
      reason: 'ACM validates it',
      hint,
    })
    expect(NAMES(calls)).toEqual(['observe'])
  })

  test.each([
    ['is not visible yet', { status: 'absent' } as const, 'AWS does not show it yet'],
    ['is on its way', { status: 'pending', reason: 'InProgress' } as const, 'InProgress'],
    ['has more to do later', { status: 'pending', reason: 'wait', unfinished: true } as const, 'wait'],
    ['does not show the change', DRIFTED, 'AWS does not show the change yet: Tags.team, Enabled'],
  ])('is pending, and makes nothing twice, when what was made %s', async (_, after, reason) => {
    const { resource, calls } = aResource([{ status: 'absent' }, after])

    expect(await createStep(resource, { name: 'x' })).toEqual({ status: 'pending', reason, hint: undefined })
    expect(NAMES(calls)).toEqual(['observe', 'create', 'observe'])
  })

  test('hands the hint of create to the next look, and on', async () => {
    const hint = { changeId: 'C2' }
    const { resource, calls } = aResource([{ status: 'absent' }, { status: 'pending', reason: 'wait' }], hint)

    const progress = await createStep(resource, { name: 'x', hint: { changeId: 'C1' } })

    expect(progress).toEqual({ status: 'pending', reason: 'wait', hint })
    expect(calls).toEqual([
      ['observe', { changeId: 'C1' }],
      ['create', { changeId: 'C1' }],
      ['observe', hint],
    ])
  })

  test('keeps the hint that it has when create gives none', async () => {
    const hint = { changeId: 'C1' }
    const { resource, calls } = aResource([DRIFTED, { status: 'pending', reason: 'wait' }])

    expect(await createStep(resource, { name: 'x', hint })).toMatchObject({ hint })
    expect(calls.at(-1)).toEqual(['observe', hint])
  })

  test.each(['observe', 'create'] as const)('throws what %s throws', async (verb) => {
    const { resource } = aResource([{ status: 'absent' }, READY])
    const error = new RecordTaken('irsa.golem.gigantic.io', 'A', '192.0.2.1')
    const failing = { ...resource, [verb]: () => Promise.reject(error) }

    await expect(createStep(failing, { name: 'x' })).rejects.toBe(error)
  })
})

describe('deleteStep', () => {
  test('deletes, whatever there is to see, and looks', async () => {
    const { resource, calls } = aResource([{ status: 'absent' }])

    expect(await deleteStep(resource, { name: 'x' })).toEqual({ status: 'absent' })
    expect(NAMES(calls)).toEqual(['delete', 'observe'])
  })

  test.each([
    ['on its way out', { status: 'pending', reason: 'it is switched off' } as const, 'it is switched off'],
    ['still there', READY, 'AWS still shows it'],
  ])('is pending while the thing is %s', async (_, observed, reason) => {
    const { resource } = aResource([observed])

    expect(await deleteStep(resource, { name: 'x' })).toEqual({ status: 'pending', reason })
  })

  test('throws what the resource throws', async () => {
    const { resource } = aResource([])
    const error = new RecordTaken('irsa.example.org', 'A', '192.0.2.1')
    const foreign: typeof resource = {
      ...resource,
      async delete() {
        throw error
      },
    }

    await expect(deleteStep(foreign, { name: 'x' })).rejects.toBe(error)
  })
})

describe('inspect', () => {
  test.each<[string, Observed<Outputs>, unknown]>([
    ['absent', { status: 'absent' }, { status: 'absent' }],
    ['as desired', READY, { status: 'present', differences: [] }],
    ['not as desired', DRIFTED, { status: 'present', differences: DRIFTED.differences }],
    ['pending', { status: 'pending', reason: 'slow' }, { status: 'pending', reason: 'slow' }],
  ])('looks once at what is %s, and changes nothing', async (_, observed, expected) => {
    const { resource, calls } = aResource([observed])

    expect(await inspect(resource, { name: 'x' })).toMatchObject(expected as object)
    expect(NAMES(calls)).toEqual(['observe'])
  })

  test('tells what a person must mend, and throws what time mends or nobody knows', async () => {
    const error = new BucketNotOurs('b', 'it is theirs')
    const throwing = (thrown: Error) => inspect({ observe: () => Promise.reject(thrown) }, { name: 'x' })

    expect(await throwing(error)).toEqual({ status: 'refused', error })
    await expect(throwing(new Throttled('s3:GetObject'))).rejects.toThrow(Throttled)
    await expect(throwing(new TypeError('a fault of ours'))).rejects.toThrow(TypeError)
  })
})

test('what nobody but AWS can mend holds no step up', async () => {
  const differences = [
    { field: 'RenewalStatus', desired: 'SUCCESS', observed: 'FAILED', isBeyondUs: true },
  ] as const
  const { resource, calls } = aResource([{ ...READY, differences }])

  expect(await createStep(resource, { name: 'x' })).toEqual({ status: 'ready', outputs: { arn: 'arn' } })
  expect(NAMES(calls)).toEqual(['observe'])
})
