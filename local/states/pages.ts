/** Pages as Step Functions answers them. */
import { AwsError } from '../errors.ts'
import { pageAfter } from '../paging.ts'

interface PageRequest {
  readonly maxResults?: number | undefined
  readonly nextToken?: string | undefined
}

/** `markerOf` must sort as the list does. 100 items unless asked otherwise, 1,000 at most. */
export function pageOf<Item>(
  items: readonly Item[],
  markerOf: (item: Item) => string,
  request: PageRequest,
): { readonly items: Item[]; readonly token: { nextToken?: string } } {
  const page = pageAfter(items, markerOf, readToken(request.nextToken), sizeOf(request))
  return { items: [...page.items], token: tokenFor(page.next) }
}

/** Throws AwsError (ValidationException). */
export function sizeOf({ maxResults = 0 }: PageRequest): number {
  if (maxResults >= 0 && maxResults <= 1000) return maxResults === 0 ? 100 : maxResults
  const bound = maxResults > 1000 ? 'less than or equal to 1000' : 'greater than or equal to 0'
  throw invalidMember(String(maxResults), 'maxResults', `have value ${bound}`)
}

/** Tokens are opaque to callers: they hold the marker after which the next page begins. */
export function tokenFor(marker: string | undefined): { nextToken?: string } {
  return marker === undefined ? {} : { nextToken: Buffer.from(`after ${marker}`).toString('base64url') }
}

/** Throws AwsError (InvalidToken). */
export function readToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined
  const text = Buffer.from(token, 'base64url').toString()
  if (text.startsWith('after ')) return text.slice('after '.length)
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'")
}

/** The wording of the checks that every AWS request goes through. */
export function invalidMember(value: string, member: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  )
}
