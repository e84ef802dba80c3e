/** What is not as desired, field by field. Both sides must be canonical already. */

import { isDeepStrictEqual } from 'node:util'
import { isRecord } from './is-record.ts'
import type { Difference } from './resource.ts'

/** One difference per leaf that is not the same on both sides, missing on either one included, in the order of the names. */
export function differencesBetween(desired: unknown, observed: unknown, field: string): Difference[] {
  if (isDeepStrictEqual(desired, observed)) return []
  if (!isRecord(desired) || !isRecord(observed)) return [{ field, desired, observed }]
  const names = new Set([...Object.keys(desired), ...Object.keys(observed)])
  return [...names]
    .toSorted()
    .flatMap((name) => differencesBetween(desired[name], observed[name], `${field}.${name}`))
}
