/**
 * Asynchronous invocations: accepted at once, run later, retried, and sent on when they end.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { warnOfFault } from '../background.ts'
import { AwsError } from '../errors.ts'
import type { World } from '../world.ts'
import type { Concurrency } from './concurrency.ts'
import { revisionToRun } from './deployment.ts'
import type { Ended, SendOn } from './destinations.ts'
import { type Functions, LATEST, type LambdaFunction } from './function.ts'
import type { Run } from './runner.ts'
import { failure, type Outcome } from './sandbox.ts'
import { Stopped } from './sandboxes.ts'

export interface Accepted {
  readonly found: LambdaFunction
  readonly version: string
  readonly invokedArn: string
  /** The same for every attempt. */
  readonly requestId: string
  /** JSON. */
  readonly event: string
}

export interface AsyncInvocations {
  readonly accept: (accepted: Accepted) => void
}

// Two retries by default: one minute after the first attempt, two minutes after the second.
const DEFAULT_RETRIES = 2
const RETRY_MILLISECONDS = [60_000, 120_000]
const DEFAULT_AGE_SECONDS = 6 * 3600
// Throttled events come back after 1 second at first, and after 5 minutes at most.
const LEAST_BACKOFF_MILLISECONDS = 1_000
const MOST_BACKOFF_MILLISECONDS = 300_000

export function createAsyncInvocations(
  { clock }: World,
  functions: Functions,
  concurrency: Concurrency,
  run: Run,
  sendOn: SendOn,
): AsyncInvocations {
  async function process(accepted: Accepted): Promise<void> {
    let last: Outcome | undefined
    let invocations = 0
    let backoff = LEAST_BACKOFF_MILLISECONDS
    // Of AWS time: the waits. What the attempts themselves take passes in real time and is not counted.
    let age = 0
    const end = (condition: Ended['condition']) => sendOn({ accepted, condition, invocations, outcome: last })
    for (;;) {
      const attempt = await tryOnce(accepted)
      const { retries, ageMilliseconds } = settingsOf(accepted)
      if (attempt === 'gone') return
      let delay = backoff
      if (attempt === 'throttled') backoff = Math.min(backoff * 2, MOST_BACKOFF_MILLISECONDS)
      else {
        last = attempt
        invocations += 1
        if (!attempt.failed) return end('Success')
        if (invocations > retries) return end('RetriesExhausted')
        delay = RETRY_MILLISECONDS[invocations - 1] ?? MOST_BACKOFF_MILLISECONDS
      }
      const left = ageMilliseconds - age
      await clock.wait(Math.min(delay, left))
      if (delay > left) return end('EventAgeExceeded')
      age += delay
    }
  }

  async function tryOnce(accepted: Accepted): Promise<Outcome | 'throttled' | 'gone'> {
    const { found, version } = accepted
    if (functions.get(found.arn) !== found) return 'gone'
    try {
      const revision = revisionToRun(found, version)
      if (revision === undefined) return 'gone'
      return await concurrency.within(found, () => run({ ...accepted, revision }))
    } catch (error) {
      if (error instanceof Stopped) throw error
      if (!(error instanceof AwsError)) return ownFault(error)
      if (error.code === 'TooManyRequestsException' || error.status >= 500) return 'throttled'
      return failure({ errorType: error.code, errorMessage: error.message })
    }
  }

  return {
    accept(accepted) {
      process(accepted).catch((error: unknown) => {
        if (!(error instanceof Stopped))
          warnOfFault(`an asynchronous invocation of ${accepted.found.name}`, error)
      })
    },
  }
}

/** A fault of local mode's own is retried and sent on like the function's. */
function ownFault(error: unknown): Outcome {
  return failure({ errorType: 'LocalModeFault', errorMessage: `Local mode failed: ${String(error)}` })
}

function settingsOf({ found, version }: Accepted): {
  readonly retries: number
  readonly ageMilliseconds: number
} {
  const config = found.eventInvokeConfigs.get(version) ?? found.eventInvokeConfigs.get(LATEST)
  return {
    retries: config?.maximumRetryAttempts ?? DEFAULT_RETRIES,
    ageMilliseconds: (config?.maximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000,
  }
}
