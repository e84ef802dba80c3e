/** Step Functions as far as runs see it: names that are taken, executions that end, a machine that is deployed anew. */
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { mockClient } from 'aws-sdk-client-mock'
import { refusal } from './aws/sdk.ts'
import type { Around } from './registry/registry.ts'

export const MACHINE_ARN = 'arn:aws:states:eu-central-1:000000000000:stateMachine:irsa-dev-provision-cluster'
export const DEPROVISION_ARN = MACHINE_ARN.replace('-provision-', '-deprovision-')
const EXECUTIONS = 'arn:aws:states:eu-central-1:000000000000:execution:irsa-dev-provision-cluster:'

export interface Execution {
  readonly input: string
  readonly definition: string
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE'
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE'
  readonly redriveStatusReason?: string
  readonly redriveCount: number
  readonly error?: string
  readonly cause?: string
  readonly startDate?: Date
}

/** `around` stands around every call. */
export function stepFunctions(around: Around = (call) => call()) {
  const client = new SFNClient({ region: 'eu-central-1' })
  const sfn = mockClient(client)
  const executions = new Map<string, Execution>()
  let machine = 'as first deployed'

  sfn.on(StartExecutionCommand).callsFake(({ name, input }) =>
    around(async () => {
      const existing = executions.get(name)
      if (existing === undefined) executions.set(name, running(input))
      else if (existing.status !== 'RUNNING' || existing.input !== input)
        throw refusal('ExecutionAlreadyExists')
      return { executionArn: arnOf(name) }
    }, 'StartExecution'),
  )
  sfn
    .on(DescribeExecutionCommand)
    .callsFake(({ executionArn }) =>
      around(async () => ({ executionArn, ...known(executionArn) }), 'DescribeExecution'),
    )
  sfn
    .on(DescribeStateMachineCommand)
    .callsFake(() => around(async () => ({ definition: machine }), 'DescribeStateMachine'))
  sfn
    .on(DescribeStateMachineForExecutionCommand)
    .callsFake(({ executionArn }) =>
      around(
        async () => ({ definition: known(executionArn).definition }),
        'DescribeStateMachineForExecution',
      ),
    )
  sfn.on(RedriveExecutionCommand).callsFake(({ executionArn }) =>
    around(async () => {
      const { input, definition, redriveStatus, redriveCount } = known(executionArn)
      if (redriveStatus !== 'REDRIVABLE') throw refusal('ExecutionNotRedrivable')
      const redriven = { ...running(input), definition, redriveCount: redriveCount + 1 }
      executions.set(nameIn(executionArn), redriven)
      return {}
    }, 'RedriveExecution'),
  )

  function known(arn: string): Execution {
    const execution = executions.get(nameIn(arn))
    if (execution === undefined) throw refusal('ExecutionDoesNotExist')
    return execution
  }

  function running(input: string): Execution {
    return {
      input,
      definition: machine,
      status: 'RUNNING',
      redriveStatus: 'NOT_REDRIVABLE',
      redriveCount: 0,
    }
  }

  return {
    client,
    sfn,
    /** By name. */
    executions,
    /** An execution as it is from now on. */
    put(name: string, changes: Partial<Execution>) {
      executions.set(name, { ...(executions.get(name) ?? running('{}')), ...changes })
    },
    deploy(definition: string) {
      machine = definition
    },
  }
}

export type StepFunctions = ReturnType<typeof stepFunctions>

/** One counter names the executions of both workflows. */
function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}

export function arnOf(name: string): string {
  return `${EXECUTIONS}${name}`
}

/** What the execution of the example's run is started with. */
export function inputOf(run: number): string {
  return JSON.stringify({ cluster: 'golem', run })
}

/** What a step that failed for good leaves behind. */
export const FAILED = {
  status: 'FAILED',
  redriveStatus: 'REDRIVABLE',
  error: 'RecordTaken',
  cause: JSON.stringify({ errorType: 'RecordTaken', errorMessage: 'The record exists.', trace: [] }),
} as const
