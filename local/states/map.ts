/** Inline Map. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
import { createBranch } from './branch.ts'
import { type IterationEvent, iterationDetails, type Plan, runChildren } from './children.ts'
import { effectiveInput, stateOutput } from './data.ts'
import { type MapState, processorOf } from './definition.ts'
import { EvaluationFailure } from './failures.ts'
import { isArray, type Json } from './json.ts'
import { type Path, requirePath } from './paths.ts'
import { dataOf, note, type Outcome, record, type Visit } from './visit.ts'

/** An inline Map runs at most 40 iterations at a time, whatever MaxConcurrency says. */
const MAXIMUM_CONCURRENCY = 40

export async function runMap(state: MapState, visit: Visit): Promise<Outcome> {
  const { branch } = visit
  // In a Map, Parameters is the old name of ItemSelector.
  const input = effectiveInput({ InputPath: state.InputPath }, visit)
  const items = itemsOf(state, input, visit)
  const concurrency = concurrencyOf(state, input, visit)
  if (branch.children === undefined) {
    record(visit, 'MapStateStarted', {
      member: 'mapStateStartedEventDetails',
      fields: { length: items.length },
    })
    branch.children = { outputs: Array.from({ length: items.length }), open: new Map(), next: 0 }
  }
  const outputs = await runChildren(visit, branch.children, planOf(state, visit, input, items, concurrency))
  branch.children = undefined
  note(visit, 'MapStateSucceeded', branch.lastId)
  return { output: stateOutput(state, outputs, visit), next: state.Next }
}

function itemsOf(state: MapState, input: Json, visit: Visit): readonly Json[] {
  const items = state.ItemsPath === undefined ? input : requirePath(state.ItemsPath, dataOf(visit, input))
  if (isArray(items)) return items
  throw new EvaluationFailure(`Reference path "${state.ItemsPath?.text ?? '$'}" must point to array.`)
}

function concurrencyOf(state: MapState, input: Json, visit: Visit): number {
  const path = state.MaxConcurrencyPath
  const asked = path === undefined ? (state.MaxConcurrency ?? 0) : readCount(path, input, visit)
  return asked === 0 ? MAXIMUM_CONCURRENCY : Math.min(asked, MAXIMUM_CONCURRENCY)
}

function readCount(path: Path, input: Json, visit: Visit): number {
  const count = requirePath(path, dataOf(visit, input))
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return count
  throw new EvaluationFailure(
    `The MaxConcurrencyPath field refers to value "${JSON.stringify(count)}" which is not a valid integer: ${path.text}`,
  )
}

function planOf(
  state: MapState,
  visit: Visit,
  input: Json,
  items: readonly Json[],
  concurrency: number,
): Plan {
  const name = visit.branch.stateName
  const selector = state.ItemSelector ?? state.Parameters
  const iteration = (type: IterationEvent | 'MapIterationStarted', index: number, previous: number) =>
    note(visit, type, previous, iterationDetails(type, name, index))
  return {
    total: items.length,
    concurrency,
    begin(index, previous) {
      const value = items[index] ?? null
      const selected = selector === undefined ? value : selector(dataOf(visit, input, { index, value }))
      return createBranch(processorOf(state), selected, iteration('MapIterationStarted', index, previous))
    },
    iteration,
  }
}
