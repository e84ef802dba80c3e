/** Facts from https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-using-identity-based-policies.html */
import { describe, expect, test } from 'vitest'
import { authorize } from '../../../local/policy/authorize.ts'
import type { Statement } from '../../../local/policy/document.ts'
import type { Call, Principal } from '../../../local/service.ts'
import { allow, iamOf, policy, session } from '../policy/principals.ts'
import { ACCOUNT, callOf, OTHER_ACCOUNT, QUEUE_ARN, QUEUE_URL, REGION, sqsFixture } from './fixture.ts'

const rule = `arn:aws:events:${REGION}:${ACCOUNT}:rule/bus/clusters`
const events: Principal = { kind: 'service', account: ACCOUNT, arn: 'events.amazonaws.com', sourceArn: rule }

async function queue(...statements: Partial<Statement>[]) {
  const fixture = sqsFixture()
  const filled = statements.map((one) => ({
    Effect: 'Allow' as const,
    Action: 'sqs:SendMessage',
    Resource: QUEUE_ARN,
    ...one,
  }))
  await fixture.create('events', filled.length > 0 ? { Policy: JSON.stringify(policy(...filled)) } : {})
  return {
    ...fixture,
    attempt:
      (operation: string, call: Call, input: object = { QueueUrl: QUEUE_URL }) =>
      () =>
        authorize(
          call,
          fixture.asks(operation, input, call),
          iamOf({ identityPolicies: [policy(allow('*'))] }),
          'sqs',
        ),
  }
}

describe('IAM is asked', () => {
  test.each([
    ['SendMessage', 'sqs:SendMessage'],
    ['SendMessageBatch', 'sqs:SendMessage'],
    ['ReceiveMessage', 'sqs:ReceiveMessage'],
    ['DeleteMessage', 'sqs:DeleteMessage'],
    ['DeleteMessageBatch', 'sqs:DeleteMessage'],
    ['ChangeMessageVisibility', 'sqs:ChangeMessageVisibility'],
    ['GetQueueAttributes', 'sqs:GetQueueAttributes'],
    ['SetQueueAttributes', 'sqs:SetQueueAttributes'],
    ['DeleteQueue', 'sqs:DeleteQueue'],
    ['PurgeQueue', 'sqs:PurgeQueue'],
    ['TagQueue', 'sqs:TagQueue'],
    ['UntagQueue', 'sqs:UntagQueue'],
    ['ListQueueTags', 'sqs:ListQueueTags'],
  ])('before %s for %s, about the queue and its owner', async (operation, action) => {
    const { asks } = await queue()

    expect(asks(operation, { QueueUrl: QUEUE_URL }, callOf(OTHER_ACCOUNT))).toEqual([
      expect.objectContaining({ action, resource: QUEUE_ARN, owner: ACCOUNT }),
    ])
  })

  test('about a queue by its name before there is one', () => {
    const { asks } = sqsFixture()

    expect(asks('CreateQueue', { QueueName: 'events' })).toEqual([
      { action: 'sqs:CreateQueue', resource: QUEUE_ARN, context: {} },
    ])
    expect(asks('GetQueueUrl', { QueueName: 'events', QueueOwnerAWSAccountId: OTHER_ACCOUNT })).toEqual([
      expect.objectContaining({
        action: 'sqs:GetQueueUrl',
        resource: `arn:aws:sqs:${REGION}:${OTHER_ACCOUNT}:events`,
      }),
    ])
    expect(asks('SendMessage', { QueueUrl: QUEUE_URL }, callOf(ACCOUNT, 'cn-north-1'))).toEqual([
      expect.objectContaining({ resource: `arn:aws-cn:sqs:cn-north-1:${ACCOUNT}:events` }),
    ])
  })

  test('for tagging too when a queue is made with tags, with the tags', () => {
    const { asks } = sqsFixture()
    const context = { 'aws:RequestTag/team': 'a', 'aws:TagKeys': ['team'] }

    expect(asks('CreateQueue', { QueueName: 'events', tags: { team: 'a' } })).toEqual([
      { action: 'sqs:CreateQueue', resource: QUEUE_ARN, context },
      { action: 'sqs:TagQueue', resource: QUEUE_ARN, context },
    ])
  })

  test('for tags only where a new queue has some', () => {
    const { asks } = sqsFixture()

    expect(asks('CreateQueue', { QueueName: 'events', tags: {} })).toHaveLength(1)
  })

  test('with the tags of the queue', async () => {
    const { asks, run } = await queue()
    await run('TagQueue', { QueueUrl: QUEUE_URL, Tags: { team: 'a' } })

    expect(asks('SendMessage', { QueueUrl: QUEUE_URL })).toMatchObject([
      { context: { 'aws:ResourceTag/team': 'a' } },
    ])
    expect(asks('TagQueue', { QueueUrl: QUEUE_URL, Tags: { stage: 'dev' } })).toMatchObject([
      { context: { 'aws:ResourceTag/team': 'a', 'aws:RequestTag/stage': 'dev', 'aws:TagKeys': ['stage'] } },
    ])
  })
})

describe('the policy of a queue', () => {
  const call = (principal: Principal): Call => ({ ...callOf(), principal })

  test('lets a service in for the source that it names, and for nothing else', async () => {
    const { attempt } = await queue({
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': rule } },
    })

    expect(attempt('SendMessage', call(events))).not.toThrow()
    expect(attempt('SendMessage', call({ ...events, sourceArn: `${rule}s` }))).toThrow()
    expect(attempt('ReceiveMessage', call(events))).toThrow()
  })

  test('that is not there lets no service in', async () => {
    const { attempt } = await queue()

    expect(attempt('SendMessage', call(events))).toThrow(expect.objectContaining({ code: 'AccessDenied' }))
  })

  test('keeps even the administrator out by a deny', async () => {
    const { attempt } = await queue({ Effect: 'Deny', Principal: '*', Action: 'sqs:*' })

    expect(attempt('SendMessage', callOf())).toThrow(expect.objectContaining({ code: 'AccessDenied' }))
  })

  test("lets another account in, except to what is its owner's", async () => {
    const { attempt } = await queue({ Principal: { AWS: OTHER_ACCOUNT }, Action: 'sqs:*' })
    const stranger = callOf(OTHER_ACCOUNT)

    for (const operation of ['SendMessage', 'ReceiveMessage', 'GetQueueAttributes', 'PurgeQueue'])
      expect(attempt(operation, stranger)).not.toThrow()
    expect(
      attempt('GetQueueUrl', stranger, { QueueName: 'events', QueueOwnerAWSAccountId: ACCOUNT }),
    ).not.toThrow()
    // Cross-account permissions don't apply to these, AWS says.
    for (const operation of ['SetQueueAttributes', 'DeleteQueue', 'TagQueue', 'UntagQueue', 'ListQueueTags'])
      expect(attempt(operation, stranger)).toThrow(expect.objectContaining({ code: 'AccessDenied' }))
  })

  test('lets a role in that has no policy of its own', async () => {
    const { asks } = await queue({ Principal: { AWS: session().roleArn } })
    const role = call(session())

    expect(() =>
      authorize(role, asks('SendMessage', { QueueUrl: QUEUE_URL }, role), iamOf(), 'sqs'),
    ).not.toThrow()
    expect(() => authorize(role, asks('PurgeQueue', { QueueUrl: QUEUE_URL }, role), iamOf(), 'sqs')).toThrow()
  })
})
