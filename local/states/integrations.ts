/** The two ways in which a Task names a function: what they pass on, what they record. */
import type { HistoryEventType } from '@aws-sdk/client-sfn'
import { EvaluationFailure } from './failures.ts'
import type { Details } from './history.ts'
import { isObject, type Json } from './json.ts'
import type { Answer, Invocation } from './lambda.ts'
import { isInvoke } from './refusals.ts'

export interface Integration {
  /** As causes name it. */
  readonly label: string
  readonly invocation: (input: Json) => Invocation
  readonly result: (answer: Answer) => Json
  readonly scheduled: (input: Json, limits: Limits) => Event
  readonly started: Event
  readonly succeeded: (result: Json) => Event
  readonly failed: (error: string, cause: string | undefined) => Event
  readonly timedOut: (error: string) => Event
}

/** As the definition has them, in seconds. */
export interface Limits {
  readonly timeoutInSeconds: number | undefined
  readonly heartbeatInSeconds: number | undefined
}

export interface Event {
  readonly type: HistoryEventType
  readonly details?: Details
}

export function integrationOf(resource: string, region: string): Integration {
  return isInvoke(resource) ? invokeIntegration(region) : functionIntegration(resource)
}

/** Resource is the function's ARN: its input is the event, its answer the result. */
function functionIntegration(resource: string): Integration {
  return {
    label: resource,
    invocation: (payload) => ({ functionName: resource, qualifier: undefined, payload }),
    result: ({ payload }) => payload,
    scheduled: (input, { timeoutInSeconds }) => ({
      type: 'LambdaFunctionScheduled',
      details: {
        member: 'lambdaFunctionScheduledEventDetails',
        fields: { resource, ...present({ timeoutInSeconds }) },
        payload: { field: 'input', value: input },
      },
    }),
    started: { type: 'LambdaFunctionStarted' },
    succeeded: (result) => ({
      type: 'LambdaFunctionSucceeded',
      details: {
        member: 'lambdaFunctionSucceededEventDetails',
        fields: {},
        payload: { field: 'output', value: result },
      },
    }),
    failed: (error, cause) => ({
      type: 'LambdaFunctionFailed',
      details: { member: 'lambdaFunctionFailedEventDetails', fields: { error, ...present({ cause }) } },
    }),
    timedOut: (error) => ({
      type: 'LambdaFunctionTimedOut',
      details: { member: 'lambdaFunctionTimedOutEventDetails', fields: { error } },
    }),
  }
}

/** arn:aws:states:::lambda:invoke: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
function invokeIntegration(region: string): Integration {
  const fields = { resourceType: 'lambda', resource: 'invoke' }
  return {
    label: 'lambda',
    invocation: invocationOf,
    result: invokeResult,
    scheduled: (parameters, limits) => ({
      type: 'TaskScheduled',
      details: {
        member: 'taskScheduledEventDetails',
        fields: { ...fields, region, ...present({ ...limits }) },
        payload: { field: 'parameters', value: parameters },
      },
    }),
    started: { type: 'TaskStarted', details: { member: 'taskStartedEventDetails', fields } },
    succeeded: (result) => ({
      type: 'TaskSucceeded',
      details: { member: 'taskSucceededEventDetails', fields, payload: { field: 'output', value: result } },
    }),
    failed: (error, cause) => ({
      type: 'TaskFailed',
      details: { member: 'taskFailedEventDetails', fields: { ...fields, error, ...present({ cause }) } },
    }),
    timedOut: (error) => ({
      type: 'TaskTimedOut',
      details: { member: 'taskTimedOutEventDetails', fields: { ...fields, error } },
    }),
  }
}

function invocationOf(parameters: Json): Invocation {
  const given = isObject(parameters) ? parameters : {}
  const { FunctionName: functionName, Qualifier: qualifier } = given
  if (typeof functionName !== 'string')
    throw new EvaluationFailure("The field 'FunctionName' is required but was missing")
  if (given.InvocationType !== undefined && given.InvocationType !== 'RequestResponse')
    throw new EvaluationFailure(
      `Local mode does not have the InvocationType ${JSON.stringify(given.InvocationType)}`,
    )
  return {
    functionName,
    qualifier: typeof qualifier === 'string' ? qualifier : undefined,
    payload: given.Payload ?? {},
  }
}

function invokeResult({ statusCode, executedVersion, requestId, payload, payloadLength }: Answer): Json {
  const headers = {
    'Content-Length': String(payloadLength),
    'Content-Type': 'application/json',
    'X-Amz-Executed-Version': executedVersion,
    'x-amzn-RequestId': requestId,
  }
  return {
    ExecutedVersion: executedVersion,
    Payload: payload,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: statusCode,
    },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: statusCode,
  }
}

/** Without the members that are undefined, as AWS leaves them out. */
function present<Value>(members: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const entries = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return Object.fromEntries(entries)
}
