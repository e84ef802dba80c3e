/** Facts from https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
import { expect, test } from 'vitest'
import { measuredIn } from '../world.ts'
import { lambdaFixture } from './fixture.ts'
import { Failure, mappingFixture } from './mapping-fixture.ts'

test.each([
  ['ends well', 'export const handler = async () => 1', 'Errors 0'],
  ['fails', 'export const handler = async () => { throw new Error("bad") }', 'Errors 1'],
])('an invocation that %s is counted', async (_, code, errors) => {
  const { create, invoke, world } = lambdaFixture()
  await create(code)
  const measured = measuredIn(world)

  await invoke()

  expect(measured).toEqual(['Invocations 1', errors, 'Throttles 0'])
})

test('an invocation that is refused for want of concurrency is a throttle and no invocation', async () => {
  const { create, invoke, send, world } = lambdaFixture()
  await create('export const handler = async () => 1')
  await send('PutFunctionConcurrency', { FunctionName: 'work', ReservedConcurrentExecutions: 0 })
  const measured = measuredIn(world)

  await expect(invoke()).rejects.toMatchObject({ code: 'TooManyRequestsException' })

  expect(measured).toEqual(['Throttles 1'])
})

test('lines in the Embedded Metric Format are metrics, whatever else is printed', async () => {
  const { create, invoke, world } = lambdaFixture()
  const line = '{"_aws":{"Timestamp":1},"Failed":1}'
  await create(`export const handler = async () => {
    process.stdout.write('{"level":"INFO"}\\n${line.replaceAll('"', '\\"')}\\n')
    console.log('done')
  }`)
  const measured = measuredIn(world)

  await invoke()

  expect(measured[0]).toBe(line)
  expect(measured.filter((one) => one.startsWith('{'))).toHaveLength(1)
})

test('the age of a stream is that of the records that the function does not get done', async () => {
  const { map, put, pass, settle, world } = await mappingFixture(() => {
    throw new Failure('no')
  })
  await map()
  const measured = measuredIn(world)

  await put('a')
  await settle()
  expect(measured).toEqual(['IteratorAge 0'])
  await pass(10_000)

  const ages = measured.map((one) => Number(one.replace('IteratorAge ', '')))
  expect(ages.length).toBeGreaterThan(1)
  expect(ages).toEqual(ages.toSorted((one, other) => one - other))
  expect(ages.at(-1)).toBeGreaterThanOrEqual(1000)
})
