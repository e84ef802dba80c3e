/** GetItem, PutItem, UpdateItem, DeleteItem. */
import type { DeleteItemInput, GetItemInput, PutItemInput, UpdateItemInput } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { askFor } from './asks.ts'
import { type Item, toBytes } from './attribute-values.ts'
import type { Database, Databases } from './database.ts'
import { checkedKey, isItem, keyOfItem, type Request } from './engine.ts'
import { findServingTable, type Table, tableName } from './table.ts'
import { write } from './writes.ts'

export function itemOperations({ of }: Databases) {
  return {
    GetItem: operation<GetItemInput, object>({
      run: (input, call) => getItem(of(call), input, call),
      asks: (input, call) => [askOf(of(call), call, 'GetItem', input.TableName, input.Key)],
    }),
    PutItem: operation<PutItemInput, object>({
      run: (input, call) => writeItem(of(call), 'PutItem', input, call),
      asks: (input, call) => [askOf(of(call), call, 'PutItem', input.TableName, input.Item)],
    }),
    UpdateItem: operation<UpdateItemInput, object>({
      run: (input, call) => writeItem(of(call), 'UpdateItem', input, call),
      asks: (input, call) => [askOf(of(call), call, 'UpdateItem', input.TableName, input.Key)],
    }),
    DeleteItem: operation<DeleteItemInput, object>({
      run: (input, call) => writeItem(of(call), 'DeleteItem', input, call),
      asks: (input, call) => [askOf(of(call), call, 'DeleteItem', input.TableName, input.Key)],
    }),
  }
}

function askOf(
  database: Database,
  call: Call,
  action: string,
  TableName: string | undefined,
  item: unknown,
): Ask {
  return askFor(database, call, { action, TableName, items: [item] })
}

async function getItem(database: Database, input: GetItemInput, call: Call): Promise<object> {
  const request = database.engine.check('GetItem', byName(input, call))
  findServingTable(database.tables, input.TableName, call)
  return Object(toBytes(await database.engine.run('GetItem', request)))
}

export type WriteOperation = 'PutItem' | 'UpdateItem' | 'DeleteItem'

type WriteInput = PutItemInput | UpdateItemInput | DeleteItemInput

async function writeItem(
  database: Database,
  name: WriteOperation,
  input: WriteInput,
  call: Call,
): Promise<object> {
  const request = database.engine.check(name, byName(input, call))
  const table = findServingTable(database.tables, input.TableName, call)
  const key = keyOf(table, request)
  const output = await write(database, [{ table, key }], async ([before]) => {
    try {
      return await database.engine.run(name, request)
    } catch (error) {
      if (input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD' || before === undefined) throw error
      throw withItem(error, before)
    }
  })
  return Object(toBytes(output))
}

/** An ARN as TableName is for AWS only: dynalite gets the name, and ARNs of others' tables as they are. */
export function byName<Input extends { readonly TableName?: string | undefined }>(
  input: Input,
  call: Call,
): object {
  const { TableName } = input
  // What is no table here is no table under a name of its own either.
  return { ...input, TableName: tableName(TableName, call) ?? (TableName && 'another-accounts-table') }
}

/** The primary key of what a checked request writes. Throws ValidationException where it is not the table's. */
export function keyOf({ schema }: Table, { Item: item, Key: key }: Request): Item {
  return isItem(item) ? keyOfItem(schema, item) : checkedKey(schema, isItem(key) ? key : {})
}

function withItem(error: unknown, before: Item): unknown {
  if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') return error
  return new AwsError(error.code, error.message, error.status, { Item: toBytes(before) }, { cause: error })
}
