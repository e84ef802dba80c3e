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
import { type ClusterRecord, changeCluster, requireCluster } from './registry/cluster-record.ts'
import type { Table } from './registry/table.ts'

export interface Runs {
  readonly table: Table
  readonly sfn: SFNClient
  /** Of provision-cluster. */
  readonly stateMachineArn: string
}

/** The record with a run of its newest generation; pure. */
export function withNewRun(record: ClusterRecord): ClusterRecord {
  const number = record.runs + 1
  return { ...record, runs: number, run: { number, generation: record.generation, state: 'RECORDED' } }
}

export function executionName(cluster: string, run: number): string {
  return `${cluster}-${run}`
}

export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`
}

/**
 * Starts the run that is recorded, if one is. While an execution is running, starting it again with the same input is answered
 * as the first time: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html. A name that is
 * refused belongs to another one, or to one that is over, perhaps of a registry that was lost: the next number is tried.
 */
export async function startRun(runs: Runs, cluster: string): Promise<void> {
  for (let attempt = 0; attempt < MAX_TAKEN_NAMES; attempt++) {
    const { run } = await requireCluster(runs.table, cluster)
    if (run?.state !== 'RECORDED') return
    if (await start(runs, cluster, run.number)) return markStarted(runs.table, cluster, run.number)
    await changeCluster(runs.table, cluster, (record) =>
      record?.run?.number === run.number && record.run.state === 'RECORDED' ? withNewRun(record) : record,
    )
  }
}

const MAX_TAKEN_NAMES = 20

/** False when the name is taken. */
async function start({ sfn, stateMachineArn }: Runs, cluster: string, run: number): Promise<boolean> {
  const name = executionName(cluster, run)
  const input = JSON.stringify({ cluster, run })
  const started = await sfn
    .send(new StartExecutionCommand({ stateMachineArn, name, input }))
    .catch(undefinedIf(isNamedError('ExecutionAlreadyExists'), 'states:StartExecution'))
  return started !== undefined
}

async function markStarted(table: Table, cluster: string, run: number): Promise<void> {
  await changeCluster(table, cluster, (record) =>
    record?.run?.number === run && record.run.state === 'RECORDED'
      ? { ...record, run: { ...record.run, state: 'STARTED' } }
      : record,
  )
}

/** Undefined when there is none, or Step Functions has forgotten it (90 days). */
export async function describeExecution(
  { sfn }: Pick<Runs, 'sfn'>,
  arn: string,
): Promise<DescribeExecutionCommandOutput | undefined> {
  return sfn
    .send(new DescribeExecutionCommand({ executionArn: arn }))
    .catch(undefinedIf(isNamedError('ExecutionDoesNotExist'), 'states:DescribeExecution'))
}

/**
 * Goes on with a failed run where it failed, if AWS still can and nothing has changed since: neither what is desired nor the
 * state machine. Else a new run. A run that is not FAILED is left as it is, and started if it is only recorded: by a replay that
 * was cut off, perhaps.
 */
export async function replayRun(runs: Runs, cluster: string): Promise<void> {
  const { run, generation } = await requireCluster(runs.table, cluster)
  if (run?.state !== 'FAILED') return startRun(runs, cluster)
  const arn = executionArn(runs.stateMachineArn, executionName(cluster, run.number))
  const isRedriven = run.generation === generation && (await redrive(runs, arn))
  await changeCluster(runs.table, cluster, (record) => {
    if (record?.run?.number !== run.number || record.run.state !== 'FAILED') return record
    return isRedriven ? { ...record, run: { ...record.run, state: 'STARTED' } } : withNewRun(record)
  })
  await startRun(runs, cluster)
}

async function redrive(runs: Runs, arn: string): Promise<boolean> {
  const execution = await describeExecution(runs, arn)
  // Somebody's redrive is under way already, ours whose answer was lost for one.
  if (isUnderWay(execution)) return true
  if (execution?.redriveStatus !== 'REDRIVABLE' || !(await hasSameDefinition(runs, arn))) return false
  const redriven = await runs.sfn
    .send(new RedriveExecutionCommand({ executionArn: arn }))
    .catch(undefinedIf(isNamedError('ExecutionNotRedrivable'), 'states:RedriveExecution'))
  // Another one who replays at the same time may have been faster.
  return redriven !== undefined || isUnderWay(await describeExecution(runs, arn))
}

/** A redrive that waits for its turn is under way too. */
export function isUnderWay(execution: DescribeExecutionCommandOutput | undefined): boolean {
  return execution?.status === 'RUNNING' || execution?.status === 'PENDING_REDRIVE'
}

async function hasSameDefinition({ sfn, stateMachineArn }: Runs, arn: string): Promise<boolean> {
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

/** A run's last word: the cluster is ready, and what was changed meanwhile begins the next run. */
export async function finishRun(runs: Runs, cluster: string, number: number): Promise<void> {
  await changeCluster(runs.table, cluster, (record) => {
    if (record?.run?.number !== number) return record
    const { run, lastError: _, ...rest } = record
    const ready: ClusterRecord = { ...rest, status: 'READY' }
    return run.generation === record.generation ? ready : withNewRun(ready)
  })
  await startRun(runs, cluster)
}
