import type { DescribeTableOutput, TableDescription, UpdateTableInput } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { dynamodbFixture, HOUR, key, SECOND } from './fixture.ts'

const TableName = 'registry'
const KEY = 'arn:aws:kms:eu-central-1:000000000000'
const units = { ReadCapacityUnits: 5, WriteCapacityUnits: 6 }
const unitsShown = { ...units, NumberOfDecreasesToday: 0 }
const noUnits = { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 }

/** An active table, updates of which are done when `update` resolves. */
async function withTable(input = {}) {
  const fixture = await dynamodbFixture()
  await fixture.createTable(input)
  const { run, clock } = fixture
  return {
    ...fixture,
    async table(): Promise<TableDescription> {
      return (await run<DescribeTableOutput>('DescribeTable', { TableName })).Table ?? {}
    },
    async update(changes: Partial<UpdateTableInput>) {
      await run('UpdateTable', { TableName, ...changes })
      await clock.pass(3 * SECOND)
    },
  }
}

describe('a table that is being updated', () => {
  test('serves its items, takes no other update, and is active again', async () => {
    const { run, put, get, table, clock } = await withTable()

    await run('UpdateTable', { TableName, DeletionProtectionEnabled: true })

    expect(await table()).toMatchObject({ TableStatus: 'UPDATING' })
    await put(key('a'))
    expect(await get('a')).toBeDefined()
    for (const operation of ['UpdateTable', 'DeleteTable'])
      await expect(run(operation, { TableName, DeletionProtectionEnabled: false })).rejects.toMatchObject({
        code: 'ResourceInUseException',
      })
    await clock.pass(3 * SECOND - 1)
    expect(await table()).toMatchObject({ TableStatus: 'UPDATING' })
    await clock.pass(1)
    expect(await table()).toMatchObject({ TableStatus: 'ACTIVE' })
  })

  test('keeps all that the update does not name', async () => {
    const { table, update } = await withTable({
      Tags: [{ Key: 'team', Value: 'identity' }],
      DeletionProtectionEnabled: true,
      SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'alias/registry' },
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    })
    const before = await table()

    await update({ TableClass: 'STANDARD_INFREQUENT_ACCESS' })

    expect(await table()).toEqual({
      ...before,
      TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
    })
  })

  test('may be named by its ARN', async () => {
    const { table, update } = await withTable()

    await update({
      TableName: 'arn:aws:dynamodb:eu-central-1:000000000000:table/registry',
      DeletionProtectionEnabled: true,
    })

    expect(await table()).toMatchObject({ DeletionProtectionEnabled: true })
  })
})

describe('the billing of a table', () => {
  test('goes from demand to units and back, and shows when it last was by demand', async () => {
    const { table, update, clock } = await withTable()
    const created = new Date('2026-01-01T00:00:00.000Z')

    await update({ BillingMode: 'PROVISIONED', ProvisionedThroughput: units })
    expect(await table()).toMatchObject({
      ProvisionedThroughput: unitsShown,
      BillingModeSummary: { BillingMode: 'PROVISIONED', LastUpdateToPayPerRequestDateTime: created },
    })

    await clock.pass(HOUR)
    const since = clock.now()
    await update({ BillingMode: 'PAY_PER_REQUEST' })
    expect(await table()).toMatchObject({
      ProvisionedThroughput: noUnits,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: since },
    })
  })

  test('by demand stays what it was since then when it is asked for again', async () => {
    const { table, update, clock } = await withTable()
    const { BillingModeSummary } = await table()
    await clock.pass(HOUR)

    await update({ BillingMode: 'PAY_PER_REQUEST' })

    expect(await table()).toMatchObject({ BillingModeSummary })
  })

  test('by units gets other units', async () => {
    const { table, update } = await withTable({
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    })

    await update({ ProvisionedThroughput: units })

    expect(await table()).toMatchObject({ ProvisionedThroughput: unitsShown })
  })

  test.each<[string, Partial<UpdateTableInput>]>([
    ['by demand with units', { BillingMode: 'PAY_PER_REQUEST', ProvisionedThroughput: units }],
    ['by units without units', { BillingMode: 'PROVISIONED' }],
    [
      'by no units',
      {
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 1 },
      },
    ],
  ])('is not %s, and nothing else of that update happens', async (_, changes) => {
    const { run, table } = await withTable()
    const before = await table()

    await expect(
      run('UpdateTable', { TableName, DeletionProtectionEnabled: true, ...changes }),
    ).rejects.toMatchObject({ code: 'ValidationException' })

    expect(await table()).toEqual(before)
  })
})

describe('the key of a table', () => {
  test.each([
    ['the one that AWS manages', {}, expect.stringMatching(/^arn:aws:kms:eu-central-1:000000000000:key\//)],
    ['one by its alias', { KMSMasterKeyId: 'alias/registry' }, `${KEY}:alias/registry`],
    ['one by its id', { KMSMasterKeyId: '1234abcd' }, `${KEY}:key/1234abcd`],
    ['one by its ARN', { KMSMasterKeyId: `${KEY}:key/9` }, `${KEY}:key/9`],
  ])('can be %s', async (_, more, KMSMasterKeyArn) => {
    const { table, update } = await withTable()

    await update({ SSESpecification: { Enabled: true, SSEType: 'KMS', ...more } })

    expect(await table()).toMatchObject({
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn },
    })
  })

  test('is AWS’s own again, and then not shown', async () => {
    const { table, update } = await withTable({ SSESpecification: { Enabled: true } })

    await update({ SSESpecification: { Enabled: false } })

    expect((await table()).SSEDescription).toBeUndefined()
  })

  test.each([
    ['without encryption by keys', { Enabled: false, KMSMasterKeyId: 'alias/registry' }],
    ['for another kind of encryption than KMS', { Enabled: true, SSEType: 'AES256' }],
  ])('is not taken %s', async (_, SSESpecification) => {
    const { run, table } = await withTable()
    const before = await table()

    await expect(run('UpdateTable', { TableName, SSESpecification })).rejects.toMatchObject({
      code: 'ValidationException',
    })

    expect(await table()).toEqual(before)
  })
})

test('deletion protection holds until it is taken away', async () => {
  const { run, update, table } = await withTable()
  await update({ DeletionProtectionEnabled: true })

  await expect(run('DeleteTable', { TableName })).rejects.toMatchObject({ code: 'ValidationException' })
  expect(await table()).toMatchObject({ TableStatus: 'ACTIVE', DeletionProtectionEnabled: true })
  await update({ DeletionProtectionEnabled: false })
  await run('DeleteTable', { TableName })

  expect(await table()).toMatchObject({ TableStatus: 'DELETING' })
})

test.each([
  ['AttributeDefinitions', []],
  ['GlobalSecondaryIndexUpdates', []],
  ['VectorIndexUpdates', []],
  ['ReplicaUpdates', []],
  ['MultiRegionConsistency', 'STRONG'],
  ['GlobalTableWitnessUpdates', []],
  ['GlobalTableSettingsReplicationMode', 'ENABLED'],
  ['OnDemandThroughput', { MaxReadRequestUnits: 1 }],
  ['WarmThroughput', { ReadUnitsPerSecond: 1 }],
  ['DisassociationProtectionEnabled', true],
])('UpdateTable says that local mode has no %s', async (member, value) => {
  const { run, table } = await withTable()

  await expect(
    run('UpdateTable', { TableName, DeletionProtectionEnabled: true, [member]: value }),
  ).rejects.toMatchObject({ code: 'NotInLocalMode' })

  expect(await table()).toMatchObject({ TableStatus: 'ACTIVE', DeletionProtectionEnabled: false })
})

test.each([
  ['ResourcePolicy', '{}'],
  ['WarmThroughput', { ReadUnitsPerSecond: 1 }],
  ['OnDemandThroughput', { MaxReadRequestUnits: 1 }],
  ['GlobalTableSourceArn', 'arn:aws:dynamodb:us-east-1:000000000000:table/registry'],
  ['GlobalTableSettingsReplicationMode', 'ENABLED'],
  ['VectorIndexes', []],
])('CreateTable says that local mode has no %s', async (member, value) => {
  const { createTable, run } = await dynamodbFixture()

  await expect(createTable({ [member]: value })).rejects.toMatchObject({ code: 'NotInLocalMode' })

  expect(await run('ListTables', {})).toEqual({ TableNames: [] })
})

test.each(['UpdateTable', 'DescribeTable'])('%s finds no table that is not there', async (operation) => {
  const { run } = await dynamodbFixture()

  await expect(run(operation, { TableName, DeletionProtectionEnabled: true })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  })
})
