/** A part of the audit of all clusters: looks, tells what has drifted, writes it down. It mends nothing. */
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { type Drift, driftOf } from './drift.ts'
import { type Publisher, publish } from './events/publish.ts'
import {
  type Inspected,
  type Inspecting,
  inspectRole,
  inspectSteps,
  roleOfResource,
  roleResourceName,
} from './inspect-cluster.ts'
import { type ClusterRecord, isGoing, readCluster } from './registry/cluster-record.ts'
import { deleteFinding, listFindings, putFinding, readFinding } from './registry/findings.ts'
import {
  inForceOf,
  type RoleInForce,
  type RoleKey,
  readRoleRequest,
  readRoleStatus,
} from './registry/roles.ts'
import { RESOURCE_STEPS } from './steps.ts'
import { desiredStateIn, isSettled } from './unsettled-roles.ts'

/** Some roles of a cluster; with `steps`, what they stand on too. */
export const auditPart = z.object({
  cluster: z.string(),
  steps: z.boolean(),
  roles: z.array(z.object({ namespace: z.string(), serviceAccount: z.string() })),
})

export type AuditPart = z.output<typeof auditPart>

/** One iteration of the audit. */
export const auditBatch = z.object({ batch: z.array(auditPart), repair: z.boolean() })

export interface Auditing extends Inspecting {
  readonly publisher: Publisher
}

/** What the ordinary workflows mend: of a cluster its steps, or a role. */
export interface Mendable {
  readonly cluster: string
  /** How many runs the cluster had had. */
  readonly run: number
  readonly steps: boolean
  readonly roles: readonly (RoleKey & { readonly version: number })[]
}

export interface FoundDrifts {
  /** `repair`: what is mendable is to be mended. */
  readonly status: 'repair' | 'done'
  readonly mendable: readonly Mendable[]
}

/** One part after the other. Throws what time mends: what was looked at before is looked at again then, and told once. */
export async function findDrifts(
  auditing: Auditing,
  { batch, repair }: z.output<typeof auditBatch>,
): Promise<FoundDrifts> {
  const mendable: Mendable[] = []
  for (const part of batch) {
    const found = await findDrift(auditing, part)
    if (found !== undefined) mendable.push(found)
  }
  return repair && mendable.length > 0 ? { status: 'repair', mendable } : { status: 'done', mendable: [] }
}

/**
 * Undefined: nothing to mend. A cluster that a run works on, or stopped at, is left to that run; of one that goes, or is gone, nothing
 * is expected any more. Throws what time mends.
 */
export async function findDrift(auditing: Auditing, part: AuditPart): Promise<Mendable | undefined> {
  const { table } = auditing
  const record = await readCluster(table, part.cluster)
  if (record === undefined) return undefined
  if (isGoing(record)) return forgetFindings(auditing, record)
  if (!isAtRest(record)) return undefined
  const steps = part.steps
    ? await inspectSteps(auditing, record, RESOURCE_STEPS, auditing.now().toISOString())
    : []
  const roles = await inspectRoles(auditing, record, part.roles)
  const latest = await readCluster(table, part.cluster)
  if (latest === undefined || !isAtRest(latest) || !isSame(record, latest)) return undefined
  const stepDrifts = await tell(auditing, record, steps)
  const roleDrifts = await tell(auditing, record, roles)
  if (part.steps) await forgetFormerRoles(auditing, record)
  const drifted = new Set(roleDrifts.filter(({ isMendable }) => isMendable).map(({ resource }) => resource))
  const mendable = {
    cluster: part.cluster,
    run: record.runs,
    steps: stepDrifts.some(({ isMendable }) => isMendable),
    roles: roles.filter(({ resource }) => drifted.has(resource)).map(({ key }) => key),
  }
  const isNothing = !mendable.steps && mendable.roles.length === 0
  return isNothing || record.paused ? undefined : mendable
}

/** Ready, and nobody works on it. */
function isAtRest({ run, status }: ClusterRecord): boolean {
  return run === undefined && status === 'READY'
}

function isSame(one: ClusterRecord, other: ClusterRecord): boolean {
  return one.generation === other.generation && one.runs === other.runs
}

interface InspectedRole extends Inspected {
  readonly key: RoleKey & { readonly version: number }
}

/** Those that IAM has as they were asked for last: the others are told of elsewhere. */
async function inspectRoles(
  auditing: Auditing,
  record: ClusterRecord,
  keys: readonly RoleKey[],
): Promise<InspectedRole[]> {
  const { table, now } = auditing
  const { generation, desired: cluster } = record
  const inspected: InspectedRole[] = []
  for (const { namespace, serviceAccount } of keys) {
    const key = { namespace, serviceAccount }
    const request = inForceOf<RoleInForce>(await readRoleRequest(table, cluster.cluster, key))
    const status = await readRoleStatus(table, cluster.cluster, key)
    const isMade =
      request !== undefined &&
      status?.state === 'READY' &&
      desiredStateIn(record, request, now()) === 'present' &&
      isSettled(status, { version: request.version, generation, desired: 'present' })
    if (!isMade) {
      await deleteFinding(table, cluster.cluster, roleResourceName(key))
      continue
    }
    const { version } = request
    const one = await inspectRole(auditing, record, request)
    // A change that came while we looked is its own execution's to make.
    const latest = inForceOf<RoleInForce>(await readRoleRequest(table, cluster.cluster, key))
    if (latest?.version === version) inspected.push({ ...one, key: { ...key, version } })
  }
  return inspected
}

/** The same thing in the same run is told once. The event goes first: lost with our answer, it is sent again. */
async function tell(
  { table, publisher, now }: Auditing,
  { desired, generation, runs: run }: ClusterRecord,
  inspected: readonly Inspected[],
): Promise<Drift[]> {
  const { cluster, accountId, issuer } = desired
  const drifts: Drift[] = []
  for (const one of inspected) {
    const drift = driftOf(one)
    const known = await readFinding(table, cluster, one.resource)
    if (drift === undefined) {
      if (known !== undefined) await deleteFinding(table, cluster, one.resource)
      continue
    }
    drifts.push(drift)
    const { resource, differences } = drift
    if (known?.run === run && isDeepStrictEqual(known.differences, differences)) continue
    const members = { cluster, accountId, issuer, generation, run }
    await publish(publisher, 'Drift Found', { ...members, resource, differences: [...differences] })
    await putFinding(table, {
      cluster,
      resource,
      differences: [...differences],
      run,
      foundAt: now().toISOString(),
    })
  }
  return drifts
}

async function forgetFindings(
  { table }: Auditing,
  { desired: { cluster } }: ClusterRecord,
): Promise<undefined> {
  for await (const { resource } of listFindings(table, cluster)) await deleteFinding(table, cluster, resource)
  return undefined
}

/** Of roles that nobody asks for any more, so that none of the parts has them. */
async function forgetFormerRoles(
  { table }: Auditing,
  { desired: { cluster } }: ClusterRecord,
): Promise<void> {
  for await (const { resource } of listFindings(table, cluster)) {
    const role = roleOfResource(resource)
    if (role !== undefined && (await readRoleRequest(table, cluster, role)) === undefined)
      await deleteFinding(table, cluster, resource)
  }
}
