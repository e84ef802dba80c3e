/** What a run would do to a cluster, from looks alone: nothing is written. */
import { announced, checkPlace, hostedLike } from '../announce.ts'
import { withKeys } from '../change-keys.ts'
import { type DriftedField, driftOf } from '../drift.ts'
import {
  CertificateFailed,
  CertificateValidationTimedOut,
  HostedZoneNotFound,
  HostedZonePrivate,
  InvalidInput,
} from '../errors.ts'
import { CLUSTER_CREATED, parseClusterCreatedDetail } from '../events/cluster-created.ts'
import { CLUSTER_KEYS_CHANGED, parseClusterKeys } from '../events/cluster-keys-changed.ts'
import {
  type Inspected,
  type Inspecting,
  inspectDepartingRole,
  inspectRole,
  inspectSteps,
} from '../inspect-cluster.ts'
import { isRecord } from '../is-record.ts'
import { isMendable, obstacleOf } from '../reconcile.ts'
import {
  type ClusterRecord,
  isGoing,
  keepsHost,
  readCluster,
  requireCluster,
} from '../registry/cluster-record.ts'
import {
  inForceOf,
  listRoleRequests,
  type RoleInForce,
  type RoleKey,
  readRoleRequest,
} from '../registry/roles.ts'
import { isRemovedWith, REMOVAL_STEPS, RESOURCE_STEPS, type ResourceStep } from '../steps.ts'
import { desiredStateIn } from '../unsettled-roles.ts'
import { withdrawn } from '../withdrawn.ts'
import { allOf, mapSome } from './several.ts'

/** What would be asked for: nothing new, that it goes, or what an event says. */
export type Intent =
  | { readonly kind: 'none' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'event'; readonly detailType: PlannedEvent; readonly detail: unknown }

export type PlannedEvent = typeof CLUSTER_CREATED | typeof CLUSTER_KEYS_CHANGED

export interface Plan {
  readonly cluster: string
  readonly issuer: string
  /** In the order of the workflow. */
  readonly things: readonly PlannedThing[]
  /** That were not looked at. */
  readonly rolesLeftOut: number
  /** Of the keys: what would be served, and of these what is listed no longer and goes later. */
  readonly kids: readonly string[]
}

export interface PlannedThing {
  /** A step's name, or `role shop/cart`. */
  readonly resource: string
  /** `wait`: AWS or the DNS is at it. `stop`: the run would stop there, for the reason. */
  readonly action: 'create' | 'change' | 'remove' | 'keep' | 'wait' | 'stop'
  readonly differences: readonly DriftedField[]
  readonly reason: string | undefined
  /** Name of the error that stops it there. */
  readonly error?: string
}

/** Throws ClusterNotFound for one that is not known, unless the event announces it; and what refuses the event. */
export async function planCluster(
  inspecting: Inspecting,
  cluster: string,
  intent: Intent,
  mostRoles = Number.POSITIVE_INFINITY,
): Promise<Plan> {
  const record = await recordAfter(inspecting, cluster, intent)
  const isRemoval = intent.kind === 'delete' || isGoing(record)
  return planOf(inspecting, record, isRemoval, mostRoles)
}

/** What a run of the record as it is given would do. */
export async function planOf(
  inspecting: Inspecting,
  record: ClusterRecord,
  isRemoval: boolean,
  mostRoles = Number.POSITIVE_INFINITY,
): Promise<Plan> {
  const { cluster } = record.desired
  const steps = isRemoval ? removedWith(record) : MADE
  const wanted = isRemoval ? undefined : inspecting.now().toISOString()
  const looked = sharingObstacle(await inspectSteps(inspecting, record, steps, wanted))
  const things = looked.map((one) =>
    keepsHost(record) && one.resource !== 'bucket'
      ? keptThing(one.resource, record)
      : thingOf(one, isRemoval),
  )
  const requests = await allOf(listRoleRequests(inspecting.table, cluster))
  const roles = await planRoles(inspecting, record, requests.slice(0, mostRoles), isRemoval)
  return {
    cluster,
    issuer: record.desired.issuer,
    rolesLeftOut: Math.max(0, requests.length - mostRoles),
    things: isRemoval ? [...roles, ...things] : [...things, ...roles],
    kids: isRemoval ? [] : record.keys.map(({ kid }) => kid),
  }
}

/** Certificate and alias have their records in one zone, and only a look at the alias asks for it: Route 53 answers five calls a second. */
function sharingObstacle(looked: readonly Inspected<ResourceStep>[]): readonly Inspected<ResourceStep>[] {
  const alias = looked.find(({ resource }) => resource === 'alias')?.inspection
  const obstacle = alias?.status === 'absent' ? alias.obstacle : undefined
  if (!(obstacle instanceof HostedZoneNotFound || obstacle instanceof HostedZonePrivate)) return looked
  return looked.map((one) =>
    one.resource === 'certificate' && one.inspection.status === 'absent'
      ? { ...one, inspection: { status: 'absent', obstacle } }
      : one,
  )
}

function keptThing(resource: ResourceStep, { abandoned }: ClusterRecord): PlannedThing {
  const reason = `The cluster is abandoned: ${abandoned?.accounts.join(', ')} trusts its issuer still.`
  return { resource, action: 'keep', differences: [], reason }
}

/** The check makes nothing, and what it checks is not there before the rest is. */
const MADE = RESOURCE_STEPS.filter((step) => step !== 'issuer-check')

function removedWith({ desired }: ClusterRecord): readonly ResourceStep[] {
  return REMOVAL_STEPS.filter((step) => step !== 'roles').filter((step) =>
    isRemovedWith(desired.hosting, step),
  )
}

/** As the event's handler would record it. Throws what refuses the event. */
export async function recordAfter(
  { table, stack, now }: Pick<Inspecting, 'table' | 'stack' | 'now'>,
  cluster: string,
  intent: Intent,
): Promise<ClusterRecord> {
  const time = now().toISOString()
  const id = 'plan'
  if (intent.kind === 'none') return requireCluster(table, cluster)
  if (intent.kind === 'delete')
    return withdrawn(await requireCluster(table, cluster), { id, time, force: false })
  if (intent.detailType === CLUSTER_KEYS_CHANGED) {
    const { keys, retireNow } = parseClusterKeys(detailOf(intent.detail, cluster), 'detail')
    const known = await requireCluster(table, cluster)
    return withKeys(known, { cluster, keys, retireNow, id, time, input: 'detail' }, now())
  }
  const known = await readCluster(table, cluster)
  const said = parseClusterCreatedDetail(intent.detail, stack.accountId, stack)
  const created = hostedLike(stack, known, said)
  if (created.desired.cluster !== cluster)
    throw new InvalidInput(`detail.cluster: is ${created.desired.cluster}, and the plan is of ${cluster}`)
  checkPlace(stack, created.desired)
  const envelope = {
    id,
    time,
    account: created.desired.accountId,
    source: 'irsa.operator',
    detailType: CLUSTER_CREATED,
  }
  return announced(known, { envelope, ...created }, now())
}

/** Without the cluster, which may be said here too. */
function detailOf(detail: unknown, cluster: string): unknown {
  if (!isRecord(detail)) return detail
  const { cluster: named = cluster, ...said } = detail
  if (named !== cluster) throw new InvalidInput(`detail.cluster: must be ${cluster}, which the plan is of`)
  return said
}

async function planRoles(
  inspecting: Inspecting,
  record: ClusterRecord,
  requests: readonly RoleKey[],
  isRemoval: boolean,
): Promise<PlannedThing[]> {
  const { table, now } = inspecting
  const { cluster } = record.desired
  const planned = await mapSome(requests, async (asked) => {
    const { namespace, serviceAccount } = asked
    const key = { namespace, serviceAccount }
    const stored = await readRoleRequest(table, cluster, key)
    const request = inForceOf<RoleInForce>(stored)
    if (request === undefined && !isRemoval) return undefined
    const goes = isRemoval || desiredStateIn(record, request, now()) === 'removed'
    return goes || request === undefined
      ? thingOf(await inspectDepartingRole(inspecting, record, stored ?? key), true)
      : thingOf(await inspectRole(inspecting, record, request), false)
  })
  return planned.filter((thing) => thing !== undefined)
}

function thingOf(inspected: Inspected, isRemoval: boolean): PlannedThing {
  const { resource, inspection } = inspected
  const action = isRemoval ? removalOf(inspection) : creationOf(inspection)
  const isDifferent = action === 'change' || (action === 'stop' && inspection.status === 'present')
  const differences = isDifferent ? (driftOf(inspected)?.differences ?? []) : []
  const isNoMatter = isRemoval && (inspection.status === 'absent' || inspection.status === 'present')
  const error = action === 'stop' ? obstacleOf(inspection)?.name : undefined
  return {
    ...{ resource, action, differences, reason: isNoMatter ? undefined : reasonOf(inspection) },
    ...(error !== undefined && { error }),
  }
}

function creationOf(inspection: Inspected['inspection']): PlannedThing['action'] {
  switch (inspection.status) {
    case 'absent':
      return inspection.obstacle === undefined ? 'create' : 'stop'
    case 'pending':
      return isMendable(inspection) ? 'change' : 'wait'
    case 'refused':
      return 'stop'
    default:
      if (inspection.obstacle !== undefined) return 'stop'
      return isMendable(inspection) ? 'change' : 'keep'
  }
}

/** What failed and is there all the same goes, too. */
function removalOf(inspection: Inspected['inspection']): PlannedThing['action'] {
  if (inspection.status === 'absent') return 'keep'
  if (inspection.status !== 'refused') return 'remove'
  const { error } = inspection
  const isThere = error instanceof CertificateFailed || error instanceof CertificateValidationTimedOut
  return isThere ? 'remove' : 'stop'
}

function reasonOf(inspection: Inspected['inspection']): string | undefined {
  if (inspection.status === 'pending') return inspection.reason
  const error = obstacleOf(inspection)
  return error && `${error.name}: ${error.message} ${error.remedy}`
}
