/** A branch's stay in one state, as the code of the state types sees it. */
import type { HistoryEventType } from '@aws-sdk/client-sfn'
import type { Branch } from './branch.ts'
import { contextObject, type MapItem } from './context.ts'
import type { Execution } from './execution.ts'
import { Abandoned } from './failures.ts'
import type { Details } from './history.ts'
import type { Json } from './json.ts'
import type { Data } from './paths.ts'
import type { Scope } from './scope.ts'

export interface Visit {
  readonly execution: Execution
  readonly branch: Branch
  readonly scope: Scope
  /** `$$.State.RetryCount`. */
  retryCount: number
  /** Runs a branch below this state to its end. */
  readonly runBranch: (branch: Branch, scope: Scope, execution: Execution) => Promise<Json>
}

/** What a state leaves: its output and where to go, undefined at the end of the branch. */
export interface Outcome {
  readonly output: Json
  readonly next: string | undefined
}

export function dataOf(visit: Visit, input: Json, item?: MapItem): Data {
  return { input, context: () => contextObject(visit, item) }
}

/** Appends an event that the branch's next one follows. Throws Abandoned when the branch has been left behind. */
export function record(visit: Visit, type: HistoryEventType, details?: Details): number {
  const id = note(visit, type, visit.branch.lastId, details)
  visit.branch.lastId = id
  return id
}

/** Appends an event beside the branch's own chain, after `previous`. */
export function note(visit: Visit, type: HistoryEventType, previous: number, details?: Details): number {
  if (visit.scope.isClosed()) throw new Abandoned()
  return visit.execution.history.append(type, previous, details)
}
