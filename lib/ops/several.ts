/** Many of one kind. */

/** Some calls at a time: AWS throttles who asks all at once. The results are in the order of the items. Rejects with the first error. */
export async function mapSome<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
  atATime = AT_A_TIME,
): Promise<Result[]> {
  const results: Result[] = []
  const left = items.entries()
  async function work(): Promise<void> {
    for (const [index, item] of left) results[index] = await map(item)
  }
  await Promise.all(Array.from({ length: atATime }, work))
  return results
}

const AT_A_TIME = 8

export async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
