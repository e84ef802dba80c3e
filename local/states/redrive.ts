import { AwsError } from '../errors.ts'
import { type Execution, resumeExecution } from './execution.ts'
import { redriveStatusOf } from './redrivable.ts'

/** How long, and how many of, the client tokens of redrives are remembered. https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html */
const TOKEN_LIFETIME = 15 * 60 * 1000
const REMEMBERED_TOKENS = 10

/** Answers the date of the redrive: an earlier one for a token that has already been used. Throws AwsError (ExecutionNotRedrivable). */
export function redriveExecution(execution: Execution, clientToken: string | undefined): Date {
  const now = execution.world.clock.now().getTime()
  const repeated = execution.redrives
    .filter((redrive) => redrive.clientToken !== undefined)
    .slice(-REMEMBERED_TOKENS)
    .find((redrive) => redrive.clientToken === clientToken && now - redrive.date.getTime() < TOKEN_LIFETIME)
  if (repeated !== undefined) return repeated.date
  const { status, reason } = redriveStatusOf(execution)
  if (status !== 'REDRIVABLE')
    throw new AwsError(
      'ExecutionNotRedrivable',
      `Execution ${execution.arn} invalid for redrive as: ${reason}`,
    )
  return resumeExecution(execution, clientToken)
}
