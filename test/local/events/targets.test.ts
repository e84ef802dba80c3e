/** Facts from https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html and its neighbours. */
import type { ListTargetsByRuleResponse } from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { ACCOUNT, eventsFixture, FUNCTION, MACHINE, QUEUE, REGION } from './fixture.ts'

const notFound = { code: 'ResourceNotFoundException' }
const limited = { code: 'LimitExceededException' }
const onRule = { EventBusName: 'irsa', Rule: 'rule' }

async function bus() {
  const fixture = eventsFixture()
  await fixture.run('CreateEventBus', { Name: 'irsa' })
  const rule = { EventBusName: 'irsa', Name: 'rule', EventPattern: '{"source":["test"]}' }
  return { ...fixture, putRule: () => fixture.run('PutRule', rule) }
}

describe('PutTargets', () => {
  const target = { Id: 'a', Arn: FUNCTION }

  test('adds targets and replaces those of the same ID', async () => {
    const { putRule, run } = await bus()
    await putRule()
    await run('PutTargets', { ...onRule, Targets: [target, { Id: 'b', Arn: QUEUE }] })

    const answer = await run('PutTargets', { ...onRule, Targets: [{ ...target, Input: '{}' }] })

    expect(answer).toEqual({ FailedEntryCount: 0, FailedEntries: [] })
    expect(await run('ListTargetsByRule', onRule)).toEqual({
      Targets: [
        { ...target, Input: '{}' },
        { Id: 'b', Arn: QUEUE },
      ],
    })
  })

  test('takes five targets per rule, in one request or in several', async () => {
    const { putRule, run } = await bus()
    await putRule()
    const targets = (...ids: string[]) => ids.map((Id) => ({ ...target, Id }))

    await expect(
      run('PutTargets', { ...onRule, Targets: targets('a', 'b', 'c', 'd', 'e', 'f') }),
    ).rejects.toMatchObject(limited)
    await run('PutTargets', { ...onRule, Targets: targets('a', 'b', 'c', 'd', 'e') })
    await run('PutTargets', { ...onRule, Targets: targets('a') })
    await expect(run('PutTargets', { ...onRule, Targets: targets('f') })).rejects.toMatchObject(limited)
    const { Targets = [] } = await run<ListTargetsByRuleResponse>('ListTargetsByRule', onRule)
    expect(Targets).toHaveLength(5)
  })

  test.each<[string, object]>([
    ['an ID of 64 characters', { Id: '0-9.Z_'.padEnd(64, 'a') }],
    ['an input of 8,192 characters', { Input: `"${'a'.repeat(8190)}"` }],
    [
      'no retries and events of a minute',
      { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
    ],
    [
      '185 retries within a day',
      { RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 } },
    ],
    ['a template of one character', { InputTransformer: { InputTemplate: '1' } }],
    ['a template of 8,192', { InputTransformer: { InputTemplate: `"${'a'.repeat(8190)}"` } }],
    [
      'a hundred variables',
      {
        InputTransformer: {
          InputPathsMap: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`${n}`, '$.id'])),
          InputTemplate: '<9>',
        },
      },
    ],
  ])('takes %s', async (_, change) => {
    const { putRule, run } = await bus()
    await putRule()

    await run('PutTargets', { ...onRule, Targets: [{ ...target, ...change }] })

    expect(await run('ListTargetsByRule', onRule)).toEqual({ Targets: [{ ...target, ...change }] })
  })

  test.each<[string, object, string]>([
    ['without ID', { Id: '' }, 'ValidationException'],
    ['with a space in its ID', { Id: 'a b' }, 'ValidationException'],
    ['with an ID of 65 characters', { Id: 'a'.repeat(65) }, 'ValidationException'],
    ['whose ARN is none', { Arn: 'work' }, 'ValidationException'],
    ['of Step Functions without role', { Arn: MACHINE }, 'ValidationException'],
    ['with an input that is no JSON', { Input: 'text' }, 'ValidationException'],
    [
      'with an input of more than 8,192 characters',
      { Input: `"${'a'.repeat(8192)}"` },
      'ValidationException',
    ],
    ['with input and path', { Input: '{}', InputPath: '$' }, 'ValidationException'],
    [
      'with path and transformer',
      { InputPath: '$', InputTransformer: { InputTemplate: '{}' } },
      'ValidationException',
    ],
    ['with 186 retries', { RetryPolicy: { MaximumRetryAttempts: 186 } }, 'ValidationException'],
    ['with half a retry', { RetryPolicy: { MaximumRetryAttempts: 0.5 } }, 'ValidationException'],
    ['with -1 retries', { RetryPolicy: { MaximumRetryAttempts: -1 } }, 'ValidationException'],
    [
      'for events of a minute less a second',
      { RetryPolicy: { MaximumEventAgeInSeconds: 59 } },
      'ValidationException',
    ],
    [
      'for events of a day and a second',
      { RetryPolicy: { MaximumEventAgeInSeconds: 86_401 } },
      'ValidationException',
    ],
    ['with dead letters to a function', { DeadLetterConfig: { Arn: FUNCTION } }, 'ValidationException'],
    ['with dead letters to what is no ARN', { DeadLetterConfig: { Arn: 'dead' } }, 'ValidationException'],
    [
      'with dead letters to another region',
      { DeadLetterConfig: { Arn: QUEUE.replace(REGION, 'us-east-1') } },
      'ValidationException',
    ],
    [
      'with dead letters to a FIFO queue',
      { DeadLetterConfig: { Arn: `${QUEUE}.fifo` } },
      'ValidationException',
    ],
    ['of SNS', { Arn: `arn:aws:sns:${REGION}:${ACCOUNT}:topic` }, 'NotInLocalMode'],
    ['that is a bus', { Arn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/other` }, 'NotInLocalMode'],
    ['with a message group', { Arn: QUEUE, SqsParameters: { MessageGroupId: 'a' } }, 'NotInLocalMode'],
    ['with HTTP parameters', { HttpParameters: {} }, 'NotInLocalMode'],
  ])('refuses a target %s, and the others of the request with it', async (_, change, code) => {
    const { putRule, run } = await bus()
    await putRule()

    const Targets = [
      { ...target, Id: 'good' },
      { ...target, ...change },
    ]
    await expect(run('PutTargets', { ...onRule, Targets })).rejects.toMatchObject({ code })
    expect(await run('ListTargetsByRule', onRule)).toEqual({ Targets: [] })
  })

  test('needs the rule', async () => {
    const { run } = await bus()

    await expect(run('PutTargets', { ...onRule, Targets: [target] })).rejects.toMatchObject(notFound)
    await expect(run('RemoveTargets', { ...onRule, Ids: ['a'] })).rejects.toMatchObject(notFound)
  })

  test('of RemoveTargets are gone, unknown ones are no error', async () => {
    const { rule, run } = eventsFixture()
    await rule()

    expect(await run('RemoveTargets', { ...onRule, Ids: ['target', 'none'] })).toEqual({
      FailedEntryCount: 0,
      FailedEntries: [],
    })
    expect(await run('ListTargetsByRule', onRule)).toEqual({ Targets: [] })
  })
})
