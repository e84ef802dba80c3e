import { InvokeCommand } from '@aws-sdk/client-lambda'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { describe, expect, test } from 'vitest'
import {
  countLetters,
  discardLetter,
  listLetters,
  replayLetter,
  replayLetters,
  showLetter,
} from '../../../lib/ops/dead-letters.ts'
import { refusal, sent, sentNames } from '../aws/sdk.ts'
import { anOperator, OPERATOR, written } from './an-operator.ts'
import { EVENT, FUNCTION, failed, refused, streamFailure, theQueues, undelivered } from './queues.ts'

describe('listLetters', () => {
  test('says which queue has more than it reads', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => refused(`r${index}`))
    const { queues } = theQueues({ 'dead-letters': many, 'undelivered-events': [undelivered('u')] })

    const { letters, unread } = await listLetters(queues)

    expect([letters.length, unread]).toEqual([1001, ['dead-letters']])
  })

  test('has what is in all three queues, the oldest first, and gives everything back', async () => {
    const { queues, visible } = theQueues({
      'undelivered-events': [undelivered('u')],
      'dead-letters': [refused('r'), failed('f')],
      'stream-failures': [streamFailure('s')],
    })

    const { letters, unread } = await listLetters(queues)
    expect(unread).toEqual([])

    expect(letters.at(-1)?.id).toBe('r')
    expect(letters.map(({ id, error, replay }) => [id, error, replay?.functionName]).toSorted()).toEqual([
      ['f', 'AwsUnavailable', 'irsa-dev-cluster-events'],
      ['r', 'InvalidInput', undefined],
      ['s', 'RetryAttemptsExhausted', undefined],
      ['u', 'NO_PERMISSIONS', 'irsa-dev-cluster-events'],
    ])
    expect([...visible.values()].map((messages) => messages.length)).toEqual([1, 2, 1])
  })

  test('says how many somebody else has, of all three queues', async () => {
    const { queues } = theQueues(
      { 'dead-letters': [refused('r')] },
      { 'dead-letters': 2, 'stream-failures': 1 },
    )

    expect(await listLetters(queues)).toMatchObject({ letters: [{ id: 'r' }], heldByOthers: 3 })
    expect(await listLetters(theQueues({}).queues)).toMatchObject({ letters: [], heldByOthers: 0 })
  })

  test('counts none that came back meanwhile, or that SQS had not counted as given back yet', async () => {
    const { queues, sqs } = theQueues({ 'dead-letters': [refused('r')] })
    sqs.on(GetQueueAttributesCommand, { QueueUrl: queues.urls['dead-letters'] }).resolves({
      Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '1' },
    })

    expect(await listLetters(queues)).toMatchObject({ letters: [{ id: 'r' }], heldByOthers: 0 })
  })

  test('reads on until nothing more comes', async () => {
    const many = Array.from({ length: 25 }, (_, index) => refused(`r${index}`))
    const { queues } = theQueues({ 'dead-letters': many })

    expect((await listLetters(queues)).letters).toHaveLength(25)
  })

  test('shows no private key that came in an event', async () => {
    const { queues } = theQueues({ 'undelivered-events': [undelivered('u')], 'dead-letters': [failed('f')] })

    const events = (await listLetters(queues)).letters.map(({ event }) => event)

    expect(events).toEqual([
      expect.objectContaining({ detail: { cluster: 'golem', serviceAccountKeys: '(struck out)' } }),
      expect.objectContaining({ detail: { cluster: 'golem', serviceAccountKeys: '(struck out)' } }),
    ])
  })

  test('bears a message that is none of ours', async () => {
    const { queues } = theQueues({ 'dead-letters': [{ MessageId: 'x', Body: 'hello' }] })

    expect((await listLetters(queues)).letters).toMatchObject([
      { id: 'x', error: 'Unknown', replay: undefined },
    ])
  })
})

describe('replayLetter', () => {
  test.each([
    ['undelivered-events', undelivered('a')],
    ['dead-letters', failed('a')],
  ] as const)(
    'of %s sends the original event to its function, and only then deletes',
    async (queue, letter) => {
      const { queues, sqs, lambda } = theQueues({ [queue]: [letter] })

      await replayLetter(queues, 'a', await anOperator())

      const calls = sent(sqs, lambda).filter(([name]) => name !== 'ReceiveMessage')
      expect(calls).toEqual([
        [
          'Invoke',
          {
            FunctionName: 'irsa-dev-cluster-events',
            InvocationType: 'Event',
            Payload: Buffer.from(JSON.stringify(EVENT)),
          },
        ],
        ['DeleteMessage', { QueueUrl: queues.urls[queue], ReceiptHandle: 'receipt of a' }],
      ])
    },
  )

  test('is written into the audit before the event is sent, without the event', async () => {
    const { queues, lambda } = theQueues({ 'undelivered-events': [undelivered('a')] })
    const operator = await anOperator()
    const known: unknown[] = []
    lambda.on(InvokeCommand).callsFake(async () => known.push(...(await written(operator))))

    await replayLetter(queues, 'a', operator)

    expect(known).toEqual([
      {
        changeId: expect.any(String),
        at: '2026-01-31T12:30:00.000Z',
        who: OPERATOR,
        what: 'DeadLetterReplayed',
        about: { cluster: 'golem', deadLetter: 'a' },
        before: {
          queue: 'undelivered-events',
          at: '2026-01-31T12:00:00.000Z',
          error: 'NO_PERMISSIONS',
          message: 'may not invoke',
        },
      },
    ])
  })

  test('keeps the letter when it cannot be sent', async () => {
    const { queues, lambda, visible, sqs } = theQueues({ 'undelivered-events': [undelivered('a')] })
    lambda.on(InvokeCommand).rejects(refusal('ServiceException', 'no', 500))
    const operator = await anOperator()

    await expect(replayLetter(queues, 'a', operator)).rejects.toMatchObject({ name: 'AwsUnavailable' })

    expect(sentNames(sqs)).not.toContain('DeleteMessage')
    expect(visible.get(queues.urls['undelivered-events'])).toHaveLength(1)
  })

  test.each([
    ['was refused', { 'dead-letters': [refused('a')] }],
    ['is of the stream', { 'stream-failures': [streamFailure('a')] }],
    [
      'was for a function of somebody else',
      { 'undelivered-events': [undelivered('a', FUNCTION.replace('irsa-dev', 'other'))] },
    ],
  ])('refuses one that %s', async (_, contents) => {
    const { queues, lambda, sqs } = theQueues(contents)
    const operator = await anOperator()

    await expect(replayLetter(queues, 'a', operator)).rejects.toMatchObject({
      name: 'DeadLetterNotReplayable',
    })

    expect([...sentNames(lambda), ...sentNames(sqs)]).not.toContain('DeleteMessage')
    expect(sentNames(lambda)).toEqual([])
    expect(await written(operator)).toEqual([])
  })

  test('says when there is none of that name', async () => {
    const { queues } = theQueues({})
    const operator = await anOperator()

    await expect(replayLetter(queues, 'a', operator)).rejects.toMatchObject({ name: 'DeadLetterNotFound' })
  })
})

test('replayLetters sends each that can be, pauses before each, and one that fails keeps no other', async () => {
  const { queues, lambda, visible } = theQueues({
    'undelivered-events': [undelivered('a'), undelivered('b')],
    'dead-letters': [refused('r'), failed('f')],
  })
  lambda
    .on(InvokeCommand)
    .rejectsOnce(refusal('ServiceException', 'no', 500))
    .resolves({})
  const told: (readonly [string, boolean])[] = []
  let pauses = 0
  const operator = await anOperator()

  await replayLetters(
    queues,
    operator,
    ({ id }, error) => told.push([id, error === undefined]),
    async () => (pauses += 1),
  )

  expect(told).toEqual([
    ['a', false],
    ['b', true],
    ['f', true],
  ])
  expect(pauses).toBe(3)
  expect((await written(operator)).map(({ about }) => about.deadLetter).toSorted()).toEqual(['a', 'b', 'f'])
  expect([...visible.values()].flat().map(({ MessageId }) => MessageId)).toEqual(['a', 'r'])
})

test('discardLetter deletes one and gives the others back', async () => {
  const { queues, visible } = theQueues({ 'dead-letters': [refused('a'), refused('b')] })

  const operator = await anOperator()

  expect(await discardLetter(queues, 'a', operator)).toMatchObject({ id: 'a' })

  expect(await written(operator)).toMatchObject([
    {
      who: OPERATOR,
      what: 'DeadLetterDiscarded',
      about: { deadLetter: 'a' },
      before: { error: 'InvalidInput' },
    },
  ])
  expect([...visible.values()].flat().map(({ MessageId }) => MessageId)).toEqual(['b'])
})

test('showLetter gives it back', async () => {
  const { queues, visible } = theQueues({ 'dead-letters': [refused('a')] })

  expect(await showLetter(queues, 'a')).toMatchObject({ error: 'InvalidInput', remedy: 'Correct it.' })

  expect([...visible.values()].flat()).toHaveLength(1)
})

test('countLetters counts what is hidden too', async () => {
  const { queues } = theQueues({ 'dead-letters': [refused('a'), refused('b')] }, { 'dead-letters': 1 })

  expect(await countLetters(queues)).toEqual({
    'undelivered-events': 0,
    'dead-letters': 3,
    'stream-failures': 0,
  })
})
