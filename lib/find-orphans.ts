/** Things with our tags that no cluster explains, in every account that has any of ours: told and written down, never touched. */

import { isDeepStrictEqual } from 'node:util'
import { bucketName, distributionArn, roleArn, roleName, rolePath } from './aws/names.ts'
import type { IamOf } from './aws/provisioner.ts'
import type { Stack } from './aws/stack.ts'
import { clusterOfTags } from './aws/tags.ts'
import { type Account, type ListedThing, listIdentities, listThings } from './aws/things.ts'
import { ExternalIdMissing, type IrsaError, ProvisionerRoleDenied } from './errors.ts'
import { type Publisher, publish } from './events/publish.ts'
import { providerArn } from './oidc/issuer.ts'
import { roleAccountOf } from './policy/request.ts'
import { chainOf } from './registry/chains.ts'
import { type Chain, type ClusterRecord, keepsHost, listClusters } from './registry/cluster-record.ts'
import { deleteOrphan, listOrphans, type Orphan, putOrphan } from './registry/orphans.ts'
import { listReplicas } from './registry/replicas.ts'
import { inForceOf, type ListedInForce, listRoleRequests, listRoleStatuses } from './registry/roles.ts'
import type { Table } from './registry/table.ts'

export interface Searching extends Account {
  readonly table: Table
  readonly stack: Stack
  readonly publisher: Publisher
  /** Of other accounts. */
  readonly iamOf: IamOf
  readonly now: () => Date
}

export interface Search {
  readonly orphans: readonly Orphan[]
  /** Accounts that do not let the stack in: what is there nobody knows, and what was found there before stays found. */
  readonly unreachable: ReadonlyMap<string, IrsaError>
}

/**
 * AWS is listed before the registry is read: what is there then was recorded before it was made. Each orphan is told once, for as long as
 * it is there.
 */
export async function findOrphans(searching: Searching): Promise<Search> {
  const { table, stack, publisher, now } = searching
  const { things, unreachable } = await listAll(searching)
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
    await publish(publisher, 'Orphan Found', { accountId: accountOf(stack, orphan), ...orphan })
    await putOrphan(table, { ...orphan, foundAt: now().toISOString() })
  }
  for (const gone of left.values())
    if (!unreachable.has(accountOf(stack, gone))) await deleteOrphan(table, gone)
  return { orphans, unreachable }
}

/** Of a bucket the ID is its name; all of them are in the stack's account. */
function accountOf({ accountId }: Stack, { id }: Orphan): string {
  return id.split(':')[4] ?? accountId
}

/** One account after the other: IAM's rates are shared with the runs. */
async function listAll(searching: Searching) {
  const { stack, iamOf } = searching
  const things = await listThings(searching, stack)
  const unreachable = new Map<string, IrsaError>()
  for (const accountId of await otherAccounts(searching)) {
    try {
      things.push(...(await listIdentities(iamOf(accountId), stack)))
    } catch (error) {
      if (!(error instanceof ProvisionerRoleDenied || error instanceof ExternalIdMissing)) throw error
      unreachable.set(accountId, error)
    }
  }
  return { things, unreachable }
}

/** Those that clusters are in, or were, and those that roles may be asked for in. */
async function otherAccounts({ table, stack }: Searching): Promise<readonly string[]> {
  const accounts = new Set(stack.targetAccounts)
  for await (const { desired } of listClusters(table)) accounts.add(desired.accountId)
  accounts.delete(stack.accountId)
  return [...accounts].toSorted()
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
    for await (const id of identitiesOf(table, stack, record)) ids.add(id)
  }
  return ids
}

/** Of a migration that is being finished, what goes belongs to no other record yet. */
function thingsOf(stack: Stack, record: ClusterRecord): string[] {
  const { former } = record.migration ?? {}
  return [chainOf(record), ...(former === undefined ? [] : [former])].flatMap((chain) => hosted(stack, chain))
}

function hosted(stack: Stack, { hostedAs, outputs, hints, adopted }: Chain): string[] {
  const recorded = [
    outputs.certificate?.certificateArn,
    hints.certificate?.certificateArn,
    outputs.distribution?.distributionArn,
    adopted?.bucket,
    hints.distribution?.distributionId && distributionArn(stack, hints.distribution.distributionId),
  ]
  const computed = bucketName(stack, hostedAs)
  return [computed, ...(adopted?.arns ?? []), ...recorded.filter((id) => id !== undefined)]
}

/** In every account. Of roles those of requests, and those whose request is gone and whose removal is not done. */
async function* identitiesOf(
  table: Table,
  stack: Stack,
  { desired, migration }: ClusterRecord,
): AsyncGenerator<string> {
  const { cluster, accountId, issuer } = desired
  const partition = stack.partition.name
  const issuers = [issuer, ...(migration?.former === undefined ? [] : [migration.former.place.issuer])]
  for (const place of [desired, ...(await listReplicas(table, cluster))])
    for (const one of issuers) yield providerArn(partition, place.accountId, one)
  const roleArnIn = (
    account: string,
    { namespace, serviceAccount }: Pick<ListedInForce, 'namespace' | 'serviceAccount'>,
  ) =>
    roleArn(
      partition,
      account,
      rolePath(stack, cluster),
      roleName(stack, { cluster, namespace, serviceAccount }),
    )
  for await (const asked of listRoleRequests(table, cluster))
    yield roleArnIn(roleAccountOf(desired, (inForceOf<ListedInForce>(asked) ?? asked).content), asked)
  // Without an ARN: nobody knows yet whether it was made.
  for await (const status of listRoleStatuses(table, cluster))
    yield status.roleArn === '' ? roleArnIn(accountId, status) : status.roleArn
}
