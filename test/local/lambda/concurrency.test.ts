import { describe, expect, it } from 'vitest'
import { ACCOUNT, FUNCTION, lambdaFixture } from './fixture.ts'
import { mappingFixture } from './mapping-fixture.ts'

const FunctionName = 'work'

/** Functions that have no code, and as many invocations of them as a test wants, which end when they are told to. */
async function concurrencyFixture() {
  const { functions, work, addFunction, concurrency } = await mappingFixture()
  return {
    functions,
    work,
    addFunction,
    invoke(found = work) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const ended = concurrency.within(found, () => promise)
      // Those that are refused are awaited by the test.
      ended.catch(() => undefined)
      return { ended, end: resolve, fail: reject }
    },
  }
}

const throttled = (Reason: string) => ({
  code: 'TooManyRequestsException',
  status: 429,
  details: { Reason },
})

describe('a function with reserved concurrency', () => {
  it('runs as often at once and no more, and again when one has ended', async () => {
    const { work, invoke } = await concurrencyFixture()
    work.reservedConcurrency = 2
    const first = invoke()
    invoke()

    await expect(invoke().ended).rejects.toMatchObject(
      throttled('ReservedFunctionConcurrentInvocationLimitExceeded'),
    )
    first.end()
    await first.ended
    const third = invoke()
    third.end()

    await expect(third.ended).resolves.toBeUndefined()
  })

  it('has room again after an invocation that failed', async () => {
    const { work, invoke } = await concurrencyFixture()
    work.reservedConcurrency = 1
    const first = invoke()
    first.fail(new Error('no'))
    await expect(first.ended).rejects.toThrow('no')

    const second = invoke()
    second.end()

    await expect(second.ended).resolves.toBeUndefined()
  })

  it('has its room whatever others do', async () => {
    const { work, addFunction, invoke } = await concurrencyFixture()
    const other = addFunction('other')
    work.reservedConcurrency = 1
    for (let count = 0; count < 999; count += 1) invoke(other)

    await expect(invoke(other).ended).rejects.toMatchObject(throttled('ConcurrentInvocationLimitExceeded'))
    const own = invoke()
    own.end()

    await expect(own.ended).resolves.toBeUndefined()
  })
})

describe('functions without reserved concurrency', () => {
  it('share 1000 in the account and region', async () => {
    const { addFunction, invoke } = await concurrencyFixture()
    const other = addFunction('other')
    for (let count = 0; count < 600; count += 1) invoke()
    for (let count = 0; count < 400; count += 1) invoke(other)

    for (const found of [undefined, other])
      await expect(invoke(found).ended).rejects.toMatchObject(throttled('ConcurrentInvocationLimitExceeded'))
  })

  it('do not share them with other accounts', async () => {
    const { functions, work, invoke } = await concurrencyFixture()
    const arn = FUNCTION.replace(ACCOUNT, '111111111111')
    const foreign = { ...work, arn, account: '111111111111' }
    functions.set(arn, foreign)
    for (let count = 0; count < 1000; count += 1) invoke()

    const other = invoke(foreign)
    other.end()

    await expect(other.ended).resolves.toBeUndefined()
  })
})

describe('what can be reserved', () => {
  async function withFunctions(...names: string[]) {
    const fixture = lambdaFixture()
    for (const name of names) await fixture.create('', { FunctionName: name })
    return {
      ...fixture,
      reserve: (name: string, ReservedConcurrentExecutions: number) =>
        fixture.send('PutFunctionConcurrency', { FunctionName: name, ReservedConcurrentExecutions }),
    }
  }

  it('is 900 together, those of a function that is changed counted once', async () => {
    const { reserve, send } = await withFunctions('one', 'two')
    await reserve('one', 500)
    await reserve('two', 400)

    await expect(reserve('two', 401)).rejects.toMatchObject({ code: 'InvalidParameterValueException' })
    await reserve('one', 400)
    await reserve('two', 500)

    expect(await send('GetFunctionConcurrency', { FunctionName: 'two' })).toEqual({
      ReservedConcurrentExecutions: 500,
    })
  })

  it('is free again with a function that is deleted', async () => {
    const { reserve, send } = await withFunctions('one', 'two')
    await reserve('one', 900)
    await send('DeleteFunction', { FunctionName: 'one' })

    await reserve('two', 900)
  })

  it('is never less than nothing', async () => {
    const { reserve, send } = await withFunctions('one')

    await expect(reserve('one', -1)).rejects.toMatchObject({ code: 'ValidationException' })

    expect(await send('GetFunctionConcurrency', { FunctionName: 'one' })).toEqual({})
  })

  it.each(['PutFunctionConcurrency', 'GetFunctionConcurrency', 'DeleteFunctionConcurrency'])(
    'is asked of IAM and of a function that there is: %s',
    async (operation) => {
      const { send, asks } = await withFunctions()

      expect(asks(operation, { FunctionName })).toMatchObject([
        { action: `lambda:${operation}`, resource: FUNCTION },
      ])
      await expect(send(operation, { FunctionName })).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
      })
    },
  )
})

it('a function that has reserved nothing for itself does not run, synchronously or not', async () => {
  const { create, send, invoke, lambda } = lambdaFixture()
  await create('export const handler = async () => 1')
  await send('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 0 })

  await expect(invoke()).rejects.toMatchObject(throttled('ReservedFunctionConcurrentInvocationLimitExceeded'))
  expect(await invoke({}, { InvocationType: 'Event' })).toEqual({ StatusCode: 202 })

  expect(lambda.logs('work')).toBe('')
})
