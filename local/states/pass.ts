import { effectiveInput, stateOutput } from './data.ts'
import type { PassState } from './definition.ts'
import type { Outcome, Visit } from './visit.ts'

/** Its Result, or else its input as filtered. https://states-language.net/#pass-state */
export function runPass(state: PassState, visit: Visit): Outcome {
  const input = effectiveInput(state, visit)
  const result = state.Result === undefined ? input : state.Result
  return { output: stateOutput(state, result, visit), next: state.Next }
}
