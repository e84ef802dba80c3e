import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Statement } from '../../../lib/policy/document.ts'
import { mergeStatements } from '../../../lib/policy/merge.ts'

const allow = (Action: string | string[], Resource: string | string[]): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
})

describe('mergeStatements', () => {
  test('unites actions on the same resources', () => {
    expect(
      mergeStatements([allow('s3:PutObject', 'a'), allow(['s3:GetObject', 's3:PutObject'], ['a'])]),
    ).toEqual([allow(['s3:GetObject', 's3:PutObject'], 'a')])
  })

  test('unites resources of the same actions', () => {
    expect(mergeStatements([allow('s3:GetObject', 'b'), allow('s3:GetObject', 'a')])).toEqual([
      allow('s3:GetObject', ['a', 'b']),
    ])
  })

  test('unites what the first unions have made equal', () => {
    const statements = [allow('x:1', 'a'), allow('x:2', 'a'), allow('x:1', 'b'), allow('x:2', 'b')]

    expect(mergeStatements(statements)).toEqual([allow(['x:1', 'x:2'], ['a', 'b'])])
  })

  test('does not widen: different actions on different resources stay apart', () => {
    expect(mergeStatements([allow('x:1', 'a'), allow('x:2', 'b')])).toHaveLength(2)
  })

  test('keeps effects, conditions and Not… elements apart', () => {
    const statements: Statement[] = [
      allow('x:1', 'a'),
      { ...allow('x:2', 'a'), Effect: 'Deny' },
      { ...allow('x:3', 'a'), Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
      { Effect: 'Deny', NotAction: 'x:1', Resource: 'a' },
      { Effect: 'Deny', NotAction: 'x:2', Resource: 'a' },
    ]

    expect(mergeStatements(statements)).toHaveLength(5)
  })

  test('sees that conditions are the same in another order, and leaves out empty ones and Sids', () => {
    const one: Statement = {
      ...allow('x:1', 'a'),
      Sid: 'One',
      Condition: { B: { k: ['2', '1'], j: ['3'] }, A: { k: 'v' } },
    }
    const other: Statement = {
      ...allow('x:2', 'a'),
      Sid: 'Other',
      Condition: { A: { k: ['v'] }, B: { j: '3', k: ['1', '2'] } },
    }
    const empty: Statement = { ...allow('x:3', 'a'), Condition: {} }

    expect(mergeStatements([one, other, empty])).toEqual([
      allow('x:3', 'a'),
      { ...allow(['x:1', 'x:2'], 'a'), Condition: { A: { k: 'v' }, B: { j: '3', k: ['1', '2'] } } },
    ])
  })

  const some = (values: string[]) => fc.subarray(values, { minLength: 1 })
  const actions = some(['x:1', 'x:2', 'x:3'])
  const resources = some(['a', 'b', 'c'])
  const rest = fc.record(
    {
      Effect: fc.constantFrom('Allow', 'Deny'),
      Condition: fc.constantFrom({ Bool: { k: 'true' } }, { Bool: { k: 'false' } }),
    },
    { requiredKeys: ['Effect'] },
  )
  const statement: fc.Arbitrary<Statement> = fc
    .tuple(
      rest,
      fc.oneof(fc.record({ Action: actions }), fc.record({ NotAction: actions })),
      fc.oneof(fc.record({ Resource: resources }), fc.record({ NotResource: resources })),
    )
    .map(([common, action, resource]) => ({ ...common, ...action, ...resource }))

  /** Everything that the statements say about every action on every resource, one line each. */
  function meaning(statements: readonly Statement[]): string[] {
    const said = new Set<string>()
    for (const { Effect, Action, NotAction, Resource, NotResource, Condition } of statements)
      for (const action of ['x:1', 'x:2', 'x:3', 'x:4'])
        for (const resource of ['a', 'b', 'c', 'd']) {
          const actionMatches = Action ? Action.includes(action) : !NotAction?.includes(action)
          const resourceMatches = Resource ? Resource.includes(resource) : !NotResource?.includes(resource)
          if (actionMatches && resourceMatches)
            said.add(`${Effect} ${action} ${resource} ${JSON.stringify(Condition)}`)
        }
    return [...said].toSorted()
  }

  test('the outcome says exactly what the input said, in no more statements', () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 8 }), (statements) => {
        const merged = mergeStatements(statements)
        expect(meaning(merged)).toEqual(meaning(statements))
        expect(merged.length).toBeLessThanOrEqual(statements.length)
      }),
    )
  })

  test('the outcome does not depend on the order, and merging it again changes nothing', () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 8 }), (statements) => {
        const merged = JSON.stringify(mergeStatements(statements))
        expect(JSON.stringify(mergeStatements(statements.toReversed()))).toBe(merged)
        expect(JSON.stringify(mergeStatements(JSON.parse(merged)))).toBe(merged)
      }),
    )
  })
})
