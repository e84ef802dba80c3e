/** BatchGetItem and BatchWriteItem. */
import type { BatchGetItemInput, BatchWriteItemInput } from '@aws-sdk/client-dynamodb'
import { type Ask, type Call, operation } from '../service.ts'
import { askFor } from './asks.ts'
import { isRecord, toBytes } from './attribute-values.ts'
import type { Database, Databases } from './database.ts'
import { keyOf } from './items.ts'
import { findServingTable, tableName } from './table.ts'
import { type Target, write } from './writes.ts'

export function batchOperations({ of }: Databases) {
  return {
    BatchGetItem: operation<BatchGetItemInput, object>({
      run: (input, call) => batchGet(of(call), input, call),
      asks: (input, call) => asksOf(of(call), call, 'BatchGetItem', input.RequestItems, keysRead),
    }),
    BatchWriteItem: operation<BatchWriteItemInput, object>({
      run: (input, call) => batchWrite(of(call), input, call),
      asks: (input, call) => asksOf(of(call), call, 'BatchWriteItem', input.RequestItems, itemsWritten),
    }),
  }
}

function asksOf<Requests>(
  database: Database,
  call: Call,
  action: string,
  requestItems: Readonly<Record<string, Requests>> | undefined,
  itemsOf: (requests: Requests) => readonly unknown[],
): readonly Ask[] {
  return Object.entries(requestItems ?? {}).map(([TableName, requests]) =>
    askFor(database, call, { action, TableName, items: itemsOf(requests) }),
  )
}

type ReadRequests = NonNullable<BatchGetItemInput['RequestItems']>[string]
type WriteRequests = NonNullable<BatchWriteItemInput['RequestItems']>[string]

function keysRead({ Keys: keys = [] }: ReadRequests): readonly unknown[] {
  return keys
}

function itemsWritten(requests: WriteRequests): readonly unknown[] {
  return requests.map(({ PutRequest: put, DeleteRequest: gone }) => put?.Item ?? gone?.Key)
}

async function batchGet({ engine, tables }: Database, input: BatchGetItemInput, call: Call): Promise<object> {
  const names = namesOf(input.RequestItems, call)
  const request = engine.check('BatchGetItem', { ...input, RequestItems: rename(input.RequestItems, names) })
  for (const given of names.keys()) findServingTable(tables, given, call)
  const output = await engine.run('BatchGetItem', request)
  const given = new Map([...names].map(([given, name]) => [name, given]))
  return Object(
    toBytes({
      ...output,
      Responses: rename(output.Responses, given),
      UnprocessedKeys: rename(output.UnprocessedKeys, given),
    }),
  )
}

/** All of it is done, so nothing comes back unprocessed. */
async function batchWrite(database: Database, input: BatchWriteItemInput, call: Call): Promise<object> {
  const { engine, tables } = database
  const names = namesOf(input.RequestItems, call)
  const request = engine.check('BatchWriteItem', {
    ...input,
    RequestItems: rename(input.RequestItems, names),
  })
  const requestItems = isRecord(request.RequestItems) ? request.RequestItems : {}
  const targets = Object.entries(requestItems).flatMap(([name, requests]): Target[] => {
    const table = findServingTable(tables, name, call)
    const written = Array.isArray(requests) ? requests : []
    return written.map(({ PutRequest, DeleteRequest }) => ({
      table,
      key: keyOf(table, PutRequest ?? DeleteRequest ?? {}),
    }))
  })
  return Object(toBytes(await write(database, targets, () => engine.run('BatchWriteItem', request))))
}

/** By what the request calls them; ARNs of others' tables stay, to be found nowhere. */
function namesOf(requestItems: object | undefined, call: Call): ReadonlyMap<string, string> {
  const given = Object.keys(requestItems ?? {})
  return new Map(given.map((one) => [one, tableName(one, call) ?? 'another-accounts-table']))
}

function rename(record: unknown, names: ReadonlyMap<string, string>): object {
  if (!isRecord(record)) return {}
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [names.get(name) ?? name, value]))
}
