/** The policy of a bus: as a whole, or statement by statement in the older form. */
import type { PutPermissionRequest, RemovePermissionRequest } from '@aws-sdk/client-eventbridge'
import { partitionOf } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { parseResourcePolicy } from '../iam/documents.ts'
import type { PolicyDocument, Statement } from '../policy/document.ts'
import { type Bus, invalid, notFound } from './bus.ts'

/** Throws AwsError (ValidationException, PolicyLengthExceededException). */
export function putPermission(bus: Bus, input: PutPermissionRequest): void {
  setPolicy(bus, input.Policy === undefined ? withStatement(bus, input) : parse(input.Policy))
}

function withStatement(bus: Bus, input: PutPermissionRequest): PolicyDocument {
  const statement = statementOf(bus, input)
  const others = statementsOf(bus).filter(({ Sid }) => Sid !== statement.Sid)
  return policyOf([...others, statement])
}

/** Throws AwsError (ResourceNotFoundException). */
export function removePermission(
  bus: Bus,
  { StatementId, RemoveAllPermissions }: RemovePermissionRequest,
): void {
  const kept = RemoveAllPermissions ? [] : statementsOf(bus).filter(({ Sid }) => Sid !== StatementId)
  if (!RemoveAllPermissions && kept.length === statementsOf(bus).length)
    throw notFound(`Statement with the provided id ${StatementId} does not exist.`)
  bus.policy = kept.length === 0 ? undefined : policyOf(kept)
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const MOST_CHARACTERS = 10_240

function setPolicy(bus: Bus, policy: PolicyDocument): void {
  if (JSON.stringify(policy).length > MOST_CHARACTERS)
    throw new AwsError('PolicyLengthExceededException', 'The event bus policy is too long.')
  bus.policy = policy
}

function parse(text: string): PolicyDocument {
  try {
    return parseResourcePolicy(text).parsed
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause
    throw invalid(cause.message)
  }
}

function statementOf(bus: Bus, input: PutPermissionRequest): Statement {
  const { StatementId = '', Principal = '', Condition, Action = 'events:PutEvents' } = input
  if (!/^[\w-]{1,64}$/.test(StatementId)) throw invalid('Parameter StatementId is not valid.')
  if (!/^(\d{12}|\*)$/.test(Principal)) throw invalid('Parameter Principal is not valid.')
  if (Action !== 'events:PutEvents') throw invalid('Provided value in parameter Action is not supported.')
  const { Type, Key, Value } = Condition ?? {}
  if (Condition !== undefined && (Type !== 'StringEquals' || Key !== 'aws:PrincipalOrgID'))
    throw invalid('Parameter Condition is not valid: only StringEquals of aws:PrincipalOrgID is.')
  return {
    Sid: StatementId,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:${partitionOf(bus.region)}:iam::${Principal}:root` },
    Action,
    Resource: bus.arn,
    ...(Condition && { Condition: { StringEquals: { 'aws:PrincipalOrgID': Value ?? '' } } }),
  }
}

function statementsOf({ policy }: Bus): readonly Statement[] {
  return [policy?.Statement ?? []].flat()
}

function policyOf(statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements }
}
