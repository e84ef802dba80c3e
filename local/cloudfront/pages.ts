/** Pages as CloudFront's lists answer them: a marker names the last item of the page before. */
import { pageAfter } from '../paging.ts'

interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

interface PageAnswer<Item> {
  readonly Marker: string
  readonly NextMarker?: string
  readonly MaxItems: number
  readonly IsTruncated: boolean
  readonly Quantity: number
  readonly Items?: Item[]
}

const MOST = 100

/** The things sorted by marker, at most 100 of them a page. */
export function pageOf<Thing, Item>(
  things: readonly Thing[],
  markerOf: (thing: Thing) => string,
  { Marker, MaxItems = MOST }: PageRequest,
  describe: (thing: Thing) => Item,
): PageAnswer<Item> {
  const size = Math.min(MaxItems, MOST)
  const sorted = [...things].sort((a, b) => (markerOf(a) < markerOf(b) ? -1 : 1))
  const page = pageAfter(sorted, markerOf, Marker, size)
  return {
    Marker: Marker ?? '',
    ...(page.next && { NextMarker: page.next }),
    MaxItems: size,
    IsTruncated: page.next !== undefined,
    Quantity: page.items.length,
    ...(page.items.length > 0 && { Items: page.items.map(describe) }),
  }
}
