/** What would be taken over, and what a run would make of it. */
import { asIfTagged } from '../../aws/as-if-tagged.ts'
import { desiredTags, isOurs, type Tags } from '../../aws/tags.ts'
import {
  AdoptionNotAllowed,
  AdoptionRefused,
  ClusterBeingDeleted,
  ClusterNotFound,
  InvalidInput,
} from '../../errors.ts'
import { CLUSTER_CREATED } from '../../events/cluster-created.ts'
import type { Inspecting } from '../../inspect-cluster.ts'
import { checkListed } from '../../oidc/rotation.ts'
import { type ClusterRecord, hostedAs, isGoing } from '../../registry/cluster-record.ts'
import { type Plan, type PlannedThing, planOf, recordAfter } from '../plan.ts'
import type { AdoptableThing, Left, Look, Looking } from './found.ts'
import { lookFor } from './look.ts'
import { adoptedOf, migrationObstacles, withKeysOf } from './record.ts'

export interface Adopting extends Looking, Inspecting {
  /** ARNs of what may be tagged, besides the buckets that the stack may use. Undefined: whatever the credentials may. */
  readonly allowed?: ReadonlySet<string>
  /** That are looked at. Undefined: all. */
  readonly mostRoles?: number
}

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
  /** That were not looked at. */
  readonly rolesLeftOut: number
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
  /** Why nothing of it can be done. */
  readonly refusal: AdoptionRefused | AdoptionNotAllowed | undefined
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
  const name = hostedAs(before)
  const look = await lookFor(adopting, { ...before.desired, cluster: name })
  const obstacles = [...migrationObstacles(before), ...look.obstacles, ...keyObstacles(before, look)]
  const tags = desiredTags(stack, { cluster: name, tags: {} })
  const { things: changes, rolesLeftOut } =
    obstacles.length > 0 ? { things: [], rolesLeftOut: 0 } : await planAfter(adopting, before, look, tags)
  const things = look.things.map((thing) => ({ ...thing, isOurs: isOurs(thing.tags, stack, name) }))
  const inTheWay = [...obstacles, ...stopsIn(changes)]
  const notAllowed = notAllowedIn(adopting, things)
  const known = new Set(before.keys.map(({ kid }) => kid))
  const plan = {
    cluster,
    issuer: before.desired.issuer,
    things,
    tags,
    left: look.left,
    obstacles:
      notAllowed === undefined ? inTheWay : [...inTheWay, `${notAllowed.message} ${notAllowed.remedy}`],
    changes,
    rolesLeftOut,
    keptKids: look.keys.map(({ kid }) => kid).filter((kid) => !known.has(kid)),
    keptAudiences: look.adopted.audiences.filter((one) => !before.desired.audiences.includes(one)),
  }
  const refusal = inTheWay.length > 0 ? new AdoptionRefused(cluster, plan.obstacles) : notAllowed
  return { plan, look, refusal, announced: before }
}

/** Buckets have an obstacle of their own. */
function notAllowedIn({ allowed }: Adopting, things: AdoptionPlan['things']): AdoptionNotAllowed | undefined {
  if (allowed === undefined) return undefined
  const others = things.filter(
    ({ resource, arn, isOurs: has }) => !has && resource !== 'bucket' && !allowed.has(arn),
  )
  return others.length === 0 ? undefined : new AdoptionNotAllowed(others.map(({ arn }) => arn))
}

/** What another account has only the run sees. */
function stopsIn(changes: readonly PlannedThing[]): string[] {
  return changes
    .filter(({ action, error }) => action === 'stop' && error !== 'AccountOutOfReach')
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
async function planAfter(
  adopting: Adopting,
  record: ClusterRecord,
  look: Look,
  tags: Tags,
): Promise<Pick<Plan, 'things' | 'rolesLeftOut'>> {
  const { isOpen: _, ...asAdopted } = adoptedOf(record, look, 'plan')
  const after = { ...withKeysOf(record, look, adopting.now()), adopted: asAdopted }
  const stopPretending = asIfTagged(adopting, new Set(look.things.map(({ id }) => id)), tags)
  try {
    return await planOf(adopting, after, false, adopting.mostRoles)
  } finally {
    stopPretending()
  }
}
