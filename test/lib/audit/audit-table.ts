/** The audit in the embedded DynamoDB, with the keys and indexes that serverless/audit.yml gives it. */
import type { CreateTableInput } from '@aws-sdk/client-dynamodb'
import type { Table } from '../../../lib/registry/table.ts'
import { parseFile } from '../../workflow-files.ts'
import { type Around, aTable } from '../registry/registry.ts'

type Keyed = Pick<CreateTableInput, 'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'>

let keyed: Keyed | undefined

export function anAuditTable(around?: Around): Promise<Table> {
  keyed ??= readKeyed()
  return aTable(around, keyed)
}

function readKeyed(): Keyed {
  const { Resources } = parseFile('serverless/audit.yml') as {
    readonly Resources: { readonly Audit: { readonly Properties: Keyed } }
  }
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = Resources.Audit.Properties
  return { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes }
}
