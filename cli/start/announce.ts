/** Puts the event on the bus, and waits until the pipeline has taken it or refused it. */
import { setTimeout as delay } from 'node:timers/promises'
import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { eventBridgeClient, sqsClient } from '../../lib/aws/clients.ts'
import type { DeadLetter } from '../../lib/dead-letters.ts'
import { CLUSTER_CREATED } from '../../lib/events/cluster-created.ts'
import { type ClusterRecord, readCluster } from '../../lib/registry/cluster-record.ts'
import type { Table } from '../../lib/registry/table.ts'
import type { Announcement } from './announcement.ts'

/** The pipeline does not take the event. */
export class EventRefused extends Error {
  override readonly name = 'EventRefused'
  readonly letter: Omit<DeadLetter, 'event'>

  constructor({ error, message, remedy }: Omit<DeadLetter, 'event'>) {
    super(`${error}: ${message}\n${remedy}`)
    this.letter = { error, message, remedy }
  }
}

export interface Announced {
  readonly region: string
  readonly eventBusName: string
  /** Of both kinds of dead letters. */
  readonly queueUrls: readonly string[]
  readonly table: Table
}

export interface StartedRun {
  readonly desired: ClusterRecord['desired']
  readonly run: number
}

/** Resolves once the run has been started. Rejects with EventRefused. */
export async function announce(
  { region, eventBusName, queueUrls, table }: Announced,
  { detail, desired }: Announcement,
): Promise<StartedRun> {
  const entry = {
    EventBusName: eventBusName,
    Source: 'local.start',
    DetailType: CLUSTER_CREATED,
    Detail: JSON.stringify(detail),
  }
  const { Entries = [] } = await eventBridgeClient(region).send(new PutEventsCommand({ Entries: [entry] }))
  const [{ ErrorCode, ErrorMessage = '' } = {}] = Entries
  if (ErrorCode !== undefined)
    throw new EventRefused({
      error: ErrorCode,
      message: ErrorMessage,
      remedy: 'EventBridge did not take it.',
    })
  for (;;) {
    const record = desired === undefined ? undefined : await readCluster(table, desired.cluster)
    // One that has ended by now is no longer there.
    if (record !== undefined && record.run?.state !== 'RECORDED')
      return { desired: record.desired, run: record.runs }
    for (const queueUrl of queueUrls) await refuseIfDead(region, queueUrl)
    await delay(POLL_MILLISECONDS)
  }
}

const POLL_MILLISECONDS = 50

async function refuseIfDead(region: string, QueueUrl: string): Promise<void> {
  const { Messages = [] } = await sqsClient(region).send(new ReceiveMessageCommand({ QueueUrl }))
  const [{ Body } = {}] = Messages
  if (Body !== undefined) throw new EventRefused(letterIn(JSON.parse(Body)))
}

/** What the handler refused, what Lambda says of a handler that failed, or an event that never came to it. */
function letterIn(body: { readonly [name: string]: unknown }): Omit<DeadLetter, 'event'> {
  const { error, message, remedy, responsePayload } = body
  if (typeof error === 'string') return { error, message: String(message), remedy: String(remedy) }
  return {
    error: responsePayload === undefined ? 'EventUndelivered' : 'HandlerFailed',
    message: JSON.stringify(responsePayload ?? body),
    remedy: 'Look at the log of the function cluster-events.',
  }
}
