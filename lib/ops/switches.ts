/** What operators switch of a cluster: protected from deletion, paused. Asked for again, nothing is written. */
import type { AuditEntry } from '../audit/entry.ts'
import { ClusterNotFound } from '../errors.ts'
import { type ClusterRecord, changeCluster, requireCluster } from '../registry/cluster-record.ts'
import type { Table } from '../registry/table.ts'
import { type Runs, startRun, withNewRun } from '../runs.ts'
import { type Auditing, writeEntry } from './auditing.ts'

export interface Switching extends Auditing {
  readonly table: Table
}

/** Only force deletes it. Throws ClusterNotFound, for one that is deleted too. */
export function protectCluster(switching: Switching, cluster: string): Promise<ClusterRecord> {
  return turn(switching, cluster, {
    what: 'ClusterProtected',
    isSo: (record) => record.protected === true,
    turned: (record) => ({ ...record, protected: true }),
  })
}

/** Throws ClusterNotFound. */
export function unprotectCluster(switching: Switching, cluster: string): Promise<ClusterRecord> {
  return turn(switching, cluster, {
    what: 'ClusterUnprotected',
    isSo: (record) => record.protected === undefined,
    turned: ({ protected: _, ...record }) => record,
  })
}

/**
 * A run that is under way is taken over by one that waits: its next step finds that, and ends it. A call to AWS that has begun goes to
 * its end. Throws ClusterNotFound, for one that is deleted too.
 */
export function pauseCluster(switching: Switching, cluster: string): Promise<ClusterRecord> {
  return turn(switching, cluster, {
    what: 'ClusterPaused',
    isSo: (record) => record.paused === true,
    turned: (record) => ({ ...(record.run === undefined ? record : withNewRun(record)), paused: true }),
  })
}

/**
 * A run begins, of what is desired by now, and goes through everything: what was asked for meanwhile, what was under way, roles too.
 * Throws ClusterNotFound.
 */
export async function resumeCluster(switching: Switching & Runs, cluster: string): Promise<ClusterRecord> {
  await turn(switching, cluster, {
    what: 'ClusterResumed',
    isSo: (record) => record.paused === undefined,
    turned: ({ paused: _, ...record }) => withNewRun(record),
  })
  // One that was cut off before this has recorded the run.
  await startRun(switching, cluster)
  return requireCluster(switching.table, cluster)
}

interface Turn {
  readonly what: AuditEntry['what']
  readonly isSo: (record: ClusterRecord) => boolean
  /** Pure. */
  readonly turned: (record: ClusterRecord) => ClusterRecord
}

async function turn(
  switching: Switching,
  cluster: string,
  { what, isSo, turned }: Turn,
): Promise<ClusterRecord> {
  const { table } = switching
  const before = await requireCluster(table, cluster)
  if (isSo(before)) return before
  if (before.status === 'DELETED') throw new ClusterNotFound(cluster)
  // The entry before is known by its `changeId`: what each one changed can be followed.
  const changeId = await writeEntry(switching, {
    what,
    about: { cluster },
    before: { ...positionsOf(before), ...(before.changeId !== undefined && { changeId: before.changeId }) },
    after: positionsOf(turned(before)),
  })
  return changeCluster(table, cluster, (record) => {
    if (record === undefined || record.status === 'DELETED') throw new ClusterNotFound(cluster)
    return isSo(record) ? record : { ...turned(record), changeId }
  })
}

function positionsOf(record: ClusterRecord) {
  return { protected: record.protected === true, paused: record.paused === true }
}
