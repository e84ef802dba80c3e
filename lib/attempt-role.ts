/** One attempt at one role in IAM, and its outcome as a status. */
import { roleArn } from './aws/names.ts'
import type { Stack } from './aws/stack.ts'
import { IrsaError, ProviderAccountUnreachable, ProvisionerRoleDenied, RoleNotOurs } from './errors.ts'
import { compilePolicies } from './policy/compile.ts'
import { parseRoleContent } from './policy/request.ts'
import { createStep, deleteStep } from './reconcile.ts'
import type { ClusterRecord } from './registry/cluster-record.ts'
import type { LackingProvider } from './registry/replica-needs.ts'
import type { RoleInForce, RoleKey, RoleStatus } from './registry/roles.ts'
import {
  desiredOf,
  only,
  onlyOn,
  type SubjectClusterRecords,
  standingOf,
  type Trusted,
  withCompanions,
} from './registry/subject-clusters.ts'
import type { Resource } from './resource.ts'
import type { DesiredRole, RoleOutputs } from './role.ts'
import { departingRole, desiredRole, policyContextOf } from './role-compile.ts'
import { attemptsIn, desiredStateIn, isLeftBehind, type Window } from './unsettled-roles.ts'

export interface Attempting extends Window {
  readonly stack: Stack
  readonly roles: Resource<DesiredRole, RoleOutputs>
  readonly now: () => Date
}

export interface AttemptedRole extends RoleKey {
  /** Of the request or, without one, of its last status. */
  readonly version: number
  readonly record: ClusterRecord
  /** That is in force. Undefined: it is gone, and somebody slow may have made the role again. */
  readonly request: RoleInForce | undefined
  readonly previous: RoleStatus | undefined
  readonly trusted: SubjectClusterRecords
  readonly companions: Trusted['companions']
  /** Where the role is. */
  readonly accountId: string
  /** Providers that it is to trust there, and that are not there yet. */
  readonly lacking: readonly LackingProvider[]
}

/** Undefined: there shall be no such role, and there is none of ours. Throws nothing: what fails is in the status. */
export async function attemptRole(
  attempting: Attempting,
  role: AttemptedRole,
): Promise<RoleStatus | undefined> {
  const { now, run, since } = attempting
  const { record, request, previous, namespace, serviceAccount, version } = role
  const desired = desiredStateIn(record, request, now())
  const outcome =
    request === undefined || desired === 'removed'
      ? await remove(attempting, role)
      : await make(attempting, role, request)
  return (
    outcome && {
      namespace,
      serviceAccount,
      version,
      desired,
      generation: record.generation,
      run,
      attempts: attemptsIn({ run, since }, previous, version) + 1,
      roleArn: previous?.roleArn ?? '',
      ...(previous?.roleId !== undefined && { roleId: previous.roleId }),
      ...outcome,
      at: now().toISOString(),
    }
  )
}

type Outcome = Pick<RoleStatus, 'state'> & Partial<RoleStatus>

async function make(
  { stack, roles }: Attempting,
  { record, previous, trusted, companions, lacking }: AttemptedRole,
  request: RoleInForce,
): Promise<Outcome> {
  const former = previous?.managedPolicies ?? []
  const standing = standingOf(trusted)
  const lacks = new Set(lacking.map(({ cluster }) => cluster))
  const ready = only(standing, (subject) => isReady(subject) && !lacks.has(subject.desired.cluster))
  const unready = [...standing.values()].find((subject) => !isReady(subject))
  const trusts = generationsOf(standing)
  // Until the role is made, IAM may have it as it was.
  let known: Partial<RoleStatus> = { ...policiesOf(former), ...trustsOf({ ...previous?.trusts, ...trusts }) }
  try {
    const { namespace, serviceAccount } = request
    const content = withCompanions(parseRoleContent(request.content), companions)
    const compile = (subjectClusters: SubjectClusterRecords) => {
      const wish = { namespace, serviceAccount, content: onlyOn(content, trusted, subjectClusters) }
      return desiredRole(stack, record.desired, wish, desiredOf(subjectClusters))
    }
    const place = placeOf(stack, compile(standing))
    const missing = missingOf(unready, lacking)
    // What goes must not be trusted any longer, whatever else is not there; without the cluster's own provider there is no role.
    const isUrgent = trustsWhatGoes(previous, trusted) && !lacks.has(record.desired.cluster)
    if (missing !== undefined && !isUrgent) return { ...known, ...place, ...missing }
    const desired = compile(ready)
    known = { ...known, ...place, ...policiesOf([...former, ...desired.managedPolicies]) }
    const progress = await createStep(roles, desired)
    if (progress.status === 'pending') return { ...known, ...pending(progress.reason) }
    const made = { ...progress.outputs, ...policiesOf(desired.managedPolicies), ...trustsOf(trusts) }
    return { ...made, ...(missing ?? { state: 'READY' }) }
  } catch (error) {
    return { ...known, ...failureOf(error) }
  }
}

function isReady({ status }: ClusterRecord): boolean {
  return status !== 'ANNOUNCED'
}

function trustsWhatGoes(previous: RoleStatus | undefined, trusted: SubjectClusterRecords): boolean {
  const standing = standingOf(trusted)
  return Object.keys(previous?.trusts ?? {}).some((name) => !standing.has(name))
}

async function remove(
  { stack, roles }: Attempting,
  { record, request, previous, namespace, serviceAccount, accountId }: AttemptedRole,
): Promise<Outcome | undefined> {
  const force = request?.force ?? (record.removal?.force || undefined)
  const former = previous?.managedPolicies ?? []
  const policies = policiesOf([...former, ...requestedPolicies(stack, record, request)])
  const place = { namespace, serviceAccount }
  const { managedPolicies = [] } = policies
  const departing = departingRole(stack, record.desired, place, { managedPolicies, force, accountId })
  const known = { ...placeOf(stack, departing), ...policies, ...trustsOf(previous?.trusts ?? {}) }
  try {
    const removal = await deleteStep(roles, departing)
    return removal.status === 'absent' ? undefined : { ...known, ...pending(removal.reason) }
  } catch (error) {
    // The role of somebody else, who had the name before us: it never was a role of the request.
    const wasOurs = previous?.roleId !== undefined
    if (error instanceof RoleNotOurs && (!wasOurs || force)) return undefined
    const isGivenUp = record.abandoned !== undefined || (request === undefined && isLeftBehind(previous))
    if (!(error instanceof ProvisionerRoleDenied && isGivenUp)) return { ...known, ...failureOf(error) }
    const unreachable = new ProviderAccountUnreachable([accountId], error.message)
    return { ...known, ...failureOf(unreachable), message: error.message, state: 'FAILED' }
  }
}

/** None of a request that cannot be compiled: IAM was never given it. */
function requestedPolicies(
  stack: Stack,
  record: ClusterRecord,
  request: RoleInForce | undefined,
): readonly string[] {
  try {
    if (request === undefined) return []
    const { policies } = parseRoleContent(request.content)
    return compilePolicies(policies, policyContextOf(stack, record.desired, request.content)).managedPolicies
  } catch (error) {
    if (error instanceof IrsaError) return []
    throw error
  }
}

function generationsOf(trusted: SubjectClusterRecords): Record<string, number> {
  return Object.fromEntries([...trusted].map(([name, { generation }]) => [name, generation]))
}

/** No attribute for none. */
function trustsOf(trusts: Record<string, number>): Pick<RoleStatus, 'trusts'> {
  return Object.keys(trusts).length === 0 ? {} : { trusts }
}

function missingOf(
  unready: ClusterRecord | undefined,
  lacking: readonly LackingProvider[],
): Outcome | undefined {
  const [first] = lacking
  if (first === undefined) return unready && waitingFor(unready)
  const lacks = lacking.map(({ cluster }) => cluster)
  const { error } = first.replica ?? {}
  return { state: 'RETRY', lacks, ...(error ?? providerPending(first.cluster)) }
}

function providerPending(cluster: string) {
  return {
    error: 'ProviderPending',
    message: `The OIDC provider of cluster ${cluster} is not in the role's account yet.`,
    remedy: 'Wait; it is made first.',
  }
}

function waitingFor({ desired: { cluster } }: ClusterRecord): Outcome {
  return {
    state: 'WAITING',
    error: 'SubjectClusterPending',
    message: `The issuer of cluster ${cluster}, which a subject is on, is not ready yet.`,
    remedy: `Wait; the role is made once ${cluster} is ready.`,
  }
}

function placeOf(stack: Stack, { accountId, path, roleName }: DesiredRole): Pick<RoleStatus, 'roleArn'> {
  return { roleArn: roleArn(stack.partition.name, accountId, path, roleName) }
}

/** No attribute for none. */
function policiesOf(arns: readonly string[]): Pick<RoleStatus, 'managedPolicies'> {
  const managedPolicies = [...new Set(arns)].toSorted()
  return managedPolicies.length === 0 ? {} : { managedPolicies }
}

function pending(message: string): Outcome {
  return { state: 'RETRY', error: 'RolePending', message, remedy: 'Wait; it is looked at again.' }
}

/** What is not one of ours is a fault of ours: no reason to leave the other roles undone. */
function failureOf(error: unknown): Pick<RoleStatus, 'state' | 'error' | 'message' | 'remedy'> {
  if (!(error instanceof IrsaError))
    return {
      state: 'RETRY',
      error: error instanceof Error ? error.name : 'Error',
      message: error instanceof Error ? error.message : String(error),
      remedy: 'Report it with the log of the function settle-roles.',
    }
  const { mendedBy, remedy } = error
  return {
    state: mendedBy === 'requester' ? 'FAILED' : 'RETRY',
    error: error.name,
    message: error.message,
    remedy,
  }
}
