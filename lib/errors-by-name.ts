/** Every error by its literal name: from an execution's `error` back to what a person should do. */
import * as errors from './errors.ts'

export interface ErrorKind {
  readonly mendedBy: errors.MendedBy
  readonly remedy: string
}

/** Without the abstract one, which nothing throws. */
export const ERRORS: ReadonlyMap<string, ErrorKind> = new Map<string, ErrorKind>(
  Object.entries(errors).filter(([, kind]) => kind !== errors.IrsaError),
)
