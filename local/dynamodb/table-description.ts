/** A table as CreateTable, DescribeTable, UpdateTable and DeleteTable show it. */
import type { GlobalIndex, Throughput } from './schema.ts'
import { isGone } from './stream.ts'
import type { Table } from './table.ts'

export function describeTable(table: Table, now: Date): object {
  const { schema, stream, billingMode, onDemandSince } = table
  const { TableName, AttributeDefinitions, KeySchema, LocalSecondaryIndexes, GlobalSecondaryIndexes } = schema
  return {
    TableName,
    TableArn: table.arn,
    TableId: table.id,
    TableStatus: table.status,
    CreationDateTime: table.createdAt,
    AttributeDefinitions,
    KeySchema,
    ItemCount: UNCOUNTED,
    TableSizeBytes: UNCOUNTED,
    ProvisionedThroughput: describeThroughput(table.throughput),
    ...(onDemandSince && {
      BillingModeSummary: { BillingMode: billingMode, LastUpdateToPayPerRequestDateTime: onDemandSince },
    }),
    ...(LocalSecondaryIndexes && {
      LocalSecondaryIndexes: LocalSecondaryIndexes.map((index) => ({
        ...index,
        ...indexFacts(table, index.IndexName),
      })),
    }),
    ...(GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index) => describeGlobalIndex(table, index)),
    }),
    ...(stream && !isGone(stream, now) && { LatestStreamArn: stream.arn, LatestStreamLabel: stream.label }),
    ...(stream &&
      !stream.endedAt && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
      }),
    ...(table.keyArn && {
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: table.keyArn },
    }),
    ...(table.tableClass !== 'STANDARD' && { TableClassSummary: { TableClass: table.tableClass } }),
    DeletionProtectionEnabled: table.deletionProtected,
  }
}

// AWS counts every six hours or so; here nobody does.
const UNCOUNTED = 0

function describeGlobalIndex(table: Table, index: GlobalIndex): object {
  const none = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 }
  const throughput = table.billingMode === 'PROVISIONED' ? index.ProvisionedThroughput : none
  return {
    ...index,
    ...indexFacts(table, index.IndexName),
    IndexStatus: table.status,
    ProvisionedThroughput: describeThroughput(throughput ?? none),
  }
}

function indexFacts({ arn }: Table, name: string): object {
  return { IndexArn: `${arn}/index/${name}`, IndexSizeBytes: UNCOUNTED, ItemCount: UNCOUNTED }
}

function describeThroughput(throughput: Throughput): object {
  return { ...throughput, NumberOfDecreasesToday: 0 }
}
