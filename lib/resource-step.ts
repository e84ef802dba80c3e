/** One step of a run on one cluster, in the direction of the run: what a step's Lambda does. */
import type { Cluster, StepOutputs } from './cluster.ts'
import {
  AliasStillPending,
  BucketNotOurs,
  BucketStillPending,
  CertificateStillPending,
  DistributionStillPending,
  HostedZoneWithdrawn,
  IssuerCheckStillPending,
  ProviderNotOurs,
  ProviderStillPending,
  RemovalStillPending,
  SharedHostStillPending,
  ZonesRoleDenied,
} from './errors.ts'
import { begunAt, type TaskInput } from './execution.ts'
import { createStep, deleteStep, type Progress, type Removal } from './reconcile.ts'
import {
  type ClusterRecord,
  changeClusterFrom,
  clusterOf,
  hostedAs,
  isOwnRun,
  keepsHost,
  type RunningCluster,
  readCluster,
  withHint,
} from './registry/cluster-record.ts'
import type { Table } from './registry/table.ts'
import type { Resource } from './resource.ts'
import { isHostStep, isRemovedWith, isStepOf, type ResourceStep } from './steps.ts'
import { findSharedHost, leaveSharedHost, onSharedHost } from './wait-for-shared-host.ts'

export interface StepAnswer {
  readonly cluster: string
  readonly run: number
  readonly step: ResourceStep
  /** `superseded`: the cluster has gone on with another run, and this one touches nothing any more. */
  readonly status: 'ready' | 'absent' | 'pending' | 'superseded'
  readonly since: string
  /** What it waits for, in words for a person who looks at the execution. */
  readonly reason?: string
}

/** Throws what the resource throws; after the step's bound `<Resource>StillPending`, or RemovalStillPending. */
export async function runResourceStep<Step extends ResourceStep>(
  { table, now }: { readonly table: Table; readonly now: () => Date },
  step: Step,
  resource: Resource<Cluster, StepOutputs[Step]>,
  task: TaskInput,
): Promise<StepAnswer> {
  const { cluster, run } = task.input
  const since = sinceOf(task, step, now())
  const record = await readCluster(table, cluster)
  if (!isOwnRun(record, run)) return { cluster, run, step, status: 'superseded', since }
  const isRemoval = record.run.workflow === 'deprovision'
  const { hosting } = record.desired
  const isOne = isRemoval ? isRemovedWith(hosting, step) : isStepOf(hosting, step)
  if (!isOne || (keepsHost(record) && isHostStep(step)))
    return { cluster, run, step, status: isRemoval ? 'absent' : 'ready', since }
  const pending = (bound: Bound, reason: string): StepAnswer => {
    checkBound(task, bound, since, now(), reason)
    return { cluster, run, step, status: 'pending', since, reason }
  }
  const hostBound = hosting.type === 'shared' && !isRemoval ? SHARED_HOST_BOUNDS[step] : undefined
  let desired = clusterOf(record, step, begunAt(task))
  if (hostBound !== undefined) {
    const host = await findSharedHost(table, step, { cluster: hostedAs(record), run })
    if (host.status === 'pending') return pending(hostBound, host.reason)
    desired = onSharedHost(desired, host.outputs)
  }
  const progress = isRemoval
    ? await remove(resource, desired, record.removal?.force === true)
    : await createStep(resource, desired)
  await recordProgress(table, record, step, progress)
  if (progress.status === 'pending') return pending(isRemoval ? REMOVAL_BOUND : BOUNDS[step], progress.reason)
  // What still trusts the issuer keeps its host, too.
  if (isRemoval && hosting.type === 'shared' && !keepsHost(record))
    await leaveSharedHost(table, { cluster: hostedAs(record), run })
  return { cluster, run, step, status: progress.status, since }
}

/** By force, what has our name and is not ours is left alone and passed over; so are records in a zone that cannot be reached. */
async function remove<Outputs extends object>(
  resource: Resource<Cluster, Outputs>,
  desired: Cluster,
  force: boolean,
): Promise<Removal> {
  try {
    return await deleteStep(resource, desired)
  } catch (error) {
    if (!force) throw error
    if (error instanceof BucketNotOurs || error instanceof ProviderNotOurs) return { status: 'absent' }
    if (error instanceof HostedZoneWithdrawn || error instanceof ZonesRoleDenied)
      return deleteStep(resource, { ...desired, leavesRecords: true })
    throw error
  }
}

/** Hints are written before anybody waits for what they tell of. */
async function recordProgress<Step extends ResourceStep>(
  table: Table,
  read: RunningCluster,
  step: Step,
  progress: Progress<StepOutputs[Step]> | Removal,
): Promise<void> {
  await changeClusterFrom(table, read.desired.cluster, read, (record) => {
    if (!isOwnRun(record, read.run.number)) return record
    if (progress.status === 'ready')
      return {
        ...withHint(record, step, undefined),
        outputs: { ...record.outputs, [step]: progress.outputs },
      }
    if (progress.status === 'absent') return withoutOutputs(record, step)
    if (!('hint' in progress) || progress.hint === undefined) return record
    return withHint(record, step, progress.hint)
  })
}

function withoutOutputs(record: ClusterRecord, step: ResourceStep): ClusterRecord {
  const { [step]: _, ...outputs } = record.outputs
  return { ...withHint(record, step, undefined), outputs }
}

function sinceOf({ input }: TaskInput, step: ResourceStep, now: Date): string {
  return (input.step === step && input.status === 'pending' && input.since) || now.toISOString()
}

interface Bound {
  readonly minutes: number
  readonly StillPending: new (minutes: number, reason: string) => Error
}

const BOUNDS: { readonly [Step in ResourceStep]: Bound } = {
  bucket: { minutes: 30, StillPending: BucketStillPending },
  certificate: { minutes: 120, StillPending: CertificateStillPending },
  distribution: { minutes: 60, StillPending: DistributionStillPending },
  alias: { minutes: 30, StillPending: AliasStillPending },
  'issuer-check': { minutes: 30, StillPending: IssuerCheckStillPending },
  provider: { minutes: 30, StillPending: ProviderStillPending },
}

/** All that the host may need, but no more events than an execution may have: the bucket is asked for every 5 seconds. */
const SHARED_HOST_BOUNDS: { readonly [Step in ResourceStep]?: Bound } = {
  bucket: { minutes: 60, StillPending: SharedHostStillPending },
  distribution: { minutes: 240, StillPending: SharedHostStillPending },
}

const REMOVAL_BOUND: Bound = { minutes: 60, StillPending: RemovalStillPending }

/** A redrive waits afresh. */
function checkBound(
  task: TaskInput,
  { minutes, StillPending }: Bound,
  since: string,
  now: Date,
  reason: string,
): void {
  const from = Math.max(Date.parse(since), Date.parse(begunAt(task)))
  const waited = Math.floor((now.getTime() - from) / 60_000)
  if (waited >= minutes) throw new StillPending(waited, reason)
}
