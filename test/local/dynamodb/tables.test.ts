import type { DescribeTableOutput, ListTablesOutput } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { dynamodbFixture, HOUR, key, SECOND, tableInput } from './fixture.ts'

const TableName = 'registry'
const arn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/registry'

describe('a table', () => {
  test('is active some seconds after CreateTable, with everything that it was given', async () => {
    const { run, clock } = await dynamodbFixture()
    const describe = () => run<DescribeTableOutput>('DescribeTable', { TableName })

    await run('CreateTable', {
      ...tableInput,
      SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'alias/registry' },
      DeletionProtectionEnabled: true,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    })
    expect((await describe()).Table?.TableStatus).toBe('CREATING')
    await clock.pass(5 * SECOND)

    const createdAt = new Date('2026-01-01T00:00:00.000Z')
    expect((await describe()).Table).toEqual({
      TableName,
      TableArn: arn,
      TableId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      TableStatus: 'ACTIVE',
      CreationDateTime: createdAt,
      AttributeDefinitions: tableInput.AttributeDefinitions,
      KeySchema: tableInput.KeySchema,
      ItemCount: 0,
      TableSizeBytes: 0,
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: createdAt },
      LatestStreamArn: `${arn}/stream/2026-01-01T00:00:00.000`,
      LatestStreamLabel: '2026-01-01T00:00:00.000',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      SSEDescription: {
        Status: 'ENABLED',
        SSEType: 'KMS',
        KMSMasterKeyArn: 'arn:aws:kms:eu-central-1:000000000000:alias/registry',
      },
      DeletionProtectionEnabled: true,
    })
  })

  test('cannot be made twice under one name', async () => {
    const { run, createTable } = await dynamodbFixture()
    await createTable()

    await expect(run('CreateTable', tableInput)).rejects.toMatchObject({
      code: 'ResourceInUseException',
      message: 'Table already exists: registry',
    })
  })

  test('cannot be deleted while it is being made or protected', async () => {
    const { run, clock } = await dynamodbFixture()
    await run('CreateTable', { ...tableInput, DeletionProtectionEnabled: true })

    await expect(run('DeleteTable', { TableName })).rejects.toMatchObject({ code: 'ResourceInUseException' })
    await clock.pass(5 * SECOND)
    await expect(run('DeleteTable', { TableName })).rejects.toMatchObject({
      code: 'ValidationException',
      message:
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    })
    await run('UpdateTable', { TableName, DeletionProtectionEnabled: false })
    await clock.pass(3 * SECOND)
    expect(await run('DeleteTable', { TableName })).toMatchObject({
      TableDescription: { TableStatus: 'DELETING' },
    })
  })

  test('is gone some seconds after DeleteTable, and its items do not come back with its name', async () => {
    const { run, createTable, put, get, clock } = await dynamodbFixture()
    await createTable()
    await put(key('a'))

    await run('DeleteTable', { TableName })
    await expect(put(key('b'))).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
    await clock.pass(5 * SECOND)
    await expect(run('DescribeTable', { TableName })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: registry not found',
    })
    await createTable()

    expect(await get('a')).toBeUndefined()
  })

  test('is changed by UpdateTable, one change after the other', async () => {
    const { run, createTable, clock } = await dynamodbFixture()
    await createTable()
    const wanted = { ReadCapacityUnits: 5, WriteCapacityUnits: 6 }

    const output = await run('UpdateTable', {
      TableName,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: wanted,
    })
    expect(output).toMatchObject({
      TableDescription: { TableStatus: 'UPDATING', ProvisionedThroughput: wanted },
    })
    await expect(run('UpdateTable', { TableName, TableClass: 'STANDARD' })).rejects.toMatchObject({
      code: 'ResourceInUseException',
    })
    await clock.pass(3 * SECOND)
    expect(await run('DescribeTable', { TableName })).toMatchObject({ Table: { TableStatus: 'ACTIVE' } })
  })

  test.each([
    ['nothing', {}, 'ValidationException'],
    ['a new index', { GlobalSecondaryIndexUpdates: [] }, 'NotInLocalMode'],
    [
      'units but no billing by units',
      { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      'ValidationException',
    ],
    ['a stream without a view type', { StreamSpecification: { StreamEnabled: true } }, 'ValidationException'],
    [
      'the end of a stream that it does not have',
      { StreamSpecification: { StreamEnabled: false } },
      'ValidationException',
    ],
  ])('is not updated with %s', async (_, input, code) => {
    const { run, createTable } = await dynamodbFixture()
    await createTable()

    await expect(run('UpdateTable', { TableName, ...input })).rejects.toMatchObject({ code })
    expect(await run('DescribeTable', { TableName })).toMatchObject({ Table: { TableStatus: 'ACTIVE' } })
  })
})

test('ListTables pages through the names in their order', async () => {
  const { run, createTable } = await dynamodbFixture()
  for (const name of ['beta', 'alpha', 'gamma']) await createTable({ TableName: name })

  const first = await run<ListTablesOutput>('ListTables', { Limit: 2 })
  expect(first).toEqual({ TableNames: ['alpha', 'beta'], LastEvaluatedTableName: 'beta' })
  expect(await run('ListTables', { ExclusiveStartTableName: 'beta' })).toEqual({ TableNames: ['gamma'] })
  await expect(run('ListTables', { Limit: 101 })).rejects.toMatchObject({ code: 'ValidationException' })
})

test('tags are added, replaced and taken away by the ARN', async () => {
  const { run, createTable } = await dynamodbFixture()
  await createTable({ Tags: [{ Key: 'a', Value: '1' }] })

  await run('TagResource', {
    ResourceArn: arn,
    Tags: [
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '3' },
    ],
  })
  expect(await run('ListTagsOfResource', { ResourceArn: arn })).toEqual({
    Tags: [
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '3' },
    ],
  })
  await run('UntagResource', { ResourceArn: arn, TagKeys: ['a'] })
  expect(await run('ListTagsOfResource', { ResourceArn: arn })).toEqual({ Tags: [{ Key: 'b', Value: '3' }] })
  await expect(run('ListTagsOfResource', { ResourceArn: TableName })).rejects.toMatchObject({
    code: 'ValidationException',
  })
})

test('point-in-time recovery is off until it is turned on', async () => {
  const { run, createTable, clock } = await dynamodbFixture()
  await createTable()
  const describe = () => run('DescribeContinuousBackups', { TableName })

  expect(await describe()).toEqual({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  })
  const since = clock.now()
  await run('UpdateContinuousBackups', {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
  })
  clock.advance(HOUR)
  expect(await describe()).toEqual({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: 'ENABLED',
        RecoveryPeriodInDays: 7,
        EarliestRestorableDateTime: since,
        LatestRestorableDateTime: new Date(clock.now().getTime() - 300 * SECOND),
      },
    },
  })
})
