/** What the last look at a cluster found: one item for each thing that is not as it should be, and none for the others. */
import * as z from 'zod'
import { deleteItem, getItem, type Key, putItem, queryByState, queryItems, type Table } from './table.ts'

const findingSchema = z.object({
  cluster: z.string(),
  /** A step's name, or `role shop/cart`. */
  resource: z.string(),
  differences: z.array(z.object({ field: z.string(), desired: z.unknown(), observed: z.unknown() })),
  /** How many runs the cluster had had: a later one has mended it, or is at it. */
  run: z.int(),
  /** When it was first found like this. */
  foundAt: z.string(),
})

export type Finding = z.output<typeof findingSchema>

/** The differences as text: whatever AWS has in them comes back as it was. */
const itemSchema = findingSchema.extend({
  differences: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(findingSchema.shape.differences),
})

export async function readFinding(
  table: Table,
  cluster: string,
  resource: string,
): Promise<Finding | undefined> {
  const item = await getItem(table, keyOf(cluster, resource))
  return item === undefined ? undefined : itemSchema.parse(item)
}

export async function putFinding(table: Table, finding: Finding): Promise<void> {
  const { cluster, resource, foundAt } = finding
  const differences = JSON.stringify(finding.differences)
  const index = { indexState: DRIFT, indexTime: foundAt }
  await putItem(table, { ...finding, differences, ...keyOf(cluster, resource), ...index })
}

export async function deleteFinding(table: Table, cluster: string, resource: string): Promise<void> {
  await deleteItem(table, keyOf(cluster, resource))
}

/** In the order of their names. */
export async function* listFindings(table: Table, cluster: string): AsyncGenerator<Finding> {
  for await (const item of queryItems(table, `CLUSTER#${cluster}`, 'DRIFT#')) yield itemSchema.parse(item)
}

/** Names of the clusters that there are findings of. By the index: for lists. */
export async function clustersWithFindings(table: Table): Promise<string[]> {
  const names = new Set<string>()
  for await (const { pk } of queryByState(table, DRIFT)) names.add(String(pk).replace('CLUSTER#', ''))
  return [...names].toSorted()
}

const DRIFT = 'DRIFT'

function keyOf(cluster: string, resource: string): Key {
  return { pk: `CLUSTER#${cluster}`, sk: `DRIFT#${resource}` }
}
