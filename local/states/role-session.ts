/** The machine's role, as Step Functions calls with it. */
import { randomUUID } from 'node:crypto'
import { accessDenied } from '../errors.ts'
import type { Call, Principal } from '../service.ts'
import type { Execution } from './execution.ts'

export const STATES_PRINCIPAL = 'states.amazonaws.com'

export interface Session {
  readonly principal: Principal
  readonly expiration: Date
}

/** A call in the execution's region by its role. Throws AwsError when the role cannot be assumed any more. */
export function roleCall(execution: Execution): Call {
  const now = execution.world.clock.now()
  if (execution.session === undefined || execution.session.expiration <= now)
    execution.session = assume(execution)
  return { principal: execution.session.principal, region: execution.region, requestId: randomUUID() }
}

function assume({ world, revision, machineArn }: Execution): Session {
  const sts = world.sts()
  const credentials = sts.serviceSession(
    revision.roleArn,
    randomUUID().replaceAll('-', ''),
    STATES_PRINCIPAL,
    machineArn,
  )
  const principal = sts.principal(credentials.accessKeyId)
  if (principal === undefined)
    throw accessDenied(STATES_PRINCIPAL, 'sts:AssumeRole', revision.roleArn, 'no session was made')
  return { principal, expiration: credentials.expiration }
}
