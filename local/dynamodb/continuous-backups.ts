/** Point-in-time recovery is said to be on or off; nothing can be restored in local mode. */
import type { DescribeContinuousBackupsInput, UpdateContinuousBackupsInput } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { askFor } from './asks.ts'
import type { Databases } from './database.ts'
import { type Recovery, type Table, type Tables, tableName } from './table.ts'

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
const MAXIMUM_DAYS = 35
const LATEST_RESTORABLE_MILLISECONDS = 5 * 60_000

export function continuousBackupOperations({ of }: Databases) {
  return {
    UpdateContinuousBackups: operation<UpdateContinuousBackupsInput, object>({
      run(input, call) {
        const { tables, clock } = of(call)
        const table = findBackedUp(tables, input.TableName, call)
        if (table.status === 'CREATING')
          throw new AwsError(
            'ContinuousBackupsUnavailableException',
            `Backups are being enabled for the table: ${table.name}. Please retry later`,
          )
        const { PointInTimeRecoveryEnabled: enabled = false, RecoveryPeriodInDays: days = MAXIMUM_DAYS } =
          input.PointInTimeRecoverySpecification ?? {}
        if (days < 1 || days > MAXIMUM_DAYS)
          throw new AwsError(
            'ValidationException',
            `RecoveryPeriodInDays must be between 1 and ${MAXIMUM_DAYS}`,
          )
        table.recovery = enabled ? { since: table.recovery?.since ?? clock.now(), days } : undefined
        return { ContinuousBackupsDescription: describeBackups(table.recovery, clock.now()) }
      },
      asks: (input, call) => [
        askFor(of(call), call, { action: 'UpdateContinuousBackups', TableName: input.TableName }),
      ],
    }),
    DescribeContinuousBackups: operation<DescribeContinuousBackupsInput, object>({
      run(input, call) {
        const { tables, clock } = of(call)
        const { recovery } = findBackedUp(tables, input.TableName, call)
        return { ContinuousBackupsDescription: describeBackups(recovery, clock.now()) }
      },
      asks: (input, call) => [
        askFor(of(call), call, { action: 'DescribeContinuousBackups', TableName: input.TableName }),
      ],
    }),
  }
}

/** Throws TableNotFoundException, as the operations on backups call it. */
function findBackedUp(tables: Tables, nameOrArn: string | undefined, call: Call): Table {
  const table = tables.get(tableName(nameOrArn, call) ?? '')
  if (!table || table.status === 'DELETING')
    throw new AwsError('TableNotFoundException', `Table not found: ${nameOrArn}`)
  return table
}

function describeBackups(recovery: Recovery | undefined, now: Date): object {
  const status = 'ENABLED'
  if (!recovery)
    return {
      ContinuousBackupsStatus: status,
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    }
  const { since, days } = recovery
  const earliest = Math.max(since.getTime(), now.getTime() - days * 86_400_000)
  const latest = Math.max(earliest, now.getTime() - LATEST_RESTORABLE_MILLISECONDS)
  return {
    ContinuousBackupsStatus: status,
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: days,
      EarliestRestorableDateTime: new Date(earliest),
      LatestRestorableDateTime: new Date(latest),
    },
  }
}
