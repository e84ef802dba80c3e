/** Facts from https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
import type { Message } from '@aws-sdk/client-sqs'
import { describe, expect, test } from 'vitest'
import { QUEUE_URL, sqsFixture } from './fixture.ts'

async function inFlight() {
  const fixture = sqsFixture()
  await fixture.create()
  await fixture.send('a')
  const [message] = await fixture.receive()
  const change = (VisibilityTimeout: number, { ReceiptHandle }: Message = message ?? {}) =>
    fixture.run('ChangeMessageVisibility', { QueueUrl: QUEUE_URL, ReceiptHandle, VisibilityTimeout })
  return { ...fixture, message, change }
}

describe('ChangeMessageVisibility', () => {
  test('counts from now on, longer or shorter', async () => {
    const { bodies, change, clock } = await inFlight()
    clock.advance(15_000)

    await change(60)
    clock.advance(59_999)
    expect(await bodies()).toEqual([])
    clock.advance(1)
    expect(await bodies()).toEqual(['a'])
  })

  test('of 0 gives the message back at once, and is not remembered', async () => {
    const { bodies, change, clock } = await inFlight()

    await change(0)

    expect(await bodies()).toEqual(['a'])
    clock.advance(29_999)
    expect(await bodies()).toEqual([])
    clock.advance(1)
    expect(await bodies()).toEqual(['a'])
  })

  test('is refused when the message is not in flight any more', async () => {
    const { change, clock } = await inFlight()
    clock.advance(30_000)

    await expect(change(60)).rejects.toMatchObject({ code: 'MessageNotInflight' })
  })

  test('is refused for a message that is gone or was received again', async () => {
    const { change, clock, message, receive, remove } = await inFlight()
    clock.advance(30_000)
    const [again] = await receive()

    await expect(change(60, message)).rejects.toMatchObject({ code: 'InvalidParameterValue' })
    await expect(change(60, again)).resolves.toEqual({})
    await remove(again)
    await expect(change(60, again)).rejects.toMatchObject({ code: 'InvalidParameterValue' })
    await expect(change(60, { ReceiptHandle: 'a' })).rejects.toMatchObject({
      code: 'ReceiptHandleIsInvalid',
    })
  })

  test('must be in the request', async () => {
    const { create, receive, run, send } = sqsFixture()
    await create()
    await send('a')
    const [message] = await receive()

    const change = run('ChangeMessageVisibility', {
      QueueUrl: QUEUE_URL,
      ReceiptHandle: message?.ReceiptHandle,
    })

    await expect(change).rejects.toMatchObject({ code: 'MissingParameter', status: 400 })
  })

  test.each([-1, 43_201])('is refused for %d seconds', async (seconds) => {
    const { change } = await inFlight()

    await expect(change(seconds)).rejects.toMatchObject({ code: 'InvalidParameterValue' })
  })

  test('ends twelve hours after the message was received', async () => {
    const { change, clock } = await inFlight()
    await change(43_200)
    clock.advance(1_000)

    await expect(change(43_200)).rejects.toMatchObject({ code: 'InvalidParameterValue' })
    await expect(change(43_199)).resolves.toEqual({})
  })
})

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html */
describe('a long poll', () => {
  test('answers a message that comes meanwhile, before its time is over', async () => {
    const { clock, create, receive, send } = sqsFixture()
    await create()
    const polling = receive({ WaitTimeSeconds: 20 })

    await clock.pass(5_000)
    await send('late')
    await clock.pass(1_000)

    expect((await polling).map(({ Body }) => Body)).toEqual(['late'])
    expect(clock.offset()).toBe(6_000)
    expect(clock.pendingTimers()).toBe(0)
  })

  test('answers a message at once that is there already', async () => {
    const { bodies, clock, create, send } = sqsFixture()
    await create()
    await send('there')

    expect(await bodies({ WaitTimeSeconds: 20 })).toEqual(['there'])
    expect(clock.asked()).toEqual([])
  })

  test('answers a message whose visibility timeout ends meanwhile', async () => {
    const { clock, create, receive, send } = sqsFixture()
    await create()
    await send('again')
    await receive({ VisibilityTimeout: 10 })
    const polling = receive({ WaitTimeSeconds: 20 })

    await clock.pass(10_000)

    expect((await polling).map(({ Body }) => Body)).toEqual(['again'])
  })

  test.each<[string, Record<string, string>, object]>([
    ['as the receiver says', {}, { WaitTimeSeconds: 3 }],
    ['as the queue says', { ReceiveMessageWaitTimeSeconds: '3' }, {}],
  ])('ends without messages after as long %s', async (_, attributes, input) => {
    const { clock, create, receive } = sqsFixture()
    await create('events', attributes)
    let answer: unknown
    void receive(input).then((messages) => {
      answer = messages
    })

    await clock.pass(2_999)
    expect(answer).toBeUndefined()
    await clock.pass(1)
    expect(answer).toEqual([])
  })

  test('is none when the receiver does not want to wait', async () => {
    const { clock, create, receive } = sqsFixture()
    await create('events', { ReceiveMessageWaitTimeSeconds: '20' })

    expect(await receive({ WaitTimeSeconds: 0 })).toEqual([])
    expect(clock.asked()).toEqual([])
  })

  test.each([-1, 21])('cannot take %d seconds', async (WaitTimeSeconds) => {
    const { create, receive } = sqsFixture()
    await create()

    await expect(receive({ WaitTimeSeconds })).rejects.toMatchObject({ code: 'InvalidParameterValue' })
  })
})
