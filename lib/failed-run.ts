/** A run that stopped: written on the cluster, and told once. */
import { type DescribeExecutionCommandOutput, paginateGetExecutionHistory } from '@aws-sdk/client-sfn'
import { pagedItems } from './aws/pages.ts'
import { remedyFor } from './errors-by-name.ts'
import { type Publisher, publish } from './events/publish.ts'
import {
  type ClusterRecord,
  changeCluster,
  isOwnRun,
  type RunningCluster,
  readCluster,
} from './registry/cluster-record.ts'
import { queryByState } from './registry/table.ts'
import { describeExecution, type Runs, runArn, startRun, withNewRun } from './runs.ts'
import { type StepName, stepOfState } from './steps.ts'

export interface Watching extends Runs {
  readonly publisher: Publisher
  readonly now: () => Date
}

/** Only what Step Functions says itself counts: its events come late, twice, out of order, or not at all. */
export async function judgeRun(watching: Watching, cluster: string): Promise<void> {
  const record = await readCluster(watching.table, cluster)
  if (record?.run === undefined || record.run.state === 'RECORDED') return
  const { number } = record.run
  const execution = await describeExecution(watching, runArn(watching, cluster, record.run))
  if (execution === undefined || !FAILED.has(execution.status ?? '')) return
  if (isUntold(record, number, execution)) await recordFailure(watching, record, number, execution)
}

/** One that Step Functions was told to redrive without us is FAILED here all the while: its next failure is another one. */
function isUntold(
  record: ClusterRecord | undefined,
  run: number,
  { redriveCount = 0 }: DescribeExecutionCommandOutput,
): record is RunningCluster {
  if (!isOwnRun(record, run)) return false
  return record.run.state === 'STARTED' || record.lastError?.redriveCount !== redriveCount
}

const FAILED: ReadonlySet<string> = new Set(['FAILED', 'TIMED_OUT', 'ABORTED'])

/**
 * What events missed: recorded runs that never began, started ones that failed unseen, failed ones that failed again. One that
 * cannot be looked at does not keep the others waiting: its error is thrown at the end.
 */
export async function sweepRuns(watching: Watching): Promise<void> {
  const errors: unknown[] = []
  for (const state of ['RUN_RECORDED', 'RUN_STARTED', 'RUN_FAILED'])
    for await (const { pk } of queryByState(watching.table, state))
      await sweepRun(watching, String(pk).replace('CLUSTER#', '')).catch((error: unknown) =>
        errors.push(error),
      )
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} runs could not be swept.`)
  if (errors.length > 0) throw errors[0]
}

/** A run whose execution is over without having said so here is of a registry that was restored: the next one makes up for it. */
async function sweepRun(watching: Watching, cluster: string): Promise<void> {
  await judgeRun(watching, cluster)
  const record = await readCluster(watching.table, cluster)
  if (record?.run === undefined) return
  const { number, state } = record.run
  const arn = runArn(watching, cluster, record.run)
  const isOver = state !== 'RECORDED' && (await describeExecution(watching, arn))?.status === 'SUCCEEDED'
  if (isOver)
    await changeCluster(watching.table, cluster, (known) =>
      known?.run?.number === number && known.run.state === state ? withNewRun(known) : known,
    )
  await startRun(watching, cluster)
}

async function recordFailure(
  watching: Watching,
  record: RunningCluster,
  run: number,
  execution: DescribeExecutionCommandOutput,
): Promise<void> {
  const { cluster, accountId, issuer } = record.desired
  const { workflow } = record.run
  const { redriveCount = 0 } = execution
  const failure = {
    step: (await failedStep(watching, execution.executionArn ?? '')) ?? FIRST_STEP[workflow],
    ...reasonOf(execution),
    at: watching.now().toISOString(),
    redriveCount,
  }
  await publish(watching.publisher, 'Provisioning Failed', {
    cluster,
    accountId,
    issuer,
    generation: record.generation,
    run,
    workflow,
    step: failure.step,
    error: `${failure.error}: ${failure.message}`,
    remedy: failure.remedy,
  })
  await changeCluster(watching.table, cluster, (known) =>
    isUntold(known, run, execution)
      ? { ...known, run: { ...known.run, state: 'FAILED' }, lastError: failure }
      : known,
  )
}

/** Of an execution that ended without success, with the remedy. */
export function reasonOf({
  status,
  error,
  cause = '',
}: Pick<DescribeExecutionCommandOutput, 'status' | 'error' | 'cause'>) {
  const name = error ?? (status === 'ABORTED' ? 'ExecutionAborted' : 'States.Timeout')
  return {
    error: name,
    message: messageIn(cause),
    remedy: remedyFor(name),
  }
}

/** Of a Lambda's error, the cause is the function's own answer: cut off, if it is very long. */
export function messageIn(cause: string): string {
  const match = /"errorMessage":\s*("(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")/u.exec(
    cause,
  )
  return match?.[1] === undefined ? cause : JSON.parse(match[1])
}

/** The last state that was entered says where: nearly always one of the newest page. */
export async function failedStep({ sfn }: Pick<Runs, 'sfn'>, arn: string): Promise<StepName | undefined> {
  const history = { executionArn: arn, reverseOrder: true, includeExecutionData: false, maxResults: 100 }
  const events = pagedItems(
    'states:GetExecutionHistory',
    paginateGetExecutionHistory({ client: sfn }, history),
    (page) => page.events,
  )
  for await (const { stateEnteredEventDetails } of events) {
    const step = stepOfState(stateEnteredEventDetails?.name ?? '')
    if (step !== undefined) return step
  }
  return undefined
}

const FIRST_STEP = { provision: 'bucket', deprovision: 'roles' } as const
