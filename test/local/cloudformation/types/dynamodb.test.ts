import { describe, expect, it } from 'vitest'
import { gone } from '../fixture.ts'
import { type Life, lifeOf } from './lifecycle.ts'

const ARN = 'arn:aws:dynamodb:eu-central-1:000000000000:table/t'
const keys = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
}
const table = { TableName: 't', BillingMode: 'PAY_PER_REQUEST', ...keys }

/** A table that goes through `statuses`, and is gone once it is deleted. */
function lifeOfTable(life: Omit<Life, 'type'>, statuses: string[] = []) {
  let isDeleted = false
  return lifeOf({
    type: 'AWS::DynamoDB::Table',
    ...life,
    answers: {
      'dynamodb DeleteTable': () => {
        isDeleted = true
      },
      'dynamodb DescribeTable': () => {
        if (isDeleted) throw gone('ResourceNotFoundException')
        const TableStatus = statuses.shift() ?? 'ACTIVE'
        return { Table: { TableStatus, TableArn: ARN, LatestStreamArn: `${ARN}/stream/2026` } }
      },
    },
  })
}

describe('AWS::DynamoDB::Table', () => {
  it('is created as DynamoDB spells it, and waited for before the rest is set', async () => {
    const { created, values } = await lifeOfTable(
      {
        properties: {
          ...table,
          StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
          SSESpecification: { SSEEnabled: true },
          TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          DeletionProtectionEnabled: false,
          Tags: [{ Key: 'k', Value: 'v' }],
        },
        attributes: ['Arn', 'StreamArn'],
      },
      ['CREATING', 'ACTIVE'],
    )

    expect(created).toEqual([
      [
        'dynamodb CreateTable',
        {
          ...table,
          StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
          SSESpecification: { Enabled: true },
          DeletionProtectionEnabled: false,
          Tags: [{ Key: 'k', Value: 'v' }],
        },
      ],
      ['dynamodb DescribeTable', { TableName: 't' }],
      ['dynamodb DescribeTable', { TableName: 't' }],
      [
        'dynamodb UpdateTimeToLive',
        { TableName: 't', TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' } },
      ],
      [
        'dynamodb UpdateContinuousBackups',
        { TableName: 't', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
      ],
    ])
    expect(values).toEqual({ Ref: 't', Arn: ARN, StreamArn: `${ARN}/stream/2026` })
  })

  it('is provisioned unless it says otherwise, as in CloudFormation', async () => {
    const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }
    const { created } = await lifeOfTable({ properties: { TableName: 't', ...keys, ProvisionedThroughput } })

    expect(created[0]?.[1]).toEqual({
      TableName: 't',
      ...keys,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput,
    })
  })

  it('is deleted, and gone at the end', async () => {
    const { deleted } = await lifeOfTable({ properties: table })

    expect(deleted).toEqual([
      ['dynamodb DeleteTable', { TableName: 't' }],
      ['dynamodb DescribeTable', { TableName: 't' }],
    ])
  })

  it('is changed one thing at a time', async () => {
    const { updated } = await lifeOfTable({
      properties: { ...table, TimeToLiveSpecification: { Enabled: true, AttributeName: 'old' } },
      changed: {
        ...table,
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        DeletionProtectionEnabled: true,
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'new' },
        Tags: [{ Key: 'k', Value: 'v' }],
      },
    })

    const ofTable = { TableName: 't' }
    expect(updated.filter(([operation]) => operation !== 'dynamodb DescribeTable')).toEqual([
      [
        'dynamodb UpdateTable',
        { ...ofTable, StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } },
      ],
      ['dynamodb UpdateTable', { ...ofTable, DeletionProtectionEnabled: true }],
      [
        'dynamodb UpdateTimeToLive',
        { ...ofTable, TimeToLiveSpecification: { Enabled: false, AttributeName: 'old' } },
      ],
      [
        'dynamodb UpdateTimeToLive',
        { ...ofTable, TimeToLiveSpecification: { Enabled: true, AttributeName: 'new' } },
      ],
      ['dynamodb TagResource', { ResourceArn: ARN, Tags: [{ Key: 'k', Value: 'v' }] }],
    ])
  })

  it('refuses changes to its indexes', async () => {
    const index = {
      IndexName: 'i',
      KeySchema: [{ AttributeName: 'sk', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    }

    await expect(
      lifeOfTable({ properties: table, changed: { ...table, GlobalSecondaryIndexes: [index] } }),
    ).rejects.toThrow(/changes to the indexes of a table \(t\)/)
  })
})
