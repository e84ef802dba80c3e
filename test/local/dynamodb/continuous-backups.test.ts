import type {
  DescribeContinuousBackupsOutput,
  PointInTimeRecoverySpecification,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { callOf, dynamodbFixture, HOUR, OTHER_ACCOUNT, SECOND, tableInput } from './fixture.ts'

const TableName = 'registry'
const DAY = 24 * HOUR
const LAG = 300 * SECOND

async function withTable() {
  const fixture = await dynamodbFixture()
  await fixture.createTable()
  const { run, clock } = fixture
  return {
    ...fixture,
    recover: (PointInTimeRecoverySpecification: PointInTimeRecoverySpecification) =>
      run('UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification }),
    async recovery() {
      const output = await run<DescribeContinuousBackupsOutput>('DescribeContinuousBackups', { TableName })
      return output.ContinuousBackupsDescription?.PointInTimeRecoveryDescription
    },
    ago: (milliseconds: number) => new Date(clock.now().getTime() - milliseconds),
  }
}

describe('point-in-time recovery', () => {
  test('reaches back to when it was enabled, and as near as five minutes', async () => {
    const { recover, recovery, clock, ago } = await withTable()
    const enabled = clock.now()
    await recover({ PointInTimeRecoveryEnabled: true })

    await clock.pass(HOUR)

    expect(await recovery()).toEqual({
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 35,
      EarliestRestorableDateTime: enabled,
      LatestRestorableDateTime: ago(LAG),
    })
  })

  test('reaches back no further than its period', async () => {
    const { recover, recovery, clock, ago } = await withTable()
    await recover({ PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 })

    await clock.pass(8 * DAY)

    expect(await recovery()).toMatchObject({ EarliestRestorableDateTime: ago(7 * DAY) })
  })

  test('has nothing later to offer than its beginning in its first minutes', async () => {
    const { recover, recovery, clock } = await withTable()
    const enabled = clock.now()
    await recover({ PointInTimeRecoveryEnabled: true })

    expect(await recovery()).toMatchObject({
      EarliestRestorableDateTime: enabled,
      LatestRestorableDateTime: enabled,
    })
  })

  test('keeps its beginning when only its period changes, and loses it when it is disabled', async () => {
    const { recover, recovery, clock } = await withTable()
    const first = clock.now()
    await recover({ PointInTimeRecoveryEnabled: true })
    await clock.pass(HOUR)
    await recover({ PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 1 })
    expect(await recovery()).toMatchObject({
      EarliestRestorableDateTime: first,
      RecoveryPeriodInDays: 1,
    })

    await recover({ PointInTimeRecoveryEnabled: false })
    expect(await recovery()).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' })
    const second = clock.now()
    await recover({ PointInTimeRecoveryEnabled: true })

    expect(await recovery()).toMatchObject({ EarliestRestorableDateTime: second })
  })

  test('is answered as it is now', async () => {
    const { recover, recovery } = await withTable()

    const output = await recover({ PointInTimeRecoveryEnabled: true })

    expect(output).toEqual({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: await recovery(),
      },
    })
  })

  test.each([0, 36])('has no period of %d days', async (RecoveryPeriodInDays) => {
    const { recover, recovery } = await withTable()

    await expect(recover({ PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays })).rejects.toMatchObject({
      code: 'ValidationException',
    })

    expect(await recovery()).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' })
  })

  test.each([1, 35])('has a period of %d days', async (RecoveryPeriodInDays) => {
    const { recover, recovery } = await withTable()

    await recover({ PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays })

    expect(await recovery()).toMatchObject({ RecoveryPeriodInDays })
  })
})

describe('continuous backups', () => {
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }

  test.each([
    ['a table that is not there', 'missing', callOf()],
    ['a table of another region', TableName, callOf(undefined, 'us-east-1')],
    ['a table of another account', TableName, callOf(OTHER_ACCOUNT)],
  ])('know nothing of %s', async (_, name, call) => {
    const { run } = await withTable()

    for (const operation of ['DescribeContinuousBackups', 'UpdateContinuousBackups'])
      await expect(
        run(operation, { TableName: name, PointInTimeRecoverySpecification }, call),
      ).rejects.toMatchObject({ code: 'TableNotFoundException', status: 400 })
  })

  test('cannot be changed before the table is there', async () => {
    const { run } = await dynamodbFixture()
    await run('CreateTable', tableInput)

    await expect(
      run('UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification }),
    ).rejects.toMatchObject({ code: 'ContinuousBackupsUnavailableException' })
  })

  test('end with the table', async () => {
    const { run, recover, recovery, createTable, clock } = await withTable()
    await recover({ PointInTimeRecoveryEnabled: true })

    await run('DeleteTable', { TableName })
    await clock.pass(5 * SECOND)
    await createTable()

    expect(await recovery()).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' })
  })

  test('ask IAM about the table', async () => {
    const { asks } = await withTable()

    for (const operation of ['DescribeContinuousBackups', 'UpdateContinuousBackups'])
      expect(asks(operation, { TableName })).toEqual([
        {
          action: `dynamodb:${operation}`,
          resource: 'arn:aws:dynamodb:eu-central-1:000000000000:table/registry',
          context: {},
          owner: '000000000000',
        },
      ])
  })
})
