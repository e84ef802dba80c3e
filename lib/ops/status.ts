/** The whole stack at a glance: what is wrong now, and what is under way. */

import { type ClusterSummary, readClusters } from './clusters.ts'
import { countLetters, type QueueName, type Queues } from './dead-letters.ts'
import { explainFailures, type FailedExecution } from './executions.ts'
import { type Replaying, unsettledRoleExecutions } from './replay.ts'

export interface StackStatus {
  readonly clusters: {
    readonly ready: number
    readonly provisioning: readonly ClusterSummary[]
    readonly deleting: readonly ClusterSummary[]
    readonly failed: readonly ClusterSummary[]
    readonly paused: readonly ClusterSummary[]
  }
  /** Executions for one role that failed, and whose role nobody has settled since. */
  readonly roles: readonly FailedExecution[]
  readonly deadLetters: Readonly<Record<QueueName, number>>
}

/** Each part is as of its own moment. */
export async function readStatus(replaying: Replaying, queues: Queues): Promise<StackStatus> {
  const [clusters, roles, deadLetters] = await Promise.all([
    readClusters(replaying.table),
    failedRoles(replaying),
    countLetters(queues),
  ])
  return {
    clusters: {
      ready: clusters.filter(({ state }) => state === 'ready').length,
      provisioning: clusters.filter(({ state }) => state === 'provisioning'),
      deleting: clusters.filter(({ state }) => state === 'deleting'),
      failed: clusters.filter(({ state }) => state === 'failed'),
      paused: clusters.filter(({ state }) => state === 'paused'),
    },
    roles,
    deadLetters,
  }
}

async function failedRoles(replaying: Replaying): Promise<FailedExecution[]> {
  return explainFailures(replaying, await unsettledRoleExecutions(replaying, {}))
}
