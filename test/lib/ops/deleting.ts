/** A bus that takes events and hands them to nobody, a queue of dead letters, and a registry that changes between two looks. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { ChangeMessageVisibilityCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import type { Saying } from '../../../lib/ops/speak.ts'
import { type ClusterRecord, changeCluster } from '../../../lib/registry/cluster-record.ts'
import { opsFixture } from './fixture.ts'

export const EVENT_ID = 'asked-1'

type Change = Partial<ClusterRecord> & { readonly cluster?: string }

/** Each change is one that a look finds; further looks find the last. */
export async function deletingFixture(
  records: readonly ClusterRecord[],
  changes: readonly Change[] = [],
  letter?: object,
) {
  const { table } = await opsFixture(records)
  const eventBridge = new EventBridgeClient({ region: 'eu-central-1' })
  const bus = mockClient(eventBridge)
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: EVENT_ID }] })
  const sqs = new SQSClient({ region: 'eu-central-1' })
  const messages = letter === undefined ? [] : [{ MessageId: '1', Body: JSON.stringify(letter) }]
  mockClient(sqs)
    .on(ChangeMessageVisibilityCommand)
    .resolves({})
    .on(ReceiveMessageCommand)
    .resolves({ Messages: [] })
    .on(ReceiveMessageCommand, { QueueUrl: 'dead-letters' })
    .resolvesOnce({ Messages: messages })
    .resolves({ Messages: [] })
  const left = [...changes]
  const deleting: Saying = {
    table,
    eventBridge,
    eventBusName: 'irsa-dev',
    queues: {
      sqs,
      lambda: new LambdaClient({ region: 'eu-central-1' }),
      functionPrefix: 'irsa-dev-',
      urls: {
        'undelivered-events': 'undelivered-events',
        'dead-letters': 'dead-letters',
        'stream-failures': 'stream-failures',
      },
    },
    async pause() {
      const next = left.shift()
      if (next === undefined || Object.keys(next).length === 0) return
      const { cluster = 'golem', ...change } = next
      await changeCluster(table, cluster, (known) => known && { ...known, ...change })
    },
  }
  return { deleting, bus, left }
}
