/** UpdateTable. */
import type { UpdateTableInput } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { askFor } from './asks.ts'
import type { Database, Databases } from './database.ts'
import { encryptionKey } from './encryption.ts'
import { findTable, requireActive, type Table } from './table.ts'
import { describeTable } from './table-description.ts'
import { startStream, stopStream } from './table-streams.ts'

// AWS gives no time.
const UPDATING_MILLISECONDS = 3_000

export function updateTableOperations({ of }: Databases) {
  return {
    UpdateTable: operation<UpdateTableInput, object>({
      run: (input, call) => updateTable(of(call), input, call),
      asks: (input, call) => [askFor(of(call), call, { action: 'UpdateTable', TableName: input.TableName })],
    }),
  }
}

function updateTable(database: Database, input: UpdateTableInput, call: Call): object {
  refuseMembers('UpdateTable', input, [
    'AttributeDefinitions',
    'GlobalSecondaryIndexUpdates',
    'ReplicaUpdates',
    'MultiRegionConsistency',
    'GlobalTableWitnessUpdates',
    'OnDemandThroughput',
    'WarmThroughput',
    'GlobalTableSettingsReplicationMode',
    'DisassociationProtectionEnabled',
    'VectorIndexUpdates',
  ])
  const { clock, tables } = database
  const table = findTable(tables, input.TableName, call)
  requireActive(table)
  if (Object.entries(input).every(([name, value]) => name === 'TableName' || value === undefined))
    throw new AwsError(
      'ValidationException',
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    )
  // Whatever is wrong is found before anything has changed.
  const capacity = capacityAfter(table, input, clock.now())
  const keyArn = input.SSESpecification ? encryptionKey(input.SSESpecification, call) : table.keyArn
  if (input.StreamSpecification?.StreamEnabled) startStream(database, table, input.StreamSpecification)
  else if (input.StreamSpecification) stopStream(database, table)
  Object.assign(table, { ...capacity, keyArn })
  table.deletionProtected = input.DeletionProtectionEnabled ?? table.deletionProtected
  table.tableClass = input.TableClass ?? table.tableClass
  table.status = 'UPDATING'
  clock.after(UPDATING_MILLISECONDS, () => {
    table.status = 'ACTIVE'
  })
  return { TableDescription: describeTable(table, clock.now()) }
}

type Capacity = Pick<Table, 'billingMode' | 'throughput' | 'onDemandSince'>

function capacityAfter(table: Table, input: UpdateTableInput, now: Date): Capacity {
  const { BillingMode: billingMode = table.billingMode, ProvisionedThroughput: wanted } = input
  if (billingMode === 'PAY_PER_REQUEST') {
    if (wanted)
      throw invalid(
        'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      )
    const onDemandSince = table.billingMode === billingMode ? table.onDemandSince : now
    return { billingMode, throughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 }, onDemandSince }
  }
  const { onDemandSince } = table
  if (wanted) {
    const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = wanted
    if (ReadCapacityUnits < 1 || WriteCapacityUnits < 1)
      throw invalid('ReadCapacityUnits and WriteCapacityUnits must both be at least 1')
    return { billingMode, throughput: { ReadCapacityUnits, WriteCapacityUnits }, onDemandSince }
  }
  if (input.BillingMode)
    throw invalid('ProvisionedThroughput must be specified when BillingMode is PROVISIONED')
  return { billingMode, throughput: table.throughput, onDemandSince }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', `One or more parameter values were invalid: ${message}`)
}
