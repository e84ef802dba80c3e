/** A table's stream comes and goes with its StreamSpecification. */
import type { StreamSpecification, StreamViewType } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../errors.ts'
import type { Database } from './database.ts'
import { createStream } from './stream.ts'
import type { Table } from './table.ts'

const viewTypes: ReadonlySet<StreamViewType> = new Set([
  'KEYS_ONLY',
  'NEW_IMAGE',
  'OLD_IMAGE',
  'NEW_AND_OLD_IMAGES',
])

/** Throws ValidationException where the specification makes no sense for the table. */
export function startStream(database: Database, table: Table, specification: StreamSpecification): void {
  const { StreamEnabled: enabled = false, StreamViewType: viewType } = specification
  const isStreaming = table.stream !== undefined && !table.stream.endedAt
  if (enabled && viewType === undefined)
    throw invalid(
      'One or more parameter values were invalid: StreamViewType must be given with StreamEnabled',
    )
  if (!enabled && viewType !== undefined)
    throw invalid(
      'One or more parameter values were invalid: StreamViewType cannot be given without StreamEnabled',
    )
  if (viewType !== undefined && !viewTypes.has(viewType))
    throw invalid(`One or more parameter values were invalid: StreamViewType ${viewType}`)
  if (enabled && isStreaming) throw invalid(`Table already has an enabled stream: TableName: ${table.name}`)
  if (viewType === undefined) return
  const { name, arn, schema } = table
  const { region, clock, streams } = database
  table.stream = createStream({ name, arn, keySchema: schema.KeySchema }, region, viewType, clock.now())
  streams.set(table.stream.arn, table.stream)
}

/** Throws ValidationException if it has none. */
export function stopStream(database: Database, table: Table): void {
  if (!table.stream || table.stream.endedAt)
    throw invalid(`Table does not have an enabled stream to disable: TableName: ${table.name}`)
  endStream(database, table)
}

/** Its records stay for their 24 hours. */
export function endStream({ clock, watch }: Database, { stream }: Table): void {
  if (!stream || stream.endedAt) return
  stream.endedAt = clock.now()
  watch.wake(stream.arn)
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}
