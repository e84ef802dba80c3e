import { describe, expect, it } from 'vitest'
import { ACCOUNT, FUNCTION, lambdaFixture, payloadOf, REGION } from './fixture.ts'

const ECHO = 'export const handler = async (event) => ({ got: event })'

it('answers with what the handler returns', async () => {
  const { create, invoke } = lambdaFixture()
  await create(ECHO)
  const answer = await invoke({ name: 'a' })
  expect(answer).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST', Payload: answer.Payload })
  expect(payloadOf(answer)).toEqual({ got: { name: 'a' } })
})

it.each(['work', `${ACCOUNT}:function:work`, FUNCTION, `${FUNCTION}:$LATEST`, 'work:$LATEST'])(
  'finds the function by %s',
  async (name) => {
    const { create, result } = lambdaFixture()
    await create(ECHO)
    expect(await result({}, { FunctionName: name })).toEqual({ got: {} })
  },
)

it.each([
  ['ResourceNotFoundException', 404, 'other'],
  ['ResourceNotFoundException', 404, `${FUNCTION}:7`],
  ['ResourceNotFoundException', 404, FUNCTION.replace(ACCOUNT, '111111111111')],
  ['ResourceNotFoundException', 404, FUNCTION.replace(REGION, 'us-east-1')],
  ['ValidationException', 400, 'no such name'],
])('says %s (%d) for %s', async (code, status, name) => {
  const { create, invoke } = lambdaFixture()
  await create(ECHO)
  await expect(invoke({}, { FunctionName: name })).rejects.toMatchObject({ code, status })
})

it('does not answer before the function is Active', async () => {
  const { send, create, invoke, clock } = lambdaFixture()
  const created = create(ECHO)
  await expect(invoke()).rejects.toMatchObject({ code: 'ResourceConflictException', status: 409 })
  await clock.pass(2_000)
  await created
  expect((await invoke()).StatusCode).toBe(200)
  expect(await send('GetFunctionConfiguration', { FunctionName: 'work' })).toMatchObject({ State: 'Active' })
})

it('runs nothing in a dry run', async () => {
  const { create, invoke, lambda } = lambdaFixture()
  await create(ECHO)
  expect(await invoke({}, { InvocationType: 'DryRun' })).toEqual({ StatusCode: 204 })
  expect(lambda.logs('work')).toBe('')
})

it.each([
  ['RequestResponse', 6 * 1024 * 1024],
  ['Event', 1024 * 1024],
] as const)('takes at most what AWS takes for %s: %d bytes', async (InvocationType, limit) => {
  const { create, invoke } = lambdaFixture()
  await create('export const handler = async () => 1')
  const fits = 'x'.repeat(limit - 2)
  await expect(invoke(fits, { InvocationType })).resolves.toMatchObject({
    StatusCode: InvocationType === 'Event' ? 202 : 200,
  })
  await expect(invoke(`${fits}x`, { InvocationType })).rejects.toMatchObject({
    code: 'RequestTooLargeException',
    status: 413,
    message: `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
  })
})

it('takes nothing but JSON', async () => {
  const { create, invoke } = lambdaFixture()
  await create(ECHO)
  await expect(invoke({}, { Payload: Buffer.from('{') })).rejects.toMatchObject({
    code: 'InvalidRequestContentException',
    status: 400,
  })
})

it('refuses what local mode does not pass on', async () => {
  const { create, invoke } = lambdaFixture()
  await create(ECHO)
  await expect(invoke({}, { ClientContext: 'e30=' })).rejects.toMatchObject({ code: 'NotInLocalMode' })
})

describe('the question to IAM', () => {
  it('is about the function as it was named, with its own policy and owner', async () => {
    const { create, send, asks } = lambdaFixture()
    await create(ECHO)
    await send('AddPermission', {
      FunctionName: 'work',
      StatementId: 'bus',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/created`,
      SourceAccount: ACCOUNT,
    })
    expect(asks('Invoke', { FunctionName: 'work' })).toEqual([
      {
        action: 'lambda:InvokeFunction',
        resource: FUNCTION,
        owner: ACCOUNT,
        resourcePolicy: {
          Version: '2012-10-17',
          Id: 'default',
          Statement: [
            {
              Sid: 'bus',
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'lambda:InvokeFunction',
              Resource: FUNCTION,
              Condition: {
                StringEquals: { 'AWS:SourceAccount': ACCOUNT },
                ArnLike: { 'AWS:SourceArn': `arn:aws:events:${REGION}:${ACCOUNT}:rule/created` },
              },
            },
          ],
        },
      },
    ])
  })

  it('is asked about a function that does not exist too', () => {
    const { asks } = lambdaFixture()
    expect(asks('Invoke', { FunctionName: 'gone:3' })).toEqual([
      {
        action: 'lambda:InvokeFunction',
        resource: FUNCTION.replace('work', 'gone:3'),
        owner: ACCOUNT,
        resourcePolicy: undefined,
      },
    ])
  })
})

describe('concurrency', () => {
  const SLOW = 'export const handler = ({ wait }) => new Promise((done) => setTimeout(done, wait, 1))'

  it('is what the function has reserved, and no more', async () => {
    const { create, send, invoke } = lambdaFixture()
    await create(SLOW)
    await send('PutFunctionConcurrency', { FunctionName: 'work', ReservedConcurrentExecutions: 1 })
    const first = invoke({ wait: 50 })
    await expect(invoke()).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
      details: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    })
    await first
    expect((await invoke()).StatusCode).toBe(200)
  })

  it('0 stops a function, and its deletion starts it again', async () => {
    const { create, send, invoke } = lambdaFixture()
    await create(SLOW)
    await send('PutFunctionConcurrency', { FunctionName: 'work', ReservedConcurrentExecutions: 0 })
    expect(await send('GetFunctionConcurrency', { FunctionName: 'work' })).toEqual({
      ReservedConcurrentExecutions: 0,
    })
    await expect(invoke()).rejects.toMatchObject({ code: 'TooManyRequestsException' })
    await send('DeleteFunctionConcurrency', { FunctionName: 'work' })
    expect(await send('GetFunctionConcurrency', { FunctionName: 'work' })).toEqual({})
    expect((await invoke()).StatusCode).toBe(200)
  })

  it('leaves 100 of the account to functions that have reserved none', async () => {
    const { create, send } = lambdaFixture()
    await create(SLOW)
    const reserve = (ReservedConcurrentExecutions: number) =>
      send('PutFunctionConcurrency', { FunctionName: 'work', ReservedConcurrentExecutions })
    expect(await reserve(900)).toEqual({ ReservedConcurrentExecutions: 900 })
    await expect(reserve(901)).rejects.toMatchObject({ code: 'InvalidParameterValueException' })
  })

  it('beyond the threads that this machine gives is a queue', async () => {
    const { create, result } = lambdaFixture()
    await create(
      `import { threadId } from 'node:worker_threads'
      export const handler = async ({ n }) => {
        await new Promise((done) => setTimeout(done, 5))
        return { n, threadId }
      }`,
    )
    const results = await Promise.all(Array.from({ length: 40 }, (_, n) => result({ n })))
    expect(results.map(({ n }) => n)).toEqual(Array.from({ length: 40 }, (_, n) => n))
    expect(new Set(results.map(({ threadId }) => threadId)).size).toBeLessThanOrEqual(24)
  })
})

it('takes little longer than the handler does once the function is warm', async () => {
  const { create, invoke } = lambdaFixture()
  await create(ECHO)
  await invoke()
  const durations: number[] = []
  for (let call = 0; call < 200; call += 1) {
    const started = performance.now()
    await invoke({ call })
    durations.push(performance.now() - started)
  }
  // The median, so that a busy machine does not count.
  expect(durations.sort((one, other) => one - other)[100]).toBeLessThan(2)
})

it('refuses everything after it was stopped', async () => {
  const { create, invoke, lambda } = lambdaFixture()
  await create('export const handler = () => new Promise(() => undefined)', { Timeout: 900 })
  const underWay = invoke()
  await new Promise((resolve) => setImmediate(resolve))
  await lambda.stop()
  await expect(underWay).resolves.toMatchObject({ FunctionError: 'Unhandled' })
  await expect(invoke()).rejects.toThrow('the embedded Lambda has stopped')
})
