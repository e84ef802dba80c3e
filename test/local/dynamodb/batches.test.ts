import { expect, test } from 'vitest'
import { dynamodbFixture, key } from './fixture.ts'

test('a batch writes to several tables, each with its stream', async () => {
  const { createTable, run, records, put } = await dynamodbFixture()
  const stream = await createTable({
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
  })
  await createTable({ TableName: 'audit' })
  await put(key('old'))

  const output = await run('BatchWriteItem', {
    RequestItems: {
      registry: [{ PutRequest: { Item: key('a') } }, { DeleteRequest: { Key: key('old') } }],
      audit: [{ PutRequest: { Item: key('b') } }],
    },
  })

  expect(output).toEqual({ UnprocessedItems: {} })
  const written = await records(stream)
  expect(written.map(({ eventName, dynamodb }) => [eventName, dynamodb?.Keys?.pk?.S])).toEqual([
    ['INSERT', 'old'],
    ['INSERT', 'a'],
    ['REMOVE', 'old'],
  ])
  expect(await run('GetItem', { TableName: 'audit', Key: key('b') })).toEqual({ Item: key('b') })
})

test('a batch with one key twice writes nothing', async () => {
  const { createTable, run, get } = await dynamodbFixture()
  await createTable()

  const put = { PutRequest: { Item: key('a') } }
  await expect(run('BatchWriteItem', { RequestItems: { registry: [put, put] } })).rejects.toMatchObject({
    code: 'ValidationException',
    message: 'Provided list of item keys contains duplicates',
  })
  expect(await get('a')).toBeUndefined()
})

test('a batch may name its tables by ARN and is answered in the same words', async () => {
  const { createTable, run, asks, put } = await dynamodbFixture()
  await createTable()
  await put(key('a'))
  const arn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/registry'
  const input = { RequestItems: { [arn]: { Keys: [key('a'), key('b')] } } }

  expect(await run('BatchGetItem', input)).toEqual({
    Responses: { [arn]: [key('a')] },
    UnprocessedKeys: {},
  })
  expect(asks('BatchGetItem', input)).toMatchObject([
    { action: 'dynamodb:BatchGetItem', resource: arn, context: { 'dynamodb:LeadingKeys': ['a', 'b'] } },
  ])
})

test('a batch with a table that is not there is refused whole', async () => {
  const { createTable, run, get } = await dynamodbFixture()
  await createTable()
  const requests = [{ PutRequest: { Item: key('a') } }]

  await expect(
    run('BatchWriteItem', { RequestItems: { registry: requests, missing: requests } }),
  ).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
  expect(await get('a')).toBeUndefined()
})
