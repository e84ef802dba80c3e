/** Actions of transactions on one table. */
import { type DynamodbFixture, dynamodbFixture, type Item, key } from './fixture.ts'

export const TableName = 'registry'

export function put(Item: Item, more = {}) {
  return { Put: { TableName, Item, ...more } }
}

export function setOwner(partition: string, owner: string, more = {}) {
  const values = { ':owner': { S: owner } }
  return {
    Update: {
      TableName,
      Key: key(partition),
      UpdateExpression: 'SET #owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: values,
      ...more,
    },
  }
}

export function check(partition: string, ConditionExpression: string, more = {}) {
  return { ConditionCheck: { TableName, Key: key(partition), ConditionExpression, ...more } }
}

export const absent = { ConditionExpression: 'attribute_not_exists(pk)' }

export function write({ run }: DynamodbFixture, ...TransactItems: object[]) {
  return run('TransactWriteItems', { TransactItems })
}

export async function withTable() {
  const fixture = await dynamodbFixture()
  await fixture.createTable()
  return fixture
}
