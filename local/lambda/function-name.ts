/** The four ways in which callers name a function, and the version that they mean. */
import { regionalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { Ask, Call } from '../service.ts'
import { type Functions, LATEST, type LambdaFunction, type Revision } from './function.ts'

export interface FunctionRef {
  /** Unqualified. */
  readonly arn: string
  readonly account: string
  readonly name: string
  /** Undefined if the caller gave none, which means `$LATEST`. */
  readonly qualifier: string | undefined
}

interface Named {
  readonly FunctionName?: string | undefined
  readonly Qualifier?: string | undefined
}

const NAME =
  /^(?:(?:arn:(?<partition>aws[a-zA-Z-]*):lambda:(?<region>[a-z0-9-]+):)?(?<account>\d{12}):function:)?(?<name>[a-zA-Z0-9-_]{1,64})(?::(?<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?$/

/** `name`, `<account>:function:name` or an ARN, each with `:qualifier` or not. Throws AwsError (ValidationException). */
export function parseFunctionName({ FunctionName = '', Qualifier }: Named, call: Call): FunctionRef {
  const { groups } = NAME.exec(FunctionName) ?? {}
  if (groups?.name === undefined) throw invalidName(FunctionName)
  const { name, region = call.region, account = call.principal.account, qualifier } = groups
  if (region !== call.region)
    throw new AwsError(
      'ResourceNotFoundException',
      `Functions from '${region}' are not reachable in this region ('${call.region}')`,
      404,
      { Type: 'User' },
    )
  if (qualifier !== undefined && Qualifier !== undefined && qualifier !== Qualifier)
    throw invalidParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    )
  return {
    arn: regionalArn('lambda', region, account, `function:${name}`),
    account,
    name,
    qualifier: Qualifier ?? qualifier,
  }
}

/** Throws AwsError (ResourceNotFoundException). */
export function findFunction(functions: Functions, input: Named, call: Call): LambdaFunction {
  const ref = parseFunctionName(input, call)
  const found = functions.get(ref.arn)
  if (found === undefined) throw functionNotFound(ref)
  return found
}

/** What the API shows for a qualifier. Throws AwsError (ResourceNotFoundException). */
export function findRevision(
  functions: Functions,
  input: Named,
  call: Call,
): { readonly found: LambdaFunction; readonly revision: Revision; readonly ref: FunctionRef } {
  const ref = parseFunctionName(input, call)
  const found = functions.get(ref.arn)
  const revision =
    (ref.qualifier ?? LATEST) === LATEST ? found?.revision : found?.versions.get(ref.qualifier ?? '')
  if (found === undefined || revision === undefined) throw functionNotFound(ref)
  return { found, revision, ref }
}

export function qualifiedArn({ arn, qualifier }: Pick<FunctionRef, 'arn' | 'qualifier'>): string {
  return qualifier === undefined ? arn : `${arn}:${qualifier}`
}

/** A question about the function that the request names; about `*` when it names none that could be. */
export function functionAsk(
  action: string,
  input: Named,
  call: Call,
  context: NonNullable<Ask['context']> = {},
): Ask {
  if (!NAME.test(input.FunctionName ?? '')) return { action: `lambda:${action}`, resource: '*', context }
  const { arn, account } = parseFunctionName(input, call)
  return { action: `lambda:${action}`, resource: arn, context, owner: account }
}

export function functionNotFound(ref: Pick<FunctionRef, 'arn' | 'qualifier'>): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${qualifiedArn(ref)}`, 404, {
    Type: 'User',
  })
}

export function invalidParameter(message: string, options?: ErrorOptions): AwsError {
  return new AwsError('InvalidParameterValueException', message, 400, { Type: 'User' }, options)
}

function invalidName(name: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: ` +
      `Member must satisfy regular expression pattern: ${NAME.source}`,
  )
}
