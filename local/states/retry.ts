/** Which errors Retry and Catch match, and how long a retry waits. https://states-language.net/#errors */
import type { Catcher, ErrorNames, Retrier } from './definition.ts'
import type { StateFailure } from './failures.ts'

/**
 * States.Runtime matches nothing; States.DataLimitExceeded only its own name; a missed heartbeat is a States.Timeout too.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function matchesError(names: ErrorNames, error: string): boolean {
  if (error === 'States.Runtime') return false
  if (names.includes(error)) return true
  if (error === 'States.HeartbeatTimeout' && names.includes('States.Timeout')) return true
  if (error === 'States.DataLimitExceeded') return false
  return names.includes('States.ALL') || (names.includes('States.TaskFailed') && error !== 'States.Timeout')
}

export function findCatcher(catchers: readonly Catcher[], failure: StateFailure): Catcher | undefined {
  return catchers.find((catcher) => matchesError(catcher.ErrorEquals, failure.error))
}

/** Counts the attempts of each retrier over one visit of a state. Answers milliseconds to wait, undefined to give up. */
export function createRetries(retriers: readonly Retrier[]): (failure: StateFailure) => number | undefined {
  const counts = new Map<Retrier, number>()
  return (failure) => {
    const retrier = retriers.find(({ ErrorEquals }) => matchesError(ErrorEquals, failure.error))
    if (retrier === undefined) return undefined
    const attempts = counts.get(retrier) ?? 0
    counts.set(retrier, attempts + 1)
    return attempts < retrier.MaxAttempts ? delayOf(retrier, attempts) * 1000 : undefined
  }
}

/** Seconds; with full jitter any share of it. */
function delayOf(retrier: Retrier, attempts: number): number {
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds = Number.POSITIVE_INFINITY, JitterStrategy } = retrier
  const seconds = Math.min(IntervalSeconds * BackoffRate ** attempts, MaxDelaySeconds)
  return JitterStrategy === 'FULL' ? seconds * Math.random() : seconds
}
