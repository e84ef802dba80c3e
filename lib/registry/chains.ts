/** An issuer with all that it is served by, as a migration takes it from one record and gives it to another. Pure. */
import { type Chain, type ClusterRecord, hostedAs } from './cluster-record.ts'

export function chainOf(record: ClusterRecord): Chain {
  const { desired, keys, keyTimes, publishedKids, adopted, outputs, hints } = record
  const { hosting, issuer, baseDomain } = desired
  return {
    place: { hosting, issuer, ...(baseDomain !== undefined && { baseDomain }) },
    hostedAs: hostedAs(record),
    keys,
    ...(keyTimes && { keyTimes }),
    ...(publishedKids && { publishedKids }),
    ...(adopted && { adopted }),
    outputs,
    hints,
  }
}

/** Its own is left to whoever has taken it. */
export function withChain(record: ClusterRecord, { place, hostedAs: host, ...served }: Chain): ClusterRecord {
  const { hostedAs: _, keyTimes: __, publishedKids: ___, adopted: ____, ...rest } = record
  const { baseDomain: _____, ...desired } = record.desired
  return {
    ...rest,
    desired: { ...desired, ...place },
    ...(host !== desired.cluster && { hostedAs: host }),
    ...served,
  }
}

/** Without what goes. */
export type MigrationStage = Omit<NonNullable<ClusterRecord['migration']>, 'former'>

export function stageOf({ migration }: ClusterRecord): MigrationStage | undefined {
  return migration && { to: migration.to, phase: migration.phase, startedAt: migration.startedAt }
}
