/**
 * What every error of the pipeline is. Its `name` is literal: it is what the state machines match and what events,
 * the registry and docs carry. `mendedBy` decides what happens next: `time` is tried again by the state machine;
 * `requester` and `operator` name who must follow the `remedy`, after which the execution is replayed or the
 * request sent again.
 */
export type MendedBy = 'time' | 'requester' | 'operator'

export abstract class IrsaError extends Error {
  static readonly mendedBy: MendedBy
  /** What a person should do: one or two sentences in the imperative. */
  static readonly remedy: string
  /** Of an input, the same as the message, field by field. Empty when no one field is to blame. */
  readonly faults: readonly Fault[]

  constructor(message: string, { faults = [], ...options }: ErrorOptions & Partial<Faults> = {}) {
    super(message, options)
    this.faults = faults
  }

  get mendedBy(): MendedBy {
    return this.kind.mendedBy
  }

  get remedy(): string {
    return this.kind.remedy
  }

  private get kind(): typeof IrsaError {
    return this.constructor as typeof IrsaError
  }
}

export interface Faults {
  readonly faults: readonly Fault[]
}

export interface Fault {
  /** Of the field in the input, as RFC 6901 has it: `/policies/0/arn`. */
  readonly pointer: string
  /** What is wrong, or what is allowed. */
  readonly detail: string
}
