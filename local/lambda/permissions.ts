/** A function's own policy: which services and accounts may invoke it. */
import { randomUUID } from 'node:crypto'
import type {
  AddPermissionRequest,
  AddPermissionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  RemovePermissionRequest,
} from '@aws-sdk/client-lambda'
import { partitionOf } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { PolicyDocument, Statement } from '../policy/document.ts'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { matches } from './constraints.ts'
import { type Functions, LATEST, type LambdaFunction, type ResourcePolicy } from './function.ts'
import { findRevision, functionAsk, invalidParameter, qualifiedArn } from './function-name.ts'

/** Undefined if nobody was given a permission. */
export function policyOf(found: LambdaFunction, qualifier = LATEST): PolicyDocument | undefined {
  const policy = found.policies.get(qualifier)
  return policy && documentOf(policy)
}

function documentOf({ statements }: ResourcePolicy): PolicyDocument {
  return { Version: '2012-10-17', Id: 'default', Statement: statements }
}

export function permissionOperations(functions: Functions) {
  return {
    AddPermission: operation<AddPermissionRequest, AddPermissionResponse>({
      run: (input, call) => ({ Statement: JSON.stringify(addPermission(functions, input, call)) }),
      asks: (input, call) => [
        functionAsk('AddPermission', input, call, { 'lambda:Principal': input.Principal ?? '' }),
      ],
    }),
    RemovePermission: operation<RemovePermissionRequest, object>({
      run: (input, call) => {
        removePermission(functions, input, call)
        return {}
      },
      asks: (input, call) => [functionAsk('RemovePermission', input, call)],
    }),
    GetPolicy: operation<GetPolicyRequest, GetPolicyResponse>({
      run: (input, call) => {
        const { found, ref } = findRevision(functions, input, call)
        const policy = found.policies.get(ref.qualifier ?? LATEST)
        if (policy === undefined) throw noPolicy()
        return { Policy: JSON.stringify(policyOf(found, ref.qualifier)), RevisionId: policy.revisionId }
      },
      asks: (input, call) => [functionAsk('GetPolicy', input, call)],
    }),
  }
}

function addPermission(functions: Functions, input: AddPermissionRequest, call: Call): Statement {
  refuseMembers('AddPermission', input, [
    'EventSourceToken',
    'FunctionUrlAuthType',
    'InvokedViaFunctionUrl',
    'PrincipalOrgID',
  ])
  checkMembers(input)
  const { found, ref } = findRevision(functions, input, call)
  // https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
  if (ref.qualifier === LATEST)
    throw invalidParameter('We currently do not support adding policies for $LATEST.')
  const version = ref.qualifier ?? LATEST
  const statements = found.policies.get(version)?.statements ?? []
  checkRevision(found, version, input.RevisionId)
  if (statements.some(({ Sid }) => Sid === input.StatementId))
    throw new AwsError(
      'ResourceConflictException',
      `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      409,
      { Type: 'User' },
    )
  const statement = statementOf(input, qualifiedArn(ref), call)
  const policy = { revisionId: randomUUID(), statements: [...statements, statement] }
  if (JSON.stringify(documentOf(policy)).length > MAXIMUM_CHARACTERS)
    throw new AwsError(
      'PolicyLengthExceededException',
      `The final policy size is bigger than the limit (${MAXIMUM_CHARACTERS}).`,
      400,
      { Type: 'User' },
    )
  found.policies.set(version, policy)
  return statement
}

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 20 KB.
const MAXIMUM_CHARACTERS = 20 * 1024

function checkMembers({ StatementId, Action, SourceAccount, SourceArn }: AddPermissionRequest): void {
  matches(StatementId, 'statementId', /^[a-zA-Z0-9-_]{1,100}$/)
  matches(Action, 'action', /^(lambda:\*|lambda:[a-zA-Z]+|\*)$/)
  matches(SourceAccount, 'sourceAccount', /^\d{12}$/)
  matches(SourceArn, 'sourceArn', /^arn:aws[a-zA-Z0-9-]*:[a-zA-Z0-9-]+:[a-z0-9-]*:(\d{12})?:.*$/)
}

function statementOf(input: AddPermissionRequest, resource: string, call: Call): Statement {
  const conditions = {
    ...(input.SourceAccount === undefined
      ? {}
      : { StringEquals: { 'AWS:SourceAccount': input.SourceAccount } }),
    ...(input.SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  }
  return {
    Sid: input.StatementId ?? '',
    Effect: 'Allow',
    Principal: principalOf(input.Principal ?? '', call),
    Action: input.Action ?? '',
    Resource: resource,
    ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions }),
  }
}

/** A service, everybody, an account, or a principal in one. */
function principalOf(principal: string, call: Call): NonNullable<Statement['Principal']> {
  if (principal === '*') return '*'
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:${partitionOf(call.region)}:iam::${principal}:root` }
  if (/^arn:[^:]+:(iam|sts)::\d{12}:/.test(principal)) return { AWS: principal }
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(principal)) return { Service: principal }
  throw invalidParameter('The provided principal was invalid. Please check the principal and try again.')
}

function removePermission(functions: Functions, input: RemovePermissionRequest, call: Call): void {
  const { found, ref } = findRevision(functions, input, call)
  const version = ref.qualifier ?? LATEST
  const policy = found.policies.get(version)
  if (policy === undefined) throw noPolicy()
  checkRevision(found, version, input.RevisionId)
  const statements = policy.statements.filter(({ Sid }) => Sid !== input.StatementId)
  if (statements.length === policy.statements.length)
    throw notFound(`Statement ${input.StatementId} is not found in resource policy.`)
  if (statements.length === 0) found.policies.delete(version)
  else found.policies.set(version, { revisionId: randomUUID(), statements })
}

function checkRevision(found: LambdaFunction, version: string, expected: string | undefined): void {
  if (expected === undefined || found.policies.get(version)?.revisionId === expected) return
  throw new AwsError(
    'PreconditionFailedException',
    'The RevisionId provided does not match the latest RevisionId. Call the GetPolicy API to retrieve the latest RevisionId',
    412,
    { Type: 'User' },
  )
}

function noPolicy(): AwsError {
  return notFound('The resource you requested does not exist.')
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404, { Type: 'User' })
}
