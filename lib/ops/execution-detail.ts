/** One execution: how it stands, why it failed, and its story. */
import { reasonOf } from '../failed-run.ts'
import { readStory, type StepStory } from './execution-story.ts'
import { type ExecutionSubject, isFailed, requireExecution, subjectOf, type Workflows } from './executions.ts'

export interface ExecutionDetail extends ExecutionSubject {
  readonly name: string
  readonly arn: string
  readonly status: string | undefined
  readonly startedAt: string
  readonly stoppedAt: string | undefined
  readonly redriveCount: number
  /** Whether Step Functions could redrive it. */
  readonly redriveStatus: string | undefined
  readonly failure: ReturnType<typeof reasonOf> | undefined
  readonly steps: readonly StepStory[]
}

/** Throws ExecutionNotFound. */
export async function readExecution(workflows: Workflows, name: string): Promise<ExecutionDetail> {
  const execution = await requireExecution(workflows, name)
  const arn = execution.executionArn ?? ''
  return {
    name,
    arn,
    ...subjectOf(execution.input),
    status: execution.status,
    startedAt: execution.startDate?.toISOString() ?? '',
    stoppedAt: execution.stopDate?.toISOString(),
    redriveCount: execution.redriveCount ?? 0,
    redriveStatus: execution.redriveStatus,
    failure: isFailed(execution) ? reasonOf(execution) : undefined,
    steps: await readStory(workflows.sfn, arn),
  }
}
