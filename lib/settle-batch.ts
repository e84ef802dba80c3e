/** One iteration of the fan-out: the roles of a batch, one after the other. */
import { type BatchTask, begunAt } from './execution.ts'
import { isOwnRun, readCluster } from './registry/cluster-record.ts'
import { type Settling, settleRole } from './settle-role.ts'

/** How many of the batch are in which state now. */
export interface BatchAnswer {
  readonly status: 'settled' | 'superseded'
  readonly READY: number
  readonly FAILED: number
  readonly RETRY: number
  readonly WAITING: number
}

export async function settleBatch(
  settling: Omit<Settling, 'run' | 'since'>,
  task: BatchTask,
): Promise<BatchAnswer> {
  const { cluster, run } = task.input
  const counts = { READY: 0, FAILED: 0, RETRY: 0, WAITING: 0 }
  for (const { cluster: owner = cluster, ...key } of task.batch) {
    const record = await readCluster(settling.table, cluster)
    if (!isOwnRun(record, run)) return { status: 'superseded', ...counts }
    const read = owner === cluster ? record : undefined
    const status = await settleRole({ ...settling, run, since: begunAt(task) }, owner, key, read)
    if (status !== undefined) counts[status.state] += 1
  }
  return { status: 'settled', ...counts }
}
