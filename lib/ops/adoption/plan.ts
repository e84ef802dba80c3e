/** What would be taken over, and what a run would make of it. */
import { asIfTagged } from '../../aws/as-if-tagged.ts'
import type { Stack } from '../../aws/stack.ts'
import { desiredTags, isOurs, type Tags } from '../../aws/tags.ts'
import { ClusterBeingDeleted, ClusterNotFound, InvalidInput } from '../../errors.ts'
import { CLUSTER_CREATED } from '../../events/cluster-created.ts'
import type { Inspecting } from '../../inspect-cluster.ts'
import { checkListed } from '../../oidc/rotation.ts'
import { type ClusterRecord, isGoing } from '../../registry/cluster-record.ts'
import { type PlannedThing, planOf, recordAfter } from '../plan.ts'
import type { AdoptableThing, Left, Look, Looking } from './found.ts'
import { lookFor } from './look.ts'
import { adoptedOf, withKeysOf } from './record.ts'

export type Adopting = Looking & Inspecting

export interface AdoptionPlan {
  readonly cluster: string
  readonly issuer: string
  /** Each would get the tags. Those that have them already are ours, and stay in the list. */
  readonly things: readonly (AdoptableThing & { readonly isOurs: boolean })[]
  readonly tags: Tags
  readonly left: readonly Left[]
  /** Nothing is taken over while there is one. */
  readonly obstacles: readonly string[]
  /** What the run after that does, from a look as if the tags were there. */
  readonly changes: readonly PlannedThing[]
  /** The issuer serves them, and no event lists them: they go by the rules of a rotation. */
  readonly keptKids: readonly string[]
  /** The provider has them, and no event lists them. */
  readonly keptAudiences: readonly string[]
}

/** `detail`: of the `Cluster Created` event of a cluster that is not announced yet. Changes nothing. Throws ClusterNotFound. */
export async function planAdoption(
  adopting: Adopting,
  cluster: string,
  detail: unknown,
): Promise<AdoptionPlan> {
  return (await prepareAdoption(adopting, cluster, detail)).plan
}

export interface Prepared {
  readonly plan: AdoptionPlan
  readonly look: Look
  /** The cluster's record, the event included. */
  readonly announced: ClusterRecord
}

/** Changes nothing. */
export async function prepareAdoption(
  adopting: Adopting,
  cluster: string,
  detail: unknown,
): Promise<Prepared> {
  const { stack } = adopting
  const intent =
    detail === undefined
      ? ({ kind: 'none' } as const)
      : ({ kind: 'event', detailType: CLUSTER_CREATED, detail } as const)
  const before = await recordAfter(adopting, cluster, intent)
  if (before.status === 'DELETED') throw new ClusterNotFound(cluster)
  if (isGoing(before)) throw new ClusterBeingDeleted(cluster)
  const look = await lookFor(adopting, before.desired)
  const obstacles = [...look.obstacles, ...keyObstacles(before, look)]
  const tags = ownershipTags(stack, cluster)
  const changes = obstacles.length > 0 ? [] : await changesAfter(adopting, before, look, tags)
  const known = new Set(before.keys.map(({ kid }) => kid))
  const plan = {
    cluster,
    issuer: before.desired.issuer,
    things: look.things.map((thing) => ({ ...thing, isOurs: isOurs(thing.tags, stack, cluster) })),
    tags,
    left: look.left,
    obstacles: [...obstacles, ...stopsIn(changes)],
    changes,
    keptKids: look.keys.map(({ kid }) => kid).filter((kid) => !known.has(kid)),
    keptAudiences: look.adopted.audiences.filter((one) => !before.desired.audiences.includes(one)),
  }
  return { plan, look, announced: before }
}

function stopsIn(changes: readonly PlannedThing[]): string[] {
  return changes
    .filter(({ action }) => action === 'stop')
    .map(({ resource, reason }) => `The run would stop at ${resource}: ${reason}`)
}

/** Keys that cannot be published together: another one has the kid, or there are too many. */
function keyObstacles(record: ClusterRecord, { keys }: Look): string[] {
  try {
    checkListed(record, keys, 'issuer')
    return []
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return [`${error.message}.`]
  }
}

/** As it ends: what is open for others meanwhile is closed. */
async function changesAfter(
  adopting: Adopting,
  record: ClusterRecord,
  look: Look,
  tags: Tags,
): Promise<readonly PlannedThing[]> {
  const { isOpen: _, ...asAdopted } = adoptedOf(record, look, 'plan')
  const after = { ...withKeysOf(record, look, adopting.now()), adopted: asAdopted }
  const stopPretending = asIfTagged(adopting, new Set(look.things.map(({ id }) => id)), tags)
  try {
    return (await planOf(adopting, after, false)).things
  } finally {
    stopPretending()
  }
}

function ownershipTags(stack: Pick<Stack, 'name'>, cluster: string): Tags {
  return desiredTags(stack, { cluster, tags: {} })
}
