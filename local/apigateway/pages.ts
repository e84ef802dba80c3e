/** Pages as API Gateway answers them. */
import { pageAfter } from '../paging.ts'
import { badRequest } from './api.ts'

interface PageRequest {
  readonly MaxResults?: string | undefined
  readonly NextToken?: string | undefined
}

/** In the order of their ids, all of them unless fewer are asked for. Throws AwsError (BadRequestException). */
export function page<Item>(
  all: readonly Item[],
  idOf: (item: Item) => string,
  { MaxResults = '1000', NextToken }: PageRequest,
): { readonly Items: readonly Item[]; readonly NextToken?: string } {
  if (!/^[1-9]\d{0,3}$/.test(MaxResults)) throw badRequest('Invalid maxResults specified')
  const sorted = all.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1))
  const after = NextToken === undefined ? undefined : Buffer.from(NextToken, 'base64url').toString()
  const { items, next } = pageAfter(sorted, idOf, after, Number(MaxResults))
  return { Items: items, ...(next !== undefined && { NextToken: Buffer.from(next).toString('base64url') }) }
}
