/** Which executions may be redriven. https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
import type { ExecutionRedriveStatus } from '@aws-sdk/client-sfn'
import type { Execution } from './execution.ts'
import { MAXIMUM_EVENTS } from './history.ts'

const DAY = 24 * 60 * 60 * 1000
/** Counted from the end of the execution. */
const REDRIVABLE_PERIOD = 14 * DAY
/** From its start to its end, redrives included. */
const MAXIMUM_OPEN_TIME = 365 * DAY

export function redriveStatusOf(execution: Execution): {
  readonly status: ExecutionRedriveStatus
  readonly reason: string
} {
  const obstacle = obstacleTo(execution)
  if (obstacle !== undefined) return { status: 'NOT_REDRIVABLE', reason: obstacle }
  return { status: 'REDRIVABLE', reason: `Execution is ${execution.status} and is redrivable` }
}

function obstacleTo({
  status,
  history,
  startDate,
  stopDate,
  machineIsDeleted,
  world,
}: Execution): string | undefined {
  const now = world.clock.now().getTime()
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`
  if (machineIsDeleted) return 'State machine is in DELETING status'
  // One event for ExecutionRedriven and one at least for what follows.
  if (history.size() >= MAXIMUM_EVENTS - 1) return 'Execution history event limit exceeded'
  if (now - startDate.getTime() > MAXIMUM_OPEN_TIME) return 'Execution has exceeded the max execution time'
  if (stopDate !== undefined && now - stopDate.getTime() > REDRIVABLE_PERIOD)
    return 'Execution redrivable period exceeded'
  return undefined
}
