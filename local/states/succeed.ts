import { effectiveInput, selectOutput } from './data.ts'
import type { SucceedState } from './definition.ts'
import type { Outcome, Visit } from './visit.ts'

/** https://states-language.net/#succeed-state */
export function runSucceed(state: SucceedState, visit: Visit): Outcome {
  return { output: selectOutput(state, effectiveInput(state, visit), visit), next: undefined }
}
