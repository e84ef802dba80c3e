/** What AWS checks of a transaction as a whole: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html */
import { isDeepStrictEqual } from 'node:util'
import { AwsError, NotInLocalMode } from '../errors.ts'
import type { Target } from './writes.ts'

const MAXIMUM_ACTIONS = 100

/** Throws ValidationException. */
export function checkActionCount(count: number): void {
  if (count >= 1 && count <= MAXIMUM_ACTIONS) return
  const length = count < 1 ? 'greater than or equal to 1' : `less than or equal to ${MAXIMUM_ACTIONS}`
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${length}`,
  )
}

/** Throws ValidationException. */
export function checkDistinct(targets: readonly Target[]): void {
  const isRepeated = targets.some((one, index) =>
    targets
      .slice(0, index)
      .some((other) => one.table === other.table && isDeepStrictEqual(one.key, other.key)),
  )
  if (isRepeated)
    throw new AwsError(
      'ValidationException',
      'Transaction request cannot include multiple operations on one item',
    )
}

/** Throws NotInLocalMode. */
export function refuseCapacity(operation: string, wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== 'NONE')
    throw new NotInLocalMode(`${operation} with ReturnConsumedCapacity`)
}
