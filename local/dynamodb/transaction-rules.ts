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

const MAXIMUM_BYTES = 4 * 1024 * 1024

/** `sizes` of all items in bytes. Throws ValidationException. */
export function checkSize(sizes: readonly number[]): void {
  if (sizes.reduce((sum, size) => sum + size, 0) > MAXIMUM_BYTES)
    throw new AwsError('ValidationException', 'Aggregated size of all items in the transaction exceeds 4 MB')
}

/** Throws NotInLocalMode unless the request says nothing of these members, or NONE. */
export function refuseMeasures<Input extends object>(
  operation: string,
  input: Input,
  members: readonly (keyof Input & string)[],
): void {
  for (const member of members) {
    const wanted = input[member]
    if (wanted !== undefined && wanted !== 'NONE') throw new NotInLocalMode(`${operation} with ${member}`)
  }
}
