/** From a message of one of the three queues to what a person needs to know of it. Pure. */
import type { Message } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { redact } from '../../events/redact.ts'

/**
 * `undelivered-events`: what EventBridge could not hand to a rule's target. `dead-letters`: what a handler refused, or failed to
 * do three times. `stream-failures`: batches of the registry's stream that its handler failed to take.
 */
export const QUEUES = ['undelivered-events', 'dead-letters', 'stream-failures'] as const
export type QueueName = (typeof QUEUES)[number]

export interface Letter {
  /** SQS's own of the message, as long as it lives. */
  readonly id: string
  readonly queue: QueueName
  readonly at: string
  readonly error: string
  readonly message: string
  readonly remedy: string
  /** As the dead letters have it: what is outside the event's schema, and everything like a private key, struck out. */
  readonly event: unknown
  /** To whom, and with what, it is sent again; undefined when it can only be discarded. */
  readonly replay: Invocation | undefined
}

/** The original envelope, byte for byte if it came so: never printed. */
export interface Invocation {
  readonly functionName: string
  readonly payload: string
}

/** Without the original event, which may hold what nobody should see. */
export function shownLetter({ replay, ...letter }: Letter) {
  const isReplayable = replay !== undefined
  return { ...letter, ...(isReplayable && { function: replay.functionName }), isReplayable }
}

export function letterOf(queue: QueueName, message: Message): Letter {
  const { MessageId = '', Body = '', Attributes } = message
  const place = { id: MessageId, queue, at: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString() }
  const body = parsed(Body)
  const letter =
    queue === 'undelivered-events'
      ? undelivered(message, body)
      : (refused(body) ?? failed(queue, body) ?? UNKNOWN)
  return { ...place, ...letter }
}

type Content = Omit<Letter, 'id' | 'queue' | 'at'>

const UNKNOWN: Content = {
  error: 'Unknown',
  message: 'The message is none of those that this stack puts here.',
  remedy: 'Find out who sent it, and discard it.',
  event: undefined,
  replay: undefined,
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function undelivered({ MessageAttributes = {}, Body = '' }: Message, event: unknown): Content {
  const attribute = (name: string) => MessageAttributes[name]?.StringValue
  const target = attribute('TARGET_ARN')
  return {
    error: attribute('ERROR_CODE') ?? 'EventUndelivered',
    message: attribute('ERROR_MESSAGE') ?? 'EventBridge could not deliver the event.',
    remedy: 'Mend what kept EventBridge from invoking the function, then replay it.',
    event: redact(event),
    replay: invocationOf(target, Body),
  }
}

/** As lib/dead-letters.ts writes it: what is struck out cannot be sent again. */
const refusedSchema = z.object({
  error: z.string(),
  message: z.string(),
  remedy: z.string(),
  event: z.unknown(),
})

function refused(body: unknown): Content | undefined {
  const letter = refusedSchema.safeParse(body).data
  return letter && { ...letter, event: letter.event, replay: undefined }
}

/**
 * Lambda's record of an asynchronous invocation that failed, and of a stream's batch:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
const failedSchema = z.object({
  requestContext: z.object({
    functionArn: z.string(),
    condition: z.string(),
    approximateInvokeCount: z.number(),
  }),
  requestPayload: z.unknown().optional(),
  responsePayload: z
    .object({ errorType: z.string().optional(), errorMessage: z.string().optional() })
    .optional(),
  DDBStreamBatchInfo: z.object({ batchSize: z.number() }).optional(),
})

function failed(queue: QueueName, body: unknown): Content | undefined {
  const record = failedSchema.safeParse(body).data
  if (record === undefined) return undefined
  const { requestContext, requestPayload, responsePayload, DDBStreamBatchInfo: batch } = record
  const { functionArn, condition, approximateInvokeCount } = requestContext
  const why = responsePayload?.errorMessage ?? condition
  const error = responsePayload?.errorType ?? condition
  if (queue === 'stream-failures')
    return {
      error,
      message: `${batch?.batchSize ?? 'Some'} changes of role requests were not handed over: ${why}`,
      remedy:
        'Nothing needs to be sent again: the sweep starts within 5 minutes what was missed. Discard it.',
      event: undefined,
      replay: undefined,
    }
  return {
    error,
    message: `Not done after ${approximateInvokeCount} attempts: ${why}`,
    remedy: "Mend the cause, which the function's log tells, then replay it.",
    event: redact(requestPayload),
    replay:
      requestPayload === undefined ? undefined : invocationOf(functionArn, JSON.stringify(requestPayload)),
  }
}

/** `arn:…:function:<name>`, with a qualifier perhaps: tasks and rules call unqualified functions. */
function invocationOf(functionArn: string | undefined, payload: string): Invocation | undefined {
  const functionName = /^arn:[^:]+:lambda:[^:]*:\d+:function:([\w-]+)(:.+)?$/.exec(functionArn ?? '')?.[1]
  return functionName === undefined ? undefined : { functionName, payload }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
