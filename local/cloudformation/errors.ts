/** What CloudFormation refuses, and what becomes of a deployment that fails. */
import { AwsError } from '../errors.ts'

/** CloudFormation's one error for templates, parameters and states of stacks. */
export function validationError(message: string, options?: ErrorOptions): AwsError {
  return new AwsError('ValidationError', message, 400, {}, options)
}

/** A resource could not be made, changed or deleted. What was made before it is rolled back. */
export class DeploymentFailed extends Error {
  override readonly name = 'DeploymentFailed'
  readonly logicalId: string
  /** Logical ids of what the rollback could not take back, with the reason. */
  readonly leftBehind: readonly string[]

  constructor(logicalId: string, reason: string, leftBehind: readonly string[], options?: ErrorOptions) {
    const left = leftBehind.length === 0 ? '' : ` The rollback left behind: ${leftBehind.join('; ')}`
    super(`${logicalId}: ${reason}${left}`, options)
    this.logicalId = logicalId
    this.leftBehind = leftBehind
  }
}

export function reasonOf(error: unknown): string {
  if (error instanceof AwsError) return `${error.message} (${error.code})`
  return error instanceof Error ? error.message : String(error)
}
