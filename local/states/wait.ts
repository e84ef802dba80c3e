import { effectiveInput, selectOutput } from './data.ts'
import type { WaitState } from './definition.ts'
import { EvaluationFailure } from './failures.ts'
import type { Json } from './json.ts'
import { type Path, requirePath } from './paths.ts'
import { parseTimestamp } from './timestamps.ts'
import { dataOf, type Outcome, type Visit } from './visit.ts'

/** Seconds run on AWS's time, a timestamp is a date; one in the past does not wait. https://states-language.net/#wait-state */
export async function runWait(state: WaitState, visit: Visit): Promise<Outcome> {
  const input = effectiveInput(state, visit)
  const seconds = secondsOf(state, input, visit)
  if (seconds !== undefined) await visit.scope.delay(seconds * 1000)
  else await waitUntil(timeOf(state, input, visit), visit)
  return { output: selectOutput(state, input, visit), next: state.Next }
}

async function waitUntil(time: number, { execution, scope }: Visit): Promise<void> {
  const milliseconds = time - execution.world.clock.now().getTime()
  if (milliseconds > 0) await scope.delay(milliseconds, { scaled: false })
}

function secondsOf(state: WaitState, input: Json, visit: Visit): number | undefined {
  if (state.SecondsPath === undefined) return state.Seconds
  const seconds = requirePath(state.SecondsPath, dataOf(visit, input))
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0) return seconds
  throw refused('SecondsPath', 'an integer value', state.SecondsPath, seconds)
}

function timeOf(state: WaitState, input: Json, visit: Visit): number {
  const path = state.TimestampPath
  const text = path === undefined ? state.Timestamp : requirePath(path, dataOf(visit, input))
  const time = typeof text === 'string' ? parseTimestamp(text) : undefined
  if (time !== undefined) return time
  throw refused('TimestampPath', 'a valid ISO-8601 extended offset date-time format string', path, text)
}

function refused(
  field: string,
  wanted: string,
  path: Path | undefined,
  value: Json | undefined,
): EvaluationFailure {
  const shown = typeof value === 'string' ? value : JSON.stringify(value)
  return new EvaluationFailure(
    `The ${field} parameter does not reference ${wanted}: ${path?.text} == ${shown}`,
  )
}
