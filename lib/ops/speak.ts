/** Speaks for a cluster on the stack's bus, as its lifecycle hook would. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { translate } from '../aws/errors.ts'
import { AwsUnavailable } from '../errors.ts'
import type { INBOUND } from '../events/names.ts'
import { isRecord } from '../is-record.ts'
import { type Letter, listLetters, type Queues } from './dead-letters.ts'

export interface Speaking {
  readonly eventBridge: EventBridgeClient
  readonly eventBusName: string
}

/** Returns the event's ID. Throws AwsUnavailable when EventBridge did not take it. */
export async function speak(
  { eventBridge, eventBusName }: Speaking,
  DetailType: keyof typeof INBOUND,
  detail: object,
): Promise<string> {
  const Source = 'irsa.operator'
  const entry = { EventBusName: eventBusName, Source, DetailType, Detail: JSON.stringify(detail) }
  const { Entries } = await eventBridge
    .send(new PutEventsCommand({ Entries: [entry] }))
    .catch(translate('events:PutEvents'))
  const [{ EventId, ErrorCode, ErrorMessage } = {}] = Entries ?? []
  if (EventId === undefined) throw new AwsUnavailable(`events:PutEvents: ${ErrorCode}: ${ErrorMessage}`)
  return EventId
}

/** Seconds. Lambda tries a function that failed again after one minute, and after two more. */
export const MAX_IDLE_LOOKS = 240

/** What the dead letters say of an event. */
export async function letterOf(queues: Queues, eventId: string): Promise<Letter | undefined> {
  const { letters } = await listLetters(queues)
  return letters.find(({ event }) => isRecord(event) && event.id === eventId)
}
