/** Whether one statement's conditions hold only where another's do. */
import type { Statement } from '../policy/document.ts'
import { operatorOf } from '../policy/operators.ts'

type Condition = Statement['Condition']

/** Certainly; false also when it cannot be shown. Without conditions everything holds. */
export function conditionsImply(narrow: Condition, wide: Condition): boolean {
  const known = testsOf(narrow)
  return [...testsOf(wide)].every(([name, wanted]) => {
    const given = known.get(name)
    if (given === undefined) return false
    // Fewer values are narrower, but for an operator with Not.
    return isNegated(name) ? isSubset(wanted, given) : isSubset(given, wanted)
  })
}

/** By operator and key, whose case says nothing. */
function testsOf(condition: Condition): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(
        ([key, values]) =>
          [`${operator} ${key.toLowerCase()}`, new Set([values].flat().map(String))] as const,
      ),
    ),
  )
}

export function isSubset(few: ReadonlySet<string>, many: ReadonlySet<string>): boolean {
  return [...few].every((one) => many.has(one))
}

function isNegated(test: string): boolean {
  const [operator = ''] = test.split(' ')
  return operatorOf(operator)?.isNegated ?? operator.includes('Not')
}
