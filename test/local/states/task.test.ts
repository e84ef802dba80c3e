import type { HistoryEvent } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import { FUNCTION, functionError, pending, REGION, ROLE, statesFixture } from './fixture.ts'

const INVOKE = 'arn:aws:states:::lambda:invoke'

function single(state: object) {
  return { StartAt: 'T', States: { T: { Type: 'Task', End: true, ...state } } }
}

function withoutTime(events: readonly HistoryEvent[]) {
  return events.map(({ timestamp, ...event }) => event)
}

describe('a function by its ARN', () => {
  test('gets the input as its event and gives its answer as the result, with every event as AWS has it', async () => {
    const states = statesFixture({ work: () => ({ b: 2 }) })

    const execution = await states.run(single({ Resource: FUNCTION, TimeoutSeconds: 60 }), { a: 1 })

    const truncated = { truncated: false }
    expect(withoutTime(await states.history(execution))).toEqual([
      {
        id: 1,
        previousEventId: 0,
        type: 'ExecutionStarted',
        executionStartedEventDetails: { input: '{"a":1}', inputDetails: truncated, roleArn: ROLE },
      },
      {
        id: 2,
        previousEventId: 0,
        type: 'TaskStateEntered',
        stateEnteredEventDetails: { name: 'T', input: '{"a":1}', inputDetails: truncated },
      },
      {
        id: 3,
        previousEventId: 2,
        type: 'LambdaFunctionScheduled',
        lambdaFunctionScheduledEventDetails: {
          resource: FUNCTION,
          input: '{"a":1}',
          inputDetails: truncated,
          timeoutInSeconds: 60,
        },
      },
      { id: 4, previousEventId: 3, type: 'LambdaFunctionStarted' },
      {
        id: 5,
        previousEventId: 4,
        type: 'LambdaFunctionSucceeded',
        lambdaFunctionSucceededEventDetails: { output: '{"b":2}', outputDetails: truncated },
      },
      {
        id: 6,
        previousEventId: 5,
        type: 'TaskStateExited',
        stateExitedEventDetails: { name: 'T', output: '{"b":2}', outputDetails: truncated },
      },
      {
        id: 7,
        previousEventId: 6,
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: { output: '{"b":2}', outputDetails: truncated },
      },
    ])
  })

  test("is called by a session of the machine's role, made for states.amazonaws.com and used again", async () => {
    const states = statesFixture({ work: () => null })
    const machine = {
      StartAt: 'A',
      States: {
        A: { Type: 'Task', Resource: FUNCTION, Next: 'T' },
        ...single({ Resource: FUNCTION }).States,
      },
    }

    await states.run(machine)

    expect(states.invocations.map(({ principal }) => principal)).toEqual([
      expect.objectContaining({ kind: 'role-session', roleArn: ROLE }),
      states.invocations[0]?.principal,
    ])
    expect(states.sessions).toEqual([{ roleArn: ROLE, service: 'states.amazonaws.com' }])
  })

  test('gets a new session when the last has expired', async () => {
    const states = statesFixture({ work: () => null })
    const machine = {
      StartAt: 'A',
      States: {
        A: { Type: 'Task', Resource: FUNCTION, Next: 'W' },
        W: { Type: 'Wait', Seconds: 3600, Next: 'T' },
        ...single({ Resource: FUNCTION }).States,
      },
    }

    await states.run(machine)
    await states.clock.pass(3_600_000)

    expect(states.sessions).toHaveLength(2)
  })

  test.each<[unknown, unknown]>([
    [undefined, null],
    [null, null],
    [0, 0],
    ['text', 'text'],
    [[], []],
  ])('that answers %j has the result %j', async (answer, result) => {
    const states = statesFixture({ work: () => answer })

    expect(await states.output(await states.run(single({ Resource: FUNCTION })))).toEqual(result)
  })
})

describe('lambda:invoke', () => {
  const Parameters = { FunctionName: 'work', 'Payload.$': '$.p', Qualifier: 'live' }

  test('passes Payload on and gives the whole answer', async () => {
    const states = statesFixture({ work: () => ({ b: 2 }) })

    const execution = await states.run(single({ Resource: INVOKE, Parameters }), { p: { a: 1 } })

    expect(states.invocations).toMatchObject([{ functionName: 'work', payload: { a: 1 } }])
    expect(await states.output(execution)).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: { b: 2 },
      SdkHttpMetadata: {
        AllHttpHeaders: expect.objectContaining({
          'Content-Length': ['7'],
          'X-Amz-Executed-Version': ['$LATEST'],
        }),
        HttpHeaders: expect.objectContaining({ 'Content-Length': '7', 'Content-Type': 'application/json' }),
        HttpStatusCode: 200,
      },
      SdkResponseMetadata: { RequestId: expect.any(String) },
      StatusCode: 200,
    })
  })

  test('records the events of a service integration', async () => {
    const states = statesFixture({ work: () => functionError('E') })
    const machine = single({ Resource: INVOKE, Parameters, TimeoutSeconds: 9, HeartbeatSeconds: 5 })

    const execution = await states.run(machine, { p: 1 })

    const cause = '{"errorType":"E","errorMessage":"went wrong"}'
    expect(withoutTime(await states.history(execution)).slice(2)).toEqual([
      {
        id: 3,
        previousEventId: 2,
        type: 'TaskScheduled',
        taskScheduledEventDetails: {
          resourceType: 'lambda',
          resource: 'invoke',
          region: REGION,
          parameters: '{"FunctionName":"work","Payload":1,"Qualifier":"live"}',
          timeoutInSeconds: 9,
          heartbeatInSeconds: 5,
        },
      },
      {
        id: 4,
        previousEventId: 3,
        type: 'TaskStarted',
        taskStartedEventDetails: { resourceType: 'lambda', resource: 'invoke' },
      },
      {
        id: 5,
        previousEventId: 4,
        type: 'TaskFailed',
        taskFailedEventDetails: { resourceType: 'lambda', resource: 'invoke', error: 'E', cause },
      },
      {
        id: 6,
        previousEventId: 5,
        type: 'ExecutionFailed',
        executionFailedEventDetails: { error: 'E', cause },
      },
    ])
  })

  test.each([{}, { FunctionName: 'work', InvocationType: 'Event' }])(
    'refuses %j before anything is called',
    async (wrong) => {
      const states = statesFixture({ work: () => null })

      const execution = await states.run(single({ Resource: INVOKE, Parameters: wrong }))

      expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
      expect(states.invocations).toEqual([])
    },
  )
})

describe('the error of a task', () => {
  const task = single({ Resource: FUNCTION })

  test("is a function's errorType, with the payload as its cause", async () => {
    const states = statesFixture({ work: () => functionError('BucketStillPending', 'wait') })

    expect(await states.describe(await states.run(task))).toMatchObject({
      status: 'FAILED',
      error: 'BucketStillPending',
      cause: '{"errorType":"BucketStillPending","errorMessage":"wait"}',
    })
  })

  test("is Sandbox.Timedout for a function's own timeout", async () => {
    const states = statesFixture({
      work: () => functionError('Sandbox.Timedout', 'Task timed out after 3.00 seconds'),
    })

    expect(await states.describe(await states.run(task))).toMatchObject({ error: 'Sandbox.Timedout' })
  })

  test('is Lambda.Unknown when the function names none', async () => {
    const states = statesFixture({ work: () => ({ functionError: { message: 'odd' } }) })

    expect(await states.describe(await states.run(task))).toMatchObject({
      error: 'Lambda.Unknown',
      cause:
        'The cause could not be determined because Lambda did not return an error type. Returned payload: {"message":"odd"}',
    })
  })

  test.each<[AwsError, string]>([
    [new AwsError('TooManyRequestsException', 'Rate exceeded', 429), 'Lambda.TooManyRequestsException'],
    [new AwsError('ThrottlingException', 'Rate exceeded'), 'Lambda.TooManyRequestsException'],
    [new AwsError('ServiceException', 'down', 500), 'Lambda.ServiceException'],
    [new AwsError('InternalFailure', 'down', 500), 'Lambda.ServiceException'],
    [new AwsError('ResourceNotFoundException', 'gone', 404), 'Lambda.ResourceNotFoundException'],
    [new AwsError('AccessDeniedException', 'User: x is not authorized', 403), 'Lambda.AWSLambdaException'],
    [new AwsError('AccessDenied', 'User: x is not authorized', 403), 'Lambda.AWSLambdaException'],
  ])('%s of Lambda itself is %s', async (error, name) => {
    const states = statesFixture({ work: () => Promise.reject(error) })

    expect(await states.describe(await states.run(task))).toMatchObject({
      error: name,
      cause: `${error.message} (Service: AWSLambda; Status Code: ${error.status}; Error Code: ${error.code})`,
    })
  })

  test('is Lambda.AWSLambdaException when the role cannot be assumed any more', async () => {
    const states = statesFixture({ work: () => null })
    const arn = states.create(task)
    states.untrusted.add(ROLE)

    expect(await states.describe(await states.start(arn))).toMatchObject({
      error: 'Lambda.AWSLambdaException',
    })
    expect(states.invocations).toEqual([])
  })

  test('a fault of local mode itself is shown, not lost', async () => {
    const states = statesFixture({ work: () => Promise.reject(new TypeError('a bug')) })

    expect(await states.describe(await states.run(task))).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('Local mode failed: TypeError: a bug'),
    })
  })
})

describe('the timeout of a task', () => {
  test.each<[string, object, number, string]>([
    ['TimeoutSeconds', { TimeoutSeconds: 5 }, 5000, 'States.Timeout'],
    ['TimeoutSecondsPath', { TimeoutSecondsPath: '$.t' }, 7000, 'States.Timeout'],
    ['HeartbeatSeconds', { TimeoutSeconds: 5, HeartbeatSeconds: 2 }, 2000, 'States.HeartbeatTimeout'],
    ['HeartbeatSecondsPath', { HeartbeatSecondsPath: '$.h' }, 3000, 'States.HeartbeatTimeout'],
  ])('%s ends it in real time, and its answer is ignored', async (_, fields, milliseconds, error) => {
    const answer = pending()
    const states = statesFixture({ work: () => answer.promise })

    const execution = await states.run(single({ Resource: FUNCTION, ...fields }), { t: 7, h: 3 })
    await states.clock.pass(milliseconds - 1)
    expect(await states.describe(execution)).toMatchObject({ status: 'RUNNING' })
    await states.clock.pass(1)
    answer.resolve('too late')
    await states.clock.settle()

    expect(states.clock.asked()).toEqual([{ milliseconds, scaled: false }])
    const { cause, ...described } = await states.describe(execution)
    expect(described).toMatchObject({ status: 'FAILED', error })
    expect(cause).toBeUndefined()
    expect(withoutTime(await states.history(execution)).slice(4)).toEqual([
      {
        id: 5,
        previousEventId: 4,
        type: 'LambdaFunctionTimedOut',
        lambdaFunctionTimedOutEventDetails: { error },
      },
      { id: 6, previousEventId: 5, type: 'ExecutionFailed', executionFailedEventDetails: { error } },
    ])
  })

  test('counts from each attempt', async () => {
    const states = statesFixture({ work: () => pending().promise })
    const Retry = [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 10, MaxAttempts: 1 }]

    const execution = await states.run(single({ Resource: FUNCTION, TimeoutSeconds: 5, Retry }))
    await states.clock.pass(19_999)
    expect(await states.describe(execution)).toMatchObject({ status: 'RUNNING' })
    await states.clock.pass(1)

    expect(states.invocations.map(({ at }) => at)).toEqual([0, 15_000])
    expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
  })

  test('a path that leads to no positive integer is States.Runtime', async () => {
    const states = statesFixture({ work: () => null })

    expect(
      await states.describe(
        await states.run(single({ Resource: FUNCTION, TimeoutSecondsPath: '$.t' }), { t: 0 }),
      ),
    ).toMatchObject({ error: 'States.Runtime' })
  })
})
