/** Things of the stack's account with our tags that no cluster explains: told and written down, never touched. */

import { isDeepStrictEqual } from 'node:util'
import { bucketName, distributionArn, roleArn, roleName, rolePath } from './aws/names.ts'
import type { Stack } from './aws/stack.ts'
import { clusterOfTags } from './aws/tags.ts'
import { type Account, type ListedThing, listThings } from './aws/things.ts'
import { type Publisher, publish } from './events/publish.ts'
import { providerArn } from './oidc/issuer.ts'
import { type ClusterRecord, keepsHost, listClusters } from './registry/cluster-record.ts'
import { deleteOrphan, listOrphans, type Orphan, putOrphan } from './registry/orphans.ts'
import { listRoleRequests, listRoleStatuses } from './registry/roles.ts'
import type { Table } from './registry/table.ts'

export interface Searching extends Account {
  readonly table: Table
  readonly stack: Stack
  readonly publisher: Publisher
  readonly now: () => Date
}

/**
 * AWS is listed before the registry is read: what is there then was recorded before it was made. Each orphan is told once, for as long as
 * it is there.
 */
export async function findOrphans(searching: Searching): Promise<readonly Orphan[]> {
  const { table, stack, publisher, now } = searching
  const things = await listThings(searching, stack)
  const explained = await explainedThings(table, stack)
  const orphans: Orphan[] = []
  for (const thing of things.filter(({ id }) => !explained.has(id))) {
    const orphan = await orphanOf(stack, thing)
    if (orphan !== undefined) orphans.push(orphan)
  }
  const left = new Map<string, Orphan>()
  for await (const { foundAt: _, ...known } of listOrphans(table)) left.set(known.id, known)
  for (const orphan of orphans) {
    const known = left.get(orphan.id)
    left.delete(orphan.id)
    if (isDeepStrictEqual(known, orphan)) continue
    await publish(publisher, 'Orphan Found', { accountId: stack.accountId, ...orphan })
    await putOrphan(table, { ...orphan, foundAt: now().toISOString() })
  }
  for (const gone of left.values()) await deleteOrphan(table, gone)
  return orphans
}

/** Undefined: it has no tags of ours, or has gone since it was listed. */
async function orphanOf(stack: Stack, { resource, id, readTags }: ListedThing): Promise<Orphan | undefined> {
  const tags = await readTags()
  const cluster = tags && clusterOfTags(tags, stack)
  return cluster === undefined ? undefined : { resource, id, cluster }
}

/** IDs: computed ones, and what has been recorded so far, hints of a run included. */
async function explainedThings(table: Table, stack: Stack): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  for await (const record of listClusters(table)) {
    if (record.status === 'DELETED' && !keepsHost(record)) continue
    for (const id of thingsOf(stack, record)) ids.add(id)
    for await (const id of roleArnsOf(table, stack, record)) ids.add(id)
  }
  return ids
}

function thingsOf(stack: Stack, { desired, outputs, hints }: ClusterRecord): string[] {
  const { cluster, accountId, issuer } = desired
  const recorded = [
    outputs.certificate?.certificateArn,
    hints.certificate?.certificateArn,
    outputs.distribution?.distributionArn,
    hints.distribution?.distributionId && distributionArn(stack, hints.distribution.distributionId),
  ]
  const computed = [bucketName(stack, cluster), providerArn(stack.partition.name, accountId, issuer)]
  return [...computed, ...recorded.filter((id) => id !== undefined)]
}

/** Of requests, and of roles whose request is gone and whose removal is not done. */
async function* roleArnsOf(table: Table, stack: Stack, { desired }: ClusterRecord): AsyncGenerator<string> {
  const { cluster, accountId } = desired
  for (const list of [listRoleRequests(table, cluster), listRoleStatuses(table, cluster)])
    for await (const { namespace, serviceAccount } of list) {
      const name = roleName(stack, { cluster, namespace, serviceAccount })
      yield roleArn(stack.partition.name, accountId, rolePath(stack, cluster), name)
    }
}
