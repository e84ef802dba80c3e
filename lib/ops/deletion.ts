/** Deletes a cluster as an operator does: says so on the stack's bus, and looks until it is gone, or cannot go. */
import { CLUSTER_DELETED } from '../events/cluster-deleted.ts'
import { type ClusterRecord, isGoing, keepsHost, requireCluster } from '../registry/cluster-record.ts'
import { checkNotNeeded, checkProtection } from '../registry/removable.ts'
import type { Table } from '../registry/table.ts'
import { LOOKS_PER_LETTER, letterOf, MAX_IDLE_LOOKS, type Reason, type Saying, speak } from './speak.ts'

/** What was asked for, of a cluster that was like this. */
export interface Asked {
  readonly eventId: string
  readonly before: ClusterRecord
}

/** What the function that takes the event would refuse, said at once. Throws ClusterNotFound, ClusterProtected, SharedHostInUse and ClusterIsCompanion. */
export async function checkDeletable(table: Table, cluster: string, force: boolean): Promise<ClusterRecord> {
  const record = await requireCluster(table, cluster)
  if (isGone(record)) return record
  checkProtection(record, { force })
  await checkNotNeeded(table, record)
  return record
}

/** Undefined: it is gone already. One whose removal failed is replayed by this. Throws as `checkDeletable`, and AwsUnavailable; nothing was sent then. */
export async function askToDelete(
  { table, ...speaking }: Saying,
  cluster: string,
  force: boolean,
): Promise<Asked | undefined> {
  const before = await checkDeletable(table, cluster, force)
  if (isGone(before)) return undefined
  return { eventId: await speak(speaking, CLUSTER_DELETED, { cluster, force }), before }
}

function isGone(record: ClusterRecord): boolean {
  return record.status === 'DELETED' && !keepsHost(record)
}

/** Resolves when an execution takes the cluster away, or has: to `undefined`, or to the reason why none does. */
export function removalBegun(saying: Saying, asked: Asked): Promise<Reason | undefined> {
  return untilSettled(saying, asked, (progress) => progress === 'under-way' || progress === 'gone')
}

/** Resolves when the cluster is gone, to `undefined`, or to the reason why it is not. However long CloudFront needs. */
export function removalEnded(saying: Saying, asked: Asked): Promise<Reason | undefined> {
  return untilSettled(saying, asked, (progress) => progress === 'gone')
}

async function untilSettled(
  saying: Saying,
  asked: Asked,
  isEnough: (progress: Progress) => boolean,
): Promise<Reason | undefined> {
  const { cluster } = asked.before.desired
  for (let idle = 0; idle < MAX_IDLE_LOOKS; idle++) {
    const record = await requireCluster(saying.table, cluster)
    if (record.paused) return pausedReason(cluster)
    const progress = progressOf(record, asked)
    if (progress === 'failed') return reasonOf(record)
    if (isEnough(progress)) return undefined
    if (progress !== 'not-taken') idle = 0
    const isTimeToAsk = idle % LOOKS_PER_LETTER === LOOKS_PER_LETTER - 1
    const refusal = isTimeToAsk ? await refusalOf(saying, asked) : undefined
    if (refusal !== undefined) return refusal
    await saying.pause()
  }
  return untaken(await requireCluster(saying.table, cluster), asked)
}

type Progress = 'not-taken' | 'begun' | 'under-way' | 'failed' | 'gone'

/** A failure that was there before says nothing about what was asked for. */
export function progressOf(record: ClusterRecord, { before }: Asked): Progress {
  const { status, removal, run, lastError, generation } = record
  // One that was abandoned was gone before, too.
  const isAsBefore = before.status === 'DELETED' && before.generation === generation
  if (status === 'DELETED') return isAsBefore ? 'not-taken' : 'gone'
  if (status !== 'DELETING' || removal === undefined) return 'not-taken'
  if (run?.state !== 'FAILED') return run?.state === 'STARTED' ? 'under-way' : 'begun'
  const isOld =
    before.run?.number === run.number &&
    before.run.state === 'FAILED' &&
    before.lastError?.redriveCount === lastError?.redriveCount
  return isOld ? 'not-taken' : 'failed'
}

/** What was asked for is recorded, or will be. */
function pausedReason(cluster: string): Reason {
  return {
    error: 'ClusterPaused',
    message: `${cluster} is paused: its removal begins when it is resumed.`,
    remedy: `irsa cluster resume ${cluster}`,
  }
}

function reasonOf({ desired, lastError }: ClusterRecord): Reason {
  const { error = 'RunFailed', message = '', remedy = '', step } = lastError ?? {}
  return {
    error,
    message: `Its removal stopped at ${step}: ${message}`,
    remedy: `${remedy} Then irsa replay ${desired.cluster}.`,
  }
}

async function refusalOf({ queues }: Saying, { eventId }: Asked): Promise<Reason | undefined> {
  const letter = await letterOf(queues, eventId)
  return letter && { error: letter.error, message: letter.message, remedy: letter.remedy }
}

function untaken(record: ClusterRecord, { eventId, before }: Asked): Reason {
  const { cluster } = before.desired
  if (!isGoing(record) && record.lastEvent.id !== before.lastEvent.id)
    return {
      error: 'ClusterAnnounced',
      message: `${cluster} was announced meanwhile (event ${record.lastEvent.id}): the last word counts.`,
      remedy: 'Have its sender stop, then delete it again.',
    }
  return {
    error: 'EventNotTaken',
    message: `Nobody has taken the event ${eventId} that asks to delete ${cluster}.`,
    remedy: `Look at irsa dead-letters and at the log of function cluster-events, then delete ${cluster} again.`,
  }
}
