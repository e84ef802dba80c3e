import { describe, expect, test } from 'vitest'
import { dynamodbFixture, key, OTHER_ACCOUNT } from './fixture.ts'
import { check, put, setOwner, TableName, withTable, write } from './transaction-fixture.ts'

describe('a transaction is refused', () => {
  const big = { S: 'x'.repeat(390 * 1024) }

  test.each<[string, string, object[]]>([
    ['no action', 'ValidationException', []],
    [
      '101 actions',
      'ValidationException',
      Array.from({ length: 101 }, (_, index) => put(key(String(index)))),
    ],
    ['two actions on one item', 'ValidationException', [put(key('a')), check('a', 'attribute_exists(pk)')]],
    ['two actions in one', 'ValidationException', [{ ...put(key('a')), ...setOwner('b', 'c') }]],
    ['an action that is none', 'ValidationException', [{}]],
    [
      'a check without a condition',
      'ValidationException',
      [{ ConditionCheck: { TableName, Key: key('a') } }],
    ],
    ['an item without its key', 'ValidationException', [put({ pk: { S: 'a' } })]],
    [
      'an item that is too large',
      'ValidationException',
      [put({ ...key('a'), one: big, two: { S: 'x'.repeat(20 * 1024) } })],
    ],
    [
      'more than 4 MB',
      'ValidationException',
      Array.from({ length: 11 }, (_, index) => put({ ...key(String(index)), big })),
    ],
    [
      'a table that is not there',
      'ResourceNotFoundException',
      [put(key('a')), { Put: { TableName: 'missing', Item: key('a') } }],
    ],
    [
      'a table of another account',
      'ResourceNotFoundException',
      [
        {
          Put: {
            TableName: `arn:aws:dynamodb:eu-central-1:${OTHER_ACCOUNT}:table/registry`,
            Item: key('a'),
          },
        },
      ],
    ],
    [
      'a comparison with a map',
      'NotInLocalMode',
      [check('a', 'settings = :s', { ExpressionAttributeValues: { ':s': { M: {} } } })],
    ],
  ])('with %s', async (_, code, items) => {
    const fixture = await withTable()

    await expect(write(fixture, ...items)).rejects.toMatchObject({ code })
    expect(await fixture.run('Scan', { TableName })).toMatchObject({ Count: 0 })
  })

  test.each([
    ['consumed capacity', { ReturnConsumedCapacity: 'TOTAL' }],
    ['metrics of item collections', { ReturnItemCollectionMetrics: 'SIZE' }],
  ])('where it asks for %s, which nobody counts here', async (_, input) => {
    const { run, get } = await withTable()

    await expect(
      run('TransactWriteItems', { TransactItems: [put(key('a'))], ...input }),
    ).rejects.toMatchObject({ code: 'NotInLocalMode' })
    expect(await get('a')).toBeUndefined()
  })

  test('but not where it asks for none of them', async () => {
    const { run, get } = await withTable()
    const none = { ReturnConsumedCapacity: 'NONE', ReturnItemCollectionMetrics: 'NONE' }

    await run('TransactWriteItems', { TransactItems: [put(key('a'))], ...none })

    expect(await get('a')).toBeDefined()
  })

  test('and 100 actions are none too many', async () => {
    const fixture = await withTable()

    await write(fixture, ...Array.from({ length: 100 }, (_, index) => put(key(String(index)))))

    expect(await fixture.run('Scan', { TableName })).toMatchObject({ Count: 100 })
  })
})

test('one key written in two ways is one item', async () => {
  const fixture = await dynamodbFixture()
  await fixture.createTable({
    TableName: 'numbers',
    AttributeDefinitions: [{ AttributeName: 'n', AttributeType: 'N' }],
    KeySchema: [{ AttributeName: 'n', KeyType: 'HASH' }],
  })
  const Delete = { TableName: 'numbers', Key: { n: { N: '1.0' } } }

  const twice = write(fixture, { Put: { TableName: 'numbers', Item: { n: { N: '1' } } } }, { Delete })

  await expect(twice).rejects.toMatchObject({ code: 'ValidationException' })
})

test('the same key in two tables is two items', async () => {
  const fixture = await withTable()
  await fixture.createTable({ TableName: 'audit' })

  await write(fixture, put(key('a')), { Put: { TableName: 'audit', Item: key('a') } })

  expect(await fixture.get('a')).toBeDefined()
})
