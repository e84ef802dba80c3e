/** What the last look found with our tags and without a cluster that explains it. */
import * as z from 'zod'
import { deleteItem, type Key, putItem, queryItems, type Table } from './table.ts'

const orphanSchema = z.object({
  /** `bucket`, … `role` */
  resource: z.enum(['bucket', 'certificate', 'distribution', 'provider', 'role']),
  /** Its ARN; of a bucket its name. */
  id: z.string(),
  /** As its tag says. */
  cluster: z.string(),
})

const foundSchema = orphanSchema.extend({ foundAt: z.string() })

export type Orphan = z.output<typeof orphanSchema>
export type FoundOrphan = z.output<typeof foundSchema>

export async function* listOrphans(table: Table): AsyncGenerator<FoundOrphan> {
  for await (const item of queryItems(table, ORPHANS, 'ORPHAN#')) yield foundSchema.parse(item)
}

export async function putOrphan(table: Table, orphan: FoundOrphan): Promise<void> {
  await putItem(table, { ...orphan, ...keyOf(orphan) })
}

export async function deleteOrphan(table: Table, orphan: Pick<Orphan, 'id'>): Promise<void> {
  await deleteItem(table, keyOf(orphan))
}

const ORPHANS = 'ORPHANS'

function keyOf({ id }: Pick<Orphan, 'id'>): Key {
  return { pk: ORPHANS, sk: `ORPHAN#${id}` }
}
