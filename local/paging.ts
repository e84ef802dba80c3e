/** One page of a list that is kept in the order of its markers. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Marker of the last item of this page; undefined when nothing follows. */
  readonly next: string | undefined
}

/**
 * Up to `size` items whose marker sorts after `marker`. `items` are sorted by marker, so that one that has gone
 * between two pages neither hides nor repeats others.
 */
export function pageAfter<Item>(
  items: readonly Item[],
  markerOf: (item: Item) => string,
  marker: string | undefined,
  size: number,
): Page<Item> {
  const rest = marker === undefined ? items : items.filter((item) => markerOf(item) > marker)
  const page = rest.slice(0, size)
  const last = page.at(-1)
  return { items: page, next: rest.length > page.length && last !== undefined ? markerOf(last) : undefined }
}
