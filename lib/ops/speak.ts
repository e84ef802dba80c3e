/** Speaks for a cluster on the stack's bus, as its lifecycle hook would. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { translate } from '../aws/errors.ts'
import { AwsUnavailable } from '../errors.ts'
import type { INBOUND } from '../events/names.ts'
import { isRecord } from '../is-record.ts'
import { readCluster } from '../registry/cluster-record.ts'
import type { Table } from '../registry/table.ts'
import { type Letter, type Queues, readLetters } from './dead-letters.ts'

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

/** Why what was said did not come to pass. */
export interface Reason {
  readonly error: string
  readonly message: string
  readonly remedy: string
}

export interface Saying extends Speaking {
  readonly table: Table
  readonly queues: Queues
  /** Between two looks: a second. */
  readonly pause: () => Promise<unknown>
}

/**
 * Undefined: the cluster's record says that it is accepted. Else the reason why it is not. Throws AwsUnavailable, and nothing was sent then.
 */
export async function sayOf(
  saying: Saying,
  cluster: string,
  detailType: keyof typeof INBOUND,
  detail: object,
): Promise<Reason | undefined> {
  const { table, queues, pause } = saying
  const before = await readCluster(table, cluster)
  const eventId = await speak(saying, detailType, detail)
  for (let looks = 0; looks < MAX_IDLE_LOOKS; looks++) {
    const record = await readCluster(table, cluster)
    if (record?.lastEvent.id === eventId) return undefined
    // Anything that was said later may have been accepted first, or in its place.
    if (record?.lastEvent.id !== before?.lastEvent.id) return OVERTAKEN
    const letter = looks % LOOKS_PER_LETTER === 0 ? await letterOf(queues, eventId) : undefined
    if (letter !== undefined) return { error: letter.error, message: letter.message, remedy: letter.remedy }
    await pause()
  }
  return {
    error: 'EventNotTaken',
    message: `Nobody has taken the event ${eventId}, ${detailType} of ${cluster}.`,
    remedy: 'Look at irsa dead-letters and at the log of function cluster-events, then say it again.',
  }
}

/** Looking at the letters hides them from others for a moment. */
export const LOOKS_PER_LETTER = 5

const OVERTAKEN: Reason = {
  error: 'EventOvertaken',
  message: 'Another event of the cluster was accepted at the same time.',
  remedy: 'Look at it with irsa cluster show, and say it again if it is not as meant.',
}

/** Seconds. Lambda tries a function that failed again after one minute, and after two more. */
export const MAX_IDLE_LOOKS = 240

/** What the dead letters say of an event. */
export async function letterOf(queues: Queues, eventId: string): Promise<Letter | undefined> {
  const { letters } = await readLetters(queues)
  return letters.find(({ event }) => isRecord(event) && event.id === eventId)
}
