/** Calls a function as the machine's role and names its failures as Step Functions does. */
import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda'
import { AwsError } from '../errors.ts'
import { writeJson } from '../write-json.ts'
import type { Execution } from './execution.ts'
import { StateFailure } from './failures.ts'
import { isObject, type Json, parseJson } from './json.ts'
import { roleCall } from './role-session.ts'

export interface Invocation {
  readonly functionName: string
  readonly qualifier: string | undefined
  readonly payload: Json
}

export interface Answer {
  readonly statusCode: number
  readonly executedVersion: string
  readonly requestId: string
  readonly payload: Json
  readonly payloadLength: number
}

/**
 * Throws StateFailure: a function's error under its errorType with the payload as cause, Lambda's own under `Lambda.`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export async function invokeFunction(execution: Execution, invocation: Invocation): Promise<Answer> {
  const { output, requestId } = await dispatch(execution, invocation)
  const text = Buffer.from(output.Payload ?? []).toString()
  if (output.FunctionError !== undefined) throw functionFailure(text)
  return {
    statusCode: output.StatusCode ?? 200,
    executedVersion: output.ExecutedVersion ?? '$LATEST',
    requestId,
    payload: text === '' ? null : parsePayload(text),
    payloadLength: Buffer.byteLength(text),
  }
}

async function dispatch(execution: Execution, { functionName, qualifier, payload }: Invocation) {
  const input: InvokeCommandInput = {
    FunctionName: functionName,
    InvocationType: 'RequestResponse',
    Payload: Buffer.from(writeJson(payload)),
    ...(qualifier === undefined ? {} : { Qualifier: qualifier }),
  }
  try {
    const call = roleCall(execution)
    const output = await execution.world.dispatch<InvokeCommandOutput>('lambda', 'Invoke', input, call)
    return { output, requestId: call.requestId }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw serviceFailure(error)
  }
}

function parsePayload(text: string): Json {
  try {
    return parseJson(text)
  } catch {
    return text // a payload that is no JSON is passed on as a string
  }
}

function functionFailure(text: string): StateFailure {
  const payload = parsePayload(text)
  if (isObject(payload) && typeof payload.errorType === 'string')
    return new StateFailure(payload.errorType, text)
  return new StateFailure(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${text}`,
  )
}

/** What Lambda models keeps its name, its faults are ServiceException, the rest (AccessDenied) AWSLambdaException. */
function serviceFailure({ code, message, status }: AwsError): StateFailure {
  const text = `${message} (Service: AWSLambda; Status Code: ${status}; Error Code: ${code})`
  return new StateFailure(`Lambda.${serviceErrorName(code, status)}`, text)
}

function serviceErrorName(code: string, status: number): string {
  if (code === 'ThrottlingException') return 'TooManyRequestsException'
  if (code.endsWith('Exception') && code !== 'AccessDeniedException') return code
  return status >= 500 ? 'ServiceException' : 'AWSLambdaException'
}
