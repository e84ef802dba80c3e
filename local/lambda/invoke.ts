/** Invoke: at once, later, or only to ask whether one may. */
import type { InvocationRequest, InvocationResponse } from '@aws-sdk/client-lambda'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { AsyncInvocations } from './async-invocations.ts'
import type { Concurrency } from './concurrency.ts'
import { revisionToRun } from './deployment.ts'
import type { Functions, LambdaFunction, Revision } from './function.ts'
import { findFunction, functionNotFound, parseFunctionName, qualifiedArn } from './function-name.ts'
import { policyOf } from './permissions.ts'
import type { Run } from './runner.ts'

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const SYNCHRONOUS_BYTES = 6 * 1024 * 1024
const ASYNCHRONOUS_BYTES = 1024 * 1024
const LOG_TAIL_BYTES = 4096

interface Invoking {
  readonly functions: Functions
  readonly concurrency: Concurrency
  readonly run: Run
  readonly asynchronous: AsyncInvocations
}

export function invokeOperations(invoking: Invoking) {
  return {
    Invoke: operation<InvocationRequest, InvocationResponse>({
      run: (input, call) => invoke(invoking, input, call),
      asks: (input, call) => invokeAsks(invoking.functions, input, call),
    }),
  }
}

async function invoke(invoking: Invoking, input: InvocationRequest, call: Call): Promise<InvocationResponse> {
  refuseMembers('Invoke', input, ['ClientContext', 'DurableExecutionName', 'TenantId'])
  const { found, revision, invokedArn } = deployedRevision(invoking.functions, input, call)
  const { requestId, onBegin } = call
  if (input.InvocationType === 'DryRun') return { StatusCode: 204 }
  if (input.InvocationType === 'Event') {
    const event = readPayload(input.Payload, ASYNCHRONOUS_BYTES)
    invoking.asynchronous.accept({ found, version: revision.version, invokedArn, requestId, event })
    return { StatusCode: 202 }
  }
  const event = readPayload(input.Payload, SYNCHRONOUS_BYTES)
  const request = { found, revision, invokedArn, requestId, event, onBegin }
  const { payload, failed, log } = await invoking.concurrency.within(found, () => invoking.run(request))
  return {
    StatusCode: 200,
    ExecutedVersion: revision.version,
    Payload: Buffer.from(payload),
    ...(failed ? { FunctionError: 'Unhandled' } : {}),
    ...(input.LogType === 'Tail' ? { LogResult: logTail(log) } : {}),
  }
}

/** Throws AwsError (ResourceNotFoundException, ResourceConflictException for a function that is not Active yet). */
function deployedRevision(
  functions: Functions,
  input: InvocationRequest,
  call: Call,
): { readonly found: LambdaFunction; readonly revision: Revision; readonly invokedArn: string } {
  const found = findFunction(functions, input, call)
  const ref = parseFunctionName(input, call)
  const revision = revisionToRun(found, ref.qualifier)
  if (revision === undefined) throw functionNotFound(ref)
  return { found, revision, invokedArn: qualifiedArn(ref) }
}

/** Throws AwsError (RequestTooLargeException, InvalidRequestContentException). */
function readPayload(payload: Uint8Array = new Uint8Array(), limit: number): string {
  if (payload.length > limit)
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
      413,
      { Type: 'User' },
    )
  if (payload.length === 0) return '{}'
  const text = Buffer.from(payload).toString()
  try {
    JSON.parse(text)
    return text
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : String(error)}`,
      400,
      { Type: 'User' },
      { cause: error },
    )
  }
}

function logTail(log: string): string {
  return Buffer.from(log).subarray(-LOG_TAIL_BYTES).toString('base64')
}

/** A qualifier is part of the resource that IAM is asked about: policies may name versions. */
function invokeAsks(functions: Functions, input: InvocationRequest, call: Call): Ask[] {
  const ref = parseFunctionName(input, call)
  const found = functions.get(ref.arn)
  return [
    {
      action: 'lambda:InvokeFunction',
      resource: qualifiedArn(ref),
      resourcePolicy: found && policyOf(found, ref.qualifier),
      owner: ref.account,
    },
  ]
}
