import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeLimitsCommand, DynamoDBClient, ListBackupsCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startLocalAws } from '../../../local/aws.ts'
import { dynamodbFixture } from './fixture.ts'

/** As an SDK client meets it. */
async function startedClient(): Promise<DynamoDBClient> {
  const directory = mkdtempSync(join(tmpdir(), 'local-dynamodb-'))
  const { endpoint, stop } = await startLocalAws({ speed: 1000, directory })
  onTestFinished(async () => {
    await stop()
    rmSync(directory, { recursive: true })
  })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'secret' }
  return new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 })
}

describe('backups', () => {
  test('are none, of all tables, of one, and of one that does not exist', async () => {
    const client = await startedClient()

    for (const input of [{}, { TableName: 'none' }, { BackupType: 'ALL' as const, Limit: 1 }]) {
      const { BackupSummaries, LastEvaluatedBackupArn } = await client.send(new ListBackupsCommand(input))
      expect(BackupSummaries).toEqual([])
      expect(LastEvaluatedBackupArn).toBeUndefined()
    }
  })

  test.each([
    ['a page of none', { Limit: 0 }],
    ['a page of 101', { Limit: 101 }],
    ['a type that there is not', { BackupType: 'SPARE' }],
  ])('are not listed for %s', async (_, input) => {
    const { run } = await dynamodbFixture()

    await expect(run('ListBackups', input)).rejects.toMatchObject({ code: 'ValidationException' })
  })
})

test("the limits of an account are AWS's defaults", async () => {
  const client = await startedClient()

  expect(await client.send(new DescribeLimitsCommand({}))).toMatchObject({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  })
})

test.each(['ListBackups', 'DescribeLimits'])('%s is asked about no resource: AWS has none', async (name) => {
  const { asks } = await dynamodbFixture()

  expect(asks(name, {})).toEqual([{ action: `dynamodb:${name}`, resource: '*' }])
})
