import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { announce, EventRefused } from '../../../cli/start/announce.ts'
import type { Announcement } from '../../../cli/start/announcement.ts'
import { eventBridgeClient, sqsClient } from '../../../lib/aws/clients.ts'
import type { ClusterRecord } from '../../../lib/registry/cluster-record.ts'
import { refusal, sent } from '../../lib/aws/sdk.ts'
import { aRun, aTable, golemRecord, putCluster } from '../../lib/registry/registry.ts'

const REGION = 'eu-central-1'
const QUEUES = ['https://sqs/dead-letters', 'https://sqs/undelivered']
const DETAIL = { cluster: 'golem' }

const SOUND: Announcement = { detail: DETAIL, desired: golemRecord().desired, signer: undefined }
const UNSOUND: Announcement = { ...SOUND, desired: undefined }

/** The registry has these records one after the other, each once nothing was found in the queues. */
async function aPipeline(...records: readonly ClusterRecord[]) {
  const table = await aTable()
  const bus = mockClient(eventBridgeClient(REGION))
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] })
  const sqs = mockClient(sqsClient(REGION))
  const left = [...records]
  sqs.on(ReceiveMessageCommand).callsFake(async ({ QueueUrl }) => {
    const next = QueueUrl === QUEUES[1] ? left.shift() : undefined
    if (next !== undefined) await putCluster(table, next)
    return {}
  })
  return {
    bus,
    sqs,
    announce: (announcement: Announcement) =>
      announce({ region: REGION, eventBusName: 'irsa-dev', queueUrls: QUEUES, table }, announcement),
  }
}

describe('announce', () => {
  test('puts the event on the bus once, and tells which run it started', async () => {
    const record = golemRecord(aRun())
    const pipeline = await aPipeline(record)

    expect(await pipeline.announce(SOUND)).toEqual({ desired: record.desired, run: 1 })

    expect(sent(pipeline.bus)).toEqual([
      [
        'PutEvents',
        {
          Entries: [
            {
              EventBusName: 'irsa-dev',
              Source: 'local.start',
              DetailType: 'Cluster Created',
              Detail: JSON.stringify(DETAIL),
            },
          ],
        },
      ],
    ])
  })

  test('waits until the run is started, not only recorded', async () => {
    const pipeline = await aPipeline(
      golemRecord(aRun({ state: 'RECORDED' })),
      golemRecord({ ...aRun({ number: 2 }), revision: 1 }),
    )

    expect(await pipeline.announce(SOUND)).toMatchObject({ run: 2 })
  })

  test.each([
    ['failed', golemRecord(aRun({ number: 3, state: 'FAILED' }))],
    ['ended', golemRecord({ runs: 3, status: 'READY' })],
  ])('takes a run that has %s by the time it looks', async (_, record) => {
    const pipeline = await aPipeline(record)

    expect(await pipeline.announce(SOUND)).toMatchObject({ run: 3 })
  })
})

describe('an event that is refused', () => {
  const letter = { error: 'InvalidInput', message: 'detail.cluster: is required', remedy: 'Correct it.' }

  async function refused(body: unknown, queueUrl = QUEUES[0], announcement = UNSOUND) {
    const pipeline = await aPipeline()
    const Messages = [{ Body: JSON.stringify(body) }]
    pipeline.sqs.on(ReceiveMessageCommand, { QueueUrl: queueUrl }).resolves({ Messages })
    return pipeline.announce(announcement).catch((error: unknown) => error)
  }

  test.each([
    ['one that is unsound', UNSOUND],
    ['one that was thought to be sound', SOUND],
  ])('says so with the handler’s reason and remedy, and shows nothing of the event: %s', async (_, given) => {
    const error = await refused({ ...letter, event: { detail: 'hush' } }, QUEUES[0], given)

    expect(error).toBeInstanceOf(EventRefused)
    expect(error).toMatchObject({
      message: 'InvalidInput: detail.cluster: is required\nCorrect it.',
      letter,
    })
    expect(JSON.stringify(error)).not.toContain('hush')
  })

  test('because its handler failed says what Lambda says of it', async () => {
    const responsePayload = { errorType: 'AccessDenied', errorMessage: 'dynamodb:GetItem' }

    expect(await refused({ requestContext: {}, responsePayload })).toMatchObject({
      letter: {
        error: 'HandlerFailed',
        message: expect.stringContaining('dynamodb:GetItem'),
        remedy: expect.stringContaining('cluster-events'),
      },
    })
  })

  test('because it never came to the handler is found in the other queue', async () => {
    expect(await refused({ 'detail-type': 'Cluster Created', detail: DETAIL }, QUEUES[1])).toMatchObject({
      letter: { error: 'EventUndelivered' },
    })
  })

  test('by EventBridge itself is not waited for', async () => {
    const pipeline = await aPipeline()
    const Entries = [{ ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'no' }]
    pipeline.bus.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries })

    await expect(pipeline.announce(SOUND)).rejects.toMatchObject({
      name: 'EventRefused',
      letter: { error: 'NotAuthorizedForSourceException', message: 'no' },
    })

    expect(sent(pipeline.sqs)).toEqual([])
  })
})

test('what AWS refuses is thrown as it is', async () => {
  const pipeline = await aPipeline()
  const error = refusal('AccessDeniedException')
  pipeline.bus.rejects(error)

  await expect(pipeline.announce(SOUND)).rejects.toBe(error)
})
