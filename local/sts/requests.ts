/** What AssumeRole and AssumeRoleWithWebIdentity have in common: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
import { isArn, parseArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { parseIdentityPolicy } from '../iam/documents.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { RoleView } from '../world.ts'

export const DEFAULT_SECONDS = 3_600

interface SessionRequest {
  readonly RoleArn: string | undefined
  readonly RoleSessionName: string | undefined
  readonly DurationSeconds?: number | undefined
}

/** Before anybody is asked. Throws AwsError (ValidationError). */
export function checkRequest({ RoleArn, RoleSessionName, DurationSeconds }: SessionRequest): void {
  const roleArn = RoleArn ?? ''
  if (!isArn(roleArn) || parseArn(roleArn).service !== 'iam') throw validationError(`${roleArn} is invalid`)
  if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName ?? ''))
    throw invalidMember(
      RoleSessionName ?? '',
      'roleSessionName',
      'satisfy regular expression pattern: [\\w+=,.@-]*',
    )
  const seconds = DurationSeconds ?? DEFAULT_SECONDS
  if (seconds < 900)
    throw invalidMember(seconds, 'durationSeconds', 'have value greater than or equal to 900')
  if (seconds > 43_200)
    throw invalidMember(seconds, 'durationSeconds', 'have value less than or equal to 43200')
}

/** Throws AwsError (ValidationError). */
export function checkDuration(role: RoleView, seconds: number): void {
  if (seconds > role.maxSessionDuration)
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
}

const MOST_POLICY_CHARACTERS = 2048

/** Throws AwsError (ValidationError, MalformedPolicyDocument). */
export function parseSessionPolicies(text: string | undefined): readonly PolicyDocument[] {
  if (text === undefined) return []
  if (text.length > MOST_POLICY_CHARACTERS)
    throw invalidMember(text, 'policy', `have length less than or equal to ${MOST_POLICY_CHARACTERS}`)
  return [parseIdentityPolicy(text).parsed]
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message)
}

export function invalidMember(value: string | number, member: string, constraint: string): AwsError {
  return validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  )
}
