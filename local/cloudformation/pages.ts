/** Pages of CloudFormation's lists: 100 items, the token says how many came before. */
import { validationError } from './errors.ts'

const PAGE_SIZE = 100

/** Throws AwsError (ValidationError) for a token that is not ours. */
export function pageOf<Item>(items: readonly Item[], token: string | undefined) {
  const start = token === undefined ? 0 : Number(token)
  if (!Number.isInteger(start) || start < 0) throw validationError(`Token is invalid: ${token}`)
  const end = start + PAGE_SIZE
  return { items: items.slice(start, end), token: end < items.length ? { NextToken: String(end) } : {} }
}
