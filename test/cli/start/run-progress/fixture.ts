/** Histories of runs, event by event. */
import type { HistoryEvent } from '@aws-sdk/client-sfn'
import { trackRun } from '../../../../cli/start/run-progress.ts'
import { STEPS, type StepName } from '../../../../lib/steps.ts'

/** A second apart. */
export async function* historyOf(events: readonly Partial<HistoryEvent>[]): AsyncGenerator<HistoryEvent> {
  for (const [index, event] of events.entries())
    yield {
      id: index + 1,
      type: 'TaskStateEntered',
      timestamp: new Date(Date.parse('2026-01-31T12:00:00Z') + index * 1000),
      ...event,
    }
}

export function entered(name: string, input: object = {}): Partial<HistoryEvent> {
  return { stateEnteredEventDetails: { name, input: JSON.stringify(input) } }
}

export function pending(name: string, reason: string): Partial<HistoryEvent> {
  return entered(name, { cluster: 'golem', run: 1, status: 'pending', reason })
}

/** As a Lambda's error stands in the history. */
export function lambdaFailed(error: string, errorMessage: string) {
  return { error, cause: JSON.stringify({ errorType: error, errorMessage, trace: [`${error}: at x.js:1`] }) }
}

export const STARTED: Partial<HistoryEvent> = { type: 'ExecutionStarted' }
export const SUCCEEDED: Partial<HistoryEvent> = { type: 'ExecutionSucceeded' }

/** Everything is ready at once: two states a step, and what is around the roles. */
export const WHOLE = [
  STARTED,
  ...['Bucket', 'Certificate', 'Distribution', 'Alias', 'IssuerCheck', 'Provider'].flatMap((state) => [
    entered(state),
    entered(`${state}Ready?`, { status: 'ready' }),
  ]),
  ...['IssuerReady', 'ListRoles', 'RolesListed?', 'SettleRoles', 'SettleBatch'].map((state) =>
    entered(state),
  ),
  ...['ListRoles', 'RolesListed?', 'FinishRun'].map((state) => entered(state)),
  SUCCEEDED,
]

/** How every step ended, once the history is at its end. */
export async function outcomes(events: readonly Partial<HistoryEvent>[]) {
  const progress = trackRun(historyOf(events))
  const ends = STEPS.map(async (step) => {
    const end = await progress
      .follow(step, () => undefined)
      .then(
        () => 'done',
        (error: unknown) => error,
      )
    return [step, end] as const
  })
  return { ends: new Map<StepName, unknown>(await Promise.all(ends)), durations: progress.durations() }
}
