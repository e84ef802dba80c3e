/** One execution: its record, and how it begins, ends and begins again. */
import type { ExecutionStatus } from '@aws-sdk/client-sfn'
import { inBackground } from '../background.ts'
import type { World } from '../world.ts'
import { writeJson } from '../write-json.ts'
import { type Branch, createBranch } from './branch.ts'
import { measureExecution } from './execution-metrics.ts'
import { Abandoned, MachineDeleted, StateFailure } from './failures.ts'
import { createHistory, type Details, type History } from './history.ts'
import { runBranch } from './interpreter.ts'
import { type Json, parseJson } from './json.ts'
import type { Revision } from './machine.ts'
import type { Session } from './role-session.ts'
import { createScope, type Scope } from './scope.ts'
import { announceStatus } from './status-events.ts'

export interface Execution {
  readonly world: World
  readonly arn: string
  readonly name: string
  readonly region: string
  readonly machineArn: string
  readonly machineName: string
  readonly versionArn: string | undefined
  /** The machine as it was when the execution started; a redrive runs it again. */
  readonly revision: Revision
  /** As it was given. */
  readonly inputText: string
  readonly input: Json
  readonly startDate: Date
  readonly history: History
  readonly root: Branch
  status: ExecutionStatus
  stopDate: Date | undefined
  output: string | undefined
  error: string | undefined
  cause: string | undefined
  readonly redrives: Redrive[]
  /** Closed when the execution ends; a redrive opens another. */
  scope: Scope
  /** Set when the machine is deleted: the execution ends at its next transition. */
  machineIsDeleted: boolean
  /** The role session that calls functions, renewed when it expires. */
  session: Session | undefined
}

export interface Redrive {
  readonly date: Date
  readonly clientToken: string | undefined
}

export interface Start {
  readonly arn: string
  readonly name: string
  readonly region: string
  readonly machineArn: string
  readonly machineName: string
  readonly versionArn: string | undefined
  readonly revision: Revision
  readonly inputText: string
}

export function startExecution(world: World, start: Start): Execution {
  const input = parseJson(start.inputText)
  const execution: Execution = {
    ...start,
    world,
    input,
    startDate: world.clock.now(),
    history: createHistory(world.clock),
    root: createBranch(start.revision.machine, input, 0),
    status: 'RUNNING',
    stopDate: undefined,
    output: undefined,
    error: undefined,
    cause: undefined,
    redrives: [],
    scope: createScope(world.clock),
    machineIsDeleted: false,
    session: undefined,
  }
  execution.history.append('ExecutionStarted', 0, {
    member: 'executionStartedEventDetails',
    fields: { roleArn: start.revision.roleArn, stateMachineVersionArn: start.versionArn },
    payload: { field: 'input', value: input },
  })
  begin(execution)
  return execution
}

/** Goes on where the execution stopped, with fresh timeouts and retries. The caller has checked that it may. */
export function resumeExecution(execution: Execution, clientToken: string | undefined): Date {
  const date = execution.world.clock.now()
  execution.redrives.push({ date, clientToken })
  const { history } = execution
  history.append('ExecutionRedriven', history.size(), {
    member: 'executionRedrivenEventDetails',
    fields: { redriveCount: execution.redrives.length },
  })
  Object.assign(execution, { status: 'RUNNING', stopDate: undefined, error: undefined, cause: undefined })
  execution.scope = createScope(execution.world.clock)
  begin(execution)
  return date
}

/** Nothing of the execution goes on; a task under way is left to itself. */
export function stopExecution(
  execution: Execution,
  error: string | undefined,
  cause: string | undefined,
): void {
  endExecution(execution, 'ABORTED', { error, cause })
}

function begin(execution: Execution): void {
  measureExecution(execution)
  announceStatus(execution)
  const seconds = execution.revision.machine.TimeoutSeconds
  if (seconds !== undefined) limitTime(execution, seconds)
  // The start is answered before the first state is entered.
  queueMicrotask(() => inBackground(execution.arn, run(execution, execution.scope)))
}

/** A deadline follows real time, as the functions do that it waits for. */
function limitTime(execution: Execution, seconds: number): void {
  const timeout = execution.scope.delay(seconds * 1000, { scaled: false }).then(
    () => endExecution(execution, 'TIMED_OUT', {}),
    () => undefined, // ended before
  )
  inBackground(`the timeout of ${execution.arn}`, timeout)
}

async function run(execution: Execution, scope: Scope): Promise<void> {
  try {
    const output = await runBranch(execution.root, scope, execution)
    if (!scope.isClosed()) endExecution(execution, 'SUCCEEDED', { output })
  } catch (error) {
    if (error instanceof Abandoned || scope.isClosed()) return
    if (error instanceof MachineDeleted) return endExecution(execution, 'ABORTED', {})
    const { error: name, cause } = error instanceof StateFailure ? error : ownFault(error)
    endExecution(execution, 'FAILED', { error: name, cause })
  }
}

/** A fault of local mode itself: shown where people look, never lost. */
function ownFault(error: unknown): StateFailure {
  const text = error instanceof Error ? error.stack : String(error)
  return new StateFailure('States.Runtime', `Local mode failed: ${text}`)
}

interface End {
  readonly output?: Json
  readonly error?: string | undefined
  readonly cause?: string | undefined
}

function endExecution(
  execution: Execution,
  status: keyof typeof END_EVENTS,
  { output, error, cause }: End,
): void {
  if (execution.status !== 'RUNNING') return
  const { history, world } = execution
  const { type, member } = END_EVENTS[status]
  const details: Details =
    output === undefined
      ? { member, fields: { error: status === 'TIMED_OUT' ? 'States.Timeout' : error, cause } }
      : { member, fields: {}, payload: { field: 'output', value: output } }
  // What ends an execution from outside follows no event of it.
  const previous = status === 'ABORTED' || status === 'TIMED_OUT' ? 0 : history.size()
  history.end(type, previous, details)
  Object.assign(execution, { status, error, cause, stopDate: world.clock.now() })
  execution.output = output === undefined ? undefined : writeJson(output)
  execution.scope.close()
  measureExecution(execution)
  announceStatus(execution)
}

const END_EVENTS = {
  SUCCEEDED: { type: 'ExecutionSucceeded', member: 'executionSucceededEventDetails' },
  FAILED: { type: 'ExecutionFailed', member: 'executionFailedEventDetails' },
  ABORTED: { type: 'ExecutionAborted', member: 'executionAbortedEventDetails' },
  TIMED_OUT: { type: 'ExecutionTimedOut', member: 'executionTimedOutEventDetails' },
} as const
