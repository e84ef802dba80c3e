/** Facts from https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html and its neighbours. */
import { describe, expect, test } from 'vitest'
import { ACCOUNT, callOf, ENDPOINT, OTHER_ACCOUNT, QUEUE_URL, sqsFixture } from './fixture.ts'

const gone = { code: 'QueueDoesNotExist' }

describe('CreateQueue', () => {
  test('answers a URL with host and port, account and name', async () => {
    const { run } = sqsFixture()

    expect(await run('CreateQueue', { QueueName: 'events' })).toEqual({ QueueUrl: QUEUE_URL })
  })

  test('may be repeated, with the same attributes or without them', async () => {
    const { create, set } = sqsFixture()
    await create('events', { VisibilityTimeout: '60' })

    expect(await create('events', { VisibilityTimeout: '60', DelaySeconds: '0' })).toBe(QUEUE_URL)
    expect(await create('events')).toBe(QUEUE_URL)

    await set({ VisibilityTimeout: '90' })
    expect(await create('events', { VisibilityTimeout: '90' })).toBe(QUEUE_URL)
  })

  test('refuses other attributes of a queue that is there, and leaves it as it was', async () => {
    const { attributes, create } = sqsFixture()
    await create('events', { VisibilityTimeout: '60' })

    await expect(create('events', { VisibilityTimeout: '61' })).rejects.toMatchObject({
      code: 'QueueNameExists',
    })
    await expect(create('events', { MessageRetentionPeriod: '60' })).rejects.toMatchObject({
      code: 'QueueNameExists',
    })
    expect(await attributes('VisibilityTimeout', 'MessageRetentionPeriod')).toEqual({
      VisibilityTimeout: '60',
      MessageRetentionPeriod: '345600',
    })
  })

  test('takes a name once per account and region, with regard to case', async () => {
    const { create, send, bodies } = sqsFixture()
    await create()
    await send('here')

    await create('events', { DelaySeconds: '1' }, callOf(OTHER_ACCOUNT))
    await create('events', { DelaySeconds: '1' }, callOf(ACCOUNT, 'us-east-1'))
    await create('Events', { DelaySeconds: '1' })

    expect(await bodies()).toEqual(['here'])
  })

  test.each([
    ['', 'InvalidParameterValue'],
    ['a b', 'InvalidParameterValue'],
    ['a.b', 'InvalidParameterValue'],
    ['a'.repeat(81), 'InvalidParameterValue'],
    ['orders.fifo', 'NotInLocalMode'],
  ])('refuses the name %j', async (QueueName, code) => {
    const { run } = sqsFixture()

    await expect(run('CreateQueue', { QueueName })).rejects.toMatchObject({ code })
  })

  test('takes a name of 80 characters', async () => {
    const { create } = sqsFixture()

    expect(await create(`_-${'9'.repeat(78)}`)).toBe(`${ENDPOINT}/${ACCOUNT}/_-${'9'.repeat(78)}`)
  })

  test('refuses the name of a queue that was deleted less than a minute ago', async () => {
    const { clock, create, run } = sqsFixture()
    await create()
    await run('DeleteQueue', { QueueUrl: QUEUE_URL })

    clock.advance(59_999)
    await expect(create()).rejects.toMatchObject({ code: 'QueueDeletedRecently' })
    expect(await create('others')).toBe(`${ENDPOINT}/${ACCOUNT}/others`)

    clock.advance(1)
    expect(await create()).toBe(QUEUE_URL)
  })
})

describe('a queue', () => {
  test.each([
    ['of another host', `https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/events`],
    ['with a slash behind', `${QUEUE_URL}/`],
  ])('is found by a URL %s', async (_, QueueUrl) => {
    const { bodies, create, run } = sqsFixture()
    await create()

    await run('SendMessage', { QueueUrl, MessageBody: 'found' })

    expect(await bodies()).toEqual(['found'])
  })

  test.each([
    ['of another name', `${ENDPOINT}/${ACCOUNT}/others`],
    ['of another account', `${ENDPOINT}/${OTHER_ACCOUNT}/events`],
    ['of another case', `${ENDPOINT}/${ACCOUNT}/Events`],
    ['that is none', 'events'],
  ])('is not found by a URL %s', async (_, QueueUrl) => {
    const { create, run } = sqsFixture()
    await create()

    await expect(run('SendMessage', { QueueUrl, MessageBody: 'lost' })).rejects.toMatchObject(gone)
  })

  test('is not found in another region', async () => {
    const { create, run } = sqsFixture()
    await create()

    await expect(
      run('ReceiveMessage', { QueueUrl: QUEUE_URL }, callOf(ACCOUNT, 'us-east-1')),
    ).rejects.toMatchObject(gone)
  })

  test('that was deleted is gone, messages and tags included', async () => {
    const { bodies, clock, create, run, send } = sqsFixture()
    await create()
    await send('lost')
    await run('TagQueue', { QueueUrl: QUEUE_URL, Tags: { team: 'a' } })

    await run('DeleteQueue', { QueueUrl: QUEUE_URL })

    for (const operation of [
      'SendMessage',
      'ReceiveMessage',
      'GetQueueAttributes',
      'DeleteQueue',
      'PurgeQueue',
    ])
      await expect(run(operation, { QueueUrl: QUEUE_URL, MessageBody: 'a' })).rejects.toMatchObject(gone)
    clock.advance(60_000)
    await create()
    expect(await bodies()).toEqual([])
    expect(await run('ListQueueTags', { QueueUrl: QUEUE_URL })).toEqual({ Tags: {} })
  })
})

describe('GetQueueUrl', () => {
  test('finds a queue of the account by name, one of another account by its number', async () => {
    const { create, run } = sqsFixture()
    await create()

    expect(await run('GetQueueUrl', { QueueName: 'events' })).toEqual({ QueueUrl: QUEUE_URL })
    const input = { QueueName: 'events', QueueOwnerAWSAccountId: ACCOUNT }
    expect(await run('GetQueueUrl', input, callOf(OTHER_ACCOUNT))).toEqual({ QueueUrl: QUEUE_URL })
    await expect(run('GetQueueUrl', { QueueName: 'events' }, callOf(OTHER_ACCOUNT))).rejects.toMatchObject(
      gone,
    )
    await expect(run('GetQueueUrl', { QueueName: 'others' })).rejects.toMatchObject(gone)
  })
})

describe('ListQueues', () => {
  const url = (name: string) => `${ENDPOINT}/${ACCOUNT}/${name}`

  test("lists the account's queues in the region, by prefix if asked", async () => {
    const { create, run } = sqsFixture()
    for (const name of ['b2', 'a1', 'b1']) await create(name)
    await create('b3', {}, callOf(OTHER_ACCOUNT))
    await create('b4', {}, callOf(ACCOUNT, 'us-east-1'))

    expect(await run('ListQueues', {})).toEqual({ QueueUrls: [url('a1'), url('b1'), url('b2')] })
    expect(await run('ListQueues', { QueueNamePrefix: 'b' })).toEqual({ QueueUrls: [url('b1'), url('b2')] })
    expect(await run('ListQueues', { QueueNamePrefix: 'B' })).toEqual({ QueueUrls: [] })
  })

  test('goes page by page for who asks for pages', async () => {
    const { create, run } = sqsFixture()
    for (const name of ['a', 'b', 'c']) await create(name)

    const first = await run<{ NextToken?: string }>('ListQueues', { MaxResults: 2 })
    expect(first).toEqual({ QueueUrls: [url('a'), url('b')], NextToken: expect.any(String) })
    expect(await run('ListQueues', { MaxResults: 2, NextToken: first.NextToken })).toEqual({
      QueueUrls: [url('c')],
    })
    expect(await run('ListQueues', { MaxResults: 1 })).toMatchObject({ QueueUrls: [url('a')] })
    await expect(run('ListQueues', { MaxResults: 1001 })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    })
    await expect(run('ListQueues', { MaxResults: 0 })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    })
  })
})

describe('PurgeQueue', () => {
  test('takes all messages, in flight and delayed ones too, and keeps the queue', async () => {
    const { bodies, clock, counts, create, receive, run, send } = sqsFixture()
    await create()
    await send('in flight')
    await receive()
    await send('visible')
    await send('delayed', { DelaySeconds: 900 })

    await run('PurgeQueue', { QueueUrl: QUEUE_URL })

    expect(await counts()).toEqual([0, 0, 0])
    clock.advance(900_000)
    expect(await bodies()).toEqual([])
    await send('after')
    expect(await bodies()).toEqual(['after'])
  })

  test('is refused for a minute after the last one', async () => {
    const { clock, create, run } = sqsFixture()
    await create()
    await run('PurgeQueue', { QueueUrl: QUEUE_URL })

    clock.advance(59_999)
    await expect(run('PurgeQueue', { QueueUrl: QUEUE_URL })).rejects.toMatchObject({
      code: 'PurgeQueueInProgress',
    })

    clock.advance(1)
    expect(await run('PurgeQueue', { QueueUrl: QUEUE_URL })).toEqual({})
  })
})

test('tags are added, overwritten and taken away, with regard to case', async () => {
  const { run } = sqsFixture()
  await run('CreateQueue', { QueueName: 'events', tags: { team: 'a', stage: 'dev' } })

  await run('TagQueue', { QueueUrl: QUEUE_URL, Tags: { team: 'b', Team: 'c' } })
  await run('UntagQueue', { QueueUrl: QUEUE_URL, TagKeys: ['stage', 'none'] })

  expect(await run('ListQueueTags', { QueueUrl: QUEUE_URL })).toEqual({ Tags: { team: 'b', Team: 'c' } })
})

test.each(['AddPermission', 'ChangeMessageVisibilityBatch', 'StartMessageMoveTask'])(
  'local mode has no %s, and does not pretend to',
  (operation) => {
    const { service } = sqsFixture()

    expect(Object.keys(service.operations)).not.toContain(operation)
  },
)
