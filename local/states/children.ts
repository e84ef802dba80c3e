/** Runs the branches of a Parallel or the iterations of a Map, and keeps what a redrive goes on with. */
import { type Branch, currentState } from './branch.ts'
import { Abandoned, StateFailure } from './failures.ts'
import type { Details } from './history.ts'
import type { Json } from './json.ts'
import { note, type Visit } from './visit.ts'

export interface Children {
  /** By index; undefined for those that have not ended. */
  readonly outputs: (Json | undefined)[]
  /** Begun and not ended, in order of their beginning. */
  readonly open: Map<number, Branch>
  /** Index of the first that has not begun. */
  next: number
}

export interface Plan {
  readonly total: number
  readonly concurrency: number
  /** Makes a branch that starts after the event `previous`. */
  readonly begin: (index: number, previous: number) => Branch
  /** Of a Map only: the events about an iteration as a whole. */
  readonly iteration?: (type: IterationEvent, index: number, previous: number) => number
}

type Child = readonly [index: number, branch: Branch]

export type IterationEvent = 'MapIterationSucceeded' | 'MapIterationFailed' | 'MapIterationAborted'

/** The outputs in order. At the first failure the others are aborted, and the failure is thrown. */
export async function runChildren(visit: Visit, children: Children, plan: Plan): Promise<Json[]> {
  const scope = visit.scope.child()
  let firstError: unknown

  async function lane(first: Child): Promise<void> {
    let child: Child | undefined = first
    while (child !== undefined) child = await runOne(child)
  }

  /** Runs one child; answers the next that takes its place. */
  async function runOne([index, branch]: Child): Promise<Child | undefined> {
    try {
      const output = await visit.runBranch(branch, scope, visit.execution)
      // A sibling may have failed since the branch ended.
      if (scope.isClosed()) throw new Abandoned()
      children.outputs[index] = output
      children.open.delete(index)
      visit.branch.lastId = plan.iteration?.('MapIterationSucceeded', index, branch.lastId) ?? branch.lastId
      return admit(children, plan, branch.lastId)
    } catch (error) {
      if (!scope.isClosed()) {
        firstError = error
        scope.close()
        if (error instanceof StateFailure) recordFailure(visit, children, plan, index, error)
      }
      throw error
    }
  }

  try {
    while (children.open.size < plan.concurrency && admit(children, plan, visit.branch.lastId));
    await Promise.all([...children.open].map(lane))
  } catch (error) {
    // Abandoned siblings may be heard of before the failure that they were abandoned for.
    throw firstError ?? error
  } finally {
    scope.close()
  }
  return children.outputs.map((output) => output ?? null)
}

function admit(children: Children, plan: Plan, previous: number): Child | undefined {
  if (children.next >= plan.total) return undefined
  const index = children.next
  const branch = plan.begin(index, previous)
  children.next += 1
  children.open.set(index, branch)
  return [index, branch]
}

/** The branch fails after the event of the child that failed; so do, in AWS's records, all that were aborted with it. */
function recordFailure(
  visit: Visit,
  children: Children,
  plan: Plan,
  failed: number,
  failure: StateFailure,
): void {
  visit.branch.lastId = children.open.get(failed)?.lastId ?? visit.branch.lastId
  if (failure.error === 'States.Runtime') return
  const previous = visit.branch.lastId
  for (const [index, branch] of children.open) {
    plan.iteration?.(index === failed ? 'MapIterationFailed' : 'MapIterationAborted', index, previous)
    recordAborted(visit, branch, previous, index !== failed)
  }
}

/** The states that can be aborted: the others take no time. */
const ABORTABLE = { Task: true, Wait: true, Map: true, Parallel: true }

function recordAborted(visit: Visit, branch: Branch, previous: number, deep: boolean): void {
  const { Type: type } = currentState(branch)
  if (branch.enteredId === 0 || branch.output !== undefined || !isAbortable(type)) return
  note(visit, `${type}StateAborted`, previous)
  if (!deep || branch.children === undefined) return
  for (const [index, child] of branch.children.open) {
    if (type === 'Map')
      note(
        visit,
        'MapIterationAborted',
        previous,
        iterationDetails('MapIterationAborted', branch.stateName, index),
      )
    recordAborted(visit, child, previous, true)
  }
}

function isAbortable(type: string): type is keyof typeof ABORTABLE {
  return Object.hasOwn(ABORTABLE, type)
}

const ITERATION_MEMBERS = {
  MapIterationStarted: 'mapIterationStartedEventDetails',
  MapIterationSucceeded: 'mapIterationSucceededEventDetails',
  MapIterationFailed: 'mapIterationFailedEventDetails',
  MapIterationAborted: 'mapIterationAbortedEventDetails',
} as const

export function iterationDetails(type: keyof typeof ITERATION_MEMBERS, name: string, index: number): Details {
  return { member: ITERATION_MEMBERS[type], fields: { name, index } }
}
