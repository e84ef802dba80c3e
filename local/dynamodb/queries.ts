/** Query and Scan, of a table or of an index. */
import type { QueryInput, ScanInput } from '@aws-sdk/client-dynamodb'
import { type Ask, type Call, operation } from '../service.ts'
import { askFor } from './asks.ts'
import { isRecord, toBytes } from './attribute-values.ts'
import type { Database, Databases } from './database.ts'
import { byName } from './items.ts'
import { findServingTable, partitionKey, tableName } from './table.ts'

export function queryOperations({ of }: Databases) {
  return {
    Query: operation<QueryInput, object>({
      run: (input, call) => read(of(call), 'Query', input, call),
      asks: (input, call) => [askForQuery(of(call), input, call)],
    }),
    Scan: operation<ScanInput, object>({
      run: (input, call) => read(of(call), 'Scan', input, call),
      asks: (input, call) => [
        askFor(of(call), call, { action: 'Scan', TableName: input.TableName, IndexName: input.IndexName }),
      ],
    }),
  }
}

async function read(
  { engine, tables }: Database,
  name: 'Query' | 'Scan',
  input: QueryInput | ScanInput,
  call: Call,
): Promise<object> {
  const request = engine.check(name, byName(input, call))
  findServingTable(tables, input.TableName, call)
  return Object(toBytes(await engine.run(name, request)))
}

/** The partition key that is queried stands in an expression. */
function askForQuery(database: Database, input: QueryInput, call: Call): Ask {
  const { TableName, IndexName } = input
  const table = database.tables.get(tableName(TableName, call) ?? '')
  const name = table && partitionKey(table, IndexName)
  const { KeyConditions: conditions } = database.engine.check('Query', byName(input, call))
  const condition = name !== undefined && isRecord(conditions) ? conditions[name] : undefined
  const values = isRecord(condition) ? condition.AttributeValueList : undefined
  const items = Array.isArray(values) && name !== undefined ? [{ [name]: values[0] }] : []
  return askFor(database, call, { action: 'Query', TableName, IndexName, items })
}
