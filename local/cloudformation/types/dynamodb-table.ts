/** AWS::DynamoDB::Table. */
import type { CreateTableOutput, DescribeTableOutput, TableDescription } from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import { AwsError, NotInLocalMode } from '../../errors.ts'
import { flag, integer, tags, text } from '../properties.ts'
import { type Change, type Context, resourceType } from '../resource-type.ts'
import { until } from '../settling.ts'
import { tagChanges } from '../tag-changes.ts'

const keySchema = z.array(z.strictObject({ AttributeName: text, KeyType: z.enum(['HASH', 'RANGE']) }))
const projection = z.strictObject({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).optional(),
  NonKeyAttributes: z.array(text).optional(),
})
const throughput = z.strictObject({ ReadCapacityUnits: integer, WriteCapacityUnits: integer })

const properties = z.strictObject({
  TableName: text.optional(),
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: text, AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
  BillingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).optional(),
  ProvisionedThroughput: throughput.optional(),
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: text,
        KeySchema: keySchema,
        Projection: projection,
        ProvisionedThroughput: throughput.optional(),
      }),
    )
    .optional(),
  LocalSecondaryIndexes: z
    .array(z.strictObject({ IndexName: text, KeySchema: keySchema, Projection: projection }))
    .optional(),
  StreamSpecification: z
    .strictObject({
      StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']),
    })
    .optional(),
  SSESpecification: z
    .strictObject({ SSEEnabled: flag, SSEType: z.literal('KMS').optional(), KMSMasterKeyId: text.optional() })
    .optional(),
  TimeToLiveSpecification: z.strictObject({ Enabled: flag, AttributeName: text.optional() }).optional(),
  PointInTimeRecoverySpecification: z
    .strictObject({ PointInTimeRecoveryEnabled: flag.optional(), RecoveryPeriodInDays: integer.optional() })
    .optional(),
  DeletionProtectionEnabled: flag.optional(),
  TableClass: z.enum(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']).optional(),
  Tags: tags.optional(),
})

type Properties = z.infer<typeof properties>

export const dynamodbTable = resourceType<Properties>({
  properties,
  attributes: ['Arn', 'StreamArn'],
  replacedBy: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  nameProperty: 'TableName',
  async create(given, context) {
    const TableName = given.TableName ?? context.generateName(255)
    await context.request<CreateTableOutput>('dynamodb', 'CreateTable', createInput(TableName, given))
    context.claim(TableName)
    const table = await untilActive(TableName, context)
    if (given.TimeToLiveSpecification?.Enabled)
      await putTimeToLive(TableName, given.TimeToLiveSpecification, context)
    if (given.PointInTimeRecoverySpecification !== undefined) await putRecovery(TableName, given, context)
    return { physicalId: TableName, attributes: attributesOf(table) }
  },
  async update(change, context) {
    await updateTable(change, context)
    await updateTimeToLive(change, context)
    const { physicalId, before, after } = change
    if (!isSame(before, after, 'PointInTimeRecoverySpecification'))
      await putRecovery(physicalId, after, context)
    await updateTags(change, context)
    return attributesOf(await untilActive(physicalId, context))
  },
  async delete({ physicalId: TableName }, { request, world }) {
    let isAsked = false
    await until(world.clock, `The end of table ${TableName}`, 600, async () => {
      try {
        if (!isAsked) await request('dynamodb', 'DeleteTable', { TableName })
        isAsked = true
        await request('dynamodb', 'DescribeTable', { TableName })
        return false
      } catch (error) {
        if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return true
        // The table is still being made or changed.
        if (error instanceof AwsError && error.code === 'ResourceInUseException') return false
        throw error
      }
    })
  },
})

function createInput(TableName: string, given: Properties) {
  const { StreamSpecification, SSESpecification } = given
  const {
    TimeToLiveSpecification: _,
    PointInTimeRecoverySpecification: __,
    BillingMode = 'PROVISIONED',
    ...same
  } = given
  return {
    ...same,
    TableName,
    BillingMode,
    ...(StreamSpecification && { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } }),
    ...(SSESpecification && { SSESpecification: encryption(SSESpecification) }),
  }
}

function encryption({ SSEEnabled, ...rest }: NonNullable<Properties['SSESpecification']>) {
  return { Enabled: SSEEnabled, ...rest }
}

async function untilActive(TableName: string, { request, world }: Context): Promise<TableDescription> {
  let table: TableDescription = {}
  await until(world.clock, `Table ${TableName}`, 600, async () => {
    const { Table = {} } = await request<DescribeTableOutput>('dynamodb', 'DescribeTable', { TableName })
    table = Table
    return Table.TableStatus === 'ACTIVE'
  })
  return table
}

function attributesOf({ TableArn = '', LatestStreamArn }: TableDescription): Record<string, string> {
  return { Arn: TableArn, ...(LatestStreamArn !== undefined && { StreamArn: LatestStreamArn }) }
}

function isSame(before: Properties, after: Properties, name: keyof Properties): boolean {
  return JSON.stringify(before[name]) === JSON.stringify(after[name])
}

/** UpdateTable takes one of these at a time. */
async function updateTable(
  { physicalId: TableName, before, after }: Change<Properties>,
  context: Context,
): Promise<void> {
  if (!isSame(before, after, 'GlobalSecondaryIndexes') || !isSame(before, after, 'AttributeDefinitions'))
    throw new NotInLocalMode(`changes to the indexes of a table (${TableName})`)
  const { BillingMode = 'PROVISIONED', ProvisionedThroughput, StreamSpecification, SSESpecification } = after
  const changes: readonly [readonly (keyof Properties)[], object][] = [
    [['BillingMode', 'ProvisionedThroughput'], { BillingMode, ProvisionedThroughput }],
    [
      ['StreamSpecification'],
      { StreamSpecification: { StreamEnabled: StreamSpecification !== undefined, ...StreamSpecification } },
    ],
    [['SSESpecification'], { SSESpecification: encryption(SSESpecification ?? { SSEEnabled: false }) }],
    [['DeletionProtectionEnabled'], { DeletionProtectionEnabled: after.DeletionProtectionEnabled ?? false }],
    [['TableClass'], { TableClass: after.TableClass ?? 'STANDARD' }],
  ]
  for (const [names, input] of changes) {
    if (names.every((name) => isSame(before, after, name))) continue
    await context.request('dynamodb', 'UpdateTable', { TableName, ...input })
    await untilActive(TableName, context)
  }
}

/** What is enabled must be disabled under the same attribute before another one is. */
async function updateTimeToLive(
  { physicalId, before, after }: Change<Properties>,
  context: Context,
): Promise<void> {
  if (isSame(before, after, 'TimeToLiveSpecification')) return
  const { TimeToLiveSpecification: had } = before
  if (had?.Enabled) await putTimeToLive(physicalId, { ...had, Enabled: false }, context)
  const { TimeToLiveSpecification: wanted } = after
  if (wanted?.Enabled) await putTimeToLive(physicalId, wanted, context)
}

async function putTimeToLive(
  TableName: string,
  TimeToLiveSpecification: NonNullable<Properties['TimeToLiveSpecification']>,
  { request }: Context,
): Promise<void> {
  await request('dynamodb', 'UpdateTimeToLive', { TableName, TimeToLiveSpecification })
}

async function putRecovery(TableName: string, given: Properties, { request }: Context): Promise<void> {
  const { PointInTimeRecoveryEnabled = false, RecoveryPeriodInDays } =
    given.PointInTimeRecoverySpecification ?? {}
  await request('dynamodb', 'UpdateContinuousBackups', {
    TableName,
    PointInTimeRecoverySpecification: {
      PointInTimeRecoveryEnabled,
      ...(RecoveryPeriodInDays !== undefined && { RecoveryPeriodInDays }),
    },
  })
}

async function updateTags(
  { before, after, attributes }: Change<Properties>,
  { request }: Context,
): Promise<void> {
  const { added, removedKeys } = tagChanges(before.Tags, after.Tags)
  const ResourceArn = attributes.Arn
  if (removedKeys.length > 0)
    await request('dynamodb', 'UntagResource', { ResourceArn, TagKeys: removedKeys })
  if (added.length > 0) await request('dynamodb', 'TagResource', { ResourceArn, Tags: added })
}
