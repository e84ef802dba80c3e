/** What the sweep looks for: roles that are not as they should be, of every cluster, and nothing was started for. */
import * as z from 'zod'
import { type ClusterRole, roleOfKey } from './roles.ts'
import { queryByState, type Table } from './table.ts'

/**
 * Of every cluster: requests whose latest version has no status yet, those that have expired, and roles whose request is gone. From the
 * index: what was written just now may be missing or wrong.
 */
export async function* listRolesBehind(table: Table, now: Date): AsyncGenerator<ClusterRole> {
  const settled = new Map<string, IndexedRole>()
  for await (const role of queryIndex(table, 'STATUS', 'STATUS')) settled.set(nameOf(role.key), role)
  for (const state of ['ROLE', 'ROLE_EXPIRING'])
    for await (const { key, version, time } of queryIndex(table, 'ROLE', state)) {
      const isBehind = (settled.get(nameOf(key))?.version ?? 0) < version
      const isExpired = state === 'ROLE_EXPIRING' && Date.parse(time) <= now.getTime()
      if (isBehind || isExpired) yield key
      settled.delete(nameOf(key))
    }
  for (const { key } of settled.values()) yield key
}

interface IndexedRole {
  readonly key: ClusterRole
  readonly version: number
  readonly time: string
}

const indexSchema = z.object({ pk: z.string(), sk: z.string(), version: z.int(), indexTime: z.string() })

async function* queryIndex(
  table: Table,
  kind: 'ROLE' | 'STATUS',
  state: string,
): AsyncGenerator<IndexedRole> {
  for await (const item of queryByState(table, state)) {
    const { version, indexTime: time, ...itemKey } = indexSchema.parse(item)
    const key = roleOfKey(itemKey, kind)
    if (key !== undefined) yield { key, version, time }
  }
}

function nameOf({ cluster, namespace, serviceAccount }: ClusterRole): string {
  return `${cluster}/${namespace}/${serviceAccount}`
}
