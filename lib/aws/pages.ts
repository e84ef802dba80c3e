/** Lists come in pages, and the second one is where bugs are. */
import { translateRace } from './errors.ts'

/** The items of every page of an SDK paginator, a page at a time: who has found what it looks for reads no further. */
export async function* pagedItems<Page, Item>(
  operation: string,
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): AsyncGenerator<Item> {
  const iterator = pages[Symbol.asyncIterator]()
  for (;;) {
    const page = await iterator.next().catch(translateRace(operation))
    if (page.done) return
    yield* itemsOf(page.value) ?? []
  }
}

/** All of them. */
export async function allItems<Page, Item>(
  operation: string,
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of pagedItems(operation, pages, itemsOf)) items.push(item)
  return items
}
