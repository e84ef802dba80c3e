/** Every error by its literal name: from an execution's `error` back to what a person should do. */
import * as errors from './errors.ts'

export interface ErrorKind {
  readonly mendedBy: errors.MendedBy
  readonly remedy: string
}

export type ErrorName = Exclude<keyof typeof errors, 'IrsaError'>

/** Without the abstract one, which nothing throws. */
export const ERRORS: ReadonlyMap<string, ErrorKind> = new Map<string, ErrorKind>(
  Object.entries(errors).filter(([, kind]) => kind !== errors.IrsaError),
)

/** What Step Functions and Lambda end an execution with themselves: the remedies. */
export const EXECUTION_ERRORS: ReadonlyMap<string, string> = new Map([
  ['ExecutionAborted', 'Find out who stopped the execution, and why; then replay.'],
  [
    'Lambda.TooManyRequestsException',
    "Compare the functions' concurrency with the account's limit, raise one or lower the other (roleConcurrency), then replay.",
  ],
  [
    'Lambda.Unknown',
    "Look at the function's log: it ran out of time or memory. Mend the cause, then replay.",
  ],
  [
    'States.DataLimitExceeded',
    'Report it: a payload has more than 256 KB, which the workflow should never make.',
  ],
  ['States.Runtime', 'Compare the state machine with the deployed template, deploy again, then replay.'],
  ['States.TaskFailed', "Look at the function's log, mend the cause, then replay."],
  ['States.Timeout', "Look at the function's log: AWS or an issuer did not answer in time. Then replay."],
])

/** By the name that an execution ended with. */
export function remedyFor(name: string): string {
  return (
    ERRORS.get(name)?.remedy ??
    EXECUTION_ERRORS.get(name) ??
    'Look at the execution and the logs of its functions, mend the cause, then replay.'
  )
}
