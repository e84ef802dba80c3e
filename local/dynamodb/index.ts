/** Amazon DynamoDB and its streams: dynalite's items, and around them what dynalite does not have. */
import type { Service } from '../service.ts'
import type { StreamsView, World } from '../world.ts'
import { backupOperations } from './backups.ts'
import { batchOperations } from './batches.ts'
import { continuousBackupOperations } from './continuous-backups.ts'
import { createTableOperations } from './create-table.ts'
import { createDatabases } from './database.ts'
import { itemOperations } from './items.ts'
import { limitOperations } from './limits.ts'
import { queryOperations } from './queries.ts'
import { createStreamWatch } from './stream-watch.ts'
import { createStreamsService } from './streams.ts'
import { tableTagOperations } from './table-tags.ts'
import { tableOperations } from './tables.ts'
import { timeToLiveOperations } from './time-to-live.ts'
import { transactGetOperations } from './transact-get.ts'
import { transactWriteOperations } from './transact-write.ts'
import { updateTableOperations } from './update-table.ts'

export interface Dynamodb {
  /** `dynamodb` and `dynamodbstreams`. */
  readonly services: readonly Service[]
  readonly streams: StreamsView
  readonly stop: () => Promise<void>
}

export async function createDynamodb(world: World): Promise<Dynamodb> {
  const watch = createStreamWatch()
  const databases = createDatabases(world, watch)
  const dynamodb: Service = {
    name: 'dynamodb',
    operations: {
      ...createTableOperations(databases),
      ...tableOperations(databases),
      ...updateTableOperations(databases),
      ...timeToLiveOperations(databases),
      ...continuousBackupOperations(databases),
      ...backupOperations,
      ...limitOperations,
      ...tableTagOperations(databases),
      ...itemOperations(databases),
      ...queryOperations(databases),
      ...batchOperations(databases),
      ...transactGetOperations(databases),
      ...transactWriteOperations(databases),
    },
  }
  return {
    services: [dynamodb, createStreamsService(databases)],
    streams: { watch: watch.watch },
    stop: databases.stop,
  }
}
