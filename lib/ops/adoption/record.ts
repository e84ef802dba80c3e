/** A cluster's record after it has taken over what was found. Pure. */

import { AdoptionRefused, ClusterBeingDeleted } from '../../errors.ts'
import { withListed } from '../../oidc/rotation.ts'
import { type ClusterRecord, isGoing, keySetMembers } from '../../registry/cluster-record.ts'
import { withNewRun } from '../../runs.ts'
import type { Look } from './found.ts'

/** A run that is under way is taken over by a new one: no step of it shall see half of this. */
export function adopted(record: ClusterRecord, look: Look, changeId: string, at: Date): ClusterRecord {
  const { cluster } = record.desired
  if (isGoing(record)) throw new ClusterBeingDeleted(cluster)
  const obstacles = migrationObstacles(record)
  if (obstacles.length > 0) throw new AdoptionRefused(cluster, obstacles)
  const next = { ...withKeysOf(record, look, at), adopted: adoptedOf(record, look, changeId) }
  // One that is just being recorded has a run, and nobody has begun that yet.
  return record.revision === 0 ? next : withNewRun({ ...next, generation: record.generation + 1 })
}

/** Things, keys and audiences of both of its records are the same, and go from one to the other when it ends. */
export function migrationObstacles({ migration, companionOf }: ClusterRecord): string[] {
  return [
    ...(migration === undefined ? [] : [`Its migration to ${migration.to} has not ended.`]),
    ...(companionOf === undefined ? [] : [`It is there for the migration of ${companionOf}.`]),
  ]
}

/** Once it is closed it is not opened again. */
export function adoptedOf(
  { adopted: known }: ClusterRecord,
  { adopted: found, things }: Look,
  changeId: string,
): NonNullable<ClusterRecord['adopted']> {
  const { bucket, jwksKey, audiences } = found
  const isOpen = bucket !== undefined && (known === undefined || known.isOpen === true)
  return {
    ...(bucket !== undefined && { bucket }),
    ...(jwksKey !== undefined && { jwksKey }),
    audiences: [...audiences],
    ...(isOpen && { isOpen }),
    arns: things.map(({ arn }) => arn),
    changeId,
  }
}

/** What is served stays; what nobody lists goes when no token needs it any more. */
export function withKeysOf(record: ClusterRecord, { keys }: Look, now: Date): ClusterRecord {
  const { keyTimes = [], lastEvent } = record
  const known = new Set(record.keys.map(({ kid }) => kid))
  const others = keys.filter(({ kid }) => !known.has(kid))
  if (others.length === 0) return record
  const going = new Set(keyTimes.flatMap(({ kid, retireAfter }) => (retireAfter === undefined ? [] : [kid])))
  const listed = record.keys.filter(({ kid }) => !going.has(kid))
  const all = { keys: [...record.keys, ...others], keyTimes }
  return { ...record, ...keySetMembers(withListed(all, { keys: listed, time: lastEvent.time, now })) }
}
