/** How the work of a state ends other than by its result. */

/** A state fails with an error name that Retry and Catch look at. `cause` is the language's Cause, which may be missing. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure'
  readonly error: string
  override readonly cause: string | undefined

  constructor(error: string, cause: string | undefined) {
    super(cause === undefined ? error : `${error}: ${cause}`)
    this.error = error
    this.cause = cause
  }
}

/** A path, template or function of the definition cannot be evaluated. The branch adds in which state it was. */
export class EvaluationFailure extends Error {
  override readonly name = 'EvaluationFailure'
  readonly error: string

  constructor(message: string, error = 'States.Runtime') {
    super(message)
    this.error = error
  }
}

/** The execution has ended, or a sibling branch has failed, while this one was waiting. Nothing handles it. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned'

  constructor() {
    super('what waited for this has ended')
  }
}

/** Executions of a deleted machine end at their next transition. */
export class MachineDeleted extends Error {
  override readonly name = 'MachineDeleted'
}

export function dataLimitExceeded(what: string): StateFailure {
  return new StateFailure(
    'States.DataLimitExceeded',
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  )
}
