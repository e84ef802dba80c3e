/** Runs of a cluster: recorded with a condition, then started; the last word wins, a duplicate starts nothing twice. */
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { isNamedError, translate, undefinedIf } from './aws/errors.ts'
import {
  type ClusterRecord,
  changeClusterFrom,
  keepsHost,
  keySetMembers,
  type RunningCluster,
  requireCluster,
  type Workflow,
} from './registry/cluster-record.ts'
import type { Table } from './registry/table.ts'

export interface Runs {
  readonly table: Table
  readonly sfn: SFNClient
  /** Of provision-cluster. */
  readonly stateMachineArn: string
  /** Of deprovision-cluster. */
  readonly deprovisionArn: string
}

type Machines = Pick<Runs, 'stateMachineArn' | 'deprovisionArn'>

/** Of the state machine of a workflow. */
export function machineArn({ stateMachineArn, deprovisionArn }: Machines, workflow: Workflow): string {
  return workflow === 'deprovision' ? deprovisionArn : stateMachineArn
}

/** Of a run's execution. */
export function runArn(
  machines: Machines,
  cluster: string,
  run: { readonly number: number; readonly workflow: Workflow },
): string {
  return executionArn(machineArn(machines, run.workflow), executionName(cluster, run.number))
}

/** The record with a run of its newest generation: what is being deleted goes on to be. Pure. */
export function withNewRun(record: ClusterRecord): ClusterRecord {
  const number = record.runs + 1
  const workflow = record.status === 'DELETING' ? 'deprovision' : 'provision'
  return {
    ...record,
    runs: number,
    run: { number, generation: record.generation, workflow, state: 'RECORDED' },
  }
}

/** The record after a change of what is desired. A run that is under way sees it when it ends, and begins the next one. Pure. */
export function withNewGeneration(record: ClusterRecord): ClusterRecord {
  const changed = { ...record, generation: record.generation + 1 }
  return changed.run === undefined || changed.run.state === 'FAILED' ? withNewRun(changed) : changed
}

export function executionName(cluster: string, run: number): string {
  return `${cluster}-${run}`
}

export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`
}

/** Of a cluster that nobody has read yet. Throws ClusterNotFound. */
export async function startRun(runs: Runs, cluster: string): Promise<void> {
  await startRunOf(runs, await requireCluster(runs.table, cluster))
}

/**
 * Starts the run that is recorded, if one is and the cluster is not paused. While an execution is running, starting it again with the same input is answered
 * as the first time: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html. A name that is
 * refused belongs to another one, or to one that is over, perhaps of a registry that was lost: the next number is tried.
 */
export async function startRunOf(runs: Runs, read: ClusterRecord): Promise<void> {
  const { cluster } = read.desired
  let record: ClusterRecord | undefined = read
  for (let attempt = 0; attempt < MAX_TAKEN_NAMES; attempt++) {
    const { run, paused }: Partial<ClusterRecord> = record ?? {}
    if (run?.state !== 'RECORDED' || paused) return
    const isStarted = await start(runs, cluster, run)
    record = await changeClusterFrom(runs.table, cluster, record, (known) => {
      if (known?.run?.number !== run.number || known.run.state !== 'RECORDED') return known
      return isStarted ? { ...known, run: { ...known.run, state: 'STARTED' } } : withNewRun(known)
    })
    if (isStarted) return
  }
}

const MAX_TAKEN_NAMES = 20

/** False when the name is taken. */
async function start(runs: Runs, cluster: string, { number, workflow }: Run): Promise<boolean> {
  const name = executionName(cluster, number)
  const stateMachineArn = machineArn(runs, workflow)
  const input = JSON.stringify({ cluster, run: number })
  const started = await runs.sfn
    .send(new StartExecutionCommand({ stateMachineArn, name, input }))
    .catch(undefinedIf(isNamedError('ExecutionAlreadyExists'), 'states:StartExecution'))
  return started !== undefined
}

type Run = RunningCluster['run']

/** Undefined when there is none, or Step Functions has forgotten it (90 days). */
export async function describeExecution(
  { sfn }: Pick<Runs, 'sfn'>,
  arn: string,
): Promise<DescribeExecutionCommandOutput | undefined> {
  return sfn
    .send(new DescribeExecutionCommand({ executionArn: arn }))
    .catch(undefinedIf(isNamedError('ExecutionDoesNotExist'), 'states:DescribeExecution'))
}

/** What a replay does to a cluster's run, and why that. */
export interface Replay {
  readonly cluster: string
  /** The execution that is gone on with, or is over; undefined when there is no run. */
  readonly execution: string | undefined
  /**
   * `redrive`: it goes on where it failed. `new-run`: every step again, which finds what is there. `start`: it was recorded and
   * never begun. `nothing`: no run has failed, or somebody else's replay is under way.
   */
  readonly how: 'redrive' | 'new-run' | 'start' | 'nothing'
  /** In words for a person. */
  readonly why: string
}

/** What `replayRun` would do now; changes nothing. Throws ClusterNotFound. */
export async function planReplay(runs: Runs, cluster: string): Promise<Replay> {
  return planFor(runs, await requireCluster(runs.table, cluster))
}

async function planFor(runs: Runs, { desired, run, generation, paused }: ClusterRecord): Promise<Replay> {
  const { cluster } = desired
  if (run === undefined)
    return { cluster, execution: undefined, how: 'nothing', why: 'It has no run to replay.' }
  const name = executionName(cluster, run.number)
  const replay = (how: Replay['how'], why: string): Replay => ({ cluster, execution: name, how, why })
  if (paused) return replay('nothing', 'It is paused: resume it.')
  if (run.state === 'RECORDED') return replay('start', 'Its run was recorded and never started.')
  const arn = runArn(runs, cluster, run)
  const execution = await describeExecution(runs, arn)
  if (isUnderWay(execution)) return replay('nothing', 'Its run is under way.')
  if (execution?.status === 'SUCCEEDED') return replay('nothing', 'Its execution has succeeded.')
  if (run.generation !== generation) return replay('new-run', 'Something else is desired by now.')
  if (execution === undefined)
    return replay('new-run', 'Step Functions does not know its execution any more.')
  if (execution.redriveStatus !== 'REDRIVABLE')
    return replay('new-run', execution.redriveStatusReason ?? 'Step Functions cannot redrive its execution.')
  return (await hasSameDefinition({ sfn: runs.sfn, stateMachineArn: machineArn(runs, run.workflow) }, arn))
    ? replay('redrive', 'It goes on at the step that failed.')
    : replay('new-run', 'The workflow was deployed anew since its execution began.')
}

/**
 * Goes on with a run that failed where it failed, if AWS still can and nothing has changed since: neither what is desired nor the
 * state machine. Else a new run. A run that is under way is left as it is, and started if it is only recorded: by a replay that
 * was cut off, perhaps. `changeId`: of an operator's entry in the audit. Throws ClusterNotFound.
 */
export async function replayRun(runs: Runs, cluster: string, changeId?: string): Promise<Replay> {
  return replayRunOf(runs, await requireCluster(runs.table, cluster), changeId)
}

/** The same, of a cluster that was just read. */
export async function replayRunOf(runs: Runs, record: ClusterRecord, changeId?: string): Promise<Replay> {
  const plan = await planFor(runs, record)
  const done = plan.how === 'redrive' ? await redriveOrNewRun(runs, record, plan) : plan
  const replayed = await changeClusterFrom(runs.table, record.desired.cluster, record, (known = record) => {
    if (known.run?.number !== record.run?.number || known.run?.state !== record.run?.state) return known
    return withChangeId(withReplay(known, done), done, changeId)
  })
  await startRunOf(runs, replayed)
  return done
}

function withReplay(record: ClusterRecord, { how }: Replay): ClusterRecord {
  if (record.run === undefined || record.run.state === 'RECORDED') return record
  if (how === 'new-run') return withNewRun(record)
  return record.run.state === 'STARTED' ? record : { ...record, run: { ...record.run, state: 'STARTED' } }
}

function withChangeId(record: ClusterRecord, { how }: Replay, changeId: string | undefined): ClusterRecord {
  if (record.run === undefined || how === 'nothing' || changeId === undefined) return record
  return { ...record, run: { ...record.run, changeId } }
}

async function redriveOrNewRun(runs: Runs, { desired, run }: ClusterRecord, plan: Replay): Promise<Replay> {
  if (run === undefined) return plan
  const arn = runArn(runs, desired.cluster, run)
  const redriven = await runs.sfn
    .send(new RedriveExecutionCommand({ executionArn: arn }))
    .catch(undefinedIf(isNamedError('ExecutionNotRedrivable'), 'states:RedriveExecution'))
  if (redriven !== undefined) return plan
  // Another one who replays at the same time may have been faster, or our own call whose answer was lost.
  if (isUnderWay(await describeExecution(runs, arn))) return plan
  return { ...plan, how: 'new-run', why: 'Step Functions refused to redrive its execution.' }
}

/** A redrive that waits for its turn is under way too. */
export function isUnderWay(execution: DescribeExecutionCommandOutput | undefined): boolean {
  return execution?.status === 'RUNNING' || execution?.status === 'PENDING_REDRIVE'
}

/** Of the state machine, now and when the execution began. */
export async function hasSameDefinition(
  { sfn, stateMachineArn }: Pick<Runs, 'sfn' | 'stateMachineArn'>,
  arn: string,
): Promise<boolean> {
  const [then, now] = await Promise.all([
    sfn
      .send(new DescribeStateMachineForExecutionCommand({ executionArn: arn }))
      .catch(translate('states:DescribeStateMachineForExecution')),
    sfn
      .send(new DescribeStateMachineCommand({ stateMachineArn }))
      .catch(translate('states:DescribeStateMachine')),
  ])
  return then.definition === now.definition
}

/** A run's last word: the cluster is ready, or gone; what was changed meanwhile begins the next run. Returns the record as it is then. */
export async function finishRun(runs: Runs, read: ClusterRecord, number: number): Promise<ClusterRecord> {
  const finished = await changeClusterFrom(runs.table, read.desired.cluster, read, (record = read) => {
    if (record.run?.number !== number) return record
    const { run, lastError: _, ...rest } = record
    if (run.workflow === 'deprovision') return deprovisioned(rest)
    const { adopted } = rest
    if (adopted?.isOpen) return withNewRun({ ...rest, status: 'READY', adopted: closed(adopted) })
    const ready: ClusterRecord = { ...rest, status: 'READY' }
    return run.generation === record.generation ? ready : withNewRun(ready)
  })
  await startRunOf(runs, finished)
  return finished
}

/** Its distribution reads the bucket as ours do by now, everywhere: the next run shuts out whoever else does. */
function closed({ isOpen: _, ...adopted }: Adopted): Adopted {
  return adopted
}

type Adopted = NonNullable<ClusterRecord['adopted']>

/** What is left of a cluster: its names, its run counter, who had it, and the host that it keeps. One that was announced anew meanwhile begins anew. */
function deprovisioned(record: ClusterRecord): ClusterRecord {
  const { desired, generation, runs, lastEvent, revision, removal, abandoned, adopted, changeId } = record
  const keySet = keySetMembers(record)
  const host = keepsHost(record)
  const things = host ? { outputs: record.outputs, ...(adopted && { adopted }) } : { outputs: {} }
  const names = { desired, ...(record.hostedAs !== undefined && { hostedAs: record.hostedAs }) }
  const left = { ...names, ...keySet, generation, runs, lastEvent, revision, ...things, hints: {} }
  if (removal === undefined) return withNewRun({ ...left, status: 'ANNOUNCED' })
  const why = host && { ...(abandoned && { abandoned }), ...(changeId !== undefined && { changeId }) }
  return { ...left, ...why, removal, status: 'DELETED' }
}
