/** https://states-language.net/#task-state */
import { effectiveInput, MAXIMUM_PAYLOAD, stateOutput } from './data.ts'
import type { TaskState } from './definition.ts'
import { dataLimitExceeded, EvaluationFailure, StateFailure } from './failures.ts'
import { type Event, type Integration, integrationOf, type Limits } from './integrations.ts'
import { byteLength, type Json } from './json.ts'
import { invokeFunction } from './lambda.ts'
import { type Path, requirePath } from './paths.ts'
import type { Limit } from './scope.ts'
import { dataOf, type Outcome, record, type Visit } from './visit.ts'

export async function runTask(state: TaskState, visit: Visit): Promise<Outcome> {
  const integration = integrationOf(state.Resource, visit.execution.region)
  const input = effectiveInput(state, visit)
  const limits = limitsOf(state, input, visit)
  const result = await perform(integration, input, limits, visit)
  return { output: stateOutput(state, result, visit), next: state.Next }
}

async function perform(integration: Integration, input: Json, limits: Limits, visit: Visit): Promise<Json> {
  const invocation = integration.invocation(input)
  recordEvent(visit, integration.scheduled(input, limits))
  recordEvent(visit, integration.started)
  const limit = firstLimit(limits)
  try {
    const answer = await visit.scope.until(() => invokeFunction(visit.execution, invocation), limit)
    const result = integration.result(answer)
    if (byteLength(result) > MAXIMUM_PAYLOAD) throw dataLimitExceeded(integration.label)
    recordEvent(visit, integration.succeeded(result))
    return result
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error
    const timedOut = error === limit?.error
    recordEvent(
      visit,
      timedOut ? integration.timedOut(error.error) : integration.failed(error.error, error.cause),
    )
    throw error
  }
}

function recordEvent(visit: Visit, { type, details }: Event): void {
  record(visit, type, details)
}

function limitsOf(state: TaskState, input: Json, visit: Visit): Limits {
  const read = (path: Path | undefined, seconds: number | undefined) =>
    path === undefined ? seconds : readSeconds(path, input, visit)
  return {
    timeoutInSeconds: read(state.TimeoutSecondsPath, state.TimeoutSeconds),
    heartbeatInSeconds: read(state.HeartbeatSecondsPath, state.HeartbeatSeconds),
  }
}

function readSeconds(path: Path, input: Json, visit: Visit): number {
  const seconds = requirePath(path, dataOf(visit, input))
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0) return seconds
  throw new EvaluationFailure(
    `The path ${path.text} does not reference a positive integer: ${JSON.stringify(seconds)}`,
  )
}

/** A function sends no heartbeats, so HeartbeatSeconds is a second timeout. */
function firstLimit({ timeoutInSeconds, heartbeatInSeconds }: Limits): Limit | undefined {
  const [timeout, heartbeat] = [timeoutInSeconds ?? Infinity, heartbeatInSeconds ?? Infinity]
  const seconds = Math.min(timeout, heartbeat)
  if (seconds === Infinity) return undefined
  const error = new StateFailure(
    heartbeat < timeout ? 'States.HeartbeatTimeout' : 'States.Timeout',
    undefined,
  )
  return { milliseconds: seconds * 1000, error }
}
