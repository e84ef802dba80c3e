/** Every error by its literal name: from an execution's `error` back to what a person should do. */
import * as errors from './errors.ts'

export interface ErrorKind {
  readonly mendedBy: errors.MendedBy
  readonly remedy: string
}

export const ERRORS: ReadonlyMap<string, ErrorKind> = new Map(
  Object.entries(errors).filter(
    (entry): entry is [string, (typeof entry)[1] & ErrorKind] => 'remedy' in entry[1],
  ),
)
