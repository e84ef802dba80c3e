/** How data flows through a state: InputPath, Parameters, ResultSelector, ResultPath, OutputPath. https://states-language.net/#data */
import { dataLimitExceeded } from './failures.ts'
import { byteLength, type Json } from './json.ts'
import { type Path, requirePath, writePath } from './paths.ts'
import type { Template } from './templates.ts'
import { dataOf, type Visit } from './visit.ts'

/** 256 KiB, for inputs and outputs of tasks, states and executions. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const MAXIMUM_PAYLOAD = 262_144

export interface InputFields {
  readonly InputPath?: Path | null | undefined
  readonly Parameters?: Template | undefined
}

export interface OutputFields {
  readonly ResultSelector?: Template | undefined
  readonly ResultPath?: Path | null | undefined
  readonly OutputPath?: Path | null | undefined
}

/** What the state works on. A null InputPath is an empty object. */
export function effectiveInput(state: InputFields, visit: Visit): Json {
  const input = select(state.InputPath, visit.branch.input, visit)
  if (state.Parameters === undefined) return input
  return limited(state.Parameters(dataOf(visit, input)), visit.branch.stateName)
}

/** The state's output from its result, which a null ResultPath drops. */
export function stateOutput(state: OutputFields, result: Json, visit: Visit): Json {
  const selected = state.ResultSelector === undefined ? result : state.ResultSelector(dataOf(visit, result))
  return selectOutput(state, placeResult(state.ResultPath, visit.branch.input, selected), visit)
}

export function selectOutput(state: OutputFields, output: Json, visit: Visit): Json {
  return limited(select(state.OutputPath, output, visit), visit.branch.stateName)
}

export function placeResult(path: Path | null | undefined, input: Json, result: Json): Json {
  if (path === null) return input
  return path === undefined ? result : writePath(path, input, result)
}

function select(path: Path | null | undefined, value: Json, visit: Visit): Json {
  if (path === null) return {}
  return path === undefined ? value : requirePath(path, dataOf(visit, value))
}

function limited(value: Json, what: string): Json {
  if (byteLength(value) > MAXIMUM_PAYLOAD) throw dataLimitExceeded(what)
  return value
}
