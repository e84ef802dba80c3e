import { effectiveInput, selectOutput } from './data.ts'
import type { ChoiceState } from './definition.ts'
import { EvaluationFailure } from './failures.ts'
import { dataOf, type Outcome, type Visit } from './visit.ts'

/**
 * The first rule that holds, else Default. Without either AWS answers States.Runtime where the specification has
 * States.NoChoiceMatched; nothing can catch one or the other. https://states-language.net/#choice-state
 */
export function runChoice(state: ChoiceState, visit: Visit): Outcome {
  const input = effectiveInput(state, visit)
  const data = dataOf(visit, input)
  const next = state.Choices.find((rule) => rule.holds(data))?.Next ?? state.Default
  if (next === undefined)
    throw new EvaluationFailure(
      'Failed to transition out of the state. The state does not point to a next state.',
    )
  return { output: selectOutput(state, input, visit), next }
}
