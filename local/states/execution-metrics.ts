/** What Step Functions tells of executions: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
import { parseArn } from '../arn.ts'
import type { Execution } from './execution.ts'

/** At its start, redrive or end. */
export function measureExecution({ world, arn, region, machineArn, status, redrives }: Execution): void {
  const started = redrives.length > 0 ? 'ExecutionsRedriven' : 'ExecutionsStarted'
  world.metrics().put({
    account: parseArn(arn).account,
    region,
    namespace: 'AWS/States',
    name: status === 'RUNNING' ? started : ENDED[status],
    dimensions: { StateMachineArn: machineArn },
    values: [1],
    unit: 'Count',
    time: world.clock.now(),
  })
}

const ENDED = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
  PENDING_REDRIVE: 'ExecutionsRedriven',
} as const
