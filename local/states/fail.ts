import type { FailState } from './definition.ts'
import { EvaluationFailure, StateFailure } from './failures.ts'
import type { Template } from './templates.ts'
import { dataOf, type Visit } from './visit.ts'

/** https://states-language.net/#fail-state */
export function runFail(state: FailState, visit: Visit): never {
  const error = state.Error ?? read('ErrorPath', state.ErrorPath, visit) ?? ''
  throw new StateFailure(error, state.Cause ?? read('CausePath', state.CausePath, visit))
}

function read(field: string, expression: Template | undefined, visit: Visit): string | undefined {
  if (expression === undefined) return undefined
  const value = expression(dataOf(visit, visit.branch.input))
  if (typeof value === 'string') return value
  throw new EvaluationFailure(`The ${field} parameter does not reference a string: ${JSON.stringify(value)}`)
}
