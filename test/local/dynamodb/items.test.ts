import { describe, expect, test } from 'vitest'
import { callOf, dynamodbFixture, key, OTHER_ACCOUNT, tableInput } from './fixture.ts'

const TableName = 'registry'
const unlessThere = { ConditionExpression: 'attribute_not_exists(pk)' }

describe('items', () => {
  test('are read as they were written, bytes included', async () => {
    const { createTable, put, get } = await dynamodbFixture()
    await createTable()
    const item = {
      ...key('CLUSTER#a'),
      B: { B: new Uint8Array([1, 2, 255]) },
      sets: { BS: [new Uint8Array([7])] },
      nested: { M: { B: { S: 'text' }, list: { L: [{ N: '1' }, { NULL: true }, { BOOL: false }] } } },
    }

    await put(item)

    expect(await get('CLUSTER#a')).toEqual({
      ...item,
      B: { B: Buffer.from([1, 2, 255]) },
      sets: { BS: [Buffer.from([7])] },
    })
  })

  test('are put once when many race for one key', async () => {
    const { createTable, put, get } = await dynamodbFixture()
    await createTable()

    const puts = Array.from({ length: 20 }, (_, index) =>
      put({ ...key('CLAIM'), owner: { N: String(index) } }, unlessThere),
    )
    const settled = await Promise.allSettled(puts)

    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await get('CLAIM'))?.owner).toEqual({ N: '0' })
  })

  test('come with the failure of their condition when that is asked for', async () => {
    const { createTable, put } = await dynamodbFixture()
    await createTable()
    const item = { ...key('CLAIM'), owner: { B: new Uint8Array([1]) } }
    await put(item)

    await expect(
      put(item, { ...unlessThere, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    ).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      details: { Item: { ...item, owner: { B: Buffer.from([1]) } } },
    })
    await expect(put(item, unlessThere)).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      details: {},
    })
  })

  test('are counted up without loss by updates at once', async () => {
    const { createTable, run, get } = await dynamodbFixture()
    await createTable()

    const update = {
      TableName,
      Key: key('COUNTER'),
      UpdateExpression: 'ADD #count :one',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }
    await Promise.all(Array.from({ length: 50 }, () => run('UpdateItem', update)))

    expect((await get('COUNTER'))?.count).toEqual({ N: '50' })
  })

  test('are answered as they were when deleted with ReturnValues', async () => {
    const { createTable, put, run, get } = await dynamodbFixture()
    await createTable()
    await put({ ...key('a'), version: { N: '3' } })

    const output = await run('DeleteItem', { TableName, Key: key('a'), ReturnValues: 'ALL_OLD' })

    expect(output).toEqual({ Attributes: { ...key('a'), version: { N: '3' } } })
    expect(await get('a')).toBeUndefined()
  })

  test('are not found in a table that is not there, is being made, or is another account’s', async () => {
    const { run, createTable, clock } = await dynamodbFixture()
    const input = { TableName, Key: key('a') }
    const notFound = { code: 'ResourceNotFoundException', message: 'Requested resource not found' }

    await expect(run('GetItem', input)).rejects.toMatchObject(notFound)
    await createTable({ TableName: 'other' })
    await run('CreateTable', tableInput)
    await expect(run('GetItem', input)).rejects.toMatchObject(notFound)
    await clock.pass(5000)
    await expect(run('GetItem', input, callOf(OTHER_ACCOUNT))).rejects.toMatchObject(notFound)
    await expect(run('GetItem', input, callOf(undefined, 'us-east-1'))).rejects.toMatchObject(notFound)
    expect(await run('GetItem', input)).toEqual({})
  })

  test('are found by the ARN of their table in the caller’s account only', async () => {
    const { createTable, put, run } = await dynamodbFixture()
    await createTable()
    await put(key('a'))
    const arn = (account: string) => `arn:aws:dynamodb:eu-central-1:${account}:table/registry`

    expect(await run('GetItem', { TableName: arn('000000000000'), Key: key('a') })).toEqual({
      Item: key('a'),
    })
    await expect(run('GetItem', { TableName: arn(OTHER_ACCOUNT), Key: key('a') })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
  })

  test.each([
    [
      'a key that is not the table’s',
      { Key: { pk: { S: 'a' } } },
      'The provided key element does not match the schema',
    ],
    [
      'an unknown name in its expression',
      { Key: key('a'), ProjectionExpression: '#no' },
      'Invalid ProjectionExpression: An expression attribute name used in the document path is not defined; attribute name: #no',
    ],
  ])('cannot be read with %s', async (_, input, message) => {
    const { createTable, run } = await dynamodbFixture()
    await createTable()

    await expect(run('GetItem', { TableName, ...input })).rejects.toMatchObject({
      code: 'ValidationException',
      message,
    })
  })

  test('cannot be compared as maps or lists', async () => {
    const { createTable, put } = await dynamodbFixture()
    await createTable()

    await expect(
      put(key('a'), {
        ConditionExpression: 'settings = :settings',
        ExpressionAttributeValues: { ':settings': { M: {} } },
      }),
    ).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })
})

describe('what IAM is asked', () => {
  test('names the table, the action, and the partition key', async () => {
    const { createTable, asks } = await dynamodbFixture()
    await createTable({ Tags: [{ Key: 'team', Value: 'identity' }] })

    expect(asks('PutItem', { TableName, Item: key('CLUSTER#a') })).toEqual([
      {
        action: 'dynamodb:PutItem',
        resource: 'arn:aws:dynamodb:eu-central-1:000000000000:table/registry',
        context: { 'aws:ResourceTag/team': 'identity', 'dynamodb:LeadingKeys': ['CLUSTER#a'] },
        owner: '000000000000',
      },
    ])
  })

  test('is the owner’s business for a table of another account', async () => {
    const { asks } = await dynamodbFixture()
    const arn = `arn:aws:dynamodb:eu-central-1:${OTHER_ACCOUNT}:table/registry`

    expect(asks('GetItem', { TableName: arn, Key: key('a') })).toEqual([
      { action: 'dynamodb:GetItem', resource: arn, context: {}, owner: OTHER_ACCOUNT },
    ])
  })
})
