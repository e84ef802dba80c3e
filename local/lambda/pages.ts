/** Pages as Lambda answers them. */
import { AwsError } from '../errors.ts'
import { pageAfter } from '../paging.ts'
import { within } from './constraints.ts'

interface PageRequest {
  readonly MaxItems?: number | undefined
  readonly Marker?: string | undefined
}

// ListFunctions answers 50 at most, however many are asked for.
const MOST_ITEMS = 50

/**
 * `markerOf` must sort as the list does. Throws AwsError: ValidationException for a page of none or too many,
 * InvalidParameterValueException for a marker of nobody's.
 */
export function pageOf<Item>(
  items: readonly Item[],
  markerOf: (item: Item) => string,
  { MaxItems = MOST_ITEMS, Marker }: PageRequest,
): { readonly items: readonly Item[]; readonly token: { NextMarker?: string } } {
  within(MaxItems, 'maxItems', 1, 10_000)
  const page = pageAfter(items, markerOf, readMarker(Marker), Math.min(MaxItems, MOST_ITEMS))
  if (page.next === undefined) return { items: page.items, token: {} }
  return { items: page.items, token: { NextMarker: Buffer.from(`after ${page.next}`).toString('base64') } }
}

function readMarker(marker: string | undefined): string | undefined {
  if (marker === undefined || marker === '') return undefined
  const text = Buffer.from(marker, 'base64').toString()
  if (text.startsWith('after ')) return text.slice('after '.length)
  throw new AwsError('InvalidParameterValueException', 'Invalid Marker value', 400, { Type: 'User' })
}
