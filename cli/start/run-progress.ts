/** From the history of an execution to where it is: which step, what it waits for, how long it took. */
import type { HistoryEvent } from '@aws-sdk/client-sfn'
import { remedyFor } from '../../lib/errors-by-name.ts'
import { messageIn } from '../../lib/failed-run.ts'
import { STEPS, type StepName, stepOfState } from '../../lib/steps.ts'

export interface RunProgress {
  /** Resolves when the step is done, rejects with RunFailed when the run ends before. `tell` hears what the step waits for. */
  readonly follow: (step: StepName, tell: (reason: string) => void) => Promise<void>
  /** Milliseconds of every step that has begun. */
  readonly durations: () => Readonly<Partial<Record<StepName, number>>>
}

export class RunFailed extends Error {
  override readonly name = 'RunFailed'
  readonly remedy: string

  constructor(message: string, remedy = remedyFor('')) {
    super(message)
    this.remedy = remedy
  }
}

interface Progress {
  begun: number | undefined
  ended: number | undefined
  tell: (reason: string) => void
  readonly done: PromiseWithResolvers<void>
}

export function trackRun(events: AsyncIterable<HistoryEvent>): RunProgress {
  const steps = new Map<StepName, Progress>(STEPS.map((step) => [step, newProgress()]))
  // Who does not follow a step does not care how it ends.
  for (const { done } of steps.values()) done.promise.catch(() => undefined)
  consume(events, steps).catch((error: unknown) => failAll(steps, error))
  return {
    async follow(step, tell) {
      const progress = progressOf(steps, step)
      progress.tell = tell
      await progress.done.promise
    },
    durations: () =>
      Object.fromEntries(
        [...steps].flatMap(([step, { begun, ended = Date.now() }]) =>
          begun === undefined ? [] : [[step, ended - begun]],
        ),
      ),
  }
}

function newProgress(): Progress {
  return { begun: undefined, ended: undefined, tell: () => undefined, done: Promise.withResolvers() }
}

function progressOf(steps: ReadonlyMap<StepName, Progress>, step: StepName): Progress {
  const progress = steps.get(step)
  if (progress === undefined) throw new TypeError(`There is no step ${step}.`)
  return progress
}

async function consume(events: AsyncIterable<HistoryEvent>, steps: ReadonlyMap<StepName, Progress>) {
  let current: StepName | undefined
  let failure: RunFailed | undefined
  for await (const event of events) {
    const { type = '', timestamp = new Date(), stateEnteredEventDetails: entered } = event
    const at = timestamp.getTime()
    if (entered?.name === SUPERSEDED) throw new RunFailed('Another run of the cluster has taken over.')
    const step = stepOfState(entered?.name ?? '')
    if (step !== undefined) {
      if (current !== undefined && step !== current) finish(progressOf(steps, current), at)
      current = step
      progressOf(steps, step).begun ??= at
      tellReason(progressOf(steps, step), entered?.input ?? '{}')
    }
    if (type === 'ExecutionSucceeded' && current !== undefined) return finish(progressOf(steps, current), at)
    // What comes after a failure is its redrive.
    failure = /^Execution(Failed|Aborted|TimedOut)$/.test(type) ? failureOf(event) : undefined
  }
  throw failure ?? new RunFailed('The history of the execution breaks off.')
}

/** The state in which a run ends well without having done its steps. */
const SUPERSEDED = 'Superseded'

function finish(progress: Progress, at: number): void {
  progress.ended ??= at
  progress.done.resolve()
}

function tellReason({ tell }: Progress, input: string): void {
  const { status, reason } = JSON.parse(input)
  if (status === 'pending' && typeof reason === 'string') tell(reason)
}

function failureOf(event: HistoryEvent): RunFailed {
  const details =
    event.executionFailedEventDetails ??
    event.executionAbortedEventDetails ??
    event.executionTimedOutEventDetails
  const message = `${details?.error ?? event.type}: ${messageIn(details?.cause ?? '')}`
  const remedy = remedyFor(details?.error ?? ENDED_WITHOUT_ERROR[event.type ?? ''] ?? '')
  return new RunFailed(message, message.includes('QuotaExceeded') ? `${remedy} ${RAISE_QUOTA}` : remedy)
}

/** By the type of an execution's last event: as lib/errors-by-name.ts calls it. */
const ENDED_WITHOUT_ERROR: Readonly<Record<string, string>> = {
  ExecutionAborted: 'ExecutionAborted',
  ExecutionTimedOut: 'States.Timeout',
}

/** Roles are what a cluster has thousands of. */
const RAISE_QUOTA = 'In local mode --quota iam:roles=N raises the quota.'

function failAll(steps: ReadonlyMap<StepName, Progress>, error: unknown): void {
  for (const { done } of steps.values()) done.reject(error)
}
