/**
 * From a rule to its targets: as the events service, with the rule as the source; again after a failure, and at last to the
 * target's dead-letter queue. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
 */
import { randomUUID } from 'node:crypto'
import type { Target } from '@aws-sdk/client-eventbridge'
import { parseArn } from '../arn.ts'
import { AwsError, accessDenied, NotInLocalMode } from '../errors.ts'
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
  for (const target of rule.targets.values()) void deliver(world, rule, target, event)
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
    const exhausted = !isRetried(error)
      ? 'NonRetryableError'
      : retries >= MaximumRetryAttempts
        ? 'MaximumRetryAttempts'
        : world.clock.now().getTime() >= expiry
          ? 'MaximumEventAgeInSeconds'
          : undefined
    if (exhausted !== undefined) return bury(world, rule, target, input, { error, retries, exhausted })
    await world.clock.wait(backoff)
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
    if (error instanceof AwsError) return error
    throw error
  }
}

/** A missing permission or target does not mend itself in AWS's eyes. */
function isRetried({ code, status }: AwsError): boolean {
  return status >= 500 || /Throttl|TooManyRequests|Unavailable|InternalFailure/.test(code)
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

function rolePrincipal(world: World, rule: Rule, roleArn: string): Principal {
  const { accessKeyId } = world
    .sts()
    .serviceSession(roleArn, randomUUID().replaceAll('-', ''), EVENTS_PRINCIPAL, rule.arn)
  const principal = world.sts().principal(accessKeyId)
  if (principal === undefined)
    throw accessDenied(EVENTS_PRINCIPAL, 'sts:AssumeRole', roleArn, 'no session was made')
  return principal
}

interface End {
  readonly error: AwsError
  readonly retries: number
  readonly exhausted: string
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
async function bury(world: World, rule: Rule, target: Target, input: string, end: End): Promise<void> {
  const queueArn = target.DeadLetterConfig?.Arn
  if (queueArn === undefined) return
  const { account, resource, region } = parseArn(queueArn)
  const attributes = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.Arn ?? '',
    ERROR_CODE: end.error.code,
    ERROR_MESSAGE: end.error.message,
    EXHAUSTED_RETRY_CONDITION: end.exhausted,
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
