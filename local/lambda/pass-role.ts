import type { Ask } from '../service.ts'
import { LAMBDA_PRINCIPAL } from './function.ts'

/** Who gives a function its role must be allowed to pass it on to Lambda. */
export function passRoleAsks(roleArn: string | undefined): Ask[] {
  if (roleArn === undefined) return []
  return [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': LAMBDA_PRINCIPAL } }]
}
