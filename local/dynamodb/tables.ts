/** DescribeTable, ListTables, DeleteTable. */
import type { DeleteTableInput, DescribeTableInput, ListTablesInput } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../errors.ts'
import { pageAfter } from '../paging.ts'
import { type Call, operation } from '../service.ts'
import { askFor } from './asks.ts'
import type { Database, Databases } from './database.ts'
import { findTable, requireActive } from './table.ts'
import { describeTable } from './table-description.ts'
import { endStream } from './table-streams.ts'

// AWS gives no time; small tables are commonly gone within ten seconds.
const DELETING_MILLISECONDS = 5_000

export function tableOperations({ of }: Databases) {
  return {
    DescribeTable: operation<DescribeTableInput, object>({
      run(input, call) {
        const { tables, clock } = of(call)
        return { Table: describeTable(findTable(tables, input.TableName, call), clock.now()) }
      },
      asks: (input, call) => [
        askFor(of(call), call, { action: 'DescribeTable', TableName: input.TableName }),
      ],
    }),
    ListTables: operation<ListTablesInput, object>({
      run: (input, call) => listTables(of(call), input),
      asks: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
    }),
    DeleteTable: operation<DeleteTableInput, object>({
      run: (input, call) => deleteTable(of(call), input, call),
      asks: (input, call) => [askFor(of(call), call, { action: 'DeleteTable', TableName: input.TableName })],
    }),
  }
}

function listTables(
  { tables }: Database,
  { Limit: limit = 100, ExclusiveStartTableName: after }: ListTablesInput,
) {
  if (limit < 1 || limit > 100)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value ${limit < 1 ? 'greater than or equal to 1' : 'less than or equal to 100'}`,
    )
  const page = pageAfter([...tables.keys()].sort(), (name) => name, after, limit)
  return { TableNames: page.items, ...(page.next !== undefined && { LastEvaluatedTableName: page.next }) }
}

async function deleteTable(database: Database, { TableName }: DeleteTableInput, call: Call): Promise<object> {
  const { clock, engine, inTurn, tables } = database
  const table = findTable(tables, TableName, call)
  requireActive(table)
  if (table.deletionProtected)
    throw new AwsError(
      'ValidationException',
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    )
  table.status = 'DELETING'
  // After the writes that came before, whose records are still in the stream.
  await inTurn(async () => {
    endStream(database, table)
    await engine.dropTable(table.schema)
  })
  clock.after(DELETING_MILLISECONDS, () => {
    tables.delete(table.name)
  })
  return { TableDescription: describeTable(table, clock.now()) }
}
