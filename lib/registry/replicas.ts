/** OIDC providers of clusters in accounts other than their own: what is there, or on its way. One item for each. */
import * as z from 'zod'
import { ConcurrentChange } from '../errors.ts'
import {
  deleteItem,
  getItem,
  type Key,
  putItem,
  queryByState,
  queryItems,
  type Table,
  updateItem,
} from './table.ts'

export interface ReplicaKey {
  /** Whose issuer it is. */
  readonly cluster: string
  /** Where it is. */
  readonly accountId: string
}

const replicaSchema = z.object({
  cluster: z.string(),
  accountId: z.string(),
  /**
   * WANTED: written before IAM has it, so that none is ever unknown. READY: IAM has it. FAILED: it could not be made, or mended.
   * LEAVING: it is being deleted, and nobody makes it meanwhile.
   */
  state: z.enum(['WANTED', 'READY', 'FAILED', 'LEAVING']),
  /** Of the cluster, when it was READY last: its audiences are the provider's. */
  generation: z.int(),
  error: z.object({ error: z.string(), message: z.string(), remedy: z.string() }).exactOptional(),
  /** When it came into its state. */
  at: z.string(),
  /** Since when it may be that no role needs it any more; and the role that needed it. */
  doubt: z
    .object({
      at: z.string(),
      cluster: z.string(),
      namespace: z.string(),
      serviceAccount: z.string(),
      version: z.int(),
    })
    .exactOptional(),
  /** Of the item: every write is on condition that nobody wrote since it was read. */
  revision: z.int(),
})

export type ReplicaRecord = z.output<typeof replicaSchema>
export type Doubt = NonNullable<ReplicaRecord['doubt']>

export async function readReplica(table: Table, key: ReplicaKey): Promise<ReplicaRecord | undefined> {
  const item = await getItem(table, keyOf(key))
  return item === undefined ? undefined : replicaSchema.parse(item)
}

/** Of a cluster, by account. Consistent. */
export async function listReplicas(table: Table, cluster: string): Promise<ReplicaRecord[]> {
  const replicas: ReplicaRecord[] = []
  for await (const item of queryItems(table, `CLUSTER#${cluster}`, 'PROVIDER#'))
    replicas.push(replicaSchema.parse(item))
  return replicas
}

type Change = (known: ReplicaRecord | undefined) => Omit<ReplicaRecord, 'revision'> | undefined

/**
 * Reads, changes and writes back if nobody wrote meanwhile; else again. `change` is pure, and returns what it was given when nothing is to
 * be written. Returns the item as it is now. Throws ConcurrentChange when others are always faster.
 */
export async function changeReplica(
  table: Table,
  key: ReplicaKey,
  change: Change,
): Promise<ReplicaRecord | undefined> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const known = await readReplica(table, key)
    const next = change(known)
    if (next === undefined || next === known) return known
    const written = { ...next, revision: (known?.revision ?? 0) + 1 }
    const index = written.doubt && { indexState: IN_DOUBT, indexTime: written.doubt.at }
    if (await putItem(table, { ...written, ...keyOf(key), ...index }, unchangedSince(known))) return written
  }
  throw new ConcurrentChange(
    `The provider of ${key.cluster} in ${key.accountId} was changed by others ${MAX_ATTEMPTS} times in a row.`,
  )
}

const MAX_ATTEMPTS = 8

function unchangedSince(known: ReplicaRecord | undefined) {
  if (known === undefined) return { expression: 'attribute_not_exists(pk)' }
  return { expression: 'revision = :revision', values: { ':revision': known.revision } }
}

/** False when somebody wrote since it was read. */
export function deleteReplica(table: Table, replica: ReplicaRecord): Promise<boolean> {
  return deleteItem(table, keyOf(replica), unchangedSince(replica))
}

/** That it is looked at: no role may need it any more. False when there is none. */
export function doubtReplica(table: Table, key: ReplicaKey, doubt: Doubt): Promise<boolean> {
  return updateItem(table, keyOf(key), {
    update: 'SET doubt = :doubt, indexState = :state, indexTime = :at, revision = revision + :one',
    expression: 'attribute_exists(pk)',
    values: { ':doubt': doubt, ':state': IN_DOUBT, ':at': doubt.at, ':one': 1 },
  })
}

/** Those that were in doubt before then. By the index; each as it is. */
export async function* listDoubted(table: Table, before: Date): AsyncGenerator<ReplicaRecord> {
  for await (const { pk, sk } of queryByState(table, IN_DOUBT)) {
    const item = await getItem(table, { pk: String(pk), sk: String(sk) })
    const replica = item && replicaSchema.parse(item)
    if (replica?.doubt !== undefined && Date.parse(replica.doubt.at) < before.getTime()) yield replica
  }
}

const IN_DOUBT = 'PROVIDER_DOUBTED'

function keyOf({ cluster, accountId }: ReplicaKey): Key {
  return { pk: `CLUSTER#${cluster}`, sk: `PROVIDER#${accountId}` }
}
