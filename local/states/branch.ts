/**
 * One thread of control: the whole execution, a branch of a Parallel, an iteration of a Map. This record of where a
 * branch stands outlives its run, and is all that a redrive needs: the state, its raw input, the branches below.
 */
import type { Children } from './children.ts'
import type { State, States } from './definition.ts'
import type { Json } from './json.ts'

export interface Branch {
  readonly scope: States
  stateName: string
  /** The current state's raw input. */
  input: Json
  /** Id of the event with which the current state was entered; 0 before that. */
  enteredId: number
  enteredTime: string
  /** Id of the event that the branch's next one follows. */
  lastId: number
  /** Below a Parallel or Map that is under way. */
  children: Children | undefined
  /** undefined until the branch has ended well. */
  output: Json | undefined
}

/** `lastId` is the event that starts the branch. */
export function createBranch(scope: States, input: Json, lastId: number): Branch {
  const position = { stateName: scope.StartAt, input, enteredId: 0, enteredTime: '' }
  return { scope, ...position, lastId, children: undefined, output: undefined }
}

export function currentState(branch: Branch): State {
  const state = branch.scope.States[branch.stateName]
  if (state === undefined) throw new TypeError(`no state ${branch.stateName}: the definition was not checked`)
  return state
}
