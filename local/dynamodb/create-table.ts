/** CreateTable. */
import { randomUUID } from 'node:crypto'
import type { CreateTableInput } from '@aws-sdk/client-dynamodb'
import { regionalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { requestTagContext } from '../tags.ts'
import { refuseMembers } from '../unsupported.ts'
import { askFor } from './asks.ts'
import type { Database, Databases } from './database.ts'
import { encryptionKey } from './encryption.ts'
import { parseSchema } from './schema.ts'
import { type Table, tableName } from './table.ts'
import { describeTable } from './table-description.ts'
import { startStream } from './table-streams.ts'
import { parseTableTags } from './table-tags.ts'

// AWS gives no time; new tables are commonly active within ten seconds.
const CREATING_MILLISECONDS = 5_000

export function createTableOperations({ of }: Databases) {
  return {
    CreateTable: operation<CreateTableInput, object>({
      run: (input, call) => createTable(of(call), input, call),
      asks: (input, call) => [
        askFor(of(call), call, {
          action: 'CreateTable',
          TableName: input.TableName,
          context: requestTagContext(input.Tags),
        }),
      ],
    }),
  }
}

async function createTable(database: Database, input: CreateTableInput, call: Call): Promise<object> {
  refuseMembers('CreateTable', input, [
    'ResourcePolicy',
    'WarmThroughput',
    'OnDemandThroughput',
    'GlobalTableSourceArn',
    'GlobalTableSettingsReplicationMode',
    'VectorIndexes',
  ])
  const { clock, engine, inTurn, tables } = database
  const now = clock.now()
  const table = parseTable(database, input, call, now)
  if (tables.has(table.name))
    throw new AwsError('ResourceInUseException', `Table already exists: ${table.name}`)
  // Before the table is there: what is wrong with its stream leaves none.
  if (input.StreamSpecification) startStream(database, table, input.StreamSpecification)
  tables.set(table.name, table)
  await inTurn(() => engine.addTable(table.schema))
  clock.after(CREATING_MILLISECONDS, () => {
    table.status = 'ACTIVE'
  })
  return { TableDescription: describeTable(table, now) }
}

function parseTable({ engine }: Database, input: CreateTableInput, call: Call, now: Date): Table {
  const name = tableName(input.TableName, call)
  const checked = engine.check('CreateTable', { ...input, TableName: name })
  const { BillingMode: billingMode = 'PROVISIONED', ProvisionedThroughput: throughput } = input
  return {
    name: String(name),
    arn: regionalArn('dynamodb', call.region, call.principal.account, `table/${name}`),
    id: randomUUID(),
    createdAt: now,
    schema: parseSchema(checked),
    status: 'CREATING',
    billingMode,
    onDemandSince: billingMode === 'PAY_PER_REQUEST' ? now : undefined,
    throughput: {
      ReadCapacityUnits: throughput?.ReadCapacityUnits ?? 0,
      WriteCapacityUnits: throughput?.WriteCapacityUnits ?? 0,
    },
    tags: parseTableTags(input.Tags),
    deletionProtected: input.DeletionProtectionEnabled ?? false,
    tableClass: input.TableClass ?? 'STANDARD',
    keyArn: encryptionKey(input.SSESpecification, call),
    stream: undefined,
    timeToLiveAttribute: undefined,
    recovery: undefined,
  }
}
