/** Facts from https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
import { describe, expect, test } from 'vitest'
import { QUEUE_URL, sqsFixture } from './fixture.ts'

interface Entry {
  readonly Id: string
  readonly MessageBody?: string
  readonly ReceiptHandle?: string | undefined
  readonly MessageGroupId?: string
}

async function queue() {
  const fixture = sqsFixture()
  await fixture.create()
  return {
    ...fixture,
    batch: (operation: 'SendMessageBatch' | 'DeleteMessageBatch', Entries: readonly Entry[]) =>
      fixture.run(operation, { QueueUrl: QUEUE_URL, Entries }),
  }
}

const entries = (count: number, body = 'a') =>
  Array.from({ length: count }, (_, n) => ({ Id: `${n}`, MessageBody: body }))

describe('SendMessageBatch', () => {
  test('may have ten entries', async () => {
    const { batch, counts } = await queue()

    expect(await batch('SendMessageBatch', entries(10))).not.toHaveProperty('Failed')
    expect(await counts()).toEqual([10, 0, 0])
  })

  test('sends messages, each with its own answer', async () => {
    const { batch, bodies } = await queue()

    const answer = await batch('SendMessageBatch', [
      { Id: 'test_msg_001', MessageBody: 'test message body 1' },
      { Id: 'test_msg_002', MessageBody: 'test message body 2' },
    ])

    // The digests are those of AWS's own example for the query protocol.
    expect(answer).toEqual({
      Successful: [
        {
          Id: 'test_msg_001',
          MessageId: expect.any(String),
          MD5OfMessageBody: '0e024d309850c78cba5eabbeff7cae71',
        },
        {
          Id: 'test_msg_002',
          MessageId: expect.any(String),
          MD5OfMessageBody: '7fb8146a82f95e0af155278f406862c2',
        },
      ],
    })
    expect(await bodies()).toEqual(['test message body 1', 'test message body 2'])
  })

  test('fails message by message', async () => {
    const { batch, bodies } = await queue()

    const answer = await batch('SendMessageBatch', [
      { Id: 'a', MessageBody: 'good' },
      { Id: 'b', MessageBody: '' },
      { Id: 'c', MessageBody: '\u0000' },
    ])

    expect(answer).toEqual({
      Successful: [expect.objectContaining({ Id: 'a' })],
      Failed: [
        { Id: 'b', SenderFault: true, Code: 'MissingParameter', Message: expect.any(String) },
        { Id: 'c', SenderFault: true, Code: 'InvalidMessageContents', Message: expect.any(String) },
      ],
    })
    expect(await bodies()).toEqual(['good'])
  })

  test('may be a mebibyte long together', async () => {
    const { batch, counts } = await queue()

    await expect(batch('SendMessageBatch', entries(4, 'a'.repeat(262_144)))).resolves.toBeDefined()
    await expect(
      batch('SendMessageBatch', [...entries(4, 'a'.repeat(262_144)), { Id: 'x', MessageBody: 'a' }]),
    ).rejects.toMatchObject({ code: 'BatchRequestTooLong' })
    expect(await counts()).toEqual([4, 0, 0])
  })

  test('with what local mode does not have fails as a whole', async () => {
    const { batch } = await queue()

    await expect(
      batch('SendMessageBatch', [{ Id: 'a', MessageBody: 'a', MessageGroupId: 'g' }]),
    ).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })
})

describe.each(['SendMessageBatch', 'DeleteMessageBatch'] as const)('%s', (operation) => {
  test.each<[string, readonly Entry[], string]>([
    ['without entries', [], 'EmptyBatchRequest'],
    ['of eleven', entries(11), 'TooManyEntriesInBatchRequest'],
    ['with an ID twice', [...entries(1), ...entries(1)], 'BatchEntryIdsNotDistinct'],
    ['with an empty ID', [{ Id: '', MessageBody: 'a' }], 'InvalidBatchEntryId'],
    ['with an ID of 81 characters', [{ Id: 'a'.repeat(81), MessageBody: 'a' }], 'InvalidBatchEntryId'],
    [
      'with an ID with a dot among others',
      [...entries(1), { Id: 'a.b', MessageBody: 'a' }],
      'InvalidBatchEntryId',
    ],
  ])('%s is refused', async (_, batched, code) => {
    const { batch, counts } = await queue()

    await expect(batch(operation, batched)).rejects.toMatchObject({ code })
    expect(await counts()).toEqual([0, 0, 0])
  })
})

test('DeleteMessageBatch deletes what it can', async () => {
  const { batch, clock, counts, receive, send } = await queue()
  await send('a')
  await send('b')
  const [first, second] = await receive()

  const answer = await batch('DeleteMessageBatch', [
    { Id: '1', ReceiptHandle: first?.ReceiptHandle },
    { Id: '2', ReceiptHandle: 'none' },
    { Id: '3', ReceiptHandle: second?.ReceiptHandle },
  ])

  expect(answer).toEqual({
    Successful: [{ Id: '1' }, { Id: '3' }],
    Failed: [{ Id: '2', SenderFault: true, Code: 'ReceiptHandleIsInvalid', Message: expect.any(String) }],
  })
  clock.advance(30_000)
  expect(await counts()).toEqual([0, 0, 0])
})
