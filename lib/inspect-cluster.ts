/** Looks at everything of a cluster and changes nothing: what drift and plan are made from. */
import type { Stack } from './aws/stack.ts'
import type { Cluster, StepOutputs } from './cluster.ts'
import { IrsaError } from './errors.ts'
import { parseRoleContent, roleAccountOf } from './policy/request.ts'
import { type Inspection, inspect } from './reconcile.ts'
import { type ClusterRecord, clusterOf } from './registry/cluster-record.ts'
import type { RoleInForce, RoleKey } from './registry/roles.ts'
import { desiredOf, onlyOn, readTrusted, standingOf, withCompanions } from './registry/subject-clusters.ts'
import type { Table } from './registry/table.ts'
import type { Resource } from './resource.ts'
import type { DesiredRole, RoleOutputs } from './role.ts'
import { departingRole, desiredRole } from './role-compile.ts'
import { isStepOf, RESOURCE_STEPS, type ResourceStep } from './steps.ts'

export interface Inspecting {
  readonly table: Table
  readonly stack: Stack
  readonly resources: ClusterResources
  readonly roles: Resource<DesiredRole, RoleOutputs>
  readonly now: () => Date
}

export type ClusterResources = {
  readonly [Step in ResourceStep]: Resource<Cluster, StepOutputs[Step]>
}

export interface Inspected<Name extends string = string> {
  /** The step's name, or `role shop/cart`. */
  readonly resource: Name
  readonly inspection: Inspection
}

/** In the order of the steps. `runStartedAt`: what failed before it counts as absent. */
export async function inspectSteps(
  { resources }: Pick<Inspecting, 'resources'>,
  record: ClusterRecord,
  steps: readonly ResourceStep[] = RESOURCE_STEPS,
  runStartedAt?: string,
): Promise<Inspected<ResourceStep>[]> {
  const inspected: Inspected<ResourceStep>[] = []
  // One after the other: AWS's read rates are shared with the runs.
  for (const step of steps.filter((one) => isStepOf(record.desired.hosting, one))) {
    const desired = clusterOf(record, step, runStartedAt)
    inspected.push({ resource: step, inspection: await inspect(resources[step], desired) })
  }
  return inspected
}

/** As its request asks for it, by the cluster as the record has it. */
export async function inspectRole(
  { table, stack, roles }: Inspecting,
  record: ClusterRecord,
  request: RoleInForce,
): Promise<Inspected> {
  const resource = roleResourceName(request)
  try {
    return {
      resource,
      inspection: await inspect(roles, await roleAsSettled({ table, stack }, record, request)),
    }
  } catch (error) {
    if (!(error instanceof IrsaError) || error.mendedBy === 'time') throw error
    return { resource, inspection: { status: 'refused', error } }
  }
}

/**
 * As a request is settled: without its subjects on clusters that go. Throws InvalidInput, PolicyRefused, PolicyTooLarge, and ClusterNotFound
 * for a subject's cluster.
 */
export async function roleAsSettled(
  { table, stack }: Pick<Inspecting, 'table' | 'stack'>,
  record: ClusterRecord,
  { namespace, serviceAccount, content: asked }: RoleKey & { readonly content?: unknown },
): Promise<DesiredRole> {
  const content = parseRoleContent(asked)
  const key = { namespace, serviceAccount }
  const { records: known, companions } = await readTrusted(table, record, key, content)
  const trusted = standingOf(known)
  const wish = { ...key, content: onlyOn(withCompanions(content, companions), known, trusted) }
  return desiredRole(stack, record.desired, wish, desiredOf(trusted))
}

/** Whether it is there, whatever it is like. */
export async function inspectDepartingRole(
  { stack, roles }: Inspecting,
  { desired }: ClusterRecord,
  request: RoleKey & { readonly content?: unknown },
): Promise<Inspected> {
  const accountId = roleAccountOf(desired, request.content)
  const departing = departingRole(stack, desired, request, {
    managedPolicies: [],
    force: undefined,
    accountId,
  })
  return { resource: roleResourceName(request), inspection: await inspect(roles, departing) }
}

export function roleResourceName({ namespace, serviceAccount }: RoleKey): string {
  return `role ${namespace}/${serviceAccount}`
}

/** Undefined: it is a step's name. */
export function roleOfResource(resource: string): RoleKey | undefined {
  const [, namespace, serviceAccount] = /^role ([^/]+)\/([^/]+)$/.exec(resource) ?? []
  return namespace === undefined || serviceAccount === undefined ? undefined : { namespace, serviceAccount }
}
