/**
 * dynalite, called in process without its server: it keeps the items of one account's tables in one region and
 * has DynamoDB's expressions, indexes, paging and error messages. Tables' lives are not its business here: it
 * knows a table while items can be read and written.
 */
import batchGetItem from 'dynalite/actions/batchGetItem.js'
import batchWriteItem from 'dynalite/actions/batchWriteItem.js'
import deleteItem from 'dynalite/actions/deleteItem.js'
import getItem from 'dynalite/actions/getItem.js'
import putItem from 'dynalite/actions/putItem.js'
import query from 'dynalite/actions/query.js'
import scan from 'dynalite/actions/scan.js'
import updateItem from 'dynalite/actions/updateItem.js'
import * as dynalite from 'dynalite/db/index.js'
import * as batchGetItemChecks from 'dynalite/validations/batchGetItem.js'
import * as batchWriteItemChecks from 'dynalite/validations/batchWriteItem.js'
import * as createTableChecks from 'dynalite/validations/createTable.js'
import * as deleteItemChecks from 'dynalite/validations/deleteItem.js'
import * as getItemChecks from 'dynalite/validations/getItem.js'
import * as checks from 'dynalite/validations/index.js'
import * as putItemChecks from 'dynalite/validations/putItem.js'
import * as queryChecks from 'dynalite/validations/query.js'
import * as scanChecks from 'dynalite/validations/scan.js'
import * as updateItemChecks from 'dynalite/validations/updateItem.js'
import { AwsError } from '../errors.ts'
import { type Item, isRecord, toBase64 } from './attribute-values.ts'
import { refuseDocumentComparisons } from './document-comparisons.ts'
import type { Schema } from './schema.ts'

const actions = {
  GetItem: getItem,
  PutItem: putItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  Query: query,
  Scan: scan,
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
}

const requestChecks = {
  GetItem: getItemChecks,
  PutItem: putItemChecks,
  UpdateItem: updateItemChecks,
  DeleteItem: deleteItemChecks,
  Query: queryChecks,
  Scan: scanChecks,
  BatchGetItem: batchGetItemChecks,
  BatchWriteItem: batchWriteItemChecks,
  CreateTable: createTableChecks,
}

export type ItemOperation = keyof typeof actions

/** A checked request with its expressions parsed. Good for one run: dynalite resolves updates in place. */
export type Request = Readonly<Record<string, unknown>>

export interface Engine {
  /** Throws ValidationException or SerializationException, as AWS does before it looks for the table. */
  readonly check: (operation: keyof typeof requestChecks, input: object) => Request
  /** Rejects with AWS's own error. */
  readonly run: (operation: ItemOperation, request: Request) => Promise<Readonly<Record<string, unknown>>>
  readonly read: (table: string, key: Item) => Promise<Item | undefined>
  readonly put: (table: string, item: Item) => Promise<void>
  readonly remove: (table: string, key: Item) => Promise<void>
  readonly addTable: (schema: Schema) => Promise<void>
  readonly dropTable: (schema: Schema) => Promise<void>
  readonly close: () => Promise<void>
}

export function createEngine(): Engine {
  const store = dynalite.create()
  const run: Engine['run'] = (operation, request) =>
    new Promise((resolve, reject) =>
      actions[operation](store, request, (error, output) =>
        error ? reject(refusal(error)) : resolve({ ...output }),
      ),
    )
  return {
    check(operation, input) {
      const { types, custom } = requestChecks[operation]
      try {
        const request = checks.checkTypes(Object(toBase64(input)), types)
        checks.checkValidations(request, types, custom, store)
        refuseDocumentComparisons(request)
        return { ...request }
      } catch (error) {
        throw refusal(error)
      }
    },
    run,
    async read(TableName, Key) {
      const { Item: item } = await run('GetItem', { TableName, Key: { ...Key } })
      return isItem(item) ? item : undefined
    },
    async put(TableName, Item) {
      await run('PutItem', { TableName, Item })
    },
    async remove(TableName, Key) {
      await run('DeleteItem', { TableName, Key })
    },
    addTable: (schema) =>
      settled((done) => store.tableDb.put(schema.TableName, { ...schema, TableStatus: 'ACTIVE' }, done)),
    async dropTable({ TableName: name, LocalSecondaryIndexes = [], GlobalSecondaryIndexes = [] }) {
      await settled((done) => store.tableDb.del(name, done))
      await settled((done) => store.deleteItemDb(name, done))
      for (const { IndexName } of LocalSecondaryIndexes)
        await settled((done) => store.deleteIndexDb('local', name, IndexName, done))
      for (const { IndexName } of GlobalSecondaryIndexes)
        await settled((done) => store.deleteIndexDb('global', name, IndexName, done))
    },
    close: () => settled((done) => store.db.close(done)),
  }
}

/** The primary key of an item that is to be put. Throws ValidationException where it has none. */
export function keyOfItem(schema: Schema, item: Item): Item {
  const invalid = dynalite.validateItem(item, schema)
  if (invalid) throw refusal(invalid)
  return Object.fromEntries(
    schema.KeySchema.map(({ AttributeName: name }) => [name, item[name] ?? {}] as const),
  )
}

/** Throws ValidationException for a key that is not the table's. A copy: UpdateItem makes the item of the key it is given. */
export function checkedKey(schema: Schema, key: Item): Item {
  const invalid = dynalite.validateKey(key, schema)
  if (invalid) throw refusal(invalid)
  return { ...key }
}

/** In bytes. */
export function sizeOf(item: Item): number {
  return dynalite.itemSize(item)
}

export function isItem(value: unknown): value is Item {
  return isRecord(value) && Object.values(value).every(isRecord)
}

function settled(run: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => run((error) => (error ? reject(error) : resolve())))
}

/** dynalite's errors carry the answer's body; everything else is not for the caller. */
function refusal(error: unknown): unknown {
  if (!(error instanceof Error) || !('body' in error) || !isRecord(error.body)) return error
  const { __type: type, message, Message } = error.body
  const [, code = 'InternalFailure'] = String(type).split('#')
  return new AwsError(code, String(message ?? Message ?? ''), 400, {}, { cause: error })
}
