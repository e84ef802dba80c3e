/** A run that stopped: written on the cluster, and told once. */
import { type DescribeExecutionCommandOutput, paginateGetExecutionHistory } from '@aws-sdk/client-sfn'
import { allItems } from './aws/pages.ts'
import { ERRORS } from './errors-by-name.ts'
import { type Publisher, publish } from './events/publish.ts'
import { type ClusterRecord, changeCluster, readCluster } from './registry/cluster-record.ts'
import { queryByState } from './registry/table.ts'
import { describeExecution, executionArn, executionName, type Runs, startRun } from './runs.ts'
import { STEPS, type StepName } from './steps.ts'

export interface Watching extends Runs {
  readonly publisher: Publisher
  readonly now: () => Date
}

/** Only what Step Functions says itself counts: its events come late, twice, out of order, or not at all. */
export async function judgeRun(watching: Watching, cluster: string): Promise<void> {
  const record = await readCluster(watching.table, cluster)
  if (record?.run?.state !== 'STARTED') return
  const { number } = record.run
  const arn = executionArn(watching.stateMachineArn, executionName(cluster, number))
  const execution = await describeExecution(watching, arn)
  if (execution === undefined || !FAILED.has(execution.status ?? '')) return
  await recordFailure(watching, record, number, execution)
}

const FAILED: ReadonlySet<string> = new Set(['FAILED', 'TIMED_OUT', 'ABORTED'])

/** What events missed: recorded runs that never began, started ones that failed unseen. */
export async function sweepRuns(watching: Watching): Promise<void> {
  for (const state of ['RUN_RECORDED', 'RUN_STARTED'])
    for await (const { pk } of queryByState(watching.table, state)) {
      const cluster = String(pk).replace('CLUSTER#', '')
      await (state === 'RUN_RECORDED' ? startRun(watching, cluster) : judgeRun(watching, cluster))
    }
}

async function recordFailure(
  watching: Watching,
  record: ClusterRecord,
  run: number,
  execution: DescribeExecutionCommandOutput,
): Promise<void> {
  const { cluster, accountId, issuer } = record.desired
  const { redriveCount = 0 } = execution
  const failure = {
    step: await failedStep(watching, execution.executionArn ?? ''),
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
    step: failure.step,
    error: `${failure.error}: ${failure.message}`,
    remedy: failure.remedy,
  })
  await changeCluster(watching.table, cluster, (known) =>
    known?.run?.number === run && known.run.state === 'STARTED'
      ? { ...known, run: { ...known.run, state: 'FAILED' }, lastError: failure }
      : known,
  )
}

/** The cause of a Lambda's error is the function's own answer. */
function reasonOf({ status, error, cause = '' }: DescribeExecutionCommandOutput) {
  const name = error ?? (status === 'ABORTED' ? 'ExecutionAborted' : 'States.Timeout')
  return {
    error: name,
    message: messageIn(cause),
    remedy:
      ERRORS.get(name)?.remedy ?? 'Look at the execution in Step Functions, mend the cause, then replay.',
  }
}

function messageIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause)
    return typeof errorMessage === 'string' ? errorMessage : cause
  } catch {
    return cause
  }
}

/** The last state that was entered says where. */
async function failedStep({ sfn }: Watching, arn: string): Promise<StepName> {
  const events = await allItems(
    'states:GetExecutionHistory',
    paginateGetExecutionHistory({ client: sfn }, { executionArn: arn, reverseOrder: true, maxResults: 100 }),
    (page) => page.events,
  )
  for (const { stateEnteredEventDetails } of events) {
    const step = STEPS.find((one) => kebab(stateEnteredEventDetails?.name ?? '').includes(one))
    if (step !== undefined) return step
  }
  return 'bucket'
}

/** `WaitForIssuerCheck` as `wait-for-issuer-check`. */
function kebab(stateName: string): string {
  return stateName.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
}
