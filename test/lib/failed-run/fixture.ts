/** A run of the example's cluster that Step Functions has an execution of, an hour after noon. */
import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn'
import { judgeRun } from '../../../lib/failed-run.ts'
import type { ClusterRecord } from '../../../lib/registry/cluster-record.ts'
import { type Around, aRun, aTableWith, golemRecord } from '../registry/registry.ts'
import { aBus } from '../settling.ts'
import {
  DEPROVISION_ARN,
  type Execution,
  FAILED,
  inputOf,
  MACHINE_ARN,
  stepFunctions,
} from '../step-functions.ts'

export const STARTED = golemRecord({ ...aRun(), generation: 2 })
export const NOW = '2026-01-31T13:00:00.000Z'

interface Setting {
  readonly record?: ClusterRecord
  readonly execution?: Partial<Execution>
  /** Entered one after the other. */
  readonly states?: readonly string[]
}

/** The example's cluster, whose run is with Step Functions as the execution says. */
export async function theRun(
  { record = STARTED, execution = FAILED, states = ['Bucket', 'Alias'] }: Setting = {},
  around?: Around,
) {
  const table = await aTableWith(record, around)
  const { bus, publisher, published } = aBus()
  const stepFunction = stepFunctions(around)
  stepFunction.put('golem-1', { input: inputOf(1), ...execution })
  stepFunction.sfn.on(GetExecutionHistoryCommand).resolves({ events: historyOf(states) })
  const watching = {
    table,
    publisher,
    sfn: stepFunction.client,
    stateMachineArn: MACHINE_ARN,
    deprovisionArn: DEPROVISION_ARN,
    now: () => new Date(NOW),
  }
  return { table, bus, published, watching, states: stepFunction, judge: () => judgeRun(watching, 'golem') }
}

/** The newest first, and what happens between two states. */
export function historyOf(states: readonly string[]): HistoryEvent[] {
  const events = states.flatMap((name): Omit<HistoryEvent, 'id' | 'timestamp'>[] => [
    { type: 'TaskStateEntered', stateEnteredEventDetails: { name } },
    { type: 'LambdaFunctionScheduled', lambdaFunctionScheduledEventDetails: { resource: 'arn' } },
    { type: 'TaskStateExited', stateExitedEventDetails: { name } },
  ])
  const timestamp = new Date('2026-01-31T12:00:00Z')
  return [...events, { type: 'ExecutionFailed' as const }]
    .map((event, index) => ({ ...event, id: index + 1, timestamp }))
    .toReversed()
}
