/** Facts from https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
import type { Target } from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import {
  ACCOUNT,
  DEAD_LETTERS,
  eventsFixture,
  FUNCTION,
  MACHINE,
  payloadOf,
  REGION,
  ROLE,
} from './fixture.ts'

const ruleArn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/irsa/rule`

/** A rule whose function always answers the error, and whose dead letters are kept. */
async function failing(error: AwsError, target: Partial<Target> = {}) {
  const fixture = eventsFixture({
    'lambda Invoke': () => {
      throw error
    },
  })
  await fixture.rule({ DeadLetterConfig: { Arn: DEAD_LETTERS }, ...target })
  return { ...fixture, letters: () => fixture.sent.filter(({ to }) => to === 'sqs SendMessage') }
}

function attributesOf(letter: { readonly input: Readonly<Record<string, unknown>> } | undefined) {
  const attributes = (letter?.input.MessageAttributes ?? {}) as Record<string, MessageAttribute>
  for (const { DataType } of Object.values(attributes)) expect(DataType).toBe('String')
  return Object.fromEntries(Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue]))
}

interface MessageAttribute {
  readonly DataType: string
  readonly StringValue: string
}

const down = new AwsError('ServiceException', 'The service is down.', 500)
const denied = new AwsError('AccessDeniedException', 'events.amazonaws.com is not authorized', 403)

describe('a dead letter', () => {
  test('is the event, sent by EventBridge for the rule, with the reason in its attributes', async () => {
    const { letters, put } = await failing(denied)

    const { Entries } = await put({})

    const [letter, ...others] = letters()
    expect(others).toEqual([])
    expect(letter).toMatchObject({
      input: { QueueUrl: `http://127.0.0.1:4566/${ACCOUNT}/dead` },
      call: {
        principal: { kind: 'service', account: ACCOUNT, arn: 'events.amazonaws.com', sourceArn: ruleArn },
        region: REGION,
      },
    })
    expect(letter && payloadOf(letter)).toMatchObject({
      id: Entries?.[0]?.EventId,
      source: 'test',
      detail: { cluster: 'blue' },
    })
    expect(attributesOf(letter)).toEqual({
      RULE_ARN: ruleArn,
      TARGET_ARN: FUNCTION,
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: 'events.amazonaws.com is not authorized',
      RETRY_ATTEMPTS: '0',
    })
  })

  test('of a target that was tried often enough says so', async () => {
    const { clock, letters, put } = await failing(down, { RetryPolicy: { MaximumRetryAttempts: 2 } })

    await put({})
    await clock.pass(86_400_000)

    expect(letters().map(attributesOf)).toEqual([
      {
        RULE_ARN: ruleArn,
        TARGET_ARN: FUNCTION,
        ERROR_CODE: 'ERROR_FROM_TARGET',
        ERROR_MESSAGE: 'The service is down.',
        EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        RETRY_ATTEMPTS: '2',
      },
    ])
  })

  test('of an event that has become too old says so, when it has', async () => {
    const { clock, letters, put, sent } = await failing(down, {
      RetryPolicy: { MaximumEventAgeInSeconds: 60 },
    })

    await put({})
    await clock.pass(59_999)
    expect(letters()).toEqual([])
    await clock.pass(1)

    const [letter] = letters()
    expect(attributesOf(letter)).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
      RETRY_ATTEMPTS: String(sent.length - 2),
    })
    expect(clock.pendingTimers()).toBe(0)
  })

  test.each<[string, AwsError]>([
    ['NO_PERMISSIONS', denied],
    ['NO_PERMISSIONS', new AwsError('AccessDenied', 'no', 403)],
    ['NO_RESOURCE', new AwsError('ResourceNotFoundException', 'Function not found', 404)],
    ['NO_RESOURCE', new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')],
    ['NO_RESOURCE', new AwsError('StateMachineDoesNotExist', 'State Machine Does Not Exist')],
    ['INVALID_PARAMETER', new AwsError('InvalidParameterValueException', 'no')],
    ['RESOURCE_LIMIT_EXCEEDED', new AwsError('ExecutionLimitExceeded', 'no')],
    ['RESOURCE_ALREADY_EXISTS', new AwsError('ExecutionAlreadyExists', 'no')],
    ['SDK_CLIENT_ERROR', new AwsError('KmsDisabledException', 'no')],
  ])('has the error code %s without a retry for %s', async (code, error) => {
    const { clock, letters, put } = await failing(error)

    await put({})

    expect(letters().map(attributesOf)).toMatchObject([{ ERROR_CODE: code, RETRY_ATTEMPTS: '0' }])
    expect(attributesOf(letters()[0])).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION')
    expect(clock.pendingTimers()).toBe(0)
  })

  test('has the error code THROTTLING for a target that never had room', async () => {
    const throttled = new AwsError('ThrottlingException', 'Rate exceeded')
    const { letters, put } = await failing(throttled, { RetryPolicy: { MaximumRetryAttempts: 0 } })

    await put({})

    expect(letters().map(attributesOf)).toMatchObject([
      { ERROR_CODE: 'THROTTLING', EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts' },
    ])
  })

  test('has the error code FAILED_TO_ASSUME_ROLE when the role does not trust EventBridge', async () => {
    const fixture = eventsFixture()
    fixture.untrusted.add(ROLE)
    await fixture.rule({ Arn: MACHINE, RoleArn: ROLE, DeadLetterConfig: { Arn: DEAD_LETTERS } })

    await fixture.put({})

    expect(fixture.sent.map(attributesOf)).toMatchObject([
      { ERROR_CODE: 'FAILED_TO_ASSUME_ROLE', TARGET_ARN: MACHINE, RETRY_ATTEMPTS: '0' },
    ])
  })

  test('is not written without a queue for it, nor for an event that was taken', async () => {
    const { letters, put } = await failing(denied, { DeadLetterConfig: undefined })
    await put({})
    expect(letters()).toEqual([])

    const taken = eventsFixture()
    await taken.rule({ DeadLetterConfig: { Arn: DEAD_LETTERS } })
    await taken.put({})
    expect(taken.sent.map(({ to }) => to)).toEqual(['lambda Invoke'])
  })

  test('that its queue does not take is lost, and nothing else with it', async () => {
    const fixture = eventsFixture({
      'lambda Invoke': () => {
        throw denied
      },
      'sqs SendMessage': () => {
        throw denied
      },
    })
    await fixture.rule({ DeadLetterConfig: { Arn: DEAD_LETTERS } })

    await fixture.put({}, {})

    expect(fixture.sent.map(({ to }) => to).toSorted()).toEqual([
      'lambda Invoke',
      'lambda Invoke',
      'sqs SendMessage',
      'sqs SendMessage',
    ])
    expect(fixture.clock.pendingTimers()).toBe(0)
  })
})

test('a fault of local mode itself ends in the dead-letter queue, and not the process', async () => {
  const fixture = eventsFixture({
    'lambda Invoke': () => {
      throw new RangeError('Maximum call stack size exceeded')
    },
  })
  await fixture.rule({ DeadLetterConfig: { Arn: DEAD_LETTERS } })

  await fixture.put({})

  const letter = fixture.sent.find(({ to }) => to === 'sqs SendMessage')
  expect(attributesOf(letter)).toMatchObject({
    ERROR_CODE: 'ERROR_FROM_TARGET',
    ERROR_MESSAGE: 'The embedded EventBridge failed: Maximum call stack size exceeded',
    RETRY_ATTEMPTS: '0',
  })
})
