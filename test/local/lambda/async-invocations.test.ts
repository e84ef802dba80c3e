import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import { ACCOUNT, type Answer, administrator, FUNCTION, lambdaFixture, REGION, type Sent } from './fixture.ts'

const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:failures`
const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`
const FAILS = "export const handler = async () => { console.log('called'); throw new Error('no') }"

function fixture(answers: Readonly<Record<string, Answer>> = {}) {
  const fixture = lambdaFixture({ 'sqs SendMessage': () => ({}), 'events PutEvents': () => ({}), ...answers })
  const { lambda, sent, invoke } = fixture
  const starts = () => lambda.logs('work').split('START').length - 1
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await turn()
  }
  return {
    ...fixture,
    accept: (event: unknown = { cluster: 'a' }) => invoke(event, { InvocationType: 'Event' }),
    starts,
    /** Until the function has ended so often, and what follows from it has happened. */
    ended: async (times: number) => {
      await until(() => lambda.logs('work').split('REPORT').length - 1 === times)
      await turn()
      await turn()
    },
    delivered: () => until(() => sent.length > 0),
  }
}

it('is accepted before it runs', async () => {
  const { create, accept, starts, ended } = fixture()
  await create('export const handler = async () => 1')
  expect(await accept()).toEqual({ StatusCode: 202 })
  expect(starts()).toBe(0)
  await ended(1)
  expect(starts()).toBe(1)
})

it('is retried after one minute and again after two, with the same request id, and no more', async () => {
  const { create, accept, clock, ended, lambda, starts } = fixture()
  await create(FAILS)
  await accept()
  await ended(1)
  await clock.pass(59_999)
  expect(starts()).toBe(1)
  await clock.pass(1)
  await ended(2)
  await clock.pass(119_999)
  expect(starts()).toBe(2)
  await clock.pass(1)
  await ended(3)
  expect(clock.pendingTimers()).toBe(0)
  const ids = [...lambda.logs('work').matchAll(/START RequestId: (\S+)/g)].map(([, id]) => id)
  expect(ids).toEqual(Array(3).fill(administrator.requestId))
})

describe('what has ended', () => {
  const config = {
    FunctionName: 'work',
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: QUEUE }, OnSuccess: { Destination: BUS } },
  }

  it("goes to the queue for failures, by the function's role", async () => {
    const { create, send, accept, sent, delivered } = fixture()
    await create(FAILS)
    await send('PutFunctionEventInvokeConfig', config)
    await accept()
    await delivered()
    const [message] = sent
    expect(message).toMatchObject({
      service: 'sqs',
      operation: 'SendMessage',
      call: { region: REGION, principal: { kind: 'role-session', account: ACCOUNT } },
      input: { QueueUrl: `http://127.0.0.1:4566/${ACCOUNT}/failures` },
    })
    expect(bodyOf(message)).toEqual({
      version: '1.0',
      timestamp: '2026-01-01T00:00:02.000Z',
      requestContext: {
        requestId: administrator.requestId,
        functionArn: `${FUNCTION}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 1,
      },
      requestPayload: { cluster: 'a' },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'no', trace: expect.any(Array) },
    })
  })

  it('well goes to the bus for successes', async () => {
    const { create, send, accept, sent, delivered } = fixture()
    await create('export const handler = async () => 7')
    await send('PutFunctionEventInvokeConfig', config)
    await accept()
    await delivered()
    expect(sent[0]).toMatchObject({ service: 'events', operation: 'PutEvents' })
    expect(sent[0]?.input.Entries).toEqual([
      {
        EventBusName: BUS,
        Source: 'lambda',
        DetailType: 'Lambda Function Invocation Result - Success',
        Resources: [`${FUNCTION}:$LATEST`],
        Detail: expect.any(String),
      },
    ])
    const [{ Detail = '' } = {}] = (sent[0]?.input.Entries ?? []) as { Detail?: string }[]
    expect(JSON.parse(Detail)).toMatchObject({
      requestContext: { condition: 'Success', approximateInvokeCount: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: 7,
    })
  })

  it('well goes to the bus with an event of any depth', async () => {
    const { create, send, sent, delivered, lambda } = fixture()
    await create('export const handler = async () => 7')
    await send('PutFunctionEventInvokeConfig', config)
    const nested = '['.repeat(50_000) + ']'.repeat(50_000)
    await send('Invoke', { FunctionName: 'work', InvocationType: 'Event', Payload: Buffer.from(nested) })
    await delivered()
    const [{ Detail = '' } = {}] = (sent[0]?.input.Entries ?? []) as { Detail?: string }[]
    expect(Detail.includes(`"requestPayload":${nested}`)).toBe(true)
    expect(lambda.logs('work')).not.toContain('ERROR')
  })

  it('meets a fault of local mode itself, which ends nothing', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    onTestFinished(() => warn.mockRestore())
    const { create, send, accept, delivered } = fixture({
      'sqs SendMessage': () => {
        throw new RangeError('Maximum call stack size exceeded')
      },
    })
    await create(FAILS)
    await send('PutFunctionEventInvokeConfig', config)
    await accept()
    await delivered()
    await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce())
  })

  it('can go to another function', async () => {
    const { create, send, accept, lambda } = fixture()
    const other = FUNCTION.replace('work', 'other')
    await create('export const handler = async (event) => { console.log(event.requestContext.condition) }', {
      FunctionName: 'other',
    })
    await create(FAILS)
    await send('PutFunctionEventInvokeConfig', {
      ...config,
      DestinationConfig: { OnFailure: { Destination: other } },
    })
    await accept()
    while (!lambda.logs('other').includes('REPORT')) await turn()
    expect(lambda.logs('other')).toContain('\tINFO\tRetriesExhausted\n')
  })

  it('badly goes to the dead-letter queue as it came', async () => {
    const { create, send, accept, sent, delivered } = fixture()
    await create(FAILS, { DeadLetterConfig: { TargetArn: QUEUE } })
    await send('PutFunctionEventInvokeConfig', { FunctionName: 'work', MaximumRetryAttempts: 0 })
    await accept()
    await delivered()
    expect(sent[0]?.input).toEqual({
      QueueUrl: `http://127.0.0.1:4566/${ACCOUNT}/failures`,
      MessageBody: '{"cluster":"a"}',
      MessageAttributes: {
        RequestID: { DataType: 'String', StringValue: administrator.requestId },
        ErrorCode: { DataType: 'Number', StringValue: '200' },
        ErrorMessage: { DataType: 'String', StringValue: 'no' },
      },
    })
  })

  it('and cannot be delivered is in the log of the function', async () => {
    const { create, send, accept, lambda } = fixture({
      'sqs SendMessage': () => {
        throw new AwsError('AccessDenied', 'work may not send', 403)
      },
    })
    await create(FAILS)
    await send('PutFunctionEventInvokeConfig', config)
    await accept()
    const failure = `Destination delivery to ${QUEUE} failed: AccessDenied: work may not send\n`
    while (!lambda.logs('work').includes('Destination')) await turn()
    expect(lambda.logs('work').endsWith(failure)).toBe(true)
  })
})

describe('an event that cannot run', () => {
  it('comes back with growing pauses, and runs when there is room', async () => {
    const { create, send, accept, clock, starts, ended } = fixture()
    await create('export const handler = async () => 1')
    await send('PutFunctionConcurrency', { FunctionName: 'work', ReservedConcurrentExecutions: 0 })
    await accept()
    await clock.pass(1_000 + 2_000 + 4_000)
    await send('DeleteFunctionConcurrency', { FunctionName: 'work' })
    await clock.pass(7_999)
    expect(starts()).toBe(0)
    await clock.pass(1)
    await ended(1)
  })

  it('is given up when it is too old, without an answer', async () => {
    const { create, send, accept, clock, sent, delivered } = fixture()
    await create('export const handler = async () => 1')
    await send('PutFunctionConcurrency', { FunctionName: 'work', ReservedConcurrentExecutions: 0 })
    await send('PutFunctionEventInvokeConfig', {
      FunctionName: 'work',
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    })
    await accept()
    await clock.pass(59_999)
    expect(sent).toEqual([])
    await clock.pass(1)
    await delivered()
    expect(bodyOf(sent[0])).toEqual({
      version: '1.0',
      timestamp: '2026-01-01T00:01:02.000Z',
      requestContext: {
        requestId: administrator.requestId,
        functionArn: `${FUNCTION}:$LATEST`,
        condition: 'EventAgeExceeded',
        approximateInvokeCount: 0,
      },
      requestPayload: { cluster: 'a' },
    })
  })

  it('is given up before a retry for which it would be too old', async () => {
    const { create, send, accept, clock, sent, ended, delivered } = fixture()
    await create(FAILS)
    await send('PutFunctionEventInvokeConfig', {
      FunctionName: 'work',
      MaximumEventAgeInSeconds: 90,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    })
    await accept()
    await ended(1)
    await clock.pass(60_000)
    await ended(2)
    await clock.pass(30_000)
    await delivered()
    expect(bodyOf(sent[0])).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 },
      responsePayload: { errorMessage: 'no' },
    })
  })

  it('is dropped with its function', async () => {
    const { create, send, accept, clock, starts, sent, ended } = fixture()
    await create(FAILS, { DeadLetterConfig: { TargetArn: QUEUE } })
    await accept()
    await ended(1)
    await send('DeleteFunction', { FunctionName: 'work' })
    await clock.pass(60_000)
    expect(starts()).toBe(1)
    expect(sent).toEqual([])
    expect(clock.pendingTimers()).toBe(0)
  })
})

function bodyOf(message: Sent | undefined): unknown {
  return JSON.parse(String(message?.input.MessageBody))
}
