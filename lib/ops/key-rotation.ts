/** Says which keys a cluster has now, as an operator does: on the stack's bus, and looks until that is accepted, or refused. */
import { ClusterBeingDeleted } from '../errors.ts'
import { CLUSTER_KEYS_CHANGED, parseClusterKeys } from '../events/cluster-keys-changed.ts'
import { isGoing, requireCluster } from '../registry/cluster-record.ts'
import type { Table } from '../registry/table.ts'
import type { Queues } from './dead-letters.ts'
import type { Reason } from './deletion.ts'
import { letterOf, MAX_IDLE_LOOKS, type Speaking, speak } from './speak.ts'

export interface Rotating extends Speaking {
  readonly table: Table
  readonly queues: Queues
  /** Between two looks: a second. */
  readonly pause: () => Promise<unknown>
}

/** As in the event: `serviceAccountKeys` or `jwks`, and the reason if others go at once. */
export interface KeysDetail {
  readonly serviceAccountKeys?: readonly string[]
  readonly jwks?: unknown
  readonly retireNow?: string
}

/**
 * Undefined: it is accepted, and a run publishes what is new. Else the reason why it is not. Throws InvalidInput, PrivateKeyInInput,
 * ClusterNotFound, ClusterBeingDeleted and AwsUnavailable, and nothing was sent then.
 */
export async function rotateKeys(
  rotating: Rotating,
  cluster: string,
  keys: KeysDetail,
): Promise<Reason | undefined> {
  const { table, queues, pause } = rotating
  parseClusterKeys(keys, 'keys')
  const before = await requireCluster(table, cluster)
  if (isGoing(before)) throw new ClusterBeingDeleted(cluster)
  const eventId = await speak(rotating, CLUSTER_KEYS_CHANGED, { cluster, ...keys })
  for (let looks = 0; looks < MAX_IDLE_LOOKS; looks++) {
    const { lastEvent } = await requireCluster(table, cluster)
    if (lastEvent.id === eventId) return undefined
    // Anything that was said later may have been accepted first, or in its place.
    if (lastEvent.id !== before.lastEvent.id) return OVERTAKEN
    const letter = looks % LOOKS_PER_LETTER === 0 ? await letterOf(queues, eventId) : undefined
    if (letter !== undefined) return { error: letter.error, message: letter.message, remedy: letter.remedy }
    await pause()
  }
  return {
    error: 'EventNotTaken',
    message: `Nobody has taken the event ${eventId} that says the keys of ${cluster}.`,
    remedy: `Look at irsa dead-letters and at the log of function cluster-events, then rotate ${cluster} again.`,
  }
}

/** Looking at the letters hides them from others for a moment. */
const LOOKS_PER_LETTER = 5

const OVERTAKEN: Reason = {
  error: 'EventOvertaken',
  message: 'Another event of the cluster was accepted at the same time.',
  remedy: 'Look at its keys with irsa cluster show, and say them again if they are not as meant.',
}
