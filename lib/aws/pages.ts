/** Lists come in pages, and the second one is where bugs are: only these functions read them. */
import { translateRace } from './errors.ts'

/** The items of every page of an SDK paginator. */
export async function allItems<Page, Item>(
  operation: string,
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = []
  try {
    for await (const page of pages) items.push(...(itemsOf(page) ?? []))
  } catch (error) {
    translateRace(operation)(error)
  }
  return items
}
