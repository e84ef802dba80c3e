/** The whole stack at a glance: what is wrong now, and what is under way. */

import { clustersWithFindings } from '../registry/findings.ts'
import { type FoundOrphan, listOrphans } from '../registry/orphans.ts'
import { type ClusterSummary, readClusters } from './clusters.ts'
import { countLetters, type QueueName, type Queues } from './dead-letters.ts'
import { explainFailures, type FailedExecution } from './executions.ts'
import { type Replaying, unsettledRoleExecutions } from './replay.ts'
import { allOf } from './several.ts'
import { type WaitingRequest, waitingRequests } from './waiting.ts'

export interface StackStatus {
  readonly clusters: {
    readonly ready: number
    readonly provisioning: readonly ClusterSummary[]
    readonly deleting: readonly ClusterSummary[]
    readonly failed: readonly ClusterSummary[]
    readonly paused: readonly ClusterSummary[]
    readonly abandoned: readonly ClusterSummary[]
  }
  /** Clusters that the last audit found something of. */
  readonly drifted: readonly string[]
  /** What has the stack's tags, and no cluster that explains it. */
  readonly orphans: readonly FoundOrphan[]
  /** Executions for one role that failed, and whose role nobody has settled since. */
  readonly roles: readonly FailedExecution[]
  /** Requests that wait for an approver, the oldest first. */
  readonly waiting: readonly WaitingRequest[]
  readonly deadLetters: Readonly<Record<QueueName, number>>
}

/** Each part is as of its own moment. */
export async function readStatus(replaying: Replaying, queues: Queues): Promise<StackStatus> {
  const [clusters, roles, deadLetters, drifted, orphans] = await Promise.all([
    readClusters(replaying.table),
    failedRoles(replaying),
    countLetters(queues),
    clustersWithFindings(replaying.table),
    allOf(listOrphans(replaying.table)),
  ])
  const living = clusters.filter(({ state }) => state !== 'deleted' && state !== 'deleting')
  const waiting = await waitingRequests(
    replaying.table,
    living.map(({ cluster }) => cluster),
  )
  return {
    clusters: {
      ready: clusters.filter(({ state }) => state === 'ready').length,
      provisioning: clusters.filter(({ state }) => state === 'provisioning'),
      deleting: clusters.filter(({ state }) => state === 'deleting'),
      failed: clusters.filter(({ state }) => state === 'failed'),
      paused: clusters.filter(({ state }) => state === 'paused'),
      abandoned: clusters.filter(({ state }) => state === 'abandoned'),
    },
    drifted,
    orphans,
    roles,
    waiting,
    deadLetters,
  }
}

async function failedRoles(replaying: Replaying): Promise<FailedExecution[]> {
  return explainFailures(replaying, await unsettledRoleExecutions(replaying, {}))
}
