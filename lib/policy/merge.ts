/** Many statements into the fewest that mean the same, in one order: policies are short, and equal ones are equal bytes. */
import type { Statement } from './document.ts'

/**
 * Statements that differ in their actions only, or in their resources only, become one; the outcome does not depend on
 * the order of the input. Sids are left out: a merged statement has no single name.
 */
export function mergeStatements(statements: readonly Statement[]): Statement[] {
  let merged = statements.map(canonical)
  for (let count = Number.POSITIVE_INFINITY; merged.length < count; ) {
    count = merged.length
    merged = uniteBy(uniteBy(merged, 'Action'), 'Resource')
  }
  return merged.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
}

type Condition = NonNullable<Statement['Condition']>
type ListElement = 'Action' | 'NotAction' | 'Resource' | 'NotResource'

/** `Not…` elements are not united: "none of A" and "none of B" together are "not both". */
function uniteBy(statements: readonly Statement[], element: 'Action' | 'Resource'): Statement[] {
  const groups = Map.groupBy(statements, (statement) =>
    JSON.stringify(statement[element] === undefined ? statement : { ...statement, [element]: '(any)' }),
  )
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first?.[element] === undefined) return first ?? []
    const united = [first, ...others].flatMap((statement) => statement[element] ?? [])
    return { ...first, [element]: oneOrAll(united) }
  })
}

function canonical(statement: Statement): Statement {
  const { Effect, Condition } = statement
  return {
    Effect,
    ...list(statement, 'Action'),
    ...list(statement, 'NotAction'),
    ...list(statement, 'Resource'),
    ...list(statement, 'NotResource'),
    ...(Condition === undefined || Object.keys(Condition).length === 0
      ? {}
      : { Condition: canonicalCondition(Condition) }),
  }
}

function list(statement: Statement, element: ListElement): Partial<Pick<Statement, ListElement>> {
  const values = statement[element]
  return values === undefined ? {} : { [element]: oneOrAll([values].flat()) }
}

function canonicalCondition(condition: Condition): Condition {
  return sortedBy(condition, (keys) => sortedBy(keys, (values) => oneOrAll([values].flat())))
}

function sortedBy<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Record<string, Result> {
  const entries = Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([name, value]) => [name, change(value)]))
}

/** Sorted, each once; a single one as a string, as IAM's own documents have it. */
function oneOrAll(values: readonly string[]): string | readonly string[] {
  const sorted = [...new Set(values)].toSorted()
  const [only, ...more] = sorted
  return only !== undefined && more.length === 0 ? only : sorted
}
