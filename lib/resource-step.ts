/** One step of a run on one cluster: what a step's Lambda does. */
import type { Cluster, StepOutputs } from './cluster.ts'
import {
  AliasStillPending,
  BucketStillPending,
  CertificateStillPending,
  DistributionStillPending,
  IssuerCheckStillPending,
  ProviderStillPending,
} from './errors.ts'
import { begunAt, type TaskInput } from './execution.ts'
import { createStep, type Progress } from './reconcile.ts'
import { changeCluster, clusterOf, isOwnRun, readCluster, withHint } from './registry/cluster-record.ts'
import type { Table } from './registry/table.ts'
import type { Resource } from './resource.ts'
import type { ResourceStep } from './steps.ts'

export interface StepAnswer {
  readonly cluster: string
  readonly run: number
  readonly step: ResourceStep
  /** `superseded`: the cluster has gone on with another run, and this one touches nothing any more. */
  readonly status: 'ready' | 'pending' | 'superseded'
  readonly since: string
  /** What it waits for, in words for a person who looks at the execution. */
  readonly reason?: string
}

/** Throws what the resource throws, and `<Resource>StillPending` after the step's bound. */
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
  const progress = await createStep(resource, clusterOf(record, step, begunAt(task)))
  await recordProgress(table, cluster, run, step, progress)
  if (progress.status === 'ready') return { cluster, run, step, status: 'ready', since }
  checkBound(task, step, since, now(), progress.reason)
  return { cluster, run, step, status: 'pending', since, reason: progress.reason }
}

/** Hints are written before anybody waits for what they tell of. */
async function recordProgress<Step extends ResourceStep>(
  table: Table,
  cluster: string,
  run: number,
  step: Step,
  progress: Progress<StepOutputs[Step]>,
): Promise<void> {
  await changeCluster(table, cluster, (record) => {
    if (!isOwnRun(record, run)) return record
    if (progress.status === 'ready')
      return {
        ...withHint(record, step, undefined),
        outputs: { ...record.outputs, [step]: progress.outputs },
      }
    return progress.hint === undefined ? record : withHint(record, step, progress.hint)
  })
}

function sinceOf({ input }: TaskInput, step: ResourceStep, now: Date): string {
  return (input.step === step && input.status === 'pending' && input.since) || now.toISOString()
}

const BOUNDS: {
  readonly [Step in ResourceStep]: { readonly minutes: number; readonly StillPending: StillPending }
} = {
  bucket: { minutes: 30, StillPending: BucketStillPending },
  certificate: { minutes: 120, StillPending: CertificateStillPending },
  distribution: { minutes: 60, StillPending: DistributionStillPending },
  alias: { minutes: 30, StillPending: AliasStillPending },
  'issuer-check': { minutes: 30, StillPending: IssuerCheckStillPending },
  provider: { minutes: 30, StillPending: ProviderStillPending },
}

type StillPending = new (minutes: number, reason: string) => Error

/** A redrive waits afresh. */
function checkBound(task: TaskInput, step: ResourceStep, since: string, now: Date, reason: string): void {
  const { minutes, StillPending } = BOUNDS[step]
  const from = Math.max(Date.parse(since), Date.parse(begunAt(task)))
  const waited = Math.floor((now.getTime() - from) / 60_000)
  if (waited >= minutes) throw new StillPending(waited, reason)
}
