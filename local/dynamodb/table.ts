/** What DynamoDB keeps of a table besides its items. */
import type { BillingMode, TableClass, TableStatus } from '@aws-sdk/client-dynamodb'
import { isArn, parseArn, regionalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { Call } from '../service.ts'
import type { Tags } from '../tags.ts'
import type { Schema, Throughput } from './schema.ts'
import type { Stream } from './stream.ts'

export interface Table {
  readonly name: string
  readonly arn: string
  readonly id: string
  readonly createdAt: Date
  readonly schema: Schema
  status: TableStatus
  billingMode: BillingMode
  /** When it was last set to be paid per request. */
  onDemandSince: Date | undefined
  throughput: Throughput
  tags: Tags
  deletionProtected: boolean
  tableClass: TableClass
  /** ARN of the KMS key; undefined for the key that AWS owns. */
  keyArn: string | undefined
  /** The latest; ended or not. */
  stream: Stream | undefined
  timeToLiveAttribute: string | undefined
  recovery: Recovery | undefined
}

/** Point-in-time recovery. */
export interface Recovery {
  readonly since: Date
  readonly days: number
}

/** By name. */
export type Tables = Map<string, Table>

/** Throws ResourceNotFoundException, as the operations on tables word it. */
export function findTable(tables: Tables, nameOrArn: string | undefined, call: Call): Table {
  const name = tableName(nameOrArn, call)
  const table = name === undefined ? undefined : tables.get(name)
  if (!table)
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Table: ${name ?? nameOrArn} not found`,
    )
  return table
}

/** Throws ResourceNotFoundException also for a table that is being made or deleted: it has no items yet, or no more. */
export function findServingTable(tables: Tables, nameOrArn: string | undefined, call: Call): Table {
  const table = tables.get(tableName(nameOrArn, call) ?? '')
  if (!table || table.status === 'CREATING' || table.status === 'DELETING')
    throw new AwsError('ResourceNotFoundException', 'Requested resource not found')
  return table
}

/** Every TableName may be the table's ARN. Undefined for an ARN of another account or region: nobody's table here. */
export function tableName(nameOrArn: string | undefined, call: Call): string | undefined {
  if (nameOrArn === undefined || !isArn(nameOrArn)) return nameOrArn
  const { account, region, resource } = parseArn(nameOrArn)
  if (account !== call.principal.account || region !== call.region) return undefined
  return /^table\/([^/]+)$/.exec(resource)?.[1]
}

export function tableArn(nameOrArn: string, call: Call): string {
  if (isArn(nameOrArn)) return nameOrArn
  return regionalArn('dynamodb', call.region, call.principal.account, `table/${nameOrArn}`)
}

/** Throws ResourceInUseException unless the table is active. */
export function requireActive({ name, status }: Table): void {
  if (status === 'ACTIVE') return
  throw new AwsError(
    'ResourceInUseException',
    `Attempt to change a resource which is still in use: Table is being ${status === 'DELETING' ? 'deleted' : status === 'CREATING' ? 'created' : 'updated'}: ${name}`,
  )
}

/** Name of the partition key of the table or of one of its indexes. */
export function partitionKey({ schema }: Table, indexName?: string): string | undefined {
  const indexes = [...(schema.LocalSecondaryIndexes ?? []), ...(schema.GlobalSecondaryIndexes ?? [])]
  const keySchema =
    indexName === undefined
      ? schema.KeySchema
      : indexes.find(({ IndexName }) => IndexName === indexName)?.KeySchema
  return keySchema?.[0]?.AttributeName
}
