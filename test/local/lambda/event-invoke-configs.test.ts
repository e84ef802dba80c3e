import type {
  FunctionEventInvokeConfig,
  ListFunctionEventInvokeConfigsResponse,
} from '@aws-sdk/client-lambda'
import { describe, expect, it } from 'vitest'
import { ACCOUNT, FUNCTION, lambdaFixture, REGION } from './fixture.ts'

const FunctionName = 'work'
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:failures`
const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`
const destinations = { OnFailure: { Destination: QUEUE }, OnSuccess: { Destination: BUS } }

async function withFunction() {
  const fixture = lambdaFixture()
  await fixture.create('export const handler = async () => 1', { Publish: true })
  const { send } = fixture
  const call = (operation: string) => (input: object) =>
    send<FunctionEventInvokeConfig>(operation, { FunctionName, ...input })
  return {
    ...fixture,
    put: call('PutFunctionEventInvokeConfig'),
    update: call('UpdateFunctionEventInvokeConfig'),
    get: call('GetFunctionEventInvokeConfig'),
    remove: call('DeleteFunctionEventInvokeConfig'),
  }
}

describe('how asynchronous invocations are treated', () => {
  it('is shown as it was put', async () => {
    const { put, get } = await withFunction()
    const given = {
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: destinations,
    }

    const answer = await put(given)

    expect(answer).toEqual({
      ...given,
      FunctionArn: `${FUNCTION}:$LATEST`,
      LastModified: new Date('2026-01-01T00:00:02.000Z'),
    })
    expect(await get({})).toEqual(answer)
  })

  it('is put as a whole: what is left out is gone', async () => {
    const { put, get } = await withFunction()
    await put({ MaximumRetryAttempts: 1, DestinationConfig: destinations })

    await put({ MaximumEventAgeInSeconds: 60 })

    expect(await get({})).toEqual({
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: {}, OnSuccess: {} },
      FunctionArn: `${FUNCTION}:$LATEST`,
      LastModified: expect.any(Date),
    })
  })

  it('is updated in part: what is left out stays', async () => {
    const { put, update, get } = await withFunction()
    await put({ MaximumRetryAttempts: 1, DestinationConfig: destinations })

    await update({ MaximumEventAgeInSeconds: 60 })
    await update({ MaximumRetryAttempts: 0 })

    expect(await get({})).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: destinations,
    })
    await update({ DestinationConfig: { OnFailure: { Destination: BUS } } })
    expect(await get({})).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 })
  })

  it('is updated only where there is something to be updated', async () => {
    const { update } = await withFunction()

    await expect(update({ MaximumRetryAttempts: 0 })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    })
  })

  it('is one thing for the function and another for its version', async () => {
    const { put, get, remove, send } = await withFunction()
    await put({ MaximumRetryAttempts: 0 })
    await put({ Qualifier: '1', MaximumRetryAttempts: 1 })

    expect(await get({})).toMatchObject({ MaximumRetryAttempts: 0 })
    expect(await get({ Qualifier: '1' })).toMatchObject({
      MaximumRetryAttempts: 1,
      FunctionArn: `${FUNCTION}:1`,
    })
    const listed = await send<ListFunctionEventInvokeConfigsResponse>('ListFunctionEventInvokeConfigs', {
      FunctionName,
    })
    expect(listed.FunctionEventInvokeConfigs).toMatchObject([
      { FunctionArn: `${FUNCTION}:$LATEST` },
      { FunctionArn: `${FUNCTION}:1` },
    ])
    await remove({})

    await expect(get({})).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
    expect(await get({ Qualifier: '1' })).toMatchObject({ MaximumRetryAttempts: 1 })
    await expect(remove({})).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
  })

  it.each([
    { MaximumRetryAttempts: 0 },
    { MaximumRetryAttempts: 2 },
    { MaximumEventAgeInSeconds: 60 },
    { MaximumEventAgeInSeconds: 21_600 },
  ])('can be %j', async (input) => {
    const { put } = await withFunction()

    expect(await put(input)).toMatchObject(input)
  })

  it.each<[string, object, string]>([
    ['nothing at all', {}, 'InvalidParameterValueException'],
    ['fewer than no retries', { MaximumRetryAttempts: -1 }, 'ValidationException'],
    ['more than two retries', { MaximumRetryAttempts: 3 }, 'ValidationException'],
    ['an age of under a minute', { MaximumEventAgeInSeconds: 59 }, 'ValidationException'],
    ['an age of over six hours', { MaximumEventAgeInSeconds: 21_601 }, 'ValidationException'],
    [
      'a destination that is no ARN',
      { DestinationConfig: { OnFailure: { Destination: 'failures' } } },
      'InvalidParameterValueException',
    ],
    [
      'a topic for its destination',
      { DestinationConfig: { OnFailure: { Destination: QUEUE.replace('sqs', 'sns') } } },
      'NotInLocalMode',
    ],
    [
      'a bucket for its destination',
      { DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failures' } } },
      'NotInLocalMode',
    ],
    ['no version that there is', { Qualifier: '9', MaximumRetryAttempts: 0 }, 'ResourceNotFoundException'],
  ])('cannot be %s', async (_, input, code) => {
    const { put, get } = await withFunction()

    await expect(put(input)).rejects.toMatchObject({ code })

    await expect(get({})).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
  })

  it('is IAM’s business', async () => {
    const { asks } = await withFunction()

    for (const operation of [
      'PutFunctionEventInvokeConfig',
      'UpdateFunctionEventInvokeConfig',
      'GetFunctionEventInvokeConfig',
      'DeleteFunctionEventInvokeConfig',
      'ListFunctionEventInvokeConfigs',
    ])
      expect(asks(operation, { FunctionName })).toMatchObject([
        { action: `lambda:${operation}`, resource: FUNCTION },
      ])
  })
})
