/** Facts from https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html and its neighbours. */
import { describe, expect, test } from 'vitest'
import { iamOf, session } from '../policy/principals.ts'
import { ACCOUNT, callOf, QUEUE_URL, sqsFixture } from './fixture.ts'

async function queue(attributes: Record<string, string> = {}) {
  const fixture = sqsFixture()
  await fixture.create('events', attributes)
  return fixture
}

describe('a message', () => {
  test('is sent, received and deleted', async () => {
    const { clock, counts, receive, remove, send } = await queue()

    const sent = await send('This is a test message')
    // The digest is the one in AWS's own example.
    expect(sent).toEqual({
      MessageId: expect.any(String),
      MD5OfMessageBody: 'fafb00f5732ab283681e124bf8747ed1',
    })

    const [received, ...others] = await receive()
    expect(others).toEqual([])
    expect(received).toEqual({
      MessageId: sent.MessageId,
      ReceiptHandle: expect.any(String),
      Body: 'This is a test message',
      MD5OfBody: 'fafb00f5732ab283681e124bf8747ed1',
    })

    await remove(received)
    clock.advance(43_200_000)
    expect(await receive()).toEqual([])
    expect(await counts()).toEqual([0, 0, 0])
  })

  test('comes one by one unless more are asked for, ten at most', async () => {
    const { run, send } = await queue({ VisibilityTimeout: '0' })
    for (let n = 0; n < 11; n += 1) await send(`${n}`)
    const received = async (more: object) => {
      const { Messages = [] } = await run<{ Messages?: object[] }>('ReceiveMessage', {
        QueueUrl: QUEUE_URL,
        ...more,
      })
      return Messages.length
    }

    expect(await received({})).toBe(1)
    expect(await received({ MaxNumberOfMessages: 10 })).toBe(10)
    for (const MaxNumberOfMessages of [0, 11])
      await expect(received({ MaxNumberOfMessages })).rejects.toMatchObject({ code: 'InvalidParameterValue' })
  })

  test('is in no answer when there is none', async () => {
    const { run } = await queue()

    expect(await run('ReceiveMessage', { QueueUrl: QUEUE_URL })).toEqual({})
  })

  test('is forgotten after the retention period, received or not', async () => {
    const { bodies, clock, counts, receive, send } = await queue({ MessageRetentionPeriod: '60' })
    await send('old')
    clock.advance(30_000)
    await send('young')
    await receive({ VisibilityTimeout: 0 })

    clock.advance(30_000)

    expect(await counts()).toEqual([1, 0, 0])
    expect(await bodies()).toEqual(['young'])
  })

  test('of the retention period of 14 days outlives a weekend', async () => {
    const { bodies, clock, send } = await queue({ MessageRetentionPeriod: '1209600' })
    await send('patient')

    clock.advance(1_209_599_000)
    expect(await bodies({ VisibilityTimeout: 0 })).toEqual(['patient'])

    clock.advance(1_000)
    expect(await bodies()).toEqual([])
  })

  test.each<[string, object, string]>([
    ['without body', { MessageBody: '' }, 'MissingParameter'],
    ['with a control character', { MessageBody: 'a\u0000' }, 'InvalidMessageContents'],
    ['with U+FFFE', { MessageBody: 'a\ufffe' }, 'InvalidMessageContents'],
    ['with half a surrogate pair', { MessageBody: 'a\ud800' }, 'InvalidMessageContents'],
    ['delayed by more than a quarter of an hour', { DelaySeconds: 901 }, 'InvalidParameterValue'],
    ['delayed backwards', { DelaySeconds: -1 }, 'InvalidParameterValue'],
    ['of a group', { MessageGroupId: 'a' }, 'NotInLocalMode'],
    ['to be sent once', { MessageDeduplicationId: 'a' }, 'NotInLocalMode'],
    [
      'with a trace header',
      { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'a' } } },
      'NotInLocalMode',
    ],
  ])('%s is refused', async (_, input, code) => {
    const { counts, run } = await queue()

    await expect(
      run('SendMessage', { QueueUrl: QUEUE_URL, MessageBody: 'a', ...input }),
    ).rejects.toMatchObject({ code })
    expect(await counts()).toEqual([0, 0, 0])
  })

  test('may hold every character of XML', async () => {
    const { bodies, send } = await queue()
    const text = '\t\n\r ~\u00ff\ud7ff\ue000\ufffd😀'

    await send(text)

    expect(await bodies()).toEqual([text])
  })

  test("is as long as the queue's limit at most, counted in bytes", async () => {
    const { send } = await queue({ MaximumMessageSize: '1024' })

    await expect(send('é'.repeat(512))).resolves.toBeDefined()
    await expect(send(`${'é'.repeat(512)}a`)).rejects.toMatchObject({ code: 'InvalidParameterValue' })
  })

  test('tells when and by whom it was sent, and how often it was received', async () => {
    const { clock, receive, send } = await queue({ VisibilityTimeout: '0' })
    await send('a')
    clock.advance(1_000)
    await receive()
    clock.advance(1_000)

    const [message] = await receive({ MessageSystemAttributeNames: ['All'] })

    expect(message?.Attributes).toEqual({
      SenderId: ACCOUNT,
      SentTimestamp: '1767225600000',
      ApproximateReceiveCount: '2',
      ApproximateFirstReceiveTimestamp: '1767225601000',
    })
    const [other] = await receive({ AttributeNames: ['ApproximateReceiveCount'] })
    expect(other?.Attributes).toEqual({ ApproximateReceiveCount: '3' })
  })

  test('of a role is sent by its unique ID and the session', async () => {
    const { create, receive, run } = sqsFixture(iamOf())
    await create()
    const input = { QueueUrl: QUEUE_URL, MessageBody: 'a' }
    await run('SendMessage', input, { ...callOf(), principal: session() })

    const [message] = await receive({ MessageSystemAttributeNames: ['SenderId'] })

    expect(message?.Attributes).toEqual({ SenderId: 'AROAEXAMPLE:pod' })
  })
})

describe('a received message', () => {
  test.each<[string, Record<string, string>, object, number]>([
    ['half a minute by default', {}, {}, 30],
    ['as long as the queue says', { VisibilityTimeout: '90' }, {}, 90],
    ['as long as the receiver says', { VisibilityTimeout: '90' }, { VisibilityTimeout: 5 }, 5],
    ['not at all', { VisibilityTimeout: '90' }, { VisibilityTimeout: 0 }, 0],
  ])('is hidden %s', async (_, attributes, input, seconds) => {
    const { bodies, clock, send } = await queue(attributes)
    await send('a')
    expect(await bodies(input)).toEqual(['a'])

    if (seconds > 0) {
      clock.advance(seconds * 1000 - 1)
      expect(await bodies()).toEqual([])
      clock.advance(1)
    }
    expect(await bodies()).toEqual(['a'])
  })

  test('is deleted by its last receipt handle, not by one before', async () => {
    const { bodies, clock, receive, remove, send } = await queue()
    await send('a')
    const [first] = await receive()
    clock.advance(30_000)
    const [second] = await receive()
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle)

    expect(await remove(first)).toEqual({})
    clock.advance(30_000)
    expect(await bodies()).toEqual(['a'])

    const [third] = await receive({ VisibilityTimeout: 0 })
    expect(third).toBeUndefined()
    clock.advance(30_000)
    const [last] = await receive()
    await remove(last)
    clock.advance(30_000)
    expect(await bodies()).toEqual([])
  })

  test('may be deleted twice', async () => {
    const { receive, remove, send } = await queue()
    await send('a')
    const [message] = await receive()

    await remove(message)

    expect(await remove(message)).toEqual({})
  })

  test.each(['', 'handle', undefined])('is not deleted by the handle %j', async (ReceiptHandle) => {
    const { run } = await queue()

    await expect(run('DeleteMessage', { QueueUrl: QUEUE_URL, ReceiptHandle })).rejects.toMatchObject({
      code: 'ReceiptHandleIsInvalid',
    })
  })

  test.each([-1, 43_201, 0.5])('cannot be hidden for %d seconds', async (VisibilityTimeout) => {
    const { receive } = await queue()

    await expect(receive({ VisibilityTimeout })).rejects.toMatchObject({ code: 'InvalidParameterValue' })
  })

  test('cannot be asked for as in a FIFO queue', async () => {
    const { receive } = await queue()

    await expect(receive({ ReceiveRequestAttemptId: 'a' })).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })
})

test('messages are counted as visible, in flight and delayed', async () => {
  const { clock, counts, receive, send } = await queue()
  await send('in flight')
  await receive()
  await send('visible')
  await send('delayed', { DelaySeconds: 10 })

  expect(await counts()).toEqual([1, 1, 1])

  clock.advance(10_000)
  expect(await counts()).toEqual([2, 1, 0])

  clock.advance(20_000)
  expect(await counts()).toEqual([3, 0, 0])
})

describe('a delayed message', () => {
  test.each<[string, Record<string, string>, object, number]>([
    ['as the queue says', { DelaySeconds: '10' }, {}, 10],
    ['as the sender says', { DelaySeconds: '10' }, { DelaySeconds: 20 }, 20],
    ['not at all if the sender says so', { DelaySeconds: '10' }, { DelaySeconds: 0 }, 0],
  ])('waits %s', async (_, attributes, input, seconds) => {
    const { bodies, clock, send } = await queue(attributes)
    await send('a', input)

    if (seconds > 0) {
      clock.advance(seconds * 1000 - 1)
      expect(await bodies()).toEqual([])
      clock.advance(1)
    }
    expect(await bodies()).toEqual(['a'])
  })
})
