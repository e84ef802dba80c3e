/** Pages as EventBridge answers them. */
import { pageAfter } from '../paging.ts'
import { invalid } from './bus.ts'

interface PageRequest {
  readonly Limit?: number | undefined
  readonly NextToken?: string | undefined
}

/** In the order of their markers, up to Limit (100 if absent). Throws AwsError (ValidationException). */
export function page<Item>(
  all: Iterable<Item>,
  markerOf: (item: Item) => string,
  { Limit = 100, NextToken }: PageRequest,
): { readonly items: readonly Item[]; readonly end: { readonly NextToken?: string } } {
  if (Limit < 1 || Limit > 100)
    throw invalid(
      `1 validation error detected: Value '${Limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and 100`,
    )
  const after = NextToken === undefined ? undefined : Buffer.from(NextToken, 'base64url').toString()
  if (after === '') throw invalid('NextToken is not valid.')
  const sorted = [...all].sort((one, other) => (markerOf(one) < markerOf(other) ? -1 : 1))
  const { items, next } = pageAfter(sorted, markerOf, after, Limit)
  return { items, end: next === undefined ? {} : { NextToken: Buffer.from(next).toString('base64url') } }
}
