import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import {
  deleteItem,
  getItem,
  type Item,
  putItem,
  queryByState,
  queryItems,
  updateItem,
} from '../../../lib/registry/table.ts'
import { refusal, sent } from '../aws/sdk.ts'

const KEY = { pk: 'CLUSTER#golem', sk: 'CLUSTER' }
const TableName = 'registry'

function theTable() {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }))
  return { stub: mockClient(documents), table: { documents, tableName: TableName } }
}

async function all(items: AsyncIterable<Item>): Promise<Item[]> {
  const read: Item[] = []
  for await (const item of items) read.push(item)
  return read
}

describe('getItem', () => {
  test('reads consistently', async () => {
    const { stub, table } = theTable()
    stub.on(GetCommand).resolves({ Item: { ...KEY, generation: 1 } })

    expect(await getItem(table, KEY)).toEqual({ ...KEY, generation: 1 })
    expect(sent(stub)).toEqual([['Get', { TableName, Key: KEY, ConsistentRead: true }]])
  })

  test('is undefined where nothing is', async () => {
    const { stub, table } = theTable()
    stub.on(GetCommand).resolves({})

    expect(await getItem(table, KEY)).toBeUndefined()
  })
})

describe('updateItem', () => {
  const update = {
    update: 'SET #taken = #taken + :one',
    expression: '#taken < :quota',
    names: { '#taken': 'taken' },
    values: { ':one': 1, ':quota': 2 },
  }

  test('changes on a condition', async () => {
    const { stub, table } = theTable()
    stub.on(UpdateCommand).resolves({})

    expect(await updateItem(table, KEY, update)).toBe(true)
    expect(sent(stub)).toEqual([
      [
        'Update',
        {
          TableName,
          Key: KEY,
          UpdateExpression: 'SET #taken = #taken + :one',
          ConditionExpression: '#taken < :quota',
          ExpressionAttributeNames: { '#taken': 'taken' },
          ExpressionAttributeValues: { ':one': 1, ':quota': 2 },
        },
      ],
    ])
  })

  test('says when the condition refused it, and only then', async () => {
    const { stub, table } = theTable()
    stub.on(UpdateCommand).rejectsOnce(refusal('ConditionalCheckFailedException'))

    expect(await updateItem(table, KEY, update)).toBe(false)
    stub.on(UpdateCommand).rejects(refusal('AccessDeniedException'))
    await expect(updateItem(table, KEY, update)).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

describe('putItem', () => {
  test('writes without a condition where none is given', async () => {
    const { stub, table } = theTable()
    stub.on(PutCommand).resolves({})

    expect(await putItem(table, { ...KEY, generation: 1 })).toBe(true)
    expect(sent(stub)).toEqual([['Put', { TableName, Item: { ...KEY, generation: 1 } }]])
    expect(Object.keys(stub.call(0).args[0].input)).toEqual(['TableName', 'Item'])
  })

  test('sends the condition with its names and values', async () => {
    const { stub, table } = theTable()
    stub.on(PutCommand).resolves({})

    await putItem(
      table,
      { ...KEY },
      { expression: '#holder = :holder', names: { '#holder': 'holder' }, values: { ':holder': 'golem' } },
    )

    expect(sent(stub)).toEqual([
      [
        'Put',
        {
          TableName,
          Item: KEY,
          ConditionExpression: '#holder = :holder',
          ExpressionAttributeNames: { '#holder': 'holder' },
          ExpressionAttributeValues: { ':holder': 'golem' },
        },
      ],
    ])
  })

  test('sends no empty names or values, which DynamoDB refuses', async () => {
    const { stub, table } = theTable()
    stub.on(PutCommand).resolves({})

    await putItem(table, { ...KEY }, { expression: 'attribute_not_exists(pk)' })

    expect(Object.keys(stub.call(0).args[0].input)).toEqual(['TableName', 'Item', 'ConditionExpression'])
  })

  test('is false when the condition refuses it', async () => {
    const { stub, table } = theTable()
    stub.on(PutCommand).rejects(refusal('ConditionalCheckFailedException'))

    expect(await putItem(table, { ...KEY }, { expression: 'attribute_not_exists(pk)' })).toBe(false)
  })
})

describe('deleteItem', () => {
  test('deletes on its condition', async () => {
    const { stub, table } = theTable()
    stub.on(DeleteCommand).resolves({})

    const isDeleted = await deleteItem(table, KEY, {
      expression: 'revision = :revision',
      values: { ':revision': 3 },
    })

    expect(isDeleted).toBe(true)
    expect(sent(stub)).toEqual([
      [
        'Delete',
        {
          TableName,
          Key: KEY,
          ConditionExpression: 'revision = :revision',
          ExpressionAttributeValues: { ':revision': 3 },
        },
      ],
    ])
  })

  test('is false when the condition refuses it', async () => {
    const { stub, table } = theTable()
    stub.on(DeleteCommand).rejects(refusal('ConditionalCheckFailedException'))

    expect(await deleteItem(table, KEY, { expression: 'attribute_exists(pk)' })).toBe(false)
  })
})

describe('queryItems', () => {
  test('reads every page consistently, also behind an empty one', async () => {
    const { stub, table } = theTable()
    stub
      .on(QueryCommand)
      .resolvesOnce({ Items: [{ sk: 'ROLE#a' }], LastEvaluatedKey: { pk: 'p', sk: 'ROLE#a' } })
      .resolvesOnce({ Items: [], LastEvaluatedKey: { pk: 'p', sk: 'ROLE#b' } })
      .resolvesOnce({ Items: [{ sk: 'ROLE#c' }] })

    expect(await all(queryItems(table, 'p', 'ROLE#'))).toEqual([{ sk: 'ROLE#a' }, { sk: 'ROLE#c' }])

    const input = {
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': 'p', ':prefix': 'ROLE#' },
    }
    expect(sent(stub)).toEqual([
      ['Query', input],
      ['Query', { ...input, ExclusiveStartKey: { pk: 'p', sk: 'ROLE#a' } }],
      ['Query', { ...input, ExclusiveStartKey: { pk: 'p', sk: 'ROLE#b' } }],
    ])
  })

  test('reads no page more than is taken', async () => {
    const { stub, table } = theTable()
    stub.on(QueryCommand).resolves({ Items: [{ sk: 'a' }], LastEvaluatedKey: { pk: 'p', sk: 'a' } })

    for await (const _ of queryItems(table, 'p', 'ROLE#')) break

    expect(stub.calls()).toHaveLength(1)
  })

  test('asks for attributes under other names, for DynamoDB reserves many words', async () => {
    const { stub, table } = theTable()
    stub.on(QueryCommand).resolves({})

    expect(await all(queryItems(table, 'p', 'ROLE#', ['namespace', 'version']))).toEqual([])
    expect(stub.call(0).args[0].input).toMatchObject({
      ProjectionExpression: '#p0, #p1',
      ExpressionAttributeNames: { '#p0': 'namespace', '#p1': 'version' },
    })
  })
})

describe('queryByState', () => {
  test('reads every page of the index', async () => {
    const { stub, table } = theTable()
    const LastEvaluatedKey = { ...KEY, indexState: 'RUN_STARTED', indexTime: '2026' }
    stub
      .on(QueryCommand)
      .resolvesOnce({ Items: [{ pk: 'CLUSTER#a' }], LastEvaluatedKey })
      .resolvesOnce({ Items: [{ pk: 'CLUSTER#b' }] })

    expect(await all(queryByState(table, 'RUN_STARTED'))).toEqual([{ pk: 'CLUSTER#a' }, { pk: 'CLUSTER#b' }])

    // An index takes no consistent read.
    const input = {
      TableName,
      IndexName: 'by-state',
      KeyConditionExpression: 'indexState = :state',
      ExpressionAttributeValues: { ':state': 'RUN_STARTED' },
    }
    expect(sent(stub)).toEqual([
      ['Query', input],
      ['Query', { ...input, ExclusiveStartKey: LastEvaluatedKey }],
    ])
  })
})

describe('an error of DynamoDB', () => {
  const { stub, table } = theTable()
  const operations: [string, () => Promise<unknown>][] = [
    ['GetItem', () => getItem(table, KEY)],
    ['PutItem', () => putItem(table, { ...KEY })],
    ['DeleteItem', () => deleteItem(table, KEY)],
    ['Query', () => all(queryItems(table, 'p', 'ROLE#'))],
    ['Query', () => all(queryByState(table, 'RUN_STARTED'))],
  ]

  test.each(operations)('of %s says which call it was, and what it means', async (operation, call) => {
    stub.rejects(refusal('ProvisionedThroughputExceededException'))

    await expect(call()).rejects.toMatchObject({
      name: 'Throttled',
      message: expect.stringContaining(`dynamodb:${operation}: `),
    })
  })
})
