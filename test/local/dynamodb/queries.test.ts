import type { CreateTableInput, QueryOutput } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { type DynamodbFixture, dynamodbFixture, key, tableInput } from './fixture.ts'

const TableName = 'registry'

const withIndex: Partial<CreateTableInput> = {
  AttributeDefinitions: [
    ...tableInput.AttributeDefinitions,
    { AttributeName: 'state', AttributeType: 'S' },
    { AttributeName: 'at', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-state',
      KeySchema: [
        { AttributeName: 'state', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
}

function ofPartition(pk: string) {
  return { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: pk } } }
}

const byState = {
  TableName,
  IndexName: 'by-state',
  KeyConditionExpression: '#state = :state',
  ExpressionAttributeNames: { '#state': 'state' },
  ExpressionAttributeValues: { ':state': { S: 'ready' } },
}

async function sortKeys({ run }: DynamodbFixture, input: object) {
  const { Items = [] } = await run<QueryOutput>('Query', input)
  return Items.map(({ sk }) => sk?.S)
}

describe('Query', () => {
  test('answers one partition in the order of its sort keys, and the other way round', async () => {
    const fixture = await dynamodbFixture()
    await fixture.createTable()
    for (const sk of ['ROLE#b', 'CLUSTER', 'ROLE#a', 'ROLE#B']) await fixture.put(key('CLUSTER#1', sk))
    await fixture.put(key('CLUSTER#2', 'ROLE#x'))

    const input = ofPartition('CLUSTER#1')
    expect(await sortKeys(fixture, input)).toEqual(['CLUSTER', 'ROLE#B', 'ROLE#a', 'ROLE#b'])
    expect(await sortKeys(fixture, { ...input, ScanIndexForward: false, Limit: 1 })).toEqual(['ROLE#b'])
    const roles = {
      ...input,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :role)',
      ExpressionAttributeValues: { ':pk': { S: 'CLUSTER#1' }, ':role': { S: 'ROLE#' } },
    }
    expect(await sortKeys(fixture, roles)).toEqual(['ROLE#B', 'ROLE#a', 'ROLE#b'])
  })

  test('goes on after the last key of a page until nothing is left', async () => {
    const fixture = await dynamodbFixture()
    await fixture.createTable()
    const all = Array.from({ length: 7 }, (_, index) => `ROLE#${index}`)
    for (const sk of all) await fixture.put(key('CLUSTER#1', sk))

    const pages: (string | undefined)[][] = []
    let ExclusiveStartKey: object | undefined
    do {
      const page = await fixture.run<QueryOutput>('Query', {
        ...ofPartition('CLUSTER#1'),
        Limit: 3,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      })
      pages.push((page.Items ?? []).map(({ sk }) => sk?.S))
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey)

    expect(pages).toEqual([all.slice(0, 3), all.slice(3, 6), all.slice(6)])
  })

  test('of an index finds only items that have its keys, with its attributes, in its order', async () => {
    const { createTable, put, run } = await dynamodbFixture()
    await createTable(withIndex)
    await put({ ...key('a'), state: { S: 'ready' }, at: { N: '10' }, note: { S: 'not projected' } })
    await put({ ...key('b'), state: { S: 'ready' }, at: { N: '9' } })
    await put({ ...key('c'), state: { S: 'ready' } })
    await put({ ...key('d'), state: { S: 'gone' }, at: { N: '1' } })
    await put({ ...key('e'), state: { S: 'ready' }, at: { N: '11' } })
    await run('UpdateItem', {
      TableName,
      Key: key('e'),
      UpdateExpression: 'REMOVE #at',
      ExpressionAttributeNames: { '#at': 'at' },
    })

    expect(await run('Query', byState)).toMatchObject({
      Count: 2,
      Items: [
        { ...key('b'), state: { S: 'ready' }, at: { N: '9' } },
        { ...key('a'), state: { S: 'ready' }, at: { N: '10' } },
      ],
    })
  })

  test('of an index is never consistent', async () => {
    const { createTable, run } = await dynamodbFixture()
    await createTable(withIndex)

    await expect(run('Query', { ...byState, ConsistentRead: true })).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'Consistent reads are not supported on global secondary indexes',
    })
  })

  test('is asked of IAM for the table or the index, with the partition key that it names', async () => {
    const { createTable, asks } = await dynamodbFixture()
    await createTable(withIndex)
    const arn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/registry'

    expect(asks('Query', ofPartition('CLUSTER#1'))).toMatchObject([
      { action: 'dynamodb:Query', resource: arn, context: { 'dynamodb:LeadingKeys': ['CLUSTER#1'] } },
    ])
    expect(asks('Query', byState)).toMatchObject([
      { resource: `${arn}/index/by-state`, context: { 'dynamodb:LeadingKeys': ['ready'] } },
    ])
    expect(asks('Scan', { TableName, IndexName: 'by-state' })).toMatchObject([
      { action: 'dynamodb:Scan', resource: `${arn}/index/by-state`, context: {} },
    ])
  })
})

describe('Scan', () => {
  test('answers all items that pass its filter, and counts those that it has looked at', async () => {
    const { createTable, put, run } = await dynamodbFixture()
    await createTable()
    for (const pk of ['a', 'b', 'c']) await put({ ...key(pk), big: { BOOL: pk !== 'a' } })

    const output = await run('Scan', {
      TableName,
      FilterExpression: 'big = :true',
      ExpressionAttributeValues: { ':true': { BOOL: true } },
      Select: 'COUNT',
    })

    expect(output).toEqual({ Count: 2, ScannedCount: 3 })
  })
})
