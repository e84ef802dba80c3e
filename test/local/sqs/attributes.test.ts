/** Facts from https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
import { describe, expect, test } from 'vitest'
import { ACCOUNT, callOf, OTHER_ACCOUNT, QUEUE_ARN, QUEUE_URL, REGION, sqsFixture } from './fixture.ts'

const statement = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: QUEUE_ARN,
}
const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })

describe('GetQueueAttributes', () => {
  test('answers defaults, name and times of a new queue', async () => {
    const { attributes, create } = sqsFixture()
    await create()

    expect(await attributes('All')).toEqual({
      QueueArn: QUEUE_ARN,
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      CreatedTimestamp: '1767225600',
      LastModifiedTimestamp: '1767225600',
      DelaySeconds: '0',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
      VisibilityTimeout: '30',
      SqsManagedSseEnabled: 'true',
    })
  })

  test('answers what is asked for and set, nothing without names, and no name that is none', async () => {
    const { attributes, create } = sqsFixture()
    await create()

    expect(await attributes('QueueArn', 'Policy')).toEqual({ QueueArn: QUEUE_ARN })
    expect(await attributes()).toEqual({})
    await expect(attributes('QueueArn', 'Colour')).rejects.toMatchObject({ code: 'InvalidAttributeName' })
  })
})

describe('an attribute', () => {
  test.each<[string, string, string]>([
    ['DelaySeconds', '0', '900'],
    ['MaximumMessageSize', '1024', '1048576'],
    ['MessageRetentionPeriod', '60', '1209600'],
    ['ReceiveMessageWaitTimeSeconds', '0', '20'],
    ['VisibilityTimeout', '0', '43200'],
  ])('%s goes from %s to %s', async (name, least, most) => {
    const { attributes, create, set } = sqsFixture()
    await create()

    for (const value of [least, most]) {
      await set({ [name]: value })
      expect(await attributes(name)).toEqual({ [name]: value })
    }
    for (const value of [String(Number(least) - 1), String(Number(most) + 1), '1.5', 'many', ''])
      await expect(set({ [name]: value })).rejects.toMatchObject({ code: 'InvalidAttributeValue' })
    expect(await attributes(name)).toEqual({ [name]: most })
  })

  test('that is unknown, computed or of FIFO queues cannot be set', async () => {
    const { create, set } = sqsFixture()
    await create()

    for (const name of ['Colour', 'QueueArn', 'ApproximateNumberOfMessages', 'FifoQueue', 'All'])
      await expect(set({ [name]: 'false' })).rejects.toMatchObject({ code: 'InvalidAttributeName' })
    await expect(create('others', { Colour: 'red' })).rejects.toMatchObject({ code: 'InvalidAttributeName' })
    await expect(create('others', { FifoQueue: 'true' })).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })

  test('that is wrong changes none of those with it, and makes no queue', async () => {
    const { attributes, create, run, set } = sqsFixture()
    await create()

    await expect(set({ DelaySeconds: '5', VisibilityTimeout: '-1' })).rejects.toThrow()
    await expect(create('others', { VisibilityTimeout: '-1' })).rejects.toThrow()

    expect(await attributes('DelaySeconds')).toEqual({ DelaySeconds: '0' })
    expect(await run('ListQueues', {})).toEqual({ QueueUrls: [QUEUE_URL] })
  })

  test('that is set changes LastModifiedTimestamp, not CreatedTimestamp', async () => {
    const { attributes, clock, create, set } = sqsFixture()
    await create()
    clock.advance(61_000)

    await set({ DelaySeconds: '5' })

    expect(await attributes('CreatedTimestamp', 'LastModifiedTimestamp')).toEqual({
      CreatedTimestamp: '1767225600',
      LastModifiedTimestamp: '1767225661',
    })
  })
})

describe('encryption', () => {
  const both = ['SqsManagedSseEnabled', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds']

  test("is with SQS's own keys unless it is switched off", async () => {
    const { attributes, create } = sqsFixture()
    await create('events', { SqsManagedSseEnabled: 'false' })

    expect(await attributes(...both)).toEqual({ SqsManagedSseEnabled: 'false' })
  })

  test('is of one kind: a KMS key puts the own keys out, and the other way round', async () => {
    const { attributes, create, set } = sqsFixture()
    await create('events', { KmsMasterKeyId: 'alias/aws/sqs' })
    expect(await attributes(...both)).toEqual({
      SqsManagedSseEnabled: 'false',
      KmsMasterKeyId: 'alias/aws/sqs',
      KmsDataKeyReusePeriodSeconds: '300',
    })

    await set({ SqsManagedSseEnabled: 'true' })
    expect(await attributes(...both)).toEqual({ SqsManagedSseEnabled: 'true' })
  })

  test.each([
    [{ KmsMasterKeyId: 'alias/aws/sqs', SqsManagedSseEnabled: 'true' }],
    [{ KmsMasterKeyId: 'alias/aws/sqs', KmsDataKeyReusePeriodSeconds: '59' }],
    [{ KmsMasterKeyId: 'alias/aws/sqs', KmsDataKeyReusePeriodSeconds: '86401' }],
    [{ SqsManagedSseEnabled: 'yes' }],
  ])('%j is refused', async (attributes) => {
    const { create } = sqsFixture()

    await expect(create('events', attributes as Record<string, string>)).rejects.toMatchObject({
      code: 'InvalidAttributeValue',
    })
  })
})

describe('Policy', () => {
  test('is answered as it was given, and taken away by an empty one', async () => {
    const { attributes, create, set } = sqsFixture()
    await create('events', { Policy: policy })
    expect(await attributes('Policy')).toEqual({ Policy: policy })

    await set({ Policy: '' })
    expect(await attributes('Policy')).toEqual({})
  })

  test.each<[string, string]>([
    ['that is no JSON', '{'],
    ['without statements', '{}'],
    ['with an empty list of them', '{"Statement":[]}'],
    ['that is a text', '"Allow"'],
    ['without principal', JSON.stringify({ Statement: { ...statement, Principal: undefined } })],
    ['without action', JSON.stringify({ Statement: { ...statement, Action: undefined } })],
    ['without resource', JSON.stringify({ Statement: { ...statement, Resource: undefined } })],
    ['with another effect', JSON.stringify({ Statement: { ...statement, Effect: 'Maybe' } })],
    ['of another version', JSON.stringify({ Version: '2026-01-01', Statement: statement })],
    ['with an unknown element', JSON.stringify({ Statement: { ...statement, Actions: 'sqs:*' } })],
    [
      'with an unknown condition',
      JSON.stringify({ Statement: { ...statement, Condition: { Is: { a: 'b' } } } }),
    ],
  ])('%s is refused', async (_, Policy) => {
    const { create } = sqsFixture()

    await expect(create('events', { Policy })).rejects.toMatchObject({ code: 'InvalidAttributeValue' })
  })

  test('may have a Sid with spaces, as AWS documents it for EventBridge', async () => {
    const { create } = sqsFixture()
    const Policy = JSON.stringify({ Statement: [{ ...statement, Sid: 'Dead-letter queue permissions' }] })

    await expect(create('events', { Policy })).resolves.toBe(QUEUE_URL)
  })
})

describe('RedrivePolicy', () => {
  const dead = `arn:aws:sqs:${REGION}:${ACCOUNT}:dead`
  const redrive = (change: object = {}) =>
    JSON.stringify({ deadLetterTargetArn: dead, maxReceiveCount: 3, ...change })

  test.each([redrive(), redrive({ maxReceiveCount: '3' }), redrive({ maxReceiveCount: 1000 })])(
    '%s is taken',
    async (RedrivePolicy) => {
      const { attributes, create } = sqsFixture()
      await create('dead')

      await create('events', { RedrivePolicy })

      expect(await attributes('RedrivePolicy')).toEqual({ RedrivePolicy })
    },
  )

  test.each([
    'dead',
    '{}',
    redrive({ maxReceiveCount: 0 }),
    redrive({ maxReceiveCount: 1001 }),
    redrive({ maxReceiveCount: 1.5 }),
    redrive({ deadLetterTargetArn: 'dead' }),
    redrive({ deadLetterTargetArn: `${dead}s` }),
    redrive({ colour: 'red' }),
  ])('%s is refused', async (RedrivePolicy) => {
    const { create } = sqsFixture()
    await create('dead')

    await expect(create('events', { RedrivePolicy })).rejects.toMatchObject({
      code: 'InvalidAttributeValue',
    })
  })

  test.each([
    ['in another region', callOf(ACCOUNT, 'us-east-1'), dead.replace(REGION, 'us-east-1')],
    ['of another account', callOf(OTHER_ACCOUNT), dead.replace(ACCOUNT, OTHER_ACCOUNT)],
  ])('cannot name a queue %s', async (_, call, deadLetterTargetArn) => {
    const { create, run } = sqsFixture()
    await run('CreateQueue', { QueueName: 'dead' }, call)

    await expect(create('events', { RedrivePolicy: redrive({ deadLetterTargetArn }) })).rejects.toMatchObject(
      { code: 'InvalidAttributeValue' },
    )
  })

  test.each<[object, boolean]>([
    [{ redrivePermission: 'allowAll' }, true],
    [{ redrivePermission: 'denyAll' }, false],
    [{ redrivePermission: 'byQueue', sourceQueueArns: [QUEUE_ARN] }, true],
    [{ redrivePermission: 'byQueue', sourceQueueArns: [`${QUEUE_ARN}s`] }, false],
  ])('depends on what the dead-letter queue allows: %j', async (allowed, isTaken) => {
    const { create } = sqsFixture()
    await create('dead', { RedriveAllowPolicy: JSON.stringify(allowed) })
    const attempt = create('events', { RedrivePolicy: redrive() })

    await (isTaken
      ? expect(attempt).resolves.toBe(QUEUE_URL)
      : expect(attempt).rejects.toMatchObject({ code: 'InvalidAttributeValue' }))
  })

  test.each([
    '{}',
    '{"redrivePermission":"some"}',
    '{"redrivePermission":"byQueue"}',
    '{"redrivePermission":"allowAll","sourceQueueArns":["a"]}',
    JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: Array(11).fill(QUEUE_ARN) }),
  ])('what allows it cannot be %s', async (RedriveAllowPolicy) => {
    const { create } = sqsFixture()

    await expect(create('dead', { RedriveAllowPolicy })).rejects.toMatchObject({
      code: 'InvalidAttributeValue',
    })
  })
})
