/**
 * The registry's one table: keys, consistent reads, conditional writes. Nothing else of lib/ speaks DynamoDB.
 * No transactions and no decision from the index: every write is a conditional one that its owner may repeat.
 */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { isConditionFailed, translate } from '../aws/errors.ts'

export interface Table {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
}

export interface Key {
  readonly pk: string
  readonly sk: string
}

export type Item = Readonly<Record<string, unknown>>

/** A condition in DynamoDB's own language; names stand as `#name`, values as `:name`. */
export interface Condition {
  readonly expression: string
  readonly names?: Readonly<Record<string, string>>
  readonly values?: Readonly<Record<string, unknown>>
}

/** Always a consistent read. */
export async function getItem(table: Table, key: Key): Promise<Item | undefined> {
  const input = { TableName: table.tableName, Key: key, ConsistentRead: true }
  const { Item } = await table.documents.send(new GetCommand(input)).catch(translate('dynamodb:GetItem'))
  return Item
}

/** False when the condition refused it. */
export function putItem(table: Table, item: Item & Key, condition?: Condition): Promise<boolean> {
  const input = { TableName: table.tableName, Item: item, ...conditionInput(condition) }
  return settle(table.documents.send(new PutCommand(input)), 'dynamodb:PutItem')
}

/** Of an item that need not be there. False when the condition refused it. */
export function updateItem(
  table: Table,
  key: Key,
  { update, ...condition }: Condition & { readonly update: string },
): Promise<boolean> {
  const input = {
    TableName: table.tableName,
    Key: key,
    UpdateExpression: update,
    ...conditionInput(condition),
  }
  return settle(table.documents.send(new UpdateCommand(input)), 'dynamodb:UpdateItem')
}

/** False when the condition refused it; a missing item is deleted already. */
export function deleteItem(table: Table, key: Key, condition?: Condition): Promise<boolean> {
  const input = { TableName: table.tableName, Key: key, ...conditionInput(condition) }
  return settle(table.documents.send(new DeleteCommand(input)), 'dynamodb:DeleteItem')
}

/** Items of one partition whose sort key begins so, in order, page by page. Always consistent. */
export async function* queryItems(
  table: Table,
  pk: string,
  skPrefix: string,
  attributes?: readonly string[],
): AsyncGenerator<Item> {
  yield* pages(table, {
    TableName: table.tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ':prefix': skPrefix },
    ...projection(attributes),
  })
}

/** At most `limit` items of one partition whose sort key begins with `prefix.sk`, in order, from the first one behind `after`. Consistent. */
export async function queryPage(
  table: Table,
  prefix: Key,
  after: string | undefined,
  limit: number,
): Promise<Item[]> {
  const items: Item[] = []
  const input = {
    TableName: table.tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': prefix.pk, ':prefix': prefix.sk },
    Limit: limit,
    ...(after !== undefined && { ExclusiveStartKey: { pk: prefix.pk, sk: after } }),
  }
  for await (const item of pages(table, input)) {
    items.push(item)
    if (items.length === limit) break
  }
  return items
}

/** The sparse index: items in one state, oldest first. For lists and sweeps; may lag, so nothing is decided from it. */
export async function* queryByState(table: Table, state: string): AsyncGenerator<Item> {
  yield* pages(table, {
    TableName: table.tableName,
    IndexName: STATE_INDEX,
    KeyConditionExpression: 'indexState = :state',
    ExpressionAttributeValues: { ':state': state },
  })
}

export const STATE_INDEX = 'by-state'

export interface LatestInput {
  /** Of the table itself when it is left out, and then consistent. */
  readonly index?: string | undefined
  /** Name and value of the partition key there; the sort key is `sk`. */
  readonly attribute: string
  readonly value: string
  readonly limit: number
  readonly after?: Key | undefined
}

/** One page of a partition, the last sort key first. `next` is where the following one begins. */
export async function queryLatest(
  table: Table,
  { index, attribute, value, limit, after }: LatestInput,
): Promise<{ readonly items: readonly Item[]; readonly next: Key | undefined }> {
  const input: QueryCommandInput = {
    TableName: table.tableName,
    ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
    KeyConditionExpression: '#partition = :value',
    ExpressionAttributeNames: { '#partition': attribute },
    ExpressionAttributeValues: { ':value': value },
    ScanIndexForward: false,
    Limit: limit,
    ...(after && { ExclusiveStartKey: { pk: after.pk, sk: after.sk, [attribute]: value } }),
  }
  const page = await table.documents.send(new QueryCommand(input)).catch(translate('dynamodb:Query'))
  return { items: page.Items ?? [], next: page.LastEvaluatedKey && keySchema.parse(page.LastEvaluatedKey) }
}

const keySchema = z.object({ pk: z.string(), sk: z.string() })

async function* pages(table: Table, input: QueryCommandInput): AsyncGenerator<Item> {
  let { ExclusiveStartKey } = input
  do {
    const page = await table.documents
      .send(new QueryCommand({ ...input, ExclusiveStartKey }))
      .catch(translate('dynamodb:Query'))
    yield* page.Items ?? []
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey)
}

function conditionInput(condition: Condition | undefined) {
  if (!condition) return {}
  return {
    ConditionExpression: condition.expression,
    ...(condition.names && { ExpressionAttributeNames: { ...condition.names } }),
    ...(condition.values && { ExpressionAttributeValues: { ...condition.values } }),
  }
}

/** `content.expiresAt` is a member of a map. */
function projection(attributes: readonly string[] | undefined) {
  if (!attributes) return {}
  const names = [...new Set(attributes.flatMap((path) => path.split('.')))]
  const alias = (name: string) => `#p${names.indexOf(name)}`
  return {
    ProjectionExpression: attributes.map((path) => path.split('.').map(alias).join('.')).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [alias(name), name])),
  }
}

async function settle(write: Promise<unknown>, operation: string): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (isConditionFailed(error)) return false
    return translate(operation)(error)
  }
}
