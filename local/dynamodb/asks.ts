/** What IAM is asked: the table or index, the partition keys that the request names, the table's tags. */
import { isArn, parseArn } from '../arn.ts'
import type { Ask, Call } from '../service.ts'
import { resourceTagContext } from '../tags.ts'
import { isRecord, scalarText } from './attribute-values.ts'
import type { Database } from './database.ts'
import { partitionKey, type Table, tableArn, tableName } from './table.ts'

export interface TableAsk {
  readonly action: string
  readonly TableName: string | undefined
  readonly IndexName?: string | undefined
  /** Keys or items of the request. */
  readonly items?: readonly unknown[]
  readonly context?: Ask['context']
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
export function askFor(
  database: Database,
  call: Call,
  { action, TableName = '', IndexName, items = [], context = {} }: TableAsk,
): Ask {
  const arn = tableArn(TableName, call)
  const table = database.tables.get(tableName(TableName, call) ?? '')
  return {
    action: `dynamodb:${action}`,
    resource: IndexName === undefined ? arn : `${arn}/index/${IndexName}`,
    context: { ...resourceTagContext(table?.tags), ...leadingKeys(table, IndexName, items), ...context },
    ...ownerOf(arn),
  }
}

/** For what is asked of a table or stream by its ARN. */
export function ownerOf(arn: string): { readonly owner?: string } {
  return isArn(arn) ? { owner: parseArn(arn).account } : {}
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html */
function leadingKeys(
  table: Table | undefined,
  indexName: string | undefined,
  items: readonly unknown[],
): Record<string, readonly string[]> {
  const name = table && partitionKey(table, indexName)
  if (name === undefined) return {}
  const keys = items.flatMap((item) => (isRecord(item) ? (scalarText(item[name]) ?? []) : []))
  return keys.length === 0 ? {} : { 'dynamodb:LeadingKeys': [...new Set(keys)] }
}
