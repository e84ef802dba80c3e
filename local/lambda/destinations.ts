/**
 * Where asynchronous invocations go when they have ended: destinations and the dead-letter queue, each with the
 * permissions of the function's role. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import { parseArn } from '../arn.ts'
import { AwsError, NotInLocalMode } from '../errors.ts'
import type { World } from '../world.ts'
import { writeJson } from '../write-json.ts'
import type { Accepted } from './async-invocations.ts'
import { LATEST, type LambdaFunction, type Revision } from './function.ts'
import { invalidParameter } from './function-name.ts'
import type { Logs } from './logs.ts'
import { roleCall } from './role.ts'
import type { Outcome } from './sandbox.ts'

export interface Ended {
  readonly accepted: Accepted
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded'
  readonly invocations: number
  /** Of the last attempt; undefined if there was none. */
  readonly outcome: Outcome | undefined
}

/** Never rejects for what AWS refuses: a delivery that fails is in the function's log and in the log of calls. */
export type SendOn = (ended: Ended) => Promise<void>

export function createSendOn(world: World, logs: Logs): SendOn {
  return async (ended) => {
    const { found, version } = ended.accepted
    const config = found.eventInvokeConfigs.get(version) ?? found.eventInvokeConfigs.get(LATEST)
    const { OnSuccess, OnFailure } = config?.destinations ?? {}
    const failed = ended.condition !== 'Success'
    const destination = failed ? OnFailure?.Destination : OnSuccess?.Destination
    const revision = found.versions.get(version) ?? found.revision
    // Versions have that of $LATEST, unlike all their other settings.
    const deadLetters = found.revision.settings.deadLetterConfig?.TargetArn
    const deliver = deliverAs(world, logs, found, revision)
    if (destination !== undefined)
      await deliver(destination, invocationRecord(world, ended), eventDetail(ended))
    if (failed && deadLetters !== undefined) await deliver(deadLetters, deadLetter(ended), undefined)
  }
}

/** Throws AwsError for what is no destination, or none that local mode has. */
export function checkDestination(arn: string): void {
  const kind = destinationKind(arn)
  if (kind === 'sns' || kind === 's3') throw new NotInLocalMode(`Lambda destinations in ${kind}`)
}

interface Message {
  readonly body: string
  /** Message attributes of a dead letter. */
  readonly attributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>
}

interface EventDetail {
  readonly detailType: string
  readonly functionArn: string
}

export type Deliver = (arn: string, message: Message, detail: EventDetail | undefined) => Promise<void>

export function deliverAs(world: World, logs: Logs, found: LambdaFunction, revision: Revision): Deliver {
  return async (arn, message, detail) => {
    try {
      const { service, operation, input } = request(world, arn, message, detail)
      await world.dispatch(service, operation, input, roleCall(world, found, revision, parseArn(arn).region))
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      logs.append(found.name, `Destination delivery to ${arn} failed: ${error.code}: ${error.message}`)
    }
  }
}

function request(world: World, arn: string, { body, attributes }: Message, detail: EventDetail | undefined) {
  const { account, resource } = parseArn(arn)
  switch (destinationKind(arn)) {
    case 'sqs': {
      const QueueUrl = `${world.endpoint()}/${account}/${resource}`
      const MessageAttributes = attributes === undefined ? {} : { MessageAttributes: attributes }
      return {
        service: 'sqs',
        operation: 'SendMessage',
        input: { QueueUrl, MessageBody: body, ...MessageAttributes },
      }
    }
    case 'lambda':
      return {
        service: 'lambda',
        operation: 'Invoke',
        input: { FunctionName: arn, InvocationType: 'Event', Payload: Buffer.from(body) },
      }
    case 'events': {
      const entry = {
        EventBusName: arn,
        Source: 'lambda',
        DetailType: detail?.detailType ?? '',
        Resources: [detail?.functionArn ?? ''],
        Detail: body,
      }
      return { service: 'events', operation: 'PutEvents', input: { Entries: [entry] } }
    }
    default:
      throw new NotInLocalMode(`the destination ${arn}`)
  }
}

function destinationKind(arn: string): string {
  const [, kind] = /^arn:aws[a-z-]*:(sqs|sns|lambda|events|s3):/.exec(arn) ?? []
  if (kind === undefined)
    throw invalidParameter('The destination ARN must be that of a queue, function, bus or topic.')
  return kind
}

function invocationRecord(world: World, { accepted, condition, invocations, outcome }: Ended): Message {
  const body = {
    version: '1.0',
    timestamp: world.clock.now().toISOString(),
    requestContext: {
      requestId: accepted.requestId,
      functionArn: `${accepted.found.arn}:${accepted.version}`,
      condition,
      approximateInvokeCount: invocations,
    },
    requestPayload: JSON.parse(accepted.event),
    ...(outcome === undefined ? {} : { responseContext: responseContext(accepted.version, outcome) }),
    ...(outcome === undefined ? {} : { responsePayload: JSON.parse(outcome.payload) }),
  }
  return { body: writeJson(body) }
}

export function responseContext(executedVersion: string, { failed }: Outcome): object {
  return { statusCode: 200, executedVersion, ...(failed ? { functionError: 'Unhandled' } : {}) }
}

function eventDetail({ accepted, condition }: Ended): EventDetail {
  const result = condition === 'Success' ? 'Success' : 'Failure'
  return {
    detailType: `Lambda Function Invocation Result - ${result}`,
    functionArn: `${accepted.found.arn}:${accepted.version}`,
  }
}

/** The event as it came; the rest in attributes, of the error's message the first KB. */
function deadLetter({ accepted, outcome }: Ended): Message {
  const attributes = {
    RequestID: { DataType: 'String', StringValue: accepted.requestId },
    ErrorCode: { DataType: 'Number', StringValue: outcome === undefined ? '429' : '200' },
    ErrorMessage: { DataType: 'String', StringValue: errorMessage(outcome).slice(0, 1024) },
  }
  return { body: accepted.event, attributes }
}

function errorMessage(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'Rate Exceeded.'
  const { errorMessage: message }: { errorMessage?: unknown } = JSON.parse(outcome.payload)
  return typeof message === 'string' && message !== '' ? message : 'Unhandled'
}
