/** Requests that nobody has decided on yet. */
import { listWaitingRequests, type RoleKey } from '../registry/roles.ts'
import type { Table } from '../registry/table.ts'
import { allOf, mapSome } from './several.ts'

export interface WaitingRequest extends RoleKey {
  readonly cluster: string
  readonly since: string
}

/** Of these clusters, the oldest first. */
export async function waitingRequests(table: Table, clusters: readonly string[]): Promise<WaitingRequest[]> {
  const waiting = await mapSome(clusters, async (cluster) => {
    const requests = await allOf(listWaitingRequests(table, cluster))
    return requests.map(({ requestedAt: since, ...key }) => ({ cluster, ...key, since }))
  })
  return waiting.flat().toSorted((one, other) => (one.since < other.since ? -1 : 1))
}
