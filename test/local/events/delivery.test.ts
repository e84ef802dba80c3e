/** Facts from https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
import type { Target } from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { AwsError, NotInLocalMode } from '../../../local/errors.ts'
import {
  ACCOUNT,
  anEntry,
  BUS,
  callOf,
  eventsFixture,
  FUNCTION,
  MACHINE,
  OTHER_ACCOUNT,
  QUEUE,
  REGION,
  ROLE,
} from './fixture.ts'

const ruleArn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/irsa/rule`

describe('an event is given', () => {
  test('to a function, which is invoked asynchronously by EventBridge for the rule', async () => {
    const { put, rule, sent } = eventsFixture()
    await rule()

    await put({})

    expect(sent).toMatchObject([
      {
        to: 'lambda Invoke',
        input: { FunctionName: FUNCTION, InvocationType: 'Event' },
        call: {
          principal: { kind: 'service', account: ACCOUNT, arn: 'events.amazonaws.com', sourceArn: ruleArn },
          region: REGION,
        },
      },
    ])
  })

  test('to a queue, as the body of a message', async () => {
    const { put, rule, sent } = eventsFixture()
    await rule({ Arn: QUEUE })

    await put({})

    expect(sent).toMatchObject([
      {
        to: 'sqs SendMessage',
        input: { QueueUrl: `http://127.0.0.1:4566/${ACCOUNT}/events` },
        call: { principal: { kind: 'service', sourceArn: ruleArn } },
      },
    ])
  })

  test('to a state machine, by the role of the target', async () => {
    const { put, rule, sent } = eventsFixture()
    await rule({ Arn: MACHINE, RoleArn: ROLE })

    await put({})

    expect(sent).toMatchObject([
      {
        to: 'states StartExecution',
        input: { stateMachineArn: MACHINE },
        call: { principal: { kind: 'role-session', roleArn: ROLE } },
      },
    ])
    // No name: EventBridge cannot set one.
    expect(sent[0]?.input).not.toHaveProperty('name')
  })

  test("on behalf of the bus's account, whoever put it", async () => {
    const { clock, rule, run, sent } = eventsFixture()
    await rule()

    await run('PutEvents', { Entries: [{ ...anEntry, EventBusName: BUS }] }, callOf(OTHER_ACCOUNT))
    await clock.settle()

    expect(sent).toMatchObject([{ call: { principal: { account: ACCOUNT } } }])
  })

  test('after the answer to who put it', async () => {
    const { rule, run, sent } = eventsFixture({ 'lambda Invoke': () => new Promise(() => undefined) })
    await rule()

    await expect(run('PutEvents', { Entries: [anEntry] })).resolves.toMatchObject({ FailedEntryCount: 0 })
    expect(sent).toHaveLength(1)
  })
})

/** Fails so often, then succeeds. */
function failing(times: number, error = new AwsError('ServiceException', 'down', 500)) {
  let calls = 0
  return () => {
    calls += 1
    if (calls <= times) throw error
    return {}
  }
}

describe('an event that a target did not take', () => {
  test.each<[string, AwsError]>([
    ['because it is down', new AwsError('ServiceException', 'down', 500)],
    ['because it is throttled', new AwsError('ThrottlingException', 'Rate exceeded', 400)],
    ['because it is busy', new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)],
  ])('%s is sent again, later and later, as it was', async (_, error) => {
    const { clock, delivered, put, rule, sent } = eventsFixture({ 'lambda Invoke': failing(3, error) })
    await rule()

    await put({})
    await clock.pass(3_600_000)

    const pauses = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0))
    expect(pauses).toHaveLength(3)
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other))
    expect(new Set(pauses).size).toBe(3)
    const [first, ...others] = delivered()
    for (const other of others) expect(other).toEqual(first)
    expect(clock.pendingTimers()).toBe(0)
  })

  test('is sent 185 times more within a day, unless the rule says otherwise', async () => {
    const { clock, put, rule, sent } = eventsFixture({ 'lambda Invoke': failing(Number.POSITIVE_INFINITY) })
    await rule({ RetryPolicy: { MaximumEventAgeInSeconds: 86_400 } })

    await put({})
    await clock.pass(86_399_999)
    expect(clock.pendingTimers()).toBe(1)
    await clock.pass(1)

    expect(clock.pendingTimers()).toBe(0)
    expect(sent.length).toBeGreaterThan(90)
    expect(sent.length).toBeLessThanOrEqual(186)
    expect(sent.at(-1)?.at).toBeLessThan(86_400_000)
  })

  test.each([0, 1, 5])('is sent %d times more if the rule says so', async (MaximumRetryAttempts) => {
    const { clock, put, rule, sent } = eventsFixture({ 'lambda Invoke': failing(Number.POSITIVE_INFINITY) })
    await rule({ RetryPolicy: { MaximumRetryAttempts } })

    await put({})
    await clock.pass(86_400_000)

    expect(sent).toHaveLength(MaximumRetryAttempts + 1)
  })

  test('is sent no more once it is as old as the rule says', async () => {
    const { clock, put, rule, sent } = eventsFixture({ 'lambda Invoke': failing(Number.POSITIVE_INFINITY) })
    await rule({ RetryPolicy: { MaximumEventAgeInSeconds: 60 } })

    await put({})
    await clock.pass(86_400_000)

    expect(sent.length).toBeGreaterThan(1)
    expect(sent.at(-1)?.at).toBeLessThan(60_000)
  })

  test.each<[string, AwsError]>([
    ['it is not allowed to', new AwsError('AccessDeniedException', 'no', 403)],
    ['it is not there', new AwsError('ResourceNotFoundException', 'Function not found', 404)],
    ['the queue is not there', new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')],
    ['what it was given is invalid', new AwsError('ValidationException', 'no', 400)],
    ['local mode does not have what it takes', new NotInLocalMode('messages of FIFO queues')],
  ])('is not sent again when %s', async (_, error) => {
    const { clock, put, rule, sent } = eventsFixture({ 'lambda Invoke': failing(1, error) })
    await rule()

    await put({})
    await clock.pass(86_400_000)

    expect(sent).toHaveLength(1)
  })

  test('keeps the other targets and later events from nothing', async () => {
    const { delivered, put, rule, run } = eventsFixture({
      'lambda Invoke': failing(Number.POSITIVE_INFINITY),
    })
    await rule()
    await run('PutTargets', { EventBusName: 'irsa', Rule: 'rule', Targets: [{ Id: 'b', Arn: QUEUE }] })

    await put({ Detail: '{"n":1}' }, { Detail: '{"n":2}' })

    const numbers = delivered().map((event) => (event as { detail: { n: number } }).detail.n)
    expect(numbers.toSorted()).toEqual([1, 1, 2, 2])
  })
})

test.each<[string, Partial<Target>]>([
  ['whole', {}],
  ['by a path', { InputPath: '$.detail' }],
  [
    'by a template',
    { InputTransformer: { InputPathsMap: { x: '$.detail' }, InputTemplate: '{"detail": <x>}' } },
  ],
])('an event that is nested 100,000 deep is delivered %s', async (_, target) => {
  const { put, rule, sent } = eventsFixture()
  await rule(target)
  const nested = `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`

  await put({ Detail: nested })

  const [delivered] = sent
  expect(
    Buffer.from(delivered?.input.Payload as Uint8Array)
      .toString()
      .includes(nested),
  ).toBe(true)
})
