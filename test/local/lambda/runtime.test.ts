import { describe, expect, it } from 'vitest'
import { administrator, FUNCTION, lambdaFixture, payloadOf, ROLE } from './fixture.ts'

describe('what a function finds around it', () => {
  it('is its own variables, those of Lambda and where local mode is, and nothing of the host', async () => {
    const { create, result } = lambdaFixture()
    await create('export const handler = async () => process.env', {
      MemorySize: 256,
      Environment: { Variables: { TABLE: 'clusters' } },
    })
    const { LAMBDA_TASK_ROOT, AWS_LAMBDA_LOG_STREAM_NAME, _X_AMZN_TRACE_ID, ...environment } = await result()
    expect(environment).toEqual({
      TABLE: 'clusters',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      ISSUER_ENDPOINT: 'http://127.0.0.1:4566',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'ASIA2',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_LAMBDA_FUNCTION_NAME: 'work',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/work',
      TZ: ':UTC',
      _HANDLER: 'functions/work.handler',
    })
    expect(LAMBDA_TASK_ROOT).toMatch(/\/code\/[0-9a-f]{32}$/)
    expect(AWS_LAMBDA_LOG_STREAM_NAME).toMatch(/^2026\/01\/01\/\[\$LATEST\][0-9a-f]{32}$/)
    expect(_X_AMZN_TRACE_ID).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/)
  })

  it('is a context with the request, the function and the time that is left', async () => {
    const { create, result } = lambdaFixture()
    await create(
      `export const handler = async (event, context) => ({
        ...context,
        remaining: context.getRemainingTimeInMillis(),
      })`,
      { Timeout: 30 },
    )
    const { remaining, logStreamName, ...context } = await result({}, { FunctionName: `${FUNCTION}:$LATEST` })
    expect(context).toEqual({
      awsRequestId: administrator.requestId,
      callbackWaitsForEmptyEventLoop: true,
      functionName: 'work',
      functionVersion: '$LATEST',
      invokedFunctionArn: `${FUNCTION}:$LATEST`,
      logGroupName: '/aws/lambda/work',
      memoryLimitInMB: '128',
    })
    expect(logStreamName).toContain('[$LATEST]')
    expect(remaining).toBeGreaterThan(20_000)
    expect(remaining).toBeLessThanOrEqual(30_000)
  })

  it("is AWS's date, however it is asked for", async () => {
    const { create, result, clock } = lambdaFixture()
    await create(
      `export const handler = async () => ({
        now: Date.now(),
        made: new Date().getTime(),
        text: Date(),
        given: new Date(0).toISOString(),
        fields: new Date(2020, 0, 1).getFullYear(),
        same: new Date().constructor === Date && new Date() instanceof Date,
        derived: new (class extends Date {})() instanceof Date,
      })`,
    )
    const moved = async () => (await result()).now - Date.now()
    expect(await moved()).toBeCloseTo(2_000, -3)
    clock.advance(86_400_000)
    const { now, made, text, ...rest } = await result()
    expect(now - Date.now()).toBeGreaterThan(86_400_000)
    expect(made - now).toBeLessThan(100)
    expect(Math.abs(Date.parse(text) - now)).toBeLessThan(2_000)
    expect(rest).toEqual({ given: '1970-01-01T00:00:00.000Z', fields: 2020, same: true, derived: true })
  })

  it('stays as it was between two calls, and is new after the session of its role has run out', async () => {
    const { create, result, clock, setSessionMilliseconds } = lambdaFixture()
    setSessionMilliseconds(3_600_000)
    await create(
      `let calls = 0
      export const handler = async () => [++calls, process.env.AWS_ACCESS_KEY_ID]`,
    )
    expect(await result()).toEqual([1, 'ASIA2'])
    expect(await result()).toEqual([2, 'ASIA2'])
    clock.advance(3_600_000 - 4_000)
    expect(await result()).toEqual([3, 'ASIA2'])
    clock.advance(2_000)
    expect(await result()).toEqual([1, 'ASIA3'])
  })
})

describe('what a function answers', () => {
  it('is null when it returns nothing, and {} is the event of an empty request', async () => {
    const { create, invoke } = lambdaFixture()
    await create('export const handler = async (event) => event.undefined')
    const answer = await invoke({}, { Payload: new Uint8Array() })
    expect(Buffer.from(answer.Payload ?? []).toString()).toBe('null')
  })

  it('is the value of a handler that is not async', async () => {
    const { create, result } = lambdaFixture()
    await create('export const handler = () => 7')
    expect(await result()).toBe(7)
  })

  it('is type, message and trace of an error, under the name that the error has', async () => {
    const { create, invoke } = lambdaFixture()
    await create(
      `export const handler = async () => {
        throw Object.assign(new Error('the role is taken'), { name: 'RoleNameTaken' })
      }`,
    )
    const answer = await invoke()
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' })
    const { trace, ...error } = payloadOf(answer)
    expect(error).toEqual({ errorType: 'RoleNameTaken', errorMessage: 'the role is taken' })
    expect(trace[1]).toMatch(/at .*functions\/work\.mjs:2/)
  })

  it.each([
    ["'no'", 'string', 'no'],
    ['undefined', 'undefined', 'undefined'],
    ['{ toString: () => "odd" }', 'object', 'odd'],
  ])('is the type of a thrown %s, which is no error', async (thrown, errorType, errorMessage) => {
    const { create, result } = lambdaFixture()
    await create(`export const handler = async () => { throw ${thrown} }`)
    expect(await result()).toEqual({ errorType, errorMessage, trace: [] })
  })

  it('is an error when it is no JSON', async () => {
    const { create, result } = lambdaFixture()
    await create('export const handler = async () => 1n')
    expect(await result()).toMatchObject({
      errorType: 'Error',
      errorMessage: 'Unable to stringify response body',
    })
  })

  it('is an error when it is larger than 6 MB', async () => {
    const { create, result } = lambdaFixture()
    await create("export const handler = async ({ size }) => 'x'.repeat(size)")
    expect(await result({ size: 6_291_554 })).toHaveLength(6_291_554)
    expect(await result({ size: 6_291_555 })).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' })
  })
})

describe('a function that cannot start', () => {
  const cases: [string, Record<string, string>, string | undefined, RegExp][] = [
    ['Runtime.ImportModuleError', { 'other.mjs': '' }, undefined, /^Error: Cannot find module 'work'$/],
    ['Runtime.ImportModuleError', { 'functions/work.mjs': "import 'nowhere'" }, undefined, /nowhere/],
    ['Runtime.UserCodeSyntaxError', { 'functions/work.mjs': 'export const' }, undefined, /^SyntaxError: /],
    [
      'Runtime.HandlerNotFound',
      { 'functions/work.mjs': '' },
      undefined,
      /^functions\/work.handler is undefined or not exported$/,
    ],
    ['Runtime.HandlerNotFound', { 'functions/work.mjs': 'export const handler = 1' }, undefined, /function$/],
    ['Runtime.MalformedHandlerName', { 'functions/work.mjs': '' }, 'functions/work', /^Bad handler$/],
    [
      'Runtime.CallbackHandlerDeprecated',
      { 'functions/work.mjs': 'export const handler = (event, context, callback) => callback()' },
      undefined,
      /callback/,
    ],
    ['TypeError', { 'functions/work.mjs': "throw new TypeError('no table')" }, undefined, /^no table$/],
    [
      'Runtime.ImportModuleError',
      {
        'functions/work.cjs': "require('./missing.cjs')",
      },
      undefined,
      /missing/,
    ],
  ]

  it.each(cases)('says %s (%j)', async (errorType, files, handler, message) => {
    const { create, invoke, lambda } = lambdaFixture()
    await create(files, handler === undefined ? {} : { Handler: handler })
    const answer = await invoke()
    expect(answer.FunctionError).toBe('Unhandled')
    const error = payloadOf(answer)
    expect(error.errorType).toBe(errorType)
    expect(error.errorMessage).toMatch(message)
    expect(lambda.logs('work')).toContain('Uncaught Exception')
  })

  it('is started again at the next call', async () => {
    const { create, result } = lambdaFixture()
    await create('throw new Error(process.env.AWS_ACCESS_KEY_ID)')
    expect(await result()).toMatchObject({ errorMessage: 'ASIA2' })
    expect(await result()).toMatchObject({ errorMessage: 'ASIA3' })
  })
})

describe('a function that does not end well', () => {
  const counting =
    'let calls = 0\nexport const handler = async ({ bad }) => { calls += 1; if (!bad) return calls;'

  it.each([
    [
      'an exit',
      'process.exit(3)',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: /^RequestId: \S+ Error: Runtime exited with error: exit status 3$/,
      },
    ],
    [
      'an exit without error',
      'process.exit(0)',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: /^RequestId: \S+ Error: Runtime exited without providing a reason$/,
      },
    ],
    [
      'a promise that never settles',
      'await new Promise(() => undefined)',
      { errorType: 'Sandbox.Timedout', errorMessage: /Task timed out after 1.00 seconds$/ },
    ],
    [
      'more memory than it has',
      'const kept = []; for (;;) kept.push(new Array(100_000).fill(kept.length))',
      {
        errorType: 'Runtime.OutOfMemory',
        errorMessage: /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/,
      },
    ],
    [
      'a throw outside of its promise',
      "setImmediate(() => { throw new RangeError('late') }); await new Promise(() => undefined)",
      { errorType: 'RangeError', errorMessage: /^late$/ },
    ],
    [
      'a rejection that nobody handles',
      "Promise.reject(new RangeError('late')); await new Promise(() => undefined)",
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: /^RangeError: late$/ },
    ],
  ])('(%s) says so, and the next call gets a new one', async (_, statement, expected) => {
    const { create, invoke, result } = lambdaFixture()
    const timeout = expected.errorType === 'Sandbox.Timedout' ? 1 : 10
    await create(`${counting} ${statement} }`, { Timeout: timeout })
    expect(await result()).toBe(1)
    const answer = await invoke({ bad: true })
    expect(answer.FunctionError).toBe('Unhandled')
    const { errorType, errorMessage } = payloadOf(answer)
    expect(errorType).toBe(expected.errorType)
    expect(errorMessage).toMatch(expected.errorMessage)
    expect(await result()).toBe(1)
  })

  it('(an endless loop) says so, keeps what was printed before, and the next call gets a new one', async () => {
    const { create, invoke, result, lambda } = lambdaFixture()
    await create(`${counting} console.log('before'); for (;;); }`, { Timeout: 1 })
    expect(await result()).toBe(1)
    const answer = await invoke({ bad: true })
    expect(answer.FunctionError).toBe('Unhandled')
    const { errorType, errorMessage } = payloadOf(answer)
    expect(errorType).toBe('Sandbox.Timedout')
    expect(errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 1.00 seconds$/)
    expect(lambda.logs('work')).toMatch(/\tINFO\tbefore\n/)
    expect(lambda.logs('work')).toMatch(
      new RegExp(`\\n2026-\\S+Z ${administrator.requestId} Task timed out after 1.00 seconds\\n`),
    )
    expect(await result()).toBe(1)
  })

  it('after it has answered costs one later call at most', async () => {
    const { create, result } = lambdaFixture()
    await create(
      `export const handler = async ({ late }) => {
        if (late) setImmediate(() => { throw new Error('late') })
        return 'fine'
      }`,
    )
    expect(await result({ late: true })).toBe('fine')

    // The thread may take some calls before it comes to its timers.
    const later: unknown[] = []
    while (later.length < 50 && later.every((answer) => answer === 'fine')) later.push(await result())

    expect(later.filter((answer) => answer !== 'fine').length).toBeLessThanOrEqual(1)
    expect(await result()).toBe('fine')
  })
})

describe('the log of a function', () => {
  it("has Lambda's lines around what the function prints, wherever it prints", async () => {
    const { create, invoke, lambda } = lambdaFixture()
    await create(
      `import { Console } from 'node:console'
      export const handler = async () => {
        console.log('made %d', 1, { name: 'role' })
        console.error('two\\nlines')
        process.stdout.write('{"level":"INFO"}\\n')
        new Console({ stdout: process.stdout, stderr: process.stderr }).warn('a logger of its own')
      }`,
    )
    await invoke()
    const { requestId } = administrator
    const lines = lambda.logs('work').replace(/2026-01-01T\S+Z|20\d\d-\S+Z/g, '<time>')
    expect(lines.replace(/Duration: [\d.]+/, 'Duration: <n>').split('\n')).toEqual([
      `START RequestId: ${requestId} Version: $LATEST`,
      `<time>\t${requestId}\tINFO\tmade 1 { name: 'role' }`,
      `<time>\t${requestId}\tERROR\ttwo\rlines`,
      '{"level":"INFO"}',
      'a logger of its own',
      `END RequestId: ${requestId}`,
      `REPORT RequestId: ${requestId}\tDuration: <n> ms`,
      '',
    ])
  })

  it('comes with the answer when its tail is asked for, the last 4 KB of it', async () => {
    const { create, invoke } = lambdaFixture()
    await create("export const handler = async ({ n }) => { console.log('x'.repeat(n)) }")
    const short = await invoke({ n: 3 }, { LogType: 'Tail' })
    expect(Buffer.from(short.LogResult ?? '', 'base64').toString()).toMatch(/^START [\s\S]*\txxx\nEND /)
    const long = await invoke({ n: 5_000 }, { LogType: 'Tail' })
    expect(Buffer.from(long.LogResult ?? '', 'base64')).toHaveLength(4_096)
    expect((await invoke({ n: 3 })).LogResult).toBeUndefined()
  })

  it('is empty before the function has run', async () => {
    const { create, lambda } = lambdaFixture()
    await create('export const handler = async () => 1')
    expect(lambda.logs('work')).toBe('')
  })
})

it('refuses to run a function whose role trusts Lambda no more', async () => {
  const { create, invoke, untrusted } = lambdaFixture()
  await create('export const handler = async () => 1')
  untrusted.add(ROLE)
  await expect(invoke()).rejects.toMatchObject({
    code: 'AccessDeniedException',
    message: 'The role defined for the function cannot be assumed by Lambda.',
  })
})
