/** Keys that no token needs any more, found on a schedule. What makes it so is the cluster's ordinary workflow. */
import { auditEntry } from './audit/entry.ts'
import { appendAudit } from './audit/log.ts'
import { withoutDue } from './oidc/rotation.ts'
import {
  type ClusterRecord,
  changeCluster,
  isGoing,
  KEYS_RETIRING,
  keySetMembers,
  requireCluster,
} from './registry/cluster-record.ts'
import { queryByState, type Table } from './registry/table.ts'
import { type Runs, startRun, withNewGeneration } from './runs.ts'

export interface Retiring extends Runs {
  readonly audit: Table
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

/** The keys of one cluster whose time is over: written down, then recorded. While a run is at work, or has failed, they stay. */
export async function retireKeys(retiring: Retiring, cluster: string): Promise<void> {
  const { table, audit } = retiring
  const now = retiring.now()
  const before = await requireCluster(table, cluster)
  const after = retired(before, now)
  if (after !== before) {
    const entry = auditEntry({
      at: now.toISOString(),
      who: SCHEDULE,
      what: 'KeysRetired',
      about: { cluster },
      before: { published: kidsOf(before) },
      after: { published: kidsOf(after) },
    })
    await appendAudit(audit, entry)
    await changeCluster(table, cluster, (known) => {
      const left = known && retired(known, now)
      return left === known || left === undefined ? known : { ...left, keysChangeId: entry.changeId }
    })
  }
  await startRun(retiring, cluster)
}

/** Nobody asks for it at that moment: whoever listed the keys last did. */
const SCHEDULE = 'schedule'

function kidsOf({ keys }: ClusterRecord): string[] {
  return keys.map(({ kid }) => kid)
}

/** Pure. */
function retired(known: ClusterRecord, now: Date): ClusterRecord {
  if (known.run !== undefined || isGoing(known)) return known
  const left = withoutDue(known, now)
  return left === known ? known : withNewGeneration({ ...known, ...keySetMembers(left) })
}
