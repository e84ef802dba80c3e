/** The function's role, as Lambda assumes it. */
import { randomUUID } from 'node:crypto'
import { AwsError } from '../errors.ts'
import type { Call } from '../service.ts'
import type { SessionCredentials, World } from '../world.ts'
import { LAMBDA_PRINCIPAL, type LambdaFunction, type Revision } from './function.ts'
import { invalidParameter } from './function-name.ts'

/** Throws AwsError (InvalidParameterValueException) for a role that does not trust Lambda, or is not there yet. */
export function checkRole(world: World, roleArn: string, functionName: string): void {
  try {
    world.sts().serviceSession(roleArn, functionName, LAMBDA_PRINCIPAL)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw invalidParameter(CANNOT_ASSUME, { cause: error })
  }
}

/** Throws AwsError (AccessDeniedException) when the role has gone, or trusts Lambda no more. */
export function roleCredentials(world: World, roleArn: string, functionName: string): SessionCredentials {
  try {
    return world.sts().serviceSession(roleArn, functionName, LAMBDA_PRINCIPAL)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new AwsError('AccessDeniedException', CANNOT_ASSUME, 403, {}, { cause: error })
  }
}

const CANNOT_ASSUME = 'The role defined for the function cannot be assumed by Lambda.'

/** A call that Lambda makes as the function's role. Throws AwsError (AccessDeniedException). */
export function roleCall(
  world: World,
  { name, region }: LambdaFunction,
  { settings }: Revision,
  callRegion = region,
): Call {
  const { accessKeyId } = roleCredentials(world, settings.role, name)
  const principal = world.sts().principal(accessKeyId)
  if (principal === undefined) throw new AwsError('AccessDeniedException', CANNOT_ASSUME, 403)
  return { principal, region: callRegion, requestId: randomUUID() }
}
