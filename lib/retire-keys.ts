/** Keys that no token needs any more, found on a schedule. What makes it so is the cluster's ordinary workflow. */
import { withoutDue } from './oidc/rotation.ts'
import {
  type ClusterRecord,
  changeCluster,
  isGoing,
  KEYS_RETIRING,
  keySetMembers,
} from './registry/cluster-record.ts'
import { queryByState } from './registry/table.ts'
import { type Runs, startRun, withNewGeneration } from './runs.ts'

export interface Retiring extends Runs {
  readonly now: () => Date
}

/** One cluster that cannot be looked at does not keep the others waiting: its error is thrown at the end. */
export async function sweepKeys(retiring: Retiring): Promise<void> {
  const errors: unknown[] = []
  for await (const { pk } of queryByState(retiring.table, KEYS_RETIRING))
    await retireKeys(retiring, String(pk).replace('CLUSTER#', '')).catch((error: unknown) =>
      errors.push(error),
    )
  if (errors.length > 1) throw new AggregateError(errors, `The keys of ${errors.length} clusters stay.`)
  if (errors.length > 0) throw errors[0]
}

/** The keys of one cluster whose time is over. While a run is at work, or has failed, they stay. */
export async function retireKeys(retiring: Retiring, cluster: string): Promise<void> {
  await changeCluster(retiring.table, cluster, (known) => known && retired(known, retiring.now()))
  await startRun(retiring, cluster)
}

/** Pure. */
function retired(known: ClusterRecord, now: Date): ClusterRecord {
  if (known.run !== undefined || isGoing(known)) return known
  const left = withoutDue(known, now)
  return left === known ? known : withNewGeneration({ ...known, ...keySetMembers(left) })
}
