/**
 * Backups: local mode makes none. Neither does it make the system backup that AWS keeps of a deleted table with
 * point-in-time recovery, since nothing can be restored from it.
 */
import { BackupTypeFilter, type ListBackupsInput, type ListBackupsOutput } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'

export const backupOperations = {
  /** Of a table that does not exist too: backups outlive their tables, so that AWS does not look for it. */
  ListBackups: operation<ListBackupsInput, ListBackupsOutput>({
    run({ Limit: limit = 100, BackupType: type }) {
      if (limit < 1 || limit > 100)
        throw invalidMember(
          String(limit),
          'limit',
          `have value ${limit < 1 ? 'greater than or equal to 1' : 'less than or equal to 100'}`,
        )
      const types = Object.values(BackupTypeFilter)
      if (type !== undefined && !types.includes(type))
        throw invalidMember(type, 'backupType', `satisfy enum value set: [${types.join(', ')}]`)
      return { BackupSummaries: [] }
    },
    asks: () => [{ action: 'dynamodb:ListBackups', resource: '*' }],
  }),
}

function invalidMember(value: string, member: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  )
}
