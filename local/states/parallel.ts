/** https://states-language.net/#parallel-state */
import { createBranch } from './branch.ts'
import { type Plan, runChildren } from './children.ts'
import { effectiveInput, stateOutput } from './data.ts'
import type { ParallelState } from './definition.ts'
import { note, type Outcome, record, type Visit } from './visit.ts'

export async function runParallel(state: ParallelState, visit: Visit): Promise<Outcome> {
  const { branch } = visit
  const input = effectiveInput(state, visit)
  if (branch.children === undefined) {
    record(visit, 'ParallelStateStarted')
    branch.children = { outputs: Array.from({ length: state.Branches.length }), open: new Map(), next: 0 }
  }
  const plan: Plan = {
    total: state.Branches.length,
    concurrency: state.Branches.length,
    begin(index, previous) {
      const scope = state.Branches[index]
      if (scope === undefined) throw new RangeError(`no branch ${index}`)
      return createBranch(scope, input, previous)
    },
  }
  const outputs = await runChildren(visit, branch.children, plan)
  branch.children = undefined
  note(visit, 'ParallelStateSucceeded', branch.lastId)
  return { output: stateOutput(state, outputs, visit), next: state.Next }
}
