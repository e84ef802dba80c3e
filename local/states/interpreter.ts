/** Walks a branch from state to state: enters, tries, retries, catches, leaves. */
import { type Branch, currentState } from './branch.ts'
import { runChoice } from './choice.ts'
import { placeResult } from './data.ts'
import type { State } from './definition.ts'
import type { Execution } from './execution.ts'
import { runFail } from './fail.ts'
import { EvaluationFailure, MachineDeleted, StateFailure } from './failures.ts'
import type { Json } from './json.ts'
import { runMap } from './map.ts'
import { runParallel } from './parallel.ts'
import { runPass } from './pass.ts'
import { createRetries, findCatcher } from './retry.ts'
import type { Scope } from './scope.ts'
import { runSucceed } from './succeed.ts'
import { runTask } from './task.ts'
import { type Outcome, record, type Visit } from './visit.ts'
import { runWait } from './wait.ts'

/** Runs from where the branch stands. Throws StateFailure, or Abandoned when the scope closes. */
export async function runBranch(branch: Branch, scope: Scope, execution: Execution): Promise<Json> {
  while (branch.output === undefined) {
    const visit: Visit = { execution, branch, scope, retryCount: 0, runBranch }
    const state = currentState(branch)
    enter(state, visit)
    const { output, next } = await leave(state, visit)
    if (next === undefined) branch.output = output
    else Object.assign(branch, { stateName: next, input: output, enteredId: 0, children: undefined })
  }
  return branch.output
}

/** A state that a redrive comes back to is not entered again: its events follow the original entry. */
function enter(state: State, visit: Visit): void {
  const { branch, execution } = visit
  if (execution.machineIsDeleted) throw new MachineDeleted()
  if (branch.enteredId !== 0) {
    branch.lastId = branch.enteredId
    return
  }
  branch.enteredTime = execution.world.clock.now().toISOString()
  branch.enteredId = record(visit, `${state.Type}StateEntered`, {
    member: 'stateEnteredEventDetails',
    fields: { name: branch.stateName },
    payload: { field: 'input', value: branch.input },
  })
}

async function leave(state: State, visit: Visit): Promise<Outcome> {
  const outcome = await visitState(state, visit)
  const type = state.Type
  if (type !== 'Fail')
    record(visit, `${type}StateExited`, {
      member: 'stateExitedEventDetails',
      fields: { name: visit.branch.stateName },
      payload: { field: 'output', value: outcome.output },
    })
  return outcome
}

/** The attempts at one state, and what Catch makes of the last one. */
async function visitState(state: State, visit: Visit): Promise<Outcome> {
  const { branch, scope } = visit
  const nextDelay = createRetries('Retry' in state ? state.Retry : [])
  for (;;) {
    try {
      return await attempt(state, visit)
    } catch (error) {
      const failure = asFailure(error, visit)
      const delay = nextDelay(failure)
      if (delay === undefined) return caught(state, failure, visit)
      branch.children = undefined
      await scope.delay(delay)
      visit.retryCount += 1
    }
  }
}

function attempt(state: State, visit: Visit): Outcome | Promise<Outcome> {
  switch (state.Type) {
    case 'Task':
      return runTask(state, visit)
    case 'Map':
      return runMap(state, visit)
    case 'Parallel':
      return runParallel(state, visit)
    case 'Choice':
      return runChoice(state, visit)
    case 'Wait':
      return runWait(state, visit)
    case 'Pass':
      return runPass(state, visit)
    case 'Succeed':
      return runSucceed(state, visit)
    case 'Fail':
      return runFail(state, visit)
  }
}

/** Passes on what is no failure of a state: an abandoned branch, a fault of ours. */
function asFailure(error: unknown, { branch }: Visit): StateFailure {
  if (error instanceof StateFailure) return error
  if (!(error instanceof EvaluationFailure)) throw error
  const where = `An error occurred while executing the state '${branch.stateName}' (entered at the event id #${branch.enteredId}).`
  return new StateFailure(error.error, `${where} ${error.message}`)
}

/** A runtime error ends the execution there and then: AWS records no failure of the states around it. */
function caught(state: State, failure: StateFailure, visit: Visit): Outcome {
  const { branch } = visit
  if (failure.error === 'States.Runtime') throw failure
  if (state.Type === 'Map' || state.Type === 'Parallel') record(visit, `${state.Type}StateFailed`)
  const catcher = findCatcher('Catch' in state ? state.Catch : [], failure)
  if (catcher !== undefined) {
    const errorOutput = {
      Error: failure.error,
      ...(failure.cause === undefined ? {} : { Cause: failure.cause }),
    }
    return { output: placeResult(catcher.ResultPath, branch.input, errorOutput), next: catcher.Next }
  }
  // "If the state failed because of a States.DataLimitExceeded error", a redrive runs it from its beginning.
  if (failure.error === 'States.DataLimitExceeded') branch.children = undefined
  throw failure
}
