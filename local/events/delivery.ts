/**
 * From a rule to its targets: as the events service, with the rule as the source; again after a failure, and at last to the
 * target's dead-letter queue. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
 */
import { randomUUID } from 'node:crypto'
import type { Target } from '@aws-sdk/client-eventbridge'
import { parseArn } from '../arn.ts'

import { inBackground } from '../background.ts'
import { AwsError, NotInLocalMode } from '../errors.ts'
import type { Call, Principal } from '../service.ts'
import type { World } from '../world.ts'
import type { Rule } from './bus.ts'
import type { Event } from './put-events.ts'
import { targetInput } from './target-input.ts'

const EVENTS_PRINCIPAL = 'events.amazonaws.com'
const DEFAULT_ATTEMPTS = 185
const DEFAULT_AGE_SECONDS = 86_400
// AWS says only that it backs off: our choice.
const LEAST_BACKOFF_MILLISECONDS = 1_000
const MOST_BACKOFF_MILLISECONDS = 900_000

export function deliverToTargets(world: World, rule: Rule, event: Event): void {
  for (const target of rule.targets.values())
    inBackground(`delivery to ${target.Arn}`, deliver(world, rule, target, event))
}

async function deliver(world: World, rule: Rule, target: Target, event: Event): Promise<void> {
  const { MaximumRetryAttempts = DEFAULT_ATTEMPTS, MaximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } =
    target.RetryPolicy ?? {}
  const input = targetInput(target, rule, event)
  const expiry = world.clock.now().getTime() + MaximumEventAgeInSeconds * 1000
  let backoff = LEAST_BACKOFF_MILLISECONDS
  for (let retries = 0; ; retries++) {
    const error = await attempt(world, rule, target, input)
    if (error === undefined) return
    const end = { error, retries }
    if (!isRetried(error)) return bury(world, rule, target, input, end)
    if (retries >= MaximumRetryAttempts)
      return bury(world, rule, target, input, { ...end, exhausted: 'MaximumRetryAttempts' })
    const left = expiry - world.clock.now().getTime()
    await world.clock.wait(Math.min(backoff, Math.max(left, 0)))
    if (backoff >= left)
      return bury(world, rule, target, input, { ...end, exhausted: 'MaximumEventAgeInSeconds' })
    backoff = Math.min(backoff * 2, MOST_BACKOFF_MILLISECONDS)
  }
}

async function attempt(
  world: World,
  rule: Rule,
  target: Target,
  input: string,
): Promise<AwsError | undefined> {
  try {
    await send(world, rule, target, input)
    return undefined
  } catch (error) {
    return error instanceof AwsError ? error : ownFault(error)
  }
}

/** A fault of local mode's own ends where every delivery that fails does. */
function ownFault(cause: unknown): AwsError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new AwsError(OWN_FAULT, `The embedded EventBridge failed: ${reason}`, 500, {}, { cause })
}

const OWN_FAULT = 'LocalModeFault'

/** A missing permission or target does not mend itself in AWS's eyes, nor does a fault of local mode's own. */
function isRetried(error: AwsError): boolean {
  if (error instanceof NotInLocalMode || error.code === OWN_FAULT) return false
  return error.status >= 500 || /Throttl|TooManyRequests|Unavailable|InternalFailure/.test(error.code)
}

async function send(world: World, rule: Rule, target: Target, input: string): Promise<void> {
  const { Arn = '', RoleArn } = target
  const { service, region, account, resource } = parseArn(Arn)
  const principal = RoleArn === undefined ? servicePrincipal(rule) : rolePrincipal(world, rule, RoleArn)
  const call: Call = { principal, region, requestId: randomUUID() }
  switch (service) {
    case 'lambda':
      await world.dispatch(
        'lambda',
        'Invoke',
        { FunctionName: Arn, InvocationType: 'Event', Payload: Buffer.from(input) },
        call,
      )
      return
    case 'sqs':
      await world.dispatch(
        'sqs',
        'SendMessage',
        { QueueUrl: `${world.endpoint()}/${account}/${resource}`, MessageBody: input },
        call,
      )
      return
    case 'states':
      await world.dispatch('states', 'StartExecution', { stateMachineArn: Arn, input }, call)
      return
    default:
      throw new NotInLocalMode(`event targets of ${service}`)
  }
}

function servicePrincipal(rule: Rule): Principal {
  return { kind: 'service', account: rule.bus.account, arn: EVENTS_PRINCIPAL, sourceArn: rule.arn }
}

/** Throws AwsError (FailedToAssumeRole). */
function rolePrincipal(world: World, rule: Rule, roleArn: string): Principal {
  try {
    const name = randomUUID().replaceAll('-', '')
    const { accessKeyId } = world.sts().serviceSession(roleArn, name, EVENTS_PRINCIPAL, rule.arn)
    const principal = world.sts().principal(accessKeyId)
    if (principal !== undefined) return principal
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause
    throw new AwsError('FailedToAssumeRole', cause.message, 403, {}, { cause })
  }
  throw new AwsError('FailedToAssumeRole', `No session of ${roleArn} was made.`, 403)
}

interface End {
  readonly error: AwsError
  readonly retries: number
  /** Absent where AWS does not retry at all. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds'
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
async function bury(world: World, rule: Rule, target: Target, input: string, end: End): Promise<void> {
  const queueArn = target.DeadLetterConfig?.Arn
  if (queueArn === undefined) return
  const { account, resource, region } = parseArn(queueArn)
  const attributes = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.Arn ?? '',
    ERROR_CODE: errorCode(end.error),
    ERROR_MESSAGE: end.error.message || end.error.code,
    ...(end.exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: end.exhausted }),
    RETRY_ATTEMPTS: String(end.retries),
  }
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  )
  const call: Call = { principal: servicePrincipal(rule), region, requestId: randomUUID() }
  const QueueUrl = `${world.endpoint()}/${account}/${resource}`
  // What the queue refuses is lost at AWS too; the log of calls has it.
  await world
    .dispatch('sqs', 'SendMessage', { QueueUrl, MessageBody: input, MessageAttributes }, call)
    .catch(() => undefined)
}

/** In EventBridge's words, of which AWS lists the names only: which error is which is our choice. */
function errorCode({ code, status }: AwsError): string {
  if (code === 'FailedToAssumeRole') return 'FAILED_TO_ASSUME_ROLE'
  if (/^AccessDenied|NotAuthorized|Unauthorized/.test(code)) return 'NO_PERMISSIONS'
  if (/NotFound|DoesNotExist|NonExistent/.test(code)) return 'NO_RESOURCE'
  if (/Throttl|TooManyRequests/.test(code)) return 'THROTTLING'
  if (/LimitExceeded/.test(code)) return 'RESOURCE_LIMIT_EXCEEDED'
  if (/AlreadyExists/.test(code)) return 'RESOURCE_ALREADY_EXISTS'
  if (status >= 500) return 'ERROR_FROM_TARGET'
  return /^(Invalid|Validation)/.test(code) ? 'INVALID_PARAMETER' : 'SDK_CLIENT_ERROR'
}
