/** TransactGetItems: all items as they are between two writes. */
import type { TransactGetItem, TransactGetItemsInput } from '@aws-sdk/client-dynamodb'
import { type Call, operation } from '../service.ts'
import { askFor } from './asks.ts'
import { toBytes } from './attribute-values.ts'
import type { Database, Databases } from './database.ts'
import { checkedKey, isItem, sizeOf } from './engine.ts'
import { byName } from './items.ts'
import { findServingTable } from './table.ts'
import { checkActionCount, checkDistinct, checkSize, refuseMeasures } from './transaction-rules.ts'

export function transactGetOperations({ of }: Databases) {
  return {
    TransactGetItems: operation<TransactGetItemsInput, object>({
      run: (input, call) => transactGet(of(call), input, call),
      asks: (input, call) =>
        (input.TransactItems ?? []).map(({ Get: get }) =>
          askFor(of(call), call, {
            action: 'GetItem',
            TableName: get?.TableName,
            items: [get?.Key],
            context: { 'dynamodb:EnclosingOperation': 'TransactGetItems' },
          }),
        ),
    }),
  }
}

async function transactGet(database: Database, input: TransactGetItemsInput, call: Call): Promise<object> {
  const { TransactItems: items = [] } = input
  refuseMeasures('TransactGetItems', input, ['ReturnConsumedCapacity'])
  checkActionCount(items.length)
  const gets = items.map((item) => parseGet(database, item, call))
  checkDistinct(gets)
  const { engine, inTurn } = database
  const outputs = await inTurn(async () => {
    const whole = await Promise.all(gets.map(({ table, key }) => engine.read(table.name, key)))
    checkSize(whole.map((item) => (item ? sizeOf(item) : 0)))
    return Promise.all(gets.map(({ request }) => engine.run('GetItem', request)))
  })
  return {
    Responses: outputs.map(({ Item: item }) => (item === undefined ? {} : { Item: toBytes(item) })),
  }
}

function parseGet({ engine, tables }: Database, { Get: get }: TransactGetItem, call: Call) {
  const request = engine.check('GetItem', byName({ ...get }, call))
  const table = findServingTable(tables, get?.TableName, call)
  return { request, table, key: checkedKey(table.schema, isItem(request.Key) ? request.Key : {}) }
}
