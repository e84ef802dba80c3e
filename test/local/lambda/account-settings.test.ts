import type { FunctionConfiguration, GetAccountSettingsResponse } from '@aws-sdk/client-lambda'
import { expect, test } from 'vitest'
import { administrator, lambdaFixture } from './fixture.ts'

const code = 'export const handler = async () => 1'

test('an account without functions has all of its limits left', async () => {
  const { send } = lambdaFixture()

  expect(await send('GetAccountSettings', {})).toEqual({
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: 1000,
      UnreservedConcurrentExecutions: 1000,
    },
    AccountUsage: { TotalCodeSize: 0, FunctionCount: 0 },
  })
})

test('functions use the code of each of their versions', async () => {
  const { create, send } = lambdaFixture()
  await create(code)
  await create(code, { FunctionName: 'other', Publish: true })
  const sizeOf = async (FunctionName: string) =>
    (await send<FunctionConfiguration>('GetFunctionConfiguration', { FunctionName })).CodeSize ?? 0
  const size = await sizeOf('work')
  expect(size).toBeGreaterThan(0)

  expect(await send('GetAccountSettings', {})).toMatchObject({
    AccountUsage: { FunctionCount: 2, TotalCodeSize: size + 2 * (await sizeOf('other')) },
  })
})

test('functions of another region are not counted', async () => {
  const { create, send } = lambdaFixture()
  await create(code)

  expect(await send('GetAccountSettings', {}, { ...administrator, region: 'us-east-1' })).toMatchObject({
    AccountUsage: { FunctionCount: 0, TotalCodeSize: 0 },
  })
})

test('what functions have reserved is taken off, as far as it can be reserved', async () => {
  const { create, send } = lambdaFixture()
  await create(code)
  const reserve = (ReservedConcurrentExecutions: number) =>
    send('PutFunctionConcurrency', { FunctionName: 'work', ReservedConcurrentExecutions })
  const { AccountLimit } = await send<GetAccountSettingsResponse>('GetAccountSettings', {})
  const most = (AccountLimit?.ConcurrentExecutions ?? 0) - 100

  await expect(reserve(most + 1)).rejects.toMatchObject({ code: 'InvalidParameterValueException' })
  await reserve(most)

  expect(await send('GetAccountSettings', {})).toMatchObject({
    AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 100 },
  })
})

test('IAM is asked about no resource for it: AWS has none', () => {
  const { asks } = lambdaFixture()

  expect(asks('GetAccountSettings', {})).toEqual([{ action: 'lambda:GetAccountSettings', resource: '*' }])
})
