/** Executions of every workflow of the stack, and why they failed. */
import {
  type DescribeExecutionCommandOutput,
  type ExecutionListItem,
  type ExecutionStatus,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn'
import * as z from 'zod'
import { pagedItems } from '../aws/pages.ts'
import { ExecutionNotFound } from '../errors.ts'
import { failedStep, reasonOf } from '../failed-run.ts'
import { describeExecution, executionArn } from '../runs.ts'
import type { StepName } from '../steps.ts'
import { mapSome } from './several.ts'

export interface Workflows {
  readonly sfn: SFNClient
  /** Of every state machine of the stack. */
  readonly stateMachineArns: readonly string[]
}

export interface ExecutionSummary {
  readonly name: string
  readonly arn: string
  /** Name of the state machine. */
  readonly workflow: string
  readonly status: ExecutionStatus
  readonly startedAt: string
  readonly stoppedAt: string | undefined
  readonly redriveCount: number
}

export interface ExecutionFilter {
  /** Only those that ended without success. */
  readonly failed?: boolean
  /** Only those that were under way at this time or later. */
  readonly since?: Date | undefined
  /** Only those that come after it in the list. */
  readonly after?: ExecutionPlace | undefined
}

/** Where an execution stands in the list. */
export type ExecutionPlace = Pick<ExecutionSummary, 'startedAt' | 'arn'>

/** The newest first. Reads every page of what `failed` leaves, `limit` or not: Step Functions cannot filter by time. */
export async function listExecutions(
  { sfn, stateMachineArns }: Workflows,
  { failed = false, ...bounds }: Partial<ExecutionFilter>,
  limit: number,
): Promise<ExecutionSummary[]> {
  const statuses = failed ? FAILED_STATUSES : [undefined]
  const lists = stateMachineArns.flatMap((arn) => statuses.map((status) => ({ arn, status })))
  const found = await mapSome(lists, ({ arn, status }) => listMachine(sfn, arn, status, bounds, limit))
  return found
    .flat()
    .toSorted((one, other) => (isAfter(other, one) ? -1 : 1))
    .slice(0, limit)
}

const FAILED_STATUSES = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const

async function listMachine(
  client: SFNClient,
  stateMachineArn: string,
  statusFilter: ExecutionStatus | undefined,
  { since, after }: Pick<ExecutionFilter, 'since' | 'after'>,
  limit: number,
): Promise<ExecutionSummary[]> {
  const executions: ExecutionSummary[] = []
  const pages = paginateListExecutions({ client }, { stateMachineArn, statusFilter })
  for await (const item of pagedItems('states:ListExecutions', pages, ({ executions }) => executions)) {
    if (since !== undefined && item.stopDate !== undefined && item.stopDate < since) continue
    const execution = summaryOf(item)
    if (after !== undefined && !isAfter(execution, after)) continue
    // Those of one moment come in any order.
    if (executions.length >= limit && execution.startedAt !== executions.at(-1)?.startedAt) break
    executions.push(execution)
  }
  return executions
}

/** The newest first. */
function isAfter(one: ExecutionPlace, other: ExecutionPlace): boolean {
  return one.startedAt === other.startedAt ? one.arn > other.arn : one.startedAt < other.startedAt
}

function summaryOf({ name = '', executionArn: arn = '', ...item }: ExecutionListItem): ExecutionSummary {
  return {
    name,
    arn,
    workflow: workflowOf(arn),
    status: item.status ?? 'RUNNING',
    startedAt: item.startDate?.toISOString() ?? '',
    stoppedAt: item.stopDate?.toISOString(),
    redriveCount: item.redriveCount ?? 0,
  }
}

/** `arn:…:execution:<workflow>:<name>` */
function workflowOf(arn: string): string {
  return arn.split(':').at(-2) ?? ''
}

export interface FailedExecution extends ExecutionSummary, ExecutionSubject {
  readonly step: StepName
  readonly error: string
  readonly message: string
  readonly remedy: string
}

/** What an execution was started for. */
export interface ExecutionSubject {
  readonly cluster: string
  /** Of an execution for one role only. */
  readonly role: { readonly namespace: string; readonly serviceAccount: string } | undefined
}

/** Those that have failed, with the reason. One that is gone or goes on by now is left out. */
export async function explainFailures(
  { sfn }: Pick<Workflows, 'sfn'>,
  executions: readonly ExecutionSummary[],
): Promise<FailedExecution[]> {
  const explained = await mapSome(executions, async (execution) => {
    const description = await describeExecution({ sfn }, execution.arn)
    if (!isFailed(description)) return []
    const subject = subjectOf(description.input)
    const step = (subject.role === undefined && (await failedStep({ sfn }, execution.arn))) || 'roles'
    return [{ ...execution, ...subject, step, ...reasonOf(description) }]
  })
  return explained.flat()
}

export function isFailed(
  description: DescribeExecutionCommandOutput | undefined,
): description is DescribeExecutionCommandOutput {
  return FAILED_STATUSES.some((status) => status === description?.status)
}

const subjectSchema = z.object({
  cluster: z.string(),
  namespace: z.string().exactOptional(),
  serviceAccount: z.string().exactOptional(),
})

/** Of one that somebody else started with another input: no cluster. */
export function subjectOf(input: string | undefined): ExecutionSubject {
  const parsed = subjectSchema.safeParse(JSON.parse(input ?? '{}'))
  if (!parsed.success) return { cluster: '', role: undefined }
  const { cluster, namespace, serviceAccount } = parsed.data
  const isOfRole = namespace !== undefined && serviceAccount !== undefined
  return { cluster, role: isOfRole ? { namespace, serviceAccount } : undefined }
}

/** By its name, whichever workflow it is of. Throws ExecutionNotFound. */
export async function requireExecution(
  { sfn, stateMachineArns }: Workflows,
  name: string,
): Promise<DescribeExecutionCommandOutput> {
  for (const stateMachineArn of stateMachineArns) {
    const execution = await describeExecution({ sfn }, executionArn(stateMachineArn, name))
    if (execution !== undefined) return execution
  }
  throw new ExecutionNotFound(name)
}
