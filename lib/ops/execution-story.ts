/** What happened in an execution, step by step, told from its history. */
import { type HistoryEvent, paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn'
import { allItems } from '../aws/pages.ts'
import { messageIn } from '../failed-run.ts'
import { isRecord } from '../is-record.ts'
import { stepOfState } from '../steps.ts'

/** One step, from its first state that was entered to its last; one that was come back to later is told again. */
export interface StepStory {
  /** As in lib/steps.ts, or the name of a state that belongs to none of them. */
  readonly step: string
  /** `ended`: the execution went on. `failed`: it stopped here. */
  readonly outcome: 'ended' | 'failed' | 'under-way'
  /** How often the execution stopped here, and was redriven. */
  readonly redrives: number
  readonly startedAt: string
  readonly endedAt: string | undefined
  /** How often the step was asked whether it is ready. */
  readonly attempts: number
  /** Of its last attempt. */
  readonly input: unknown
  /** What it waits for, as the step said last. */
  readonly reason: string | undefined
  /** In the order in which they came; those that were retried too. */
  readonly errors: readonly StoryError[]
}

export interface StoryError {
  readonly at: string
  readonly error: string
  readonly message: string
}

/** The whole history: 25,000 events at most. */
export async function readStory(client: SFNClient, executionArn: string): Promise<StepStory[]> {
  const pages = paginateGetExecutionHistory({ client }, { executionArn, maxResults: 1000 })
  return storyOf(await allItems('states:GetExecutionHistory', pages, ({ events }) => events))
}

interface Telling {
  step: string
  outcome: StepStory['outcome']
  redrives: number
  startedAt: string
  endedAt: string | undefined
  attempts: number
  input: unknown
  reason: string | undefined
  errors: StoryError[]
}

/** Pure. The events are in order and complete. */
export function storyOf(events: readonly HistoryEvent[]): StepStory[] {
  const steps: Telling[] = []
  /** By the event's id: which step it belongs to. Iterations of a Map mix, and only the chain tells whose an event is. */
  const owners = new Map<number, Telling>()
  const types = new Map<number, string | undefined>()
  for (const event of events) {
    const { id = 0, previousEventId = 0, type } = event
    types.set(id, type)
    const at = event.timestamp?.toISOString() ?? ''
    const cause = owners.get(previousEventId)
    const around = types.get(previousEventId) === 'MapIterationStarted' ? cause : undefined
    const current = enter(steps, around, event, at) ?? cause ?? steps.at(-1)
    if (current === undefined) continue
    owners.set(id, current)
    tell(current, event, at)
  }
  return steps
}

/** The step that the event enters, if it enters a state: the one that goes on, or a new one. `around`: the Map's that it is inside of. */
function enter(
  steps: Telling[],
  around: Telling | undefined,
  { stateEnteredEventDetails: entered }: HistoryEvent,
  at: string,
): Telling | undefined {
  if (entered?.name === undefined) return undefined
  const last = steps.at(-1)
  const step = stepOfState(entered.name) ?? around?.step ?? entered.name
  if (last?.step === step) return last
  if (last !== undefined) end(last, 'ended', at)
  const next: Telling = {
    step,
    outcome: 'under-way',
    redrives: 0,
    startedAt: at,
    endedAt: undefined,
    attempts: 0,
    input: undefined,
    reason: undefined,
    errors: [],
  }
  steps.push(next)
  return next
}

function end(step: Telling, outcome: StepStory['outcome'], at: string): void {
  if (step.outcome !== 'under-way') return
  step.outcome = outcome
  step.endedAt = at
}

function tell(step: Telling, event: HistoryEvent, at: string): void {
  const { type = '', stateEnteredEventDetails: entered } = event
  if (type === 'TaskStateEntered') {
    step.attempts += 1
    step.input = parsed(entered?.input)
  }
  if (entered?.input !== undefined) step.reason = reasonIn(parsed(entered.input)) ?? step.reason
  const failure = failureIn(event)
  const isEnd = /^Execution(Failed|TimedOut|Aborted)$/.test(type)
  if (failure !== undefined) addError(step, { at, ...failure }, isEnd)
  if (isEnd) end(step, 'failed', at)
  if (type === 'ExecutionSucceeded') end(step, 'ended', at)
  if (type === 'ExecutionRedriven') goOn(step)
}

/** The failed state goes on with the input that it had: it is not entered again. */
function goOn(step: Telling): void {
  step.outcome = 'under-way'
  step.endedAt = undefined
  step.redrives += 1
  step.attempts += 1
}

function parsed(json: string | undefined): unknown {
  return json === undefined ? undefined : JSON.parse(json)
}

function reasonIn(payload: unknown): string | undefined {
  if (!isRecord(payload) || payload.status !== 'pending') return undefined
  return typeof payload.reason === 'string' ? payload.reason : undefined
}

interface Failure {
  readonly error?: string | undefined
  readonly cause?: string | undefined
}

function failureIn(event: HistoryEvent): { readonly error: string; readonly message: string } | undefined {
  const details: Failure | undefined =
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.lambdaFunctionStartFailedEventDetails ??
    event.lambdaFunctionScheduleFailedEventDetails ??
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.executionFailedEventDetails ??
    event.executionTimedOutEventDetails ??
    event.executionAbortedEventDetails
  if (details === undefined) return undefined
  return { error: details.error ?? event.type ?? '', message: messageIn(details.cause ?? '') }
}

/** The execution's own failure repeats the one that it could not bear. */
function addError(step: Telling, error: StoryError, isRepeated: boolean): void {
  const last = step.errors.at(-1)
  if (isRepeated && last?.error === error.error && last.message === error.message) return
  step.errors.push(error)
}
